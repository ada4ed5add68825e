"""The figures. Each takes what one system made of one question (or of all of them) and returns
None where it does not apply, so that no case is counted in a figure that it says nothing about."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.stats import bootstrap
from sklearn.metrics import roc_auc_score

from qa.schema import Strict

DEPTH = 5
CANDIDATES = 50
RESAMPLES = 1000
SEED = 20260101


class Outcome(Strict):
    """What one system made of one question; holds no word of a letter.

    ``right_at`` is the rank of the first right answer among the best five, from 1. ``refused`` is
    None for a system without a threshold, ``found`` (the share of gold quotes among the best fifty
    candidates) for one that gives no candidates and for unanswerable questions.
    """

    id: str
    fingerprint: str
    type: str
    answerable: bool
    right_at: Annotated[int, Field(ge=1, le=DEPTH)] | None
    confidence: float
    refused: bool | None
    found: float | None
    milliseconds: float


class Figure(Strict):
    """A figure with its 95% bootstrap interval over questions (None for fewer than two)."""

    value: float
    low: float | None
    high: float | None
    questions: int


Metric = Callable[[Outcome], float | None]


def hit_at(rank: int) -> Metric:
    """1 if a right answer is among the best ``rank``, else 0; answerable questions only."""

    def metric(outcome: Outcome) -> float | None:
        if not outcome.answerable:
            return None
        return float(outcome.right_at is not None and outcome.right_at <= rank)

    return metric


def reciprocal_rank(outcome: Outcome) -> float | None:
    """1 over the rank of the first right answer, 0 if none is among the best five."""
    if not outcome.answerable:
        return None
    return 1 / outcome.right_at if outcome.right_at else 0.0


def recall(outcome: Outcome) -> float | None:
    """The share of the gold quotes that are among the best fifty candidates."""
    return outcome.found if outcome.answerable else None


def unanswerable_refused(outcome: Outcome) -> float | None:
    """1 if an unanswerable question was refused at the default threshold, else 0."""
    return None if outcome.answerable or outcome.refused is None else float(outcome.refused)


def answerable_refused(outcome: Outcome) -> float | None:
    """1 if an answerable question was refused at the default threshold, else 0."""
    return float(outcome.refused) if outcome.answerable and outcome.refused is not None else None


METRICS: Mapping[str, Metric] = {
    "hit@1": hit_at(1),
    "hit@5": hit_at(5),
    "MRR@5": reciprocal_rank,
    "recall@50": recall,
    "unanswerable refused": unanswerable_refused,
    "answerable refused": answerable_refused,
}
LOWER_IS_BETTER = frozenset({"answerable refused"})


def auroc(outcomes: Sequence[Outcome]) -> float | None:
    """How often an answerable question has a higher confidence than an unanswerable one."""
    answerable, unanswerable = confidences(outcomes)
    if not len(answerable) or not len(unanswerable):
        return None
    return area(answerable, unanswerable)


def confidences(outcomes: Sequence[Outcome]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The confidences of the answerable and of the unanswerable questions, in order."""
    answerable = [o.confidence for o in outcomes if o.answerable]
    unanswerable = [o.confidence for o in outcomes if not o.answerable]
    return np.array(answerable, dtype=np.float64), np.array(unanswerable, dtype=np.float64)


def area(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Area under the ROC curve of scores of positive and negative cases; neither may be empty."""
    labels = np.repeat([1, 0], [len(positive), len(negative)])
    return float(roc_auc_score(labels, np.concatenate([positive, negative])))


def interval(
    sizes: Sequence[int], statistic: Callable[..., float]
) -> tuple[float, float] | tuple[None, None]:
    """The 95% percentile interval of a statistic, by a seeded bootstrap.

    ``sizes`` are the sizes of one or more independent samples; ``statistic`` takes for each an
    array of resampled indices. Indices and not values, so that two runs can be resampled as pairs.
    """
    if min(sizes) < 2:
        return None, None
    result = bootstrap(
        [np.arange(size) for size in sizes],
        statistic,
        vectorized=False,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Every figure that applies to at least one of the outcomes, in the order of the table."""
    found = shares(outcomes)
    ranking = auroc(outcomes)
    if ranking is not None:
        positive, negative = confidences(outcomes)
        low, high = interval(
            (len(positive), len(negative)), lambda p, n: area(positive[p], negative[n])
        )
        found["AUROC"] = Figure(value=ranking, low=low, high=high, questions=len(outcomes))
    took = [o.milliseconds for o in outcomes]
    if took:
        found["p50 ms"] = _figure(took, partial(np.percentile, q=50))
        found["p95 ms"] = _figure(took, partial(np.percentile, q=95))
    return found


def shares(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """The figures that are means over questions."""
    found: dict[str, Figure] = {}
    for name, metric in METRICS.items():
        values = [value for o in outcomes if (value := metric(o)) is not None]
        if values:
            found[name] = _figure(values, np.mean)
    return found


def by_type(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """The means over the questions of each type, by the type's name."""
    types = sorted({o.type for o in outcomes})
    return {name: shares([o for o in outcomes if o.type == name]) for name in types}


def _figure(values: Sequence[float], statistic: Callable[..., float]) -> Figure:
    sample = np.array(values, dtype=np.float64)
    low, high = interval((len(sample),), lambda rows: float(statistic(sample[rows])))
    return Figure(value=float(statistic(sample)), low=low, high=high, questions=len(sample))
