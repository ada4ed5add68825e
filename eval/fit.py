"""Fits the recipe of the answers: on questions for fitting, with the threshold chosen on others.

The finder's weights maximise the probability of the right candidates under a softmax over all
candidates of a question (ListNet's top-one loss: Cao et al., 2007), and a logistic regression makes
probabilities of its scores (Platt, 1999). Another one makes of a question's signs the probability
that any of the first five answers is right, and a third that of each answer to the questions that
are asked of the whole corpus (``eval.confidence_fit``). The threshold is the highest that refuses
at most a stated share of the answerable questions of a set that nothing was fitted on.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from documents import Document, QuestionSetError
from eval.confidence_fit import Case, Worth, cross_validate, fit_answers, fit_confidence
from eval.gold import locate
from eval.judging import is_right
from eval.metrics import DEPTH
from eval.pairs import scope_of
from eval.questions import Question, QuestionSet, check_documents, request_of
from eval.systems import Span
from qa.answerer import Answerer
from qa.candidates import FEATURES, RETRIEVED, Candidates, Query
from qa.closer import CloseReader
from qa.confidence import WeightedConfidence, answer_signs, signs
from qa.finder import WeightedFinder
from qa.recipe import Recipe, Weights

Progress = Callable[[str, int, int], None]

MOST_REFUSED = 0.08  # of the answerable questions
_CALIBRATED = 10  # candidates of a question, the best, whose probabilities are to be right
_RIDGE = 1e-3  # on the weights of standardised features
_FLOOR_RECALL = 0.98  # of the right candidates stay above the floor


@dataclass(frozen=True)
class _Asked:
    """A question with its candidates, and which of them are right."""

    question: Question
    query: Query
    candidates: Candidates
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A recipe, and what its confidence was worth on letters that it was not fitted on."""

    recipe: Recipe
    worth: tuple[Worth, ...]


def fit(
    answerer: Answerer,
    train: QuestionSet,
    choose: QuestionSet,
    *,
    held_out: frozenset[str] | None = None,
    most: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Fitted:
    """A recipe fitted on ``train`` (``most`` of its questions, drawn by ``seed``), with the
    threshold chosen on ``choose``. The answerer's own recipe says how many passages are got and
    read. With ``held_out``, the names of files, only questions that are asked of these alone are
    fitted on. Raises QuestionSetError if the questions name a file that is not in the snapshot, or
    if none is left."""
    for questions in (train, choose):
        check_documents(questions.questions, answerer.snapshot)
    train, choose = (
        locate(questions, answerer.snapshot.documents) for questions in (train, choose)
    )
    drawn = [q for q in train.questions if held_out is None or _is_of(q, held_out, answerer)]
    if not drawn:
        raise QuestionSetError("no question is asked of the documents held out alone")
    random.Random(seed).shuffle(drawn)
    drawn = drawn[:most]
    asked = _ask(answerer, drawn, "gathering candidates", progress)
    retrieval = _fit_finder(asked, RETRIEVED)
    closer = answerer.closer(retrieval)
    asked = _read(closer, asked, "reading passages", progress)
    finder = _fit_finder(asked, FEATURES)
    cases = _cases(asked, finder)
    confidence = fit_confidence(cases)
    answers = _answers(answerer, _complete(asked), finder, confidence)
    chosen = _ask(answerer, choose.questions, "choosing the threshold", progress)
    chosen = _read(closer, chosen, "choosing the threshold", progress)
    confidences, floors = _measure(chosen, finder, confidence)
    answerable = np.array([one.question.answerable for one in chosen])
    threshold = float(np.quantile(confidences[answerable], MOST_REFUSED, method="lower"))
    refused = confidences < threshold
    made_for = (
        f"at most {MOST_REFUSED:.0%} of the answerable questions refused: "
        f"{refused[answerable].mean():.1%} are, and {refused[~answerable].mean():.1%} of the"
        " unanswerable ones"
    )
    before = answerer.recipe
    made = before.model_copy(
        update={
            "retrieval": retrieval,
            "reranker": answerer.reranker.identity.sha256,
            "finder": finder,
            "confidence": confidence,
            "answers": fit_answers(answers),
            "threshold": round(threshold, 4),
            "floor": round(float(np.quantile(floors, 1 - _FLOOR_RECALL)), 4),
            "fitted_on": f"{len(drawn)} of {_named(train)}, seed {seed}",
            "threshold_chosen_on": _named(choose),
            "threshold_chosen_for": made_for,
        }
    )
    return Fitted(made, cross_validate(cases, answers))


def _is_of(question: Question, files: frozenset[str], answerer: Answerer) -> bool:
    """Whether the question, and all its gold, is of these files alone."""
    meaning = answerer.understanding.understand(question.question)
    scope = scope_of(question, meaning, answerer.snapshot.documents)
    return {*scope, *question.files} <= files


def _named(questions: QuestionSet) -> str:
    files = ", ".join(f"{file.name} (SHA-256 {file.sha256[:12]})" for file in questions.files)
    return f"{len(questions.questions)} questions of {files}"


def _ask(
    answerer: Answerer, questions: Sequence[Question], stage: str, progress: Progress | None
) -> list[_Asked]:
    asked: list[_Asked] = []
    for done, question in enumerate(questions):
        found = answerer.gather(request_of(question, answerer.snapshot))
        right = [is_right(span, question.gold) for span in _spans(answerer, found.candidates)]
        asked.append(_Asked(question, found.query, found.candidates, np.array(right, dtype=bool)))
        if progress:
            progress(stage, done + 1, len(questions))
    return asked


def _read(
    closer: CloseReader, asked: Sequence[_Asked], stage: str, progress: Progress | None
) -> list[_Asked]:
    read: list[_Asked] = []
    for done, one in enumerate(asked):
        read.append(replace(one, candidates=closer.read(one.query, one.candidates)))
        if progress:
            progress(stage, done + 1, len(asked))
    return read


def _spans(answerer: Answerer, candidates: Candidates) -> list[Span]:
    spans: list[Span] = []
    sentences = answerer.snapshot.sentences
    for number, _, _, start, end in sentences[candidates.rows].tolist():
        spans.append(_span(answerer.snapshot.documents[number], start, end))
    return spans


def _span(document: Document, start: int, end: int) -> Span:
    return Span(document.id, document.file, start, end, document.text[start:end], 0.0)


def _fit_finder(asked: Sequence[_Asked], names: Sequence[str]) -> Weights:
    """Weights of the candidates' features of these names (the first of FEATURES) whose logistic
    function is a probability."""
    learnt_from = [one for one in asked if one.right.any()]
    features = np.concatenate([one.candidates.features[:, : len(names)] for one in learnt_from])
    right = np.concatenate([one.right for one in learnt_from])
    starts = np.cumsum([0, *(len(one.right) for one in learnt_from)])[:-1]
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    standard = ((features - mean) / spread).astype(np.float64)
    ranking = _rank(standard, right, starts)
    weights = ranking / spread
    bias = -float(weights @ mean)
    scores, answers = _of_the_best(_complete(asked), weights, len(names))
    slope, intercept = _platt(scores + bias, answers)
    return Weights(
        bias=round(slope * bias + intercept, 6),
        weights={n: round(float(slope * w), 6) for n, w in zip(names, weights, strict=True)},
    )


def _complete(asked: Sequence[_Asked]) -> list[_Asked]:
    """Those that are asked of one document have more right answers than their gold: the others,
    unless nothing is right among them."""
    complete = [one for one in asked if one.question.document is None]
    return complete if any(one.right.any() for one in complete) else list(asked)


def _of_the_best(
    asked: Sequence[_Asked], weights: NDArray[np.float64], features: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The scores of each question's best candidates, and which of them are right."""
    scores: list[NDArray[np.float64]] = []
    right: list[NDArray[np.bool_]] = []
    for one in asked:
        own = one.candidates.features[:, :features] @ weights
        best = _best(own, _CALIBRATED)
        scores.append(own[best])
        right.append(one.right[best])
    return np.concatenate(scores), np.concatenate(right)


def _best(scores: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")[:count]


def _rank(
    features: NDArray[np.float64], right: NDArray[np.bool_], starts: NDArray[np.int_]
) -> NDArray[np.float64]:
    """The weights of least loss: shape (features,). ``starts`` are the questions' first rows."""
    counts = np.diff([*starts, len(right)])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), counts)
        exps = np.exp(scores)
        # A right candidate far below the best has a probability that is zero in floats.
        good = np.add.reduceat(exps * right, starts) + 1e-300
        every = np.add.reduceat(exps, starts)
        towards = exps * right / np.repeat(good, counts) - exps / np.repeat(every, counts)
        value = -np.log(good / every).mean() + _RIDGE * weights @ weights
        return float(value), -(towards @ features) / len(starts) + 2 * _RIDGE * weights

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights


def _platt(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and intercept that make probabilities of scores."""
    model = LogisticRegression(C=1e6).fit(scores[:, np.newaxis], right)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _cases(asked: Sequence[_Asked], finder: Weights) -> list[Case]:
    """The questions that have a candidate, with their signs."""
    found: list[Case] = []
    for one in asked:
        probabilities = _probabilities(one, finder)
        if len(probabilities):
            right = bool(one.right[_best(probabilities, DEPTH)].any())
            own = signs(one.query, one.candidates, probabilities)
            found.append(Case(one.question, own, right))
    return found


def _answers(
    answerer: Answerer, asked: Sequence[_Asked], finder: Weights, confidence: Weights
) -> list[Case]:
    """The answers to the questions, with their signs."""
    sure = WeightedConfidence(confidence)
    found: list[Case] = []
    for one in asked:
        probabilities = _probabilities(one, finder)
        question = sure.of(one.query, one.candidates, probabilities)
        points = answerer.points(one.query, one.candidates, probabilities, DEPTH)
        signs = answer_signs(question, [point.probability for point in points])
        for point, own in zip(points, signs, strict=True):
            span = _span(point.document, point.start, point.end)
            found.append(Case(one.question, own, is_right(span, one.question.gold)))
    return found


def _probabilities(one: _Asked, finder: Weights) -> NDArray[np.float64]:
    return WeightedFinder(finder).probabilities(one.query, one.candidates)


def _measure(
    asked: Sequence[_Asked], finder: Weights, confidence: Weights
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The confidence of every question, and the probabilities of all right candidates."""
    confidences: list[float] = []
    right: list[NDArray[np.float64]] = []
    for one in asked:
        probabilities = _probabilities(one, finder)
        confidences.append(
            WeightedConfidence(confidence).of(one.query, one.candidates, probabilities)
        )
        right.append(probabilities[one.right])
    return np.array(confidences), np.concatenate(right)
