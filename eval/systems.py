"""What is compared: anything that answers a question with ranked spans and a confidence."""

from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

from eval.metrics import CANDIDATES, DEPTH
from eval.questions import Question, request_of
from qa.answerer import Answerer
from qa.schema import Answer


@dataclass(frozen=True, slots=True)
class Span:
    """Words that a system gives as an answer, and where they stand."""

    document_id: str
    file: str
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system says to a question, best span first, whatever its confidence.

    ``confidence`` is the higher, the likelier it is that the corpus answers the question; only its
    order counts. ``refused`` is None for a system that never refuses, ``candidates`` (up to fifty
    spans) for one that gives none. ``milliseconds`` is the time that a user would wait.
    """

    answers: tuple[Span, ...]
    confidence: float
    refused: bool | None
    candidates: tuple[Span, ...] | None
    milliseconds: float


class System(Protocol):
    """A way of answering questions over one corpus."""

    @property
    def name(self) -> str:
        """What the figures call it."""

    def answer(self, question: Question) -> Reply:
        """Answer from the whole corpus, or from ``question.document`` alone where it is given."""


class Paperknife:
    """The answerer as users meet it: timed and refusing at its defaults.

    The question is asked twice: as it is, for time and refusal; and with ``min_confidence=0`` and
    the greatest limit, for the best answers and the candidates whatever their confidence.
    """

    name = "paperknife"

    def __init__(self, answerer: Answerer) -> None:
        """Ask ``answerer``."""
        self._answerer = answerer

    def answer(self, question: Question) -> Reply:
        """Answer as System says."""
        request = request_of(question, self._answerer.snapshot)
        started = perf_counter()
        response = self._answerer.ask(request)
        milliseconds = (perf_counter() - started) * 1000
        frank = request.model_copy(update={"min_confidence": 0.0, "limit": CANDIDATES})
        candidates = tuple(_span(answer) for answer in self._answerer.ask(frank).answers)
        return Reply(
            answers=candidates[:DEPTH],
            confidence=response.confidence,
            refused=response.status == "abstained",
            candidates=candidates,
            milliseconds=milliseconds,
        )


def _span(answer: Answer) -> Span:
    cited = answer.citation
    return Span(
        cited.document_id, cited.file, cited.start, cited.end, answer.text, answer.confidence
    )
