"""Fits the confidences of questions and of answers, and says what they are worth on letters that
they were not fitted on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.calibration import Values, area, calibration_error
from eval.questions import Question
from qa.confidence import ANSWER_SIGNS, SIGNS
from qa.recipe import Weights

FOLDS = 5
_OPEN = 3.0  # questions asked of the whole corpus, as people ask, count so many times


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its signs (``qa.confidence.signs``), and whether one of the first five
    candidates is right; or one of its answers with those of an answer, and whether it is right."""

    question: Question
    signs: NDArray[np.float64]
    right: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What confidences are worth, given by one that was fitted on the questions about other
    documents: ``auroc`` of the answerable questions against the others, or of the right answers,
    None where there are not both; ``ece``, the calibration error."""

    of: str
    count: int
    auroc: float | None
    ece: float

    def __str__(self) -> str:
        """As a person reads it."""
        auroc = "–" if self.auroc is None else f"{self.auroc:.3f}"
        return f"{self.of}: {self.count}, AUROC {auroc}, ECE {self.ece:.3f}"


def fit_confidence(cases: Sequence[Case]) -> Weights:
    """The weights of the signs that say how probable a right answer among the first five is."""
    return _fit(cases, SIGNS)


def fit_answers(cases: Sequence[Case]) -> Weights:
    """The weights of the signs that say how probable it is that an answer is right."""
    return _fit(cases, ANSWER_SIGNS)


def cross_validate(questions: Sequence[Case], answers: Sequence[Case]) -> tuple[Worth, ...]:
    """What the confidences are worth on all questions, on those asked of the whole corpus, and on
    answers. Each is judged by one that was fitted on the questions about other documents, four
    fifths of them all, or on their answers. Nothing is said where the documents are too few, or all
    that is about some of them comes out alike."""
    found: list[Worth] = []
    if (said := _elsewhere(questions)) is not None:
        right = np.array([one.right for one in questions])
        answerable = np.array([one.question.answerable for one in questions])
        whole = np.array([one.question.document is None for one in questions])
        found.append(_worth("all questions", said, right, answerable))
        if whole.any():
            parts = (said[whole], right[whole], answerable[whole])
            found.append(_worth("questions asked of the whole corpus", *parts))
    if (said := _elsewhere(answers)) is not None:
        right = np.array([one.right for one in answers])
        found.append(_worth("answers", said, right, right))
    return tuple(found)


def _fit(cases: Sequence[Case], names: Sequence[str]) -> Weights:
    weights, bias = _regression(*_learnt_from(cases))
    return Weights(
        bias=round(bias, 6),
        weights={n: round(float(w), 6) for n, w in zip(names, weights, strict=True)},
    )


def _elsewhere(cases: Sequence[Case]) -> Values | None:
    """What is said of each case by weights that were fitted on other documents."""
    documents = np.array([_document(one.question) for one in cases])
    if len(set(documents)) < FOLDS:
        return None
    signs, right, counts = _learnt_from(cases)
    said: Values = np.zeros(len(cases))
    for train, test in GroupKFold(FOLDS).split(signs, groups=documents):
        if len(set(right[train])) < 2:
            return None
        weights, bias = _regression(signs[train], right[train], counts[train])
        said[test] = 1 / (1 + np.exp(-(signs[test] @ weights + bias)))
    return said


def _worth(of: str, said: Values, right: NDArray[np.bool_], positive: NDArray[np.bool_]) -> Worth:
    both = positive.any() and not positive.all()
    auroc = area(said[positive], said[~positive]) if both else None
    return Worth(of, len(said), auroc, calibration_error(said, right.astype(np.float64)))


def _learnt_from(
    cases: Sequence[Case],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """The signs of the questions, whether they are answered rightly, and how much they count."""
    return (
        np.array([one.signs for one in cases]),
        np.array([one.right for one in cases], dtype=bool),
        np.array([1.0 if one.question.document else _OPEN for one in cases]),
    )


def _regression(
    signs: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """The weights of the signs, shape (signs,), and the bias."""
    mean, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0).fit((signs - mean) / spread, right, counts)
    weights: NDArray[np.float64] = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _document(question: Question) -> str:
    """What a question is about: one document, the first where it is about several; itself where
    it is about none."""
    named = (quote.document for quote in (*question.gold, *question.tempting))
    return question.document or next(named, question.id)
