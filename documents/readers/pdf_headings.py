"""Which printed lines are headings, of which level, and where they end."""

import re

from documents.readers.pdf_lines import Line, gap

_LARGE = 1.1  # times the size of the running text: a heading
_SMALLEST = 0.85  # times the size of the running text: a heading, where it is bold
_LONGEST = 200  # characters of a line
_LONGEST_PLAIN = 90  # characters of a line that is large, but not bold
_FULL = 0.85  # of the longest line's right edge: a line that reaches as far is full
_SHORT = 30  # characters: a line of fewer is a heading by itself
# From top to top, in heights of a line: lines of one heading; the first of them full; the first
# of them unfinished.
_CLOSE, _FARTHER, _FARTHEST = 1.4, 1.7, 2.5
_OPEN_END = re.compile(r"\b(?:and|of|the|for|in|is)$")
# "Lead inspector: …" in bold is no heading; "Section 2: …" is one.
_FIELD = re.compile(r"^(?!Section \d)[A-Z][\w ]{3,30}: \S")


def is_field(text: str) -> bool:
    """Whether a line is "Name: value"."""
    return bool(_FIELD.match(text))


class Headings:
    """The headings of one document, told by their type from its running text."""

    def __init__(self, lines: list[Line], body: float) -> None:
        """``body`` is the size of the running text."""
        self._body = body
        self.edge = max(line.right for line in lines)
        self._levels = _rank({round(line.size) for line in lines if self.has(line)})
        self.lowest = max(self._levels.values(), default=0) + 1

    def level(self, line: Line) -> int:
        """1 for the largest type; one below all others for type that no heading has."""
        return self._levels.get(round(line.size), self.lowest)

    def is_full(self, line: Line) -> bool:
        """Whether a line reaches so far to the right that it was broken."""
        return line.right > _FULL * self.edge

    def has(self, line: Line) -> bool:
        """Whether a line is (a part of) a heading by its type."""
        if len(line.text) > _LONGEST or not any(c.isalpha() for c in line.text):
            return False
        if is_field(line.text):
            return False
        if line.size >= _LARGE * self._body:
            return line.bold or line.page == 1 or len(line.text) < _LONGEST_PLAIN
        is_sentence = line.text.endswith((".", ","))
        return line.bold and line.size > _SMALLEST * self._body and not is_sentence

    def go_on(self, line: Line, before: Line) -> bool:
        """Whether a line goes on with the heading that the line before it belongs to."""
        if before.page != line.page or round(before.size) != round(line.size):
            return False
        apart = gap(before, line)
        if line.text[:1].islower() or _OPEN_END.search(before.text):
            return apart < _FARTHEST
        is_full = self.is_full(before)
        return (
            len(before.text) > _SHORT
            and (before.bold == line.bold or is_full)
            and apart < (_FARTHER if is_full else _CLOSE)
        )


def _rank(sizes: set[int]) -> dict[int, int]:
    """Heading level of each size of type: the largest is 1; sizes a point apart are one."""
    levels: dict[int, int] = {}
    level, largest = 0, None
    for size in sorted(sizes, reverse=True):
        if largest is None or largest - size > 1:
            level, largest = level + 1, size
        levels[size] = level
    return levels
