"""How far each candidate answers the question.

The way to a better finder is the ``AnswerFinder`` protocol: anything that gives each candidate a
probability can take the place of ``WeightedFinder``.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.candidates import FEATURES, Candidates, Query
from qa.recipe import Weights


class AnswerFinder(Protocol):
    """Says for each candidate how probable it is that it answers."""

    def probabilities(self, query: Query, candidates: Candidates) -> NDArray[np.float64]:
        """Shape (candidates,), each between 0 and 1."""
        ...


class WeightedFinder:
    """Logistic regression over a candidate's features: a weight for each, fitted."""

    def __init__(self, weights: Weights) -> None:
        """A feature of FEATURES without a weight counts for nothing."""
        self._weights = weights

    def probabilities(self, query: Query, candidates: Candidates) -> NDArray[np.float64]:
        """Shape (candidates,). The words of question and candidates are not looked at again."""
        return self._weights.probabilities(candidates.features.astype(np.float64), FEATURES)
