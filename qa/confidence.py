"""The probability that the corpus answers the question at all.

The way to a better one is the ``Confidence`` protocol. A near miss (another year, another figure)
looks like an answer to this provisional one: docs/evaluation.md has its figures.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.candidates import FEATURES, Candidates, Query
from qa.recipe import Weights

EVIDENCE = (
    "best",
    "lead",
    "lead_of_ten",
    "best_sentence_cosine",
    "best_passage_cosine",
    "best_sentence_bm25",
    "most_sentence_cosine",
    "most_passage_cosine",
    "most_sentence_bm25",
    "most_passage_bm25",
)
"""What is known of a question: the logit of its best candidate, how far that is ahead of the second
and of the mean of the first ten, some features of the best candidate, and the most that any
candidate has of some."""

_OF_BEST = ("sentence_cosine", "passage_cosine", "sentence_bm25")
_OF_ANY = ("sentence_cosine", "passage_cosine", "sentence_bm25", "passage_bm25")
_FIRST = 10


class Confidence(Protocol):
    """Judges a question by its candidates and how far each of them answers."""

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1; 0 where there are no candidates."""
        ...


class WeightedConfidence:
    """Logistic regression over how good the best candidates are."""

    def __init__(self, weights: Weights) -> None:
        """Evidence of EVIDENCE without a weight counts for nothing."""
        self._bias = weights.bias
        self._weights = np.array([weights.weights.get(name, 0.0) for name in EVIDENCE])

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1: how probable it is that one of the first five answers is right."""
        if not len(probabilities):
            return 0.0
        logit = float(evidence(candidates, probabilities) @ self._weights) + self._bias
        return float(1 / (1 + np.exp(-logit)))


def evidence(candidates: Candidates, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """EVIDENCE of a question with at least one candidate: shape (len(EVIDENCE),)."""
    logits = np.log(probabilities / (1 - probabilities))
    first = np.argsort(-logits, kind="stable")[:_FIRST]
    best = candidates.features[first[0]]
    most = candidates.features.max(axis=0)
    second = first[min(1, len(first) - 1)]
    return np.array(
        [
            logits[first[0]],
            logits[first[0]] - logits[second],
            logits[first[0]] - logits[first].mean(),
            *(best[FEATURES.index(name)] for name in _OF_BEST),
            *(most[FEATURES.index(name)] for name in _OF_ANY),
        ],
        dtype=np.float64,
    )
