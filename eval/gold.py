"""Gold that is kept without its text: which words of which document, by their number and hash.

What is written about real letters can then be shared while the letters stay where they are.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from documents import QuestionSetError
from eval.matching import words
from eval.questions import Letters, Question, QuestionSet, Quote, file_name


def conceal(quote: Quote) -> Quote:
    """The same gold without its text. One that has none is given back as it is."""
    if quote.quote is None:
        return quote
    own = words(quote.quote)
    return Quote(document=quote.document, words=len(own), sha256=_hash(own))


def locate(questions: QuestionSet, letters: Letters) -> QuestionSet:
    """The same questions, with the words of concealed gold looked up in the letters.

    Raises QuestionSetError where a document has no such words: it is not the one that the gold
    was written for, or it is read otherwise.
    """
    places = _Places(letters)
    return replace(
        questions, questions=tuple(places.located(question) for question in questions.questions)
    )


class _Places:
    """The runs of words of each document, by their length and hash, made when they are needed."""

    def __init__(self, letters: Letters) -> None:
        self._words = {file_name(d.file): words(d.text) for d in letters.documents}
        self._runs: dict[tuple[str, int], dict[str, int]] = {}

    def located(self, question: Question) -> Question:
        quotes = (*question.gold, *question.tempting)
        if all(quote.quote is not None for quote in quotes):
            return question
        return question.model_copy(
            update={
                "gold": self._all(question.id, question.gold),
                "tempting": self._all(question.id, question.tempting),
            }
        )

    def _all(self, question_id: str, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        return tuple(self._quote(question_id, quote) for quote in quotes)

    def _quote(self, question_id: str, quote: Quote) -> Quote:
        if quote.words is None or quote.sha256 is None:
            return quote
        own = self._words.get(quote.document)
        if own is None:
            # ``check_documents`` says better what is amiss with a file that is not there.
            return quote
        start = self._starts(quote.document, own, quote.words).get(quote.sha256)
        if start is None:
            raise QuestionSetError(
                f"question {question_id}: {quote.document} has no run of {quote.words} words"
                f" with the hash {quote.sha256[:12]}…; the gold was written for another text"
            )
        text = " ".join(own[start : start + quote.words])
        return quote.model_copy(update={"quote": text, "words": None, "sha256": None})

    def _starts(self, document: str, own: Sequence[str], length: int) -> dict[str, int]:
        """Where each run of so many words begins, by its hash."""
        runs = self._runs.get((document, length))
        if runs is None:
            last = len(own) - length
            runs = {_hash(own[at : at + length]): at for at in range(last, -1, -1)}
            self._runs[document, length] = runs
        return runs


def _hash(own: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(own).encode()).hexdigest()
