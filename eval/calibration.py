"""What confidences are worth: whether they rank questions, whether they are true as probabilities,
and what it costs to answer more of the questions.

A system is sure of a question with its ``confidence``: that a right answer is among the best five.
An unanswerable question has none. Each answer has a probability of its own: that it is right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from eval.metrics import DEPTH, Outcome

BINS = 10
_EDGES = np.linspace(0, 1, BINS + 1)[1:-1]

Values = NDArray[np.float64]
Statistic = Callable[[NDArray[np.intp]], float]
"""A figure of a sample of questions, given by their positions; each may come several times."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predictions by how high they are, in BINS bins of the same width. The bins that hold any:
    how many, the mean of what was said, and the share of it that came true."""

    counts: NDArray[np.int64]
    said: Values
    true: Values


def reliability(said: Values, true: Values) -> Reliability:
    """The predictions of a reliability diagram: those of scikit-learn's ``calibration_curve`` with
    how many there are in each bin, which that one does not tell. What is nan is left out."""
    known = ~np.isnan(said)
    bins = np.searchsorted(_EDGES, said[known])
    counts = np.bincount(bins, minlength=BINS)
    held = counts > 0
    sums = (np.bincount(bins, values[known], BINS)[held] for values in (said, true))
    means = [total / counts[held] for total in sums]
    return Reliability(counts[held], *means)


def calibration_error(said: Values, true: Values) -> float:
    """The expected calibration error: how far, over all predictions, the mean of a bin is from what
    came true (Guo et al., 2017). 0 where nothing was predicted."""
    found = reliability(said, true)
    if not len(found.counts):
        return 0.0
    return float(np.average(np.abs(found.said - found.true), weights=found.counts))


def risks(confidence: Values, right: Values) -> Values:
    """The risk as ever more questions are answered, the surest first: at place n, shape (n,), the
    share of the n+1 surest that is not answered rightly. Among equals it is what any order of them
    gives on average, so that the order of the questions counts for nothing."""
    _, group = np.unique(-confidence, return_inverse=True)
    counts = np.bincount(group)
    errors = np.repeat(np.bincount(group, 1 - right) / counts, counts)
    found: Values = np.cumsum(errors) / np.arange(1, len(errors) + 1)
    return found


def area(positive: Values, negative: Values) -> float:
    """Area under the ROC curve of scores of positive and negative cases; neither may be empty.

    From the sum of ranks, as scikit-learn's ``roc_auc_score`` has it; that one checks its arguments
    for ten times as long, and a bootstrap asks thousands of times."""
    ranks = rankdata(np.concatenate([positive, negative]))[: len(positive)]
    wins = ranks.sum() - len(positive) * (len(positive) + 1) / 2
    return float(wins / (len(positive) * len(negative)))


def confidences(outcomes: Sequence[Outcome]) -> tuple[Values, Values]:
    """The confidences of the answerable and of the unanswerable questions, in order."""
    answerable = [o.confidence for o in outcomes if o.answerable]
    unanswerable = [o.confidence for o in outcomes if not o.answerable]
    return np.array(answerable, dtype=np.float64), np.array(unanswerable, dtype=np.float64)


def questions_said(outcomes: Sequence[Outcome]) -> tuple[Values, Values]:
    """Of each question how sure the system was, and 1 if it had a right answer, else 0."""
    said = np.array([o.confidence for o in outcomes], dtype=np.float64)
    return said, np.array([any(o.right) for o in outcomes], dtype=np.float64)


def answers_said(outcomes: Sequence[Outcome]) -> tuple[Values, Values]:
    """Of each answer how sure the system was, and 1 if it is right, else 0: shape (questions,
    DEPTH), nan where there are fewer answers."""
    said = np.full((len(outcomes), DEPTH), np.nan)
    true = np.full((len(outcomes), DEPTH), np.nan)
    for row, outcome in enumerate(outcomes):
        if outcome.probabilities is not None:
            said[row, : len(outcome.right)] = outcome.probabilities
            true[row, : len(outcome.right)] = outcome.right
    return said, true


def _question_error(outcomes: Sequence[Outcome]) -> Statistic | None:
    if not _probable(outcomes):
        return None
    said, true = questions_said(outcomes)
    return lambda rows: calibration_error(said[rows], true[rows])


def _answer_error(outcomes: Sequence[Outcome]) -> Statistic | None:
    if not _probable(outcomes) or not _answers(outcomes):
        return None
    said, true = answers_said(outcomes)
    return lambda rows: calibration_error(said[rows], true[rows])


def _risk_area(outcomes: Sequence[Outcome]) -> Statistic | None:
    if not _answers(outcomes):
        return None
    said, true = questions_said(outcomes)
    return lambda rows: float(np.mean(risks(said[rows], true[rows])))


def _answers(outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.right for outcome in outcomes)


def _probable(outcomes: Sequence[Outcome]) -> bool:
    return bool(outcomes) and all(outcome.probabilities is not None for outcome in outcomes)


POOLED: Mapping[str, Callable[[Sequence[Outcome]], Statistic | None]] = {
    "ECE questions": _question_error,
    "ECE answers": _answer_error,
    "AURC": _risk_area,
}
"""Figures of many questions together: None where one does not apply to what a system gives."""
