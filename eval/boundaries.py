"""Where units of text begin and end, against labels that were made by hand.

A unit is a heading, a sentence of a paragraph, a bullet (each sentence of one that has several), a
table row or a sentence of a footnote.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from documents import Document
from eval.windows import Fold, Window, WordPlaces
from qa.schema import Strict

Side = Literal["start", "end"]
Problem = Literal["missing", "spurious", "not found"]


class BoundaryError(Strict):
    """A boundary that was labelled and not read, or read and not labelled.

    ``offset`` is a code point of the canonical text; None where it is "not found": the words of
    the whole window are not in the text as they are on the page.
    """

    file: str
    page: int
    fold: Fold
    side: Side
    problem: Problem
    offset: int | None


@dataclass(frozen=True, slots=True)
class Marks:
    """Boundaries of one side in one window: how many were labelled, read, and both."""

    labelled: int
    read: int
    right: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in one window."""

    window: Window
    starts: Marks
    ends: Marks
    errors: tuple[BoundaryError, ...]


def judge_windows(document: Document | None, windows: Sequence[Window]) -> list[Judged]:
    """Compare the units of a document with labels of its file, in the order of the pages.

    A window is looked for on its own page only, first behind the one before it. Where its words
    are not there, or the file could not be read at all (None), each of its units counts as missed.
    """
    if document is None:
        return [_lost(window) for window in windows]
    places = WordPlaces.of(document.text)
    starts, ends = _boundaries(document, places)
    pages = {page.number: page for page in document.pages}
    judged: list[Judged] = []
    behind = 0
    for window in windows:
        page = pages.get(window.page)
        found = None
        if page:
            first = bisect_left(places.starts, page.start)
            last = bisect_left(places.starts, page.end)
            behind = max(first, behind)
            found = places.find(window, behind, last)
            if found is None:
                found = places.find(window, first, last)
        if found is None:
            judged.append(_lost(window))
            continue
        behind = found + window.words
        judged.append(_judge(window, found, places, starts, ends))
    return judged


def _boundaries(document: Document, places: WordPlaces) -> tuple[list[int], list[int]]:
    """Where the units of a document begin and end, in words: sentences, and the headings."""
    units = [(sentence.start, sentence.end) for sentence in document.sentences]
    units += [(block.start, block.end) for block in document.blocks if block.kind == "heading"]
    starts = sorted({bisect_left(places.starts, start) for start, _ in units})
    ends = sorted({bisect_right(places.ends, end) for _, end in units})
    return starts, ends


def _judge(
    window: Window, found: int, places: WordPlaces, starts: Sequence[int], ends: Sequence[int]
) -> Judged:
    over = found + window.words
    labelled_starts = {found + first for first, _ in window.units}
    labelled_ends = {found + last for _, last in window.units}
    read_starts = set(starts[bisect_left(starts, found) : bisect_left(starts, over)])
    read_ends = set(ends[bisect_right(ends, found) : bisect_right(ends, over)])
    errors = [
        _error(window, "start", problem, offset)
        for problem, offset in _differences(labelled_starts, read_starts, places.starts)
    ]
    errors += [
        _error(window, "end", problem, offset)
        # The end of a unit is the end of its last word.
        for problem, offset in _differences(
            {place - 1 for place in labelled_ends}, {place - 1 for place in read_ends}, places.ends
        )
    ]
    return Judged(
        window,
        _marks(labelled_starts, read_starts),
        _marks(labelled_ends, read_ends),
        tuple(sorted(errors, key=lambda error: error.offset or 0)),
    )


def _marks(labelled: set[int], read: set[int]) -> Marks:
    return Marks(len(labelled), len(read), len(labelled & read))


def _differences(
    labelled: set[int], read: set[int], offsets: Sequence[int]
) -> Iterable[tuple[Problem, int]]:
    for place in labelled - read:
        yield "missing", offsets[place]
    for place in read - labelled:
        yield "spurious", offsets[place]


def _lost(window: Window) -> Judged:
    count = len(window.units)
    sides: tuple[Side, ...] = ("start", "end")
    errors = tuple(_error(window, side, "not found", None) for side in sides for _ in range(count))
    return Judged(window, Marks(count, 0, 0), Marks(count, 0, 0), errors)


def _error(window: Window, side: Side, problem: Problem, offset: int | None) -> BoundaryError:
    return BoundaryError(
        file=window.file,
        page=window.page,
        fold=window.fold,
        side=side,
        problem=problem,
        offset=offset,
    )
