"""How many of the labelled boundaries were read, with intervals: the figures over windows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from documents import Document
from eval.boundaries import BoundaryError, Judged, judge_windows
from eval.figures import interval
from eval.windows import Window
from qa.schema import Strict

Counts = NDArray[np.int64]

GROUPS: Mapping[str, Callable[[Window], bool]] = {
    "all": lambda window: True,
    "fold dev": lambda window: window.fold == "dev",
    "fold test": lambda window: window.fold == "test",
    "at random": lambda window: window.drawn == "at random",
    "structure": lambda window: window.drawn == "for its structure",
}


class BoundaryScore(Strict):
    """The figures of one group of windows.

    ``boundaries`` are the labelled ones, starts and ends. Precision and recall are over both;
    ``f1`` is the mean of those of starts and of ends, ``low`` to ``high`` its 95% bootstrap
    interval over documents (None for fewer than two).
    """

    group: str
    documents: int
    boundaries: int
    precision: float
    recall: float
    f1_starts: float
    f1_ends: float
    f1: float
    low: float | None
    high: float | None


class BoundaryResult(Strict):
    """The figures by group, and every error. ``not_found`` counts windows whose words are not in
    the text, ``elsewhere`` labelled files that the corpus has not."""

    scores: tuple[BoundaryScore, ...]
    errors: tuple[BoundaryError, ...]
    not_found: int
    elsewhere: int


def score_boundaries(
    documents: Mapping[str, Document | None], windows: Iterable[Window]
) -> BoundaryResult | None:
    """Judge the documents, by file, by all windows of their files (None: it could not be read).

    None where no window is of a file of the corpus.
    """
    by_file: dict[str, list[Window]] = defaultdict(list)
    for window in windows:
        by_file[window.file].append(window)
    here = {file: found for file, found in by_file.items() if file in documents}
    if not here:
        return None
    judged = {file: judge_windows(documents[file], found) for file, found in here.items()}
    every = [one for found in judged.values() for one in found]
    scores = (_score(group, judged.values(), belongs) for group, belongs in GROUPS.items())
    return BoundaryResult(
        scores=tuple(score for score in scores if score),
        errors=tuple(error for one in every for error in one.errors),
        not_found=sum(any(e.problem == "not found" for e in one.errors) for one in every),
        elsewhere=len(by_file) - len(here),
    )


def _score(
    group: str, judged: Iterable[Sequence[Judged]], belongs: Callable[[Window], bool]
) -> BoundaryScore | None:
    rows = [
        sum(_counts(one) for one in chosen)
        for found in judged
        if (chosen := [one for one in found if belongs(one.window)])
    ]
    if not rows:
        return None
    counts = np.array(rows)
    total = counts.sum(axis=0)
    labelled, read, right = total.sum(axis=0)
    starts, ends = _f1(total)
    low, high = interval((len(rows),), lambda sample: float(_f1(counts[sample].sum(axis=0)).mean()))
    return BoundaryScore(
        group=group,
        documents=len(rows),
        boundaries=int(labelled),
        precision=float(right / max(read, 1)),
        recall=float(right / labelled),
        f1_starts=float(starts),
        f1_ends=float(ends),
        f1=float((starts + ends) / 2),
        low=low,
        high=high,
    )


def _counts(judged: Judged) -> Counts:
    """A row for starts and one for ends, each (labelled, read, right)."""
    return np.array([(m.labelled, m.read, m.right) for m in (judged.starts, judged.ends)])


def _f1(counts: Counts) -> NDArray[np.float64]:
    """F1 of each row of counts."""
    labelled, read, right = counts.T
    f1: NDArray[np.float64] = 2 * right / (labelled + read)
    return f1
