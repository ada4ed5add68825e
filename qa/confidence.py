"""The probability that the corpus answers the question at all.

The way to a better one is the ``Confidence`` protocol. A near miss (another year, another figure)
looks like an answer to this provisional one: docs/evaluation.md has its figures.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.candidates import Candidates, Query
from qa.recipe import Weights

BEST = "best"


class Confidence(Protocol):
    """Judges a question by its candidates and how far each of them answers."""

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1; 0 where there are no candidates."""
        ...


class WeightedConfidence:
    """Logistic regression over how good the best candidate is, and over that alone: with more
    evidence it did no better on other questions, and worse on other letters."""

    def __init__(self, weights: Weights) -> None:
        """``weights`` has one weight, for the logit of the best candidate's probability."""
        self._bias = weights.bias
        self._weight = weights.weights[BEST]

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1: how probable it is that one of the first five answers is right."""
        if not len(probabilities):
            return 0.0
        best = float(probabilities.max())
        logit = np.log(best / (1 - best)) * self._weight + self._bias
        return float(1 / (1 + np.exp(-logit)))
