"""What a reply is worth, beside the gold of its question."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.matching import matches, token_f1, words
from eval.metrics import DEPTH, Outcome
from eval.questions import Question, Quote, file_name
from eval.systems import Reply, Span


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and by system what it replied and what that is worth."""

    question: Question
    replies: dict[str, tuple[Reply, Outcome]]


def is_right(span: Span, gold: Sequence[Quote]) -> bool:
    """Whether a span says what a gold quote of its own document says."""
    name = file_name(span.file)
    return any(
        quote.document == name and quote.quote is not None and matches(span.text, quote.quote)
        for quote in gold
    )


def judge(question: Question, reply: Reply) -> Outcome:
    """What a reply to a question is worth."""
    best = reply.answers[:DEPTH]
    return Outcome(
        id=question.id,
        fingerprint=question.fingerprint,
        type=question.type,
        answerable=question.answerable,
        right=tuple(is_right(span, question.gold) for span in best),
        probabilities=tuple(span.score for span in best) if reply.probable else None,
        confidence=reply.confidence,
        refused=reply.refused,
        found_at=_found_at(question, reply),
        token_f1=_token_f1(question, best),
        milliseconds=reply.milliseconds,
        stages=reply.stages,
    )


def _found_at(question: Question, reply: Reply) -> tuple[int | None, ...] | None:
    """For each gold quote, the rank of the first candidate that matches it."""
    if reply.candidates is None or not question.answerable:
        return None
    return tuple(
        next((n for n, span in enumerate(reply.candidates, 1) if is_right(span, (quote,))), None)
        for quote in question.gold
    )


def _token_f1(question: Question, answers: Sequence[Span]) -> float | None:
    """How many words the first answer shares with the gold quote of its own document that is most
    like it."""
    if not question.answerable:
        return None
    gold = question.gold
    return max(
        (
            token_f1(words(span.text), words(quote.quote))
            for span in answers[:1]
            for quote in gold
            if quote.document == file_name(span.file) and quote.quote is not None
        ),
        default=0.0,
    )
