"""Questions and replies to them, made by hand."""

from collections.abc import Sequence

from eval.questions import Question, Quote
from eval.systems import Reply, Span

LATE = "Checks of private foster carers are late."
PROMPT = "Checks of private foster carers are prompt and thorough."


def asked(number: int, *gold: tuple[str, str]) -> Question:
    return Question(
        id=f"q{number}",
        question=f"Question {number}?",
        type="fact" if gold else "unanswerable",
        answerable=bool(gold),
        gold=tuple(Quote(document=document, quote=quote) for document, quote in gold),
    )


def span(file: str, text: str) -> Span:
    return Span("id", file, 0, len(text), text, 0.5)


def reply(
    *answers: Span, candidates: Sequence[Span] | None = None, refused: bool | None = None
) -> Reply:
    given = None if candidates is None else tuple(candidates)
    return Reply(answers, 0.5, refused, given, 12.5)


class Scripted:
    """A system that was told what to say, and remembers what it was asked."""

    def __init__(self, name: str, replies: dict[str, Reply]) -> None:
        self.name = name
        self.asked: list[str] = []
        self._replies = replies

    def answer(self, question: Question) -> Reply:
        self.asked.append(question.id)
        return self._replies[question.id]


GOLD = (("ashford.md", LATE), ("bexley.md", PROMPT))
