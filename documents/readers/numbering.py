"""The numbers that word processors compute for their lists, written as they print them.

A file holds the rules and the levels, not the numbers: "1.", "1.1", "a)".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 3999
_PLACE = re.compile(r"%([1-9])")


def written(number: int, style: str) -> str:
    """A number in one of the styles "1", "a", "A", "i" and "I"; in digits where the style has no
    way to write it."""
    match style.lower():
        case "a" if number > 0:
            letters = _letters(number)
        case "i" if 0 < number <= _MOST_ROMAN:
            letters = _roman(number)
        case _:
            return str(number)
    return letters.upper() if style.isupper() else letters


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("a") + place) + letters
    return letters


def _roman(number: int) -> str:
    numeral = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        numeral += count * letters
    return numeral


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered. ``style`` is empty for bullets; in ``pattern`` the
    number of the first level is %1, that of the second %2: "%1.%2."."""

    style: str
    pattern: str = ""
    start: int = 1


class Numbers:
    """The numbers of one list, counted as its items come. Levels count from 0."""

    def __init__(self, levels: Mapping[int, Level]) -> None:
        """``levels`` that are missing are bullets."""
        self._levels = dict(levels)
        self._counts: dict[int, int] = {}

    def next(self, depth: int, begin: int | None = None) -> str | None:
        """What stands before the next item on a level ("2.1 "), or None before a bullet.

        ``begin`` is the number that the item is given in place of the next.
        """
        level = self._level(depth)
        before = self._counts.get(depth)
        count = level.start if before is None else before + 1
        self._counts = {place: n for place, n in self._counts.items() if place < depth}
        self._counts[depth] = count if begin is None else begin
        if not level.style:
            return None
        return f"{_PLACE.sub(self._number, level.pattern)} "

    def _level(self, depth: int) -> Level:
        return self._levels.get(depth, Level(""))

    def _number(self, place: re.Match[str]) -> str:
        depth = int(place[1]) - 1
        level = self._level(depth)
        # An outer level without an item of its own counts as begun.
        return written(self._counts.get(depth, level.start), level.style)
