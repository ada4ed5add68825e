"""Numbers as lists print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.readers.numbering import Level, Numbers, written


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (3, "1", "3"),
        (1, "a", "a"),
        (26, "A", "Z"),
        (27, "a", "aa"),
        (703, "a", "aaa"),
        (4, "i", "iv"),
        (1994, "I", "MCMXCIV"),
        (0, "a", "0"),
        (4000, "i", "4000"),
        (-2, "1", "-2"),
    ],
)
def test_styles(number: int, style: str, text: str) -> None:
    assert written(number, style) == text


@given(st.integers(1, 3000), st.sampled_from("1aAiI"))
def test_no_two_numbers_are_written_alike(number: int, style: str) -> None:
    assert written(number, style) != written(number + 1, style)


def test_levels_count_within_those_above_them() -> None:
    levels = {0: Level("1", "%1."), 1: Level("1", "%1.%2"), 2: Level("a", "(%3)", start=3)}
    numbers = Numbers(levels)
    assert [numbers.next(depth) for depth in (0, 1, 1, 2, 2, 0, 1, 2)] == [
        *("1. ", "1.1 ", "1.2 ", "(c) ", "(d) "),
        *("2. ", "2.1 ", "(c) "),
    ]


def test_a_number_may_be_given() -> None:
    numbers = Numbers({0: Level("1", "%1.")})
    assert [numbers.next(0, begin) for begin in (None, 9, None, 1)] == ["1. ", "9. ", "10. ", "1. "]


def test_a_level_without_a_style_is_of_bullets() -> None:
    numbers = Numbers({1: Level("1", "%1.%2.")})
    assert numbers.next(0) is None
    assert numbers.next(5) is None
    assert Numbers({1: Level("1", "%2.")}).next(1) == "1. "
