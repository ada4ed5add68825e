"""How deep the items of a list are."""

import pytest

from documents.readers.nesting import Nesting


@pytest.mark.parametrize(
    ("items", "depths"),
    [
        ([(10, "•"), (10, "•")], [0, 0]),
        ([(10, "•"), (30, "–"), (30, "–"), (50, "o"), (10, "•")], [0, 1, 1, 2, 0]),
        ([(10, "•"), (50, "–"), (30, "•"), (50, "–")], [0, 1, 0, 1]),
        ([(10, "•"), (13, "•"), (8, "•")], [0, 0, 0]),
        ([(40, "–"), (10, "•"), (40, "–")], [0, 0, 1]),
    ],
)
def test_depths(items: list[tuple[float, str]], depths: list[int]) -> None:
    nesting = Nesting(deeper=9, as_deep=4)
    assert [nesting.add(left, mark, None) for left, mark in items] == depths


def test_a_closed_list_is_forgotten() -> None:
    nesting = Nesting(deeper=9, as_deep=4)
    assert nesting.add(10, "", 1) == 0
    assert nesting.is_below(30)
    assert nesting.is_beside_bare(11)
    nesting.close()
    assert not nesting.is_below(30)
    assert not nesting.is_beside_bare(11)
    assert nesting.add(30, "•", 1) == 0


def test_on_a_new_page_the_mark_tells_the_depth() -> None:
    nesting = Nesting(deeper=9, as_deep=4)
    assert [nesting.add(10, "•", 1), nesting.add(30, "–", 1)] == [0, 1]
    assert [nesting.add(44, "–", 2), nesting.add(24, "•", 2)] == [1, 0]
