from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Lexical
from index.lexical import content_words

ROWS = [
    "Private fostering checks are late.",
    "The children’s plans are kept up to date.",
    "Children's homes are inspected.",
    "The childrens centre has closed.",
    "Short-term placements are rare.",
    "Plans for the short term are made.",
    "Staff wellbeing is a priority.",
    "Well-being is discussed in supervision.",
    "",
]


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical.build(ROWS)


def found(lexical: Lexical, query: str) -> set[int]:
    return set(np.flatnonzero(lexical.scores(query)).tolist())


@pytest.mark.parametrize(
    "query", ["children's", "children’s", "childrens", "CHILDREN", "child’ren"]
)
def test_an_apostrophe_makes_no_difference(lexical: Lexical, query: str) -> None:
    assert found(lexical, query) == {1, 2, 3}


@pytest.mark.parametrize("query", ["short-term", "short term", "short‑term"])
def test_a_hyphenated_word_meets_its_parts(lexical: Lexical, query: str) -> None:
    assert {4, 5} <= found(lexical, query)


@pytest.mark.parametrize("query", ["wellbeing", "well-being"])
def test_a_hyphenated_word_meets_itself_in_one(lexical: Lexical, query: str) -> None:
    assert {6, 7} <= found(lexical, query)


def test_words_are_stemmed_and_the_words_of_questions_count_for_nothing(lexical: Lexical) -> None:
    assert found(lexical, "How is a late check to be judged?") == {0}
    assert content_words("How are they?") == content_words("they")
    assert content_words("not") == ["not"]


@pytest.mark.parametrize("query", ["", "?!", "zebra", "the of and", "\ud800", "日本"])
def test_unknown_words_score_nothing_anywhere(lexical: Lexical, query: str) -> None:
    scores = lexical.scores(query)
    assert scores.shape == (len(ROWS),)
    assert scores.dtype == np.float32
    assert not scores.any()


def test_the_row_that_shares_rarer_words_comes_first(lexical: Lexical) -> None:
    assert int(np.argmax(lexical.scores("private plans for fostering"))) == 0


def test_a_repeated_word_counts_once_and_word_order_not_at_all(lexical: Lexical) -> None:
    expected = lexical.scores("late fostering plans")
    assert np.array_equal(lexical.scores("plans fostering late late LATE"), expected)


@pytest.mark.parametrize("rows", [[], [""], ["", "the"], ["late"], ["late", ""], ROWS])
def test_what_was_saved_scores_the_same(tmp_path: Path, rows: list[str]) -> None:
    built = Lexical.build(rows)
    built.save(tmp_path / "words")
    loaded = Lexical.load(tmp_path / "words")
    assert len(built) == len(loaded) == len(rows)
    for query in ("late", "children’s plans", "zebra", ""):
        assert np.array_equal(loaded.scores(query), built.scores(query))
        assert built.scores(query).shape == (len(rows),)


def test_the_same_rows_make_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Lexical.build(ROWS).save(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


@given(st.permutations(range(len(ROWS))), st.sampled_from(ROWS))
def test_scores_do_not_depend_on_the_order_of_the_rows(order: list[int], query: str) -> None:
    expected = Lexical.build(ROWS).scores(query)
    assert np.array_equal(
        Lexical.build([ROWS[row] for row in order]).scores(query), expected[order]
    )


@given(st.lists(st.text(max_size=40), max_size=8), st.text(max_size=40))
def test_any_text_can_be_indexed_and_asked(rows: list[str], query: str) -> None:
    scores = Lexical.build(rows).scores(query)
    assert scores.shape == (len(rows),)
    assert (scores >= 0).all()
    shared = [bool(set(content_words(row)) & set(content_words(query))) for row in rows]
    assert (scores > 0).tolist() == shared
