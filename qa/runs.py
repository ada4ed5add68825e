"""Sentences of one paragraph that follow each other and answer together are one answer."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from documents import Document
from qa.merging import Point

_TOGETHER = 0.6  # of the better one's probability, that its neighbour has to have
_MOST_WORDS = 80
_LONGEST = 2.5  # times as long as the better one: more of it is beside the point
_LOOKED_AT = 50  # points of a ranking, the best: what lies behind is no answer's other half


class Runs:
    """Joins the points of one snapshot. Safe to share between threads."""

    def __init__(self, documents: Sequence[Document], sentences: NDArray[np.void]) -> None:
        """For rankings of a snapshot's ``documents`` and ``sentences``."""
        self._documents, self._sentences = documents, sentences

    def join(self, points: Iterable[Point]) -> list[Point]:
        """The ranking with runs in the place of their best sentence. A run is of neighbours in one
        paragraph, each nearly as probable as the best of them, and of 80 words at the most, or two
        and a half times those of the best. Bullets and rows of a table stay by themselves, each an
        answer of its own."""
        ranked = list(points)
        near = {point.row: point for point in ranked[:_LOOKED_AT]}
        taken: set[int] = set()
        joined: list[Point] = []
        for point in ranked:
            if point.row in taken:
                continue
            rows = self._run(point, near, taken) if point.row in near else [point.row]
            taken.update(rows)
            joined.append(_spanning(point, [near.get(row, point) for row in rows]))
        return joined

    def _run(self, best: Point, near: dict[int, Point], taken: set[int]) -> list[int]:
        rows = [best.row]
        words = len(best.text.split())
        most = min(_MOST_WORDS, _LONGEST * words)
        grown = True
        while grown:
            grown = False
            for row, at_end in ((rows[-1] + 1, True), (rows[0] - 1, False)):
                other = near.get(row)
                if (
                    other is None
                    or row in taken
                    or not self._follows(rows[-1 if at_end else 0], row)
                ):
                    continue
                longer = words + len(other.text.split())
                if other.probability < _TOGETHER * best.probability or longer > most:
                    continue
                rows = [*rows, row] if at_end else [row, *rows]
                words, grown = longer, True
        return rows

    def _follows(self, one: int, other: int) -> bool:
        """Whether two rows are sentences of one paragraph, side by side."""
        first, second = self._sentences[min(one, other)], self._sentences[max(one, other)]
        if first["passage"] != second["passage"]:
            return False
        of = self._documents[int(first["document"])].sentences
        return of[int(first["index"])].block == of[int(second["index"])].block


def _spanning(best: Point, run: Sequence[Point]) -> Point:
    return replace(best, start=min(p.start for p in run), end=max(p.end for p in run))
