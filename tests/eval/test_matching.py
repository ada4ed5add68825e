import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import contains, matches, token_f1, words

texts = st.text(alphabet="ab 1'’.-\n", max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Social workers’ caseloads", ["social", "workers", "caseloads"]),
        ("don't don’t don‘t donʼt", ["dont", "dont", "dont", "dont"]),
        ("17-year-olds,\n96% (2024)", ["17", "year", "olds", "96", "2024"]),
        ("café", ["caf"]),
        ("— …", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b", "c d", 0.0),
        # 2 shared of 4 and of 3: precision 2/4, recall 2/3.
        ("a b c d", "a b x", 4 / 7),
        # Each "a" of the other is matched once only: 1 shared of 3 and of 1.
        ("a a a", "a", 2 / 4),
        ("", "a", 0.0),
        ("", "", 0.0),
    ],
)
def test_token_f1(one: str, other: str, expected: float) -> None:
    assert token_f1(words(one), words(other)) == pytest.approx(expected)


def test_containment_is_of_whole_words_in_a_row() -> None:
    assert contains(words("the visits are late again"), words("Visits are LATE"))
    assert not contains(words("visits were late"), words("visits late"))
    assert not contains(words("revisits are late"), words("visits are late"))
    assert not contains(words("anything"), [])


def numbered(first: int, last: int) -> str:
    return " ".join(f"w{n}" for n in range(first, last + 1))


def test_matches_at_half_token_f1_and_not_below() -> None:
    # Out of order, so that only token F1 can decide: 2 * 2 / (4 + 4) = 0.5.
    assert matches("w2 w1 x y", "w1 w2 w3 w4")
    # 2 * 2 / (5 + 4) = 0.44.
    assert not matches("w2 w1 x y z", "w1 w2 w3 w4")


def test_an_answer_that_contains_the_quote_matches_up_to_three_times_its_length() -> None:
    quote = numbered(1, 4)
    assert matches(f"{numbered(50, 57)} {quote}", quote)  # 12 words; F1 8 / 16
    five = numbered(1, 5)
    # 15 words hold the 5: F1 is 10 / 20; with one more it is 10 / 21 and 16 > 15.
    assert matches(f"{numbered(50, 59)} {five}", five)
    assert not matches(f"{numbered(50, 60)} {five}", five)


@given(st.integers(1, 40), st.data())
def test_no_answer_of_up_to_three_times_the_quote_it_contains_is_missed(
    length: int, data: st.DataObject
) -> None:
    spare = data.draw(st.integers(0, 2 * length))
    before = data.draw(st.integers(0, spare))
    answer = (
        f"{numbered(100, 99 + before)} {numbered(1, length)} {numbered(200, 199 + spare - before)}"
    )
    assert matches(answer, numbered(1, length))


def test_an_answer_within_the_quote_needs_five_words() -> None:
    quote = numbered(1, 30)
    assert matches(numbered(11, 15), quote)  # F1 10 / 35
    assert not matches(numbered(11, 14), quote)
    assert not matches("w11 w12 w13 w15 w14", quote)


@given(texts, texts)
def test_token_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    score = token_f1(words(one), words(other))
    assert 0 <= score <= 1
    assert score == token_f1(words(other), words(one))
    assert (score == 1) == (sorted(words(one)) == sorted(words(other)) and bool(words(one)))


@given(texts, texts, texts)
def test_what_stands_between_two_texts_is_contained(left: str, middle: str, right: str) -> None:
    whole = [*words(left), *words(middle), *words(right)]
    assert contains(whole, words(middle)) == bool(words(middle))


@given(texts)
def test_every_text_with_words_matches_itself_however_it_is_set(text: str) -> None:
    assert matches(text.upper().replace("’", ""), text) == bool(words(text))
