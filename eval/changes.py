"""How the figures of one system differ between two lists of outcomes, question by question."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from eval.calibration import POOLED, area
from eval.figures import LOWER_IS_BETTER, interval
from eval.metrics import Outcome, columns
from qa.schema import Strict

Verdict = Literal["better", "worse", "no clear difference"]


class Change(Strict):
    """A figure now and in an earlier run over the questions that both share.

    ``difference`` is now less before, with the 95% interval of a paired bootstrap; ``verdict`` is
    "better" or "worse" only where that interval leaves out 0.
    """

    before: float
    now: float
    difference: float
    low: float | None
    high: float | None
    questions: int
    verdict: Verdict


def changes(now: Sequence[Outcome], before: Sequence[Outcome]) -> dict[str, Change]:
    """How each figure of a system changed, over the questions with the same fingerprint."""
    earlier = {outcome.fingerprint: outcome for outcome in before}
    shared = [outcome for outcome in now if outcome.fingerprint in earlier]
    return paired(shared, [earlier[outcome.fingerprint] for outcome in shared])


def paired(now: Sequence[Outcome], before: Sequence[Outcome]) -> dict[str, Change]:
    """How each figure changed between two lists, the outcomes of the same questions in the same
    order; what does not apply to both is left out. Latency is not compared: two runs had two
    machines' loads."""
    found: dict[str, Change] = {}
    earlier = columns(before)
    for name, column in columns(now).items():
        both = ~np.isnan(column) & ~np.isnan(earlier[name])
        one, other = column[both], earlier[name][both]
        if len(one):
            found[name] = _change(
                name,
                (len(one),),
                lambda rows, one=one: float(one[rows].mean()),
                lambda rows, other=other: float(other[rows].mean()),
            )
    positive = np.array(_confidences(now, before, answerable=True))
    negative = np.array(_confidences(now, before, answerable=False))
    if len(positive) and len(negative):
        found["AUROC"] = _change(
            "AUROC",
            (len(positive), len(negative)),
            lambda p, n: area(positive[p, 0], negative[n, 0]),
            lambda p, n: area(positive[p, 1], negative[n, 1]),
        )
    for name, make in POOLED.items():
        after, first = make(now), make(before)
        if after is not None and first is not None:
            found[name] = _change(name, (len(now),), after, first)
    return found


def _confidences(
    now: Sequence[Outcome], before: Sequence[Outcome], *, answerable: bool
) -> list[tuple[float, float]]:
    both = zip(now, before, strict=True)
    return [(a.confidence, b.confidence) for a, b in both if a.answerable == answerable]


def _change(
    name: str,
    sizes: tuple[int, ...],
    now: Callable[..., float],
    before: Callable[..., float],
) -> Change:
    every = [np.arange(size) for size in sizes]
    low, high = interval(sizes, lambda *rows: now(*rows) - before(*rows))
    verdict: Verdict = "no clear difference"
    if low is not None and high is not None and (low > 0 or high < 0):
        verdict = "better" if (low > 0) != (name in LOWER_IS_BETTER) else "worse"
    return Change(
        before=before(*every),
        now=now(*every),
        difference=now(*every) - before(*every),
        low=low,
        high=high,
        questions=sum(sizes),
        verdict=verdict,
    )
