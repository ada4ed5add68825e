"""The probability that the corpus answers the question at all.

The way to a better one is the ``Confidence`` protocol. A near miss (another year, another figure)
looks much like an answer; docs/evaluation.md has the figures.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.candidates import FEATURES, Candidates, Query
from qa.recipe import Weights
from qa.wanted import wanted

SIGNS = (
    "best",
    "all_answers",
    "other_time",
    "no_letters",
    "states_fact",
    "wants_kind",
    "lacks_kind",
    "lacks_count",
)
"""What a question is judged by: the logit of the best candidate's probability; the logarithm of the
sum of the exponents of the reranker's scores, of what is not of another time if any letter is of
that; whether no letter is of the time that it names, or else whether the best candidate is of
another; whether the best candidate states the fact that is asked for; whether the question wants a
kind of thing (``qa.wanted``), and whether the best candidate lacks it, and the count.
"""

_LEAST = -8.0  # where nothing was read


class Confidence(Protocol):
    """Judges a question by its candidates and how far each of them answers."""

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1; 0 where there are no candidates."""
        ...


def signs(
    query: Query, candidates: Candidates, probabilities: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The SIGNS of a question with one candidate or more: shape (len(SIGNS),)."""
    column = {name: candidates.features[:, at] for at, name in enumerate(FEATURES)}
    best = int(probabilities.argmax())
    nowhere = query.letters is not None and not query.letters
    meant = (column["read"] > 0) & (nowhere | (column["other_time"] < 1))
    answers = np.concatenate([[_LEAST], column["answers"][meant]]).astype(np.float64)
    return np.array(
        [
            _logit(float(probabilities[best])),
            np.logaddexp.reduce(answers),
            column["other_time"][best] == 1 and not nowhere,
            nowhere,
            column["states_fact"][best],
            wanted(query.topic) is not None,
            column["lacks_kind"][best],
            column["lacks_count"][best],
        ],
        dtype=np.float64,
    )


class WeightedConfidence:
    """Logistic regression over the signs."""

    def __init__(self, weights: Weights) -> None:
        """A sign of SIGNS without a weight counts for nothing."""
        self._bias = weights.bias
        self._weights = np.array([weights.weights.get(name, 0.0) for name in SIGNS])

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1: how probable it is that one of the first five answers is right."""
        if not len(probabilities):
            return 0.0
        logit = float(signs(query, candidates, probabilities) @ self._weights) + self._bias
        return float(1 / (1 + np.exp(-logit)))


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(inside / (1 - inside)))
