"""What one system made of one question, and what that is worth.

Each measure gives one number a question, or nan where it says nothing of it, so that no case is
counted in a figure that it does not belong to. Means of them are made in ``eval.figures``; what
can only be said of many questions together is in ``eval.calibration``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Self

import ir_measures
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from qa.schema import Probability, Strict

DEPTH = 5
CANDIDATES = 50

Rank = Annotated[int, Field(ge=1, le=CANDIDATES)]
Column = NDArray[np.float64]


class Outcome(Strict):
    """What one system made of one question; holds no word of a letter.

    ``right`` says of each of the best five answers whether it is right. ``probabilities`` are
    their confidences; None for a system whose scores, ``confidence`` among them, are no
    probabilities. ``refused`` is None for a system without a threshold. ``found_at`` has for each
    gold quote the rank of the first of the best fifty candidates that matches it; None for a
    system that gives no candidates and for unanswerable questions. ``token_f1`` is that of the
    first answer with its best gold quote, 0 without an answer; None for unanswerable questions.
    ``milliseconds`` is None for a system that costs no time; ``stages`` has what each step of the
    answerer took of them.
    """

    id: str
    fingerprint: str
    type: str
    answerable: bool
    right: Annotated[tuple[bool, ...], Field(max_length=DEPTH)]
    probabilities: tuple[Probability, ...] | None
    confidence: float
    refused: bool | None
    found_at: tuple[Rank | None, ...] | None
    token_f1: Probability | None
    milliseconds: float | None
    stages: dict[str, float] | None = None

    @model_validator(mode="after")
    def _one_probability_an_answer(self) -> Self:
        if self.probabilities is not None and len(self.probabilities) != len(self.right):
            raise ValueError("probabilities are not as many as answers")
        return self

    @property
    def right_at(self) -> int | None:
        """The rank of the first right answer among the best five, from 1."""
        return self.right.index(True) + 1 if True in self.right else None


def recall_at(depth: int) -> Callable[[Outcome], float | None]:
    """The share of the gold quotes that are among the best ``depth`` candidates.

    Subtopic recall (Zhai et al., 2003), a gold quote being a subtopic: one candidate may hold
    several quotes, and several candidates the same, which plain recall has no place for.
    """

    def metric(outcome: Outcome) -> float | None:
        if outcome.found_at is None:
            return None
        return float(np.mean([at is not None and at <= depth for at in outcome.found_at]))

    return metric


def token_f1(outcome: Outcome) -> float | None:
    """How many words the first answer shares with the gold quote that is most like it."""
    return outcome.token_f1


def unanswerable_refused(outcome: Outcome) -> float | None:
    """1 if an unanswerable question was refused at the default threshold, else 0."""
    return None if outcome.answerable or outcome.refused is None else float(outcome.refused)


def answerable_refused(outcome: Outcome) -> float | None:
    """1 if an answerable question was refused at the default threshold, else 0."""
    return float(outcome.refused) if outcome.answerable and outcome.refused is not None else None


def served(outcome: Outcome) -> float | None:
    """1 if the question was answered with a right answer among the best five, or was refused and
    is unanswerable; else 0."""
    if outcome.refused is None:
        return None
    return float(outcome.refused != outcome.answerable and (outcome.refused or any(outcome.right)))


_RANKING = {
    "hit@1": ir_measures.Success @ 1,
    "hit@5": ir_measures.Success @ DEPTH,
    f"MRR@{DEPTH}": ir_measures.RR @ DEPTH,
}
_OWN: Mapping[str, Callable[[Outcome], float | None]] = {
    "recall@5": recall_at(5),
    "recall@10": recall_at(10),
    f"recall@{CANDIDATES}": recall_at(CANDIDATES),
    "token F1": token_f1,
    "unanswerable refused": unanswerable_refused,
    "answerable refused": answerable_refused,
    "served": served,
}
MEASURES = (*_RANKING, *_OWN)


def columns(outcomes: Sequence[Outcome]) -> dict[str, Column]:
    """Every measure of MEASURES, shape (len(outcomes),), nan where it does not apply."""
    found = _ranking(outcomes)
    for name, metric in _OWN.items():
        values = [metric(outcome) for outcome in outcomes]
        found[name] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    return found


def _ranking(outcomes: Sequence[Outcome]) -> dict[str, Column]:
    """The measures of ranked answers, over answerable questions: a document of a run is the answer
    at a rank, relevant if it is right."""
    asked = {str(n): outcome.right for n, outcome in enumerate(outcomes) if outcome.answerable}
    # A question that was given no answer still needs something that is judged, to be counted as 0.
    judged = {
        key: {str(rank): int(one) for rank, one in enumerate(right)} or {"none": 0}
        for key, right in asked.items()
    }
    run = {
        key: {str(rank): float(-rank) for rank in range(len(right))} for key, right in asked.items()
    }
    found = {name: np.full(len(outcomes), np.nan) for name in _RANKING}
    names = {measure: name for name, measure in _RANKING.items()}
    for one in ir_measures.iter_calc(list(names), judged, run):
        found[names[one.measure]][int(one.query_id)] = one.value
    return found
