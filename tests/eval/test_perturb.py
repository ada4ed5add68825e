import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.perturb import LEAST_LETTERS, WORDINGS, Wordings, slip
from index import content_words

NAMES = ("Aldermere", "Vale of Kestle", "Kestle")
WORDED = Wordings(NAMES)
LETTERS = "abcdefghijklmnopqrstuvwxyzé"

questions = st.text("abcdeé AB’'-?.,&%129", max_size=60) | st.text(max_size=40)
words = st.text(LETTERS, min_size=2, max_size=12)


def test_capitals() -> None:
    assert WORDED.upper_case("Are Aldermere’s checks late?") == "ARE ALDERMERE’S CHECKS LATE?"


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Are Aldermere’s checks late?", "Are Aldermeres checks late"),
        ("In 2023/24, what’s well-being (if any)?", "In 2023 24 whats well being if any"),
        # Within a number a mark is a part of it; these two signs are words.
        ("Do 1,200 or 2.5% wait? R & D.", "Do 1,200 or 2.5% wait R & D"),
        ("“Good”…  or not?!", "Good or not"),
        ("?!", ""),
    ],
)
def test_no_punctuation(question: str, plain: str) -> None:
    assert WORDED.no_punctuation(question) == plain


@pytest.mark.parametrize(
    ("question", "keywords"),
    [
        ("What did inspectors say of checks in 2023?", "inspectors say checks 2023"),
        # What turns a question round stays, and so do names with small words in them.
        ("Is the plan not in the Vale of Kestle?", "plan not Vale of Kestle"),
        ("how is the vale of kestle doing", "vale of kestle doing"),
        ("What is it?", ""),
    ],
)
def test_keywords_only(question: str, keywords: str) -> None:
    assert WORDED.keywords_only(question) == keywords


@given(questions)
def test_keywords_are_what_the_index_looks_for(question: str) -> None:
    plain = WORDED.no_punctuation(question)
    assert content_words(WORDED.keywords_only(question)) == content_words(plain)


@given(questions)
def test_no_punctuation_loses_no_letter_and_no_digit(question: str) -> None:
    def kept(text: str) -> list[str]:
        return [c for c in text if c.isalnum()]

    plain = WORDED.no_punctuation(question)
    assert kept(plain) == kept(question)
    assert WORDED.no_punctuation(plain) == plain


@given(words, st.integers(0, 1000))
def test_a_slip_makes_another_word_of_nearly_the_same_letters(word: str, seed: int) -> None:
    slipped = slip(word, random.Random(seed))
    assert slipped != word
    assert abs(len(slipped) - len(word)) <= 1
    differing = [a != b for a, b in zip(word, slipped, strict=False)]
    if len(slipped) == len(word):
        # One letter is another, or two neighbours have changed places.
        assert sum(differing) in (1, 2)
    else:
        long, short = sorted((word, slipped), key=len, reverse=True)
        assert short in {long[:at] + long[at + 1 :] for at in range(len(long))}


def test_every_kind_of_slip_comes_up() -> None:
    slips = {slip("Checks", random.Random(seed)) for seed in range(400)}
    for made in ("hCecks", "Cheks", "Cheecks", "Xhecks", "Vhecks", "Checka"):
        assert made in slips


def test_a_word_of_equal_letters_outside_the_keyboard_can_still_slip() -> None:
    assert {slip("éé", random.Random(seed)) for seed in range(20)} == {"é", "ééé"}


@given(questions)
def test_a_typo_is_in_one_long_word_that_is_no_name(question: str) -> None:
    asked = f"Aldermere {question} Kestle"
    typed = WORDED.one_typo(asked)
    assert WORDED.one_typo(asked) == typed
    assert typed.startswith("Aldermere ")
    assert typed.endswith(" Kestle")
    before, after = asked.split(), typed.split()
    changed = [one for one, other in zip(before, after, strict=True) if one != other]
    assert len(changed) <= 1
    assert all(len(word) >= LEAST_LETTERS for word in changed)


def test_short_words_and_names_are_left_alone() -> None:
    for question in ("How far is it to go?", "ALDERMERE", "Kestle or Aldermere?", ""):
        assert WORDED.one_typo(question) == question


def test_the_seed_decides_the_typo() -> None:
    typed = {Wordings(NAMES, seed).one_typo("Are health checks prompt?") for seed in range(20)}
    assert len(typed) > 5


def test_without_names_nothing_is_one() -> None:
    assert Wordings([]).keywords_only("The Vale of Kestle?") == "Vale Kestle"
    assert Wordings([]).one_typo("Aldermere") != "Aldermere"


def test_a_wording_is_known_by_what_it_does() -> None:
    asked = "Is Aldermere’s checking of carers on time?"
    found = {name: word(WORDED, asked) for name, word in WORDINGS.items()}
    assert list(found) == ["upper case", "no punctuation", "one typo", "keywords only"]
    assert len({*found.values(), asked}) == 5
