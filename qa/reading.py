"""A document laid out for reading: its blocks in order, each cut where a mark or a page begins.

Nothing is added to the words: the pieces of a block joined together are ``text[start:end]``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from documents import Block, Document, Page, ReadFrom
from qa import wording

_TOP_HEADING = 2  # the page's own title is the only h1


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters shown in one way. ``page`` is the number of the page it begins,
    ``opens`` marks the first of the pieces that are marked."""

    text: str
    marked: bool
    opens: bool
    page: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Pieces that follow each other without a gap: joined, they are ``text[start:end]``."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A block, or the part of it that is shown. Only a table row has more than one cell.

    ``number`` is the printed number, ``ordinal`` the counted one.
    """

    cells: tuple[Cell, ...]
    section: int
    number: str | None
    ordinal: int | None
    boilerplate: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring blocks of one kind that belong together: a list, a table, one paragraph."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents. ``rank`` is the HTML heading level, 2 to 6."""

    section: int
    heading: str
    page: int | None
    rank: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of the metadata in words, and where it was read."""

    name: str
    value: str
    read_from: ReadFrom | None


def reading(document: Document, mark: tuple[int, int] | None = None) -> list[Group]:
    """The whole document, with the beginnings of its pages, and one span marked."""
    return _groups(_lines(document, 0, len(document.text), mark, document.pages[1:]))


def excerpt(document: Document, start: int, end: int, mark: tuple[int, int]) -> list[Group]:
    """What stands in ``text[start:end]``, with one span marked."""
    return _groups(_lines(document, start, end, mark, ()))


def contents(document: Document) -> list[Entry]:
    """The sections with a heading, their levels closed up so that no rank is skipped."""
    levels = sorted({section.level for section in document.sections if section.heading})
    return [
        Entry(
            index, section.heading, section.page, min(6, _TOP_HEADING + levels.index(section.level))
        )
        for index, section in enumerate(document.sections)
        if section.heading
    ]


def facts(document: Document) -> list[Fact]:
    """The metadata that the document has, in the order in which a person asks for them."""
    about = document.metadata
    written = about.authority_as_written if about.authority_as_written != about.authority else None
    visited = about.visited and wording.days(about.visited.first, about.visited.last)
    year = None if about.published else about.published_year
    values = {
        "authority": ("Authority", about.authority),
        "authority_as_written": ("Authority as written", written),
        "kind": ("Kind", wording.capital(about.kind)),
        "framework": ("Framework", about.framework),
        "visited": ("Visited", visited),
        "visit_number": ("Visit number", about.visit_number and str(about.visit_number)),
        "published": ("Published", about.published and wording.day(about.published)),
        "published_year": ("Published", year and str(year)),
        "speaks_of": ("Tells of", about.speaks_of),
        "inspectors": ("Inspectors", ", ".join(about.inspectors)),
        "addressee": ("Addressed to", about.addressee),
    }
    return [
        Fact(name, value, about.read_from.get(field))
        for field, (name, value) in values.items()
        if value
    ]


def _lines(
    document: Document, start: int, end: int, mark: tuple[int, int] | None, pages: Sequence[Page]
) -> Iterator[tuple[Block, Line]]:
    cutter = _Cutter(document.text, mark, list(pages))
    for block in document.blocks:
        first, last = max(block.start, start), min(block.end, end)
        if first < last:
            yield (
                block,
                Line(
                    cells=tuple(
                        cutter.cells(first, last, apart="\t" if block.kind == "row" else None)
                    ),
                    section=block.section,
                    number=block.number if first == block.start else None,
                    ordinal=block.ordinal if first == block.start else None,
                    boilerplate=block.boilerplate,
                ),
            )


class _Cutter:
    """Cuts runs of the text, asked for in order, where a mark or a page begins or ends."""

    def __init__(self, text: str, mark: tuple[int, int] | None, pages: list[Page]) -> None:
        self._text = text
        self._mark = mark or (0, 0)
        self._pages = pages
        self._opened = False

    def cells(self, start: int, end: int, apart: str | None) -> Iterator[Cell]:
        """The run as one cell, or as several between the characters that keep them apart."""
        words = self._text[start:end].split(apart) if apart else [self._text[start:end]]
        for word in words:
            yield Cell(start, start + len(word), tuple(self._pieces(start, start + len(word))))
            start += len(word) + 1

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        begins: dict[int, int] = {}
        while self._pages and self._pages[0].start < end:
            page = self._pages.pop(0)
            begins[max(page.start, start)] = page.number
        cuts = sorted({start, end, *begins, *(at for at in self._mark if start < at < end)})
        for first, last in pairwise(cuts):
            marked = self._mark[0] <= first and last <= self._mark[1]
            opens = marked and not self._opened
            self._opened = self._opened or marked
            yield Piece(self._text[first:last], marked, opens, begins.get(first))


def _groups(lines: Iterable[tuple[Block, Line]]) -> list[Group]:
    groups: list[Group] = []
    for kind, run in groupby(lines, key=lambda pair: pair[0].kind):
        neighbours = tuple(line for _, line in run)
        if kind in ("bullet", "row"):
            groups.append(Group(kind, neighbours))
        else:
            groups.extend(Group(kind, (line,)) for line in neighbours)
    return groups
