"""Figures with their intervals: of all questions, of each type, of the answerer's steps."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from eval.calibration import POOLED, area, confidences
from eval.metrics import Column, Outcome, columns
from qa.schema import Strict

RESAMPLES = 1000
SEED = 20260101
LOWER_IS_BETTER = frozenset({"answerable refused", "ECE questions", "ECE answers", "AURC"})


class Figure(Strict):
    """A figure with its 95% bootstrap interval over questions (None for fewer than two)."""

    value: float
    low: float | None
    high: float | None
    questions: int


def interval(
    sizes: Sequence[int], statistic: Callable[..., object], *, at_once: bool = False
) -> tuple[float, float] | tuple[None, None]:
    """The 95% percentile interval of a statistic, by a seeded bootstrap.

    ``sizes`` are the sizes of one or more independent samples; ``statistic`` takes for each an
    array of resampled indices. Indices and not values, so that two runs can be resampled as pairs.
    With ``at_once`` it is given all resamples together, one a row, and the ``axis`` to go along.
    """
    if min(sizes) < 2:
        return None, None
    result = bootstrap(
        [np.arange(size) for size in sizes],
        statistic,
        vectorized=at_once,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def mean_interval(values: Column) -> tuple[float, float] | tuple[None, None]:
    """The interval of the mean of some values."""

    def mean(rows: NDArray[np.intp], axis: int = -1) -> Column:
        means: Column = values[rows].mean(axis=axis)
        return means

    return interval((len(values),), mean, at_once=True)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Every figure that applies to at least one of the outcomes, in the order of the table."""
    found = timeless(outcomes)
    took = [o.milliseconds for o in outcomes if o.milliseconds is not None]
    if took:
        found["p50 ms"] = _percentile(took, 50)
        found["p95 ms"] = _percentile(took, 95)
    return found


def by_type(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """The figures over the questions of each type but those of time, by the type's name."""
    types = sorted({o.type for o in outcomes})
    return {name: timeless([o for o in outcomes if o.type == name]) for name in types}


def timeless(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """The figures of what was answered, not of how fast."""
    found = means(outcomes)
    positive, negative = confidences(outcomes)
    if len(positive) and len(negative):
        low, high = interval(
            (len(positive), len(negative)), lambda p, n: area(positive[p], negative[n])
        )
        value = area(positive, negative)
        found["AUROC"] = Figure(value=value, low=low, high=high, questions=len(outcomes))
    return found | pooled(outcomes)


def means(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """The figures that are means over questions."""
    found: dict[str, Figure] = {}
    for name, column in columns(outcomes).items():
        values = column[~np.isnan(column)]
        if len(values):
            low, high = mean_interval(values)
            value = float(values.mean())
            found[name] = Figure(value=value, low=low, high=high, questions=len(values))
    return found


def pooled(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """The figures that only many questions have together (POOLED)."""
    found: dict[str, Figure] = {}
    size = len(outcomes)
    for name, make in POOLED.items():
        statistic = make(outcomes)
        if statistic is not None:
            low, high = interval((size,), statistic)
            value = statistic(np.arange(size))
            found[name] = Figure(value=value, low=low, high=high, questions=size)
    return found


def stages(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """The median and the 95th percentile of what each step took, in milliseconds, by the step's
    name; empty for a system whose steps are not known."""
    timed = [outcome.stages for outcome in outcomes if outcome.stages is not None]
    return {
        name: {f"p{q} ms": _percentile([took[name] for took in timed], q) for q in (50, 95)}
        for name in (timed[0] if timed else {})
    }


def _percentile(values: Sequence[float], percent: int) -> Figure:
    sample = np.array(values, dtype=np.float64)
    of = partial(np.percentile, q=percent)
    low, high = interval(
        (len(sample),), lambda rows, axis=-1: of(sample[rows], axis=axis), at_once=True
    )
    return Figure(value=float(of(sample)), low=low, high=high, questions=len(sample))
