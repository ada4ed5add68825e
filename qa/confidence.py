"""The probability that the corpus answers the question at all, and that each answer is right.

The way to a better one is the ``Confidence`` protocol. A near miss (another year, another figure)
looks much like an answer; docs/evaluation.md has the figures.
"""

from collections.abc import Sequence
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

ANSWER_SIGNS = ("own", "is_best", "question_of_best")
"""What an answer is judged by: the logit of the finder's probability; whether it is the best of the
question; and of that one, the logit of the question's confidence, which knows more of it: whether
it is of the time that is asked for, and of the kind.
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
        self._weights = weights

    def of(self, query: Query, candidates: Candidates, probabilities: NDArray[np.float64]) -> float:
        """From 0 to 1: how probable it is that one of the first five answers is right."""
        if not len(probabilities):
            return 0.0
        own = signs(query, candidates, probabilities)
        return float(self._weights.probabilities(own, SIGNS))


class AnswerConfidence:
    """Logistic regression over the ANSWER_SIGNS."""

    def __init__(self, weights: Weights) -> None:
        """A sign without a weight counts for nothing."""
        self._weights = weights

    def of(self, question: float, probabilities: Sequence[float]) -> list[float]:
        """How probable it is that each answer is right, of a question with this confidence, by the
        finder's probabilities of the answers in any order. None is surer than the best."""
        own = answer_signs(question, probabilities)
        sure = self._weights.probabilities(own, ANSWER_SIGNS)
        if len(sure):
            np.minimum(sure, sure[int(np.argmax(probabilities))], out=sure)
        return [float(one) for one in sure]


def answer_signs(question: float, probabilities: Sequence[float]) -> NDArray[np.float64]:
    """The ANSWER_SIGNS of the answers to one question: shape (answers, len(ANSWER_SIGNS)). Of
    equals the first is the best."""
    found = np.zeros((len(probabilities), len(ANSWER_SIGNS)))
    if len(probabilities):
        found[:, 0] = [_logit(probability) for probability in probabilities]
        found[int(np.argmax(probabilities)), 1:] = 1.0, _logit(question)
    return found


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(inside / (1 - inside)))
