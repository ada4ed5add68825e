"""Fits the confidence, and says what it is worth on letters that it was not fitted on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from eval.calibration import Values, area, calibration_error
from eval.questions import Question
from qa.confidence import SIGNS
from qa.recipe import Weights

FOLDS = 5
_OPEN = 3.0  # questions asked of the whole corpus, as people ask, count so many times


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its signs (``qa.confidence.signs``), and whether one of the first five
    candidates is right."""

    question: Question
    signs: NDArray[np.float64]
    right: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What confidences are worth, given by one that was fitted on the questions about other
    documents: ``auroc`` of the answerable questions against the others, None where there are not
    both; ``ece``, the calibration error."""

    of: str
    questions: int
    auroc: float | None
    ece: float

    def __str__(self) -> str:
        """As a person reads it."""
        auroc = "–" if self.auroc is None else f"{self.auroc:.3f}"
        return f"{self.of}: {self.questions} questions, AUROC {auroc}, ECE {self.ece:.3f}"


def fit_confidence(cases: Sequence[Case]) -> Weights:
    """The weights of the signs that say how probable a right answer among the first five is."""
    weights, bias = _regression(*_learnt_from(cases))
    return Weights(
        bias=round(bias, 6),
        weights={n: round(float(w), 6) for n, w in zip(SIGNS, weights, strict=True)},
    )


def cross_validate(cases: Sequence[Case]) -> tuple[Worth, ...]:
    """What the confidence is worth on all questions and on those asked of the whole corpus. Each is
    judged by one that was fitted on the questions about other documents: four fifths of them all.
    Empty where the documents are too few, or all questions about some of them come out alike."""
    signs, right, counts = _learnt_from(cases)
    documents = np.array([_document(one.question) for one in cases])
    said = np.zeros(len(cases))
    if len(set(documents)) < FOLDS:
        return ()
    for train, test in GroupKFold(FOLDS).split(signs, groups=documents):
        if len(set(right[train])) < 2:
            return ()
        weights, bias = _regression(signs[train], right[train], counts[train])
        said[test] = 1 / (1 + np.exp(-(signs[test] @ weights + bias)))
    answerable = np.array([one.question.answerable for one in cases])
    whole = np.array([one.question.document is None for one in cases])
    parts = (("all", np.ones(len(cases), dtype=bool)), ("asked of the whole corpus", whole))
    return tuple(
        _worth(of, said[part], right[part], answerable[part]) for of, part in parts if part.any()
    )


def _worth(of: str, said: Values, right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> Worth:
    both = answerable.any() and not answerable.all()
    auroc = area(said[answerable], said[~answerable]) if both else None
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
    """The weights of the signs, shape (len(SIGNS),), and the bias."""
    mean, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0).fit((signs - mean) / spread, right, counts)
    weights: NDArray[np.float64] = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _document(question: Question) -> str:
    """What a question is about: one document, the first where it is about several; itself where
    it is about none."""
    named = (quote.document for quote in (*question.gold, *question.tempting))
    return question.document or next(named, question.id)
