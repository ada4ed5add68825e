"""What is compared: anything that answers a question with ranked spans and a confidence."""

from dataclasses import dataclass, replace
from typing import Protocol

from eval.metrics import CANDIDATES, DEPTH
from eval.questions import Question, request_of
from eval.stages import Watch
from qa import wording
from qa.answerer import Answerer
from qa.schema import Answer, Citation, Understood


@dataclass(frozen=True, slots=True)
class Span:
    """Words that a system gives as an answer, and where they stand; ``place`` says it to people."""

    document_id: str
    file: str
    start: int
    end: int
    text: str
    score: float
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system says to a question, best span first, whatever its confidence.

    ``confidence`` is the higher, the likelier it is that the corpus answers the question. Where
    ``probable``, it and the scores of the spans are probabilities; else only their order counts.
    ``refused`` is None for a system that never refuses, ``candidates`` (up to fifty spans) for one
    that gives none. ``milliseconds`` is the time that a user would wait, ``stages`` what each step
    takes of it. ``understood`` is what the question was taken to say.
    """

    answers: tuple[Span, ...]
    confidence: float
    refused: bool | None
    candidates: tuple[Span, ...] | None
    milliseconds: float | None
    probable: bool = False
    stages: dict[str, float] | None = None
    understood: Understood | None = None


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
        with Watch().watching() as stages:
            response = self._answerer.ask(request)
        frank = request.model_copy(update={"min_confidence": 0.0, "limit": CANDIDATES})
        candidates = tuple(_span(answer) for answer in self._answerer.ask(frank).answers)
        return Reply(
            answers=candidates[:DEPTH],
            confidence=response.confidence,
            refused=response.status == "abstained",
            candidates=candidates,
            milliseconds=sum(stages.values()),
            probable=True,
            stages=stages,
            understood=response.understood,
        )


def always(reply: Reply, *, refuse: bool) -> Reply:
    """What a system without any judgement would have made of the same question: the same answers
    to each of them, or none to any; sure of it every time."""
    return replace(
        reply,
        answers=() if refuse else reply.answers,
        confidence=0.0 if refuse else 1.0,
        refused=refuse,
        candidates=None,
        milliseconds=None,
        probable=False,
        stages=None,
    )


def _span(answer: Answer) -> Span:
    cited = answer.citation
    return Span(
        cited.document_id,
        cited.file,
        cited.start,
        cited.end,
        answer.text,
        answer.confidence,
        _place(cited),
    )


def _place(cited: Citation) -> str:
    """Where a person finds a span: "Aldermere, inspection, 3 July 2018, page 4, Main findings"."""
    published = wording.published(cited.published, cited.published_year)
    visited = wording.days(cited.visited.first, cited.visited.last) if cited.visited else None
    page = f"page {cited.page}" if cited.page else None
    known = (cited.authority, cited.kind, published or visited, page, cited.section)
    return ", ".join(part for part in known if part)
