"""What is learnt from: questions, each with the sentences that answer it."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents import Document, QuestionSetError
from eval.gold import locate
from eval.matching import MIN_F1, MIN_WORDS_WITHIN, matches, words
from eval.questions import Letters, Question, QuestionSet, Quote, check_documents, file_name
from index.rows import Rows, rows_of
from qa.schema import Strict
from qa.understanding import Meaning, PlainUnderstanding

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question to learn from. ``gold`` (empty where nothing answers it) and ``tempting`` are rows
    of sentences; ``files`` are the names of those that hold the gold, and of the one that it is
    asked of, or the ``scope`` where there are neither. ``scope`` are the files in which all its
    gold is marked: what else they say is wrong."""

    id: str
    question: str
    topic: str
    files: tuple[str, ...]
    scope: tuple[str, ...]
    gold: tuple[int, ...]
    tempting: tuple[int, ...]


class Counts(Strict):
    """What became of the questions and of their quotes. ``without_a_sentence`` are answerable
    questions none of whose gold quotes matches a sentence; they are left out."""

    questions: int
    unanswerable: int
    without_a_sentence: int
    gold_quotes: int
    gold_quotes_unmatched: int
    tempting_quotes: int
    tempting_quotes_unmatched: int


@dataclass(frozen=True)
class Material:
    """The sentences and passages of the letters, and the lessons on them.

    ``lessons`` are answered, ``unanswered`` not. ``own`` holds for each document, in the order of
    the rows, the rows of its sentences that are no fragments. ``left_out`` are the ids of the
    questions that ``counts`` has as without a sentence; ``letters`` is a hash of the letters' bytes
    and names.
    """

    rows: Rows
    own: tuple[NDArray[np.intp], ...]
    lessons: tuple[Lesson, ...]
    unanswered: tuple[Lesson, ...]
    counts: Counts
    left_out: tuple[str, ...]
    documents: int
    letters: str


def gather(questions: QuestionSet, letters: Letters, progress: Progress | None = None) -> Material:
    """The lessons that these questions give on these letters; concealed gold is located.

    Raises QuestionSetError if the questions name a file that is not among the letters, or have
    gold for another text.
    """
    documents = sorted(letters.documents, key=lambda document: document.id)
    check_documents(questions.questions, letters)
    asked = locate(questions, letters.documents).questions
    rows = rows_of(documents)
    found = _matching(asked, documents, rows, progress)
    understanding = PlainUnderstanding(documents)
    lessons: list[Lesson] = []
    unanswered: list[Lesson] = []
    left_out: list[str] = []
    for question in asked:
        gold, tempting = _rows(question.gold, found), _rows(question.tempting, found)
        if question.answerable and not gold:
            left_out.append(question.id)
            continue
        meaning = understanding.understand(question.question)
        scope = scope_of(question, meaning, documents)
        files = tuple(sorted(question.files)) or scope
        lesson = Lesson(question.id, question.question, meaning.topic, files, scope, gold, tempting)
        (lessons if gold else unanswered).append(lesson)
    gold_quotes = [quote for question in asked for quote in question.gold]
    tempting_quotes = [quote for question in asked for quote in question.tempting]
    counts = Counts(
        questions=len(asked),
        unanswerable=sum(not question.answerable for question in asked),
        without_a_sentence=len(left_out),
        gold_quotes=len(gold_quotes),
        gold_quotes_unmatched=sum(not _rows([quote], found) for quote in gold_quotes),
        tempting_quotes=len(tempting_quotes),
        tempting_quotes_unmatched=sum(not _rows([quote], found) for quote in tempting_quotes),
    )
    return Material(
        rows,
        _own(documents, rows),
        tuple(lessons),
        tuple(unanswered),
        counts,
        tuple(left_out),
        len(documents),
        _hash(documents),
    )


def scope_of(
    question: Question, meaning: Meaning, documents: Iterable[Document]
) -> tuple[str, ...]:
    """The files that the question is asked of: the one that it has, else those of the authorities
    that it names and of the times that it means; those of its gold where it names neither."""
    if question.document is not None:
        return (question.document,)
    named, meant = meaning.understood.authorities, meaning.letters
    if not named and meant is None:
        return tuple(sorted(question.files))
    return tuple(
        sorted(
            file_name(document.file)
            for document in documents
            if (not named or document.metadata.authority in named)
            and (meant is None or document.id in meant)
        )
    )


def hold_out(
    lessons: Sequence[Lesson], share: float, seed: int
) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """The lessons to learn from, and the names of the files that are held out: so large a share of
    those that the lessons are about, drawn by ``seed``. No lesson that is left speaks of one.

    Raises QuestionSetError if none is left.
    """
    names = sorted({name for lesson in lessons for name in lesson.files})
    random.Random(seed).shuffle(names)
    held = frozenset(names[: round(share * len(names))])
    left = tuple(lesson for lesson in lessons if held.isdisjoint(lesson.files))
    if not left:
        raise QuestionSetError(
            f"of {len(lessons)} questions that a sentence answers none is left to learn from"
            f" with {len(held)} of {len(names)} documents held out"
        )
    return left, tuple(sorted(held))


_Found = dict[tuple[str, str], tuple[int, ...]]


def _rows(quotes: Iterable[Quote], found: _Found) -> tuple[int, ...]:
    return tuple(
        sorted({row for q in quotes for row in found.get((q.document, q.quote or ""), ())})
    )


def _matching(
    asked: Sequence[Question],
    documents: Sequence[Document],
    rows: Rows,
    progress: Progress | None,
) -> _Found:
    """The rows of the sentences that each quote matches (``eval.matching``), by its document and
    text."""
    quotes: dict[str, set[str]] = defaultdict(set)
    for question in asked:
        for quote in (*question.gold, *question.tempting):
            quotes[quote.document].add(quote.quote or "")
    found: _Found = {}
    for number, document in enumerate(documents):
        name = file_name(document.file)
        own = np.flatnonzero(rows.sentences["document"] == number)
        spans = rows.sentences[["start", "end"]][own].tolist()
        sentences = _Sentences([document.text[start:end] for start, end in spans])
        for text in sorted(quotes[name]):
            matched = tuple(own[sentences.matching(text)].tolist())
            found[name, text] = (*found.get((name, text), ()), *matched)
        if progress:
            progress("matching quotes", number + 1, len(documents))
    return found


class _Sentences:
    """The sentences of a document, with how often each word is in each, to find by counting the
    few that are worth comparing."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        own = [words(text) for text in texts]
        self._lengths = np.array([len(w) for w in own], dtype=np.int64)
        self._columns: dict[str, int] = {}
        for sentence in own:
            for word in sentence:
                self._columns.setdefault(word, len(self._columns))
        self._counts = np.zeros((len(own), len(self._columns)), dtype=np.uint16)
        for row, sentence in enumerate(own):
            for word in sentence:
                self._counts[row, self._columns[word]] += 1

    def matching(self, quote: str) -> list[int]:
        """The positions of the sentences that match a quote, in order."""
        wanted = words(quote)
        often: dict[int, int] = defaultdict(int)
        for word in wanted:
            if word in self._columns:
                often[self._columns[word]] += 1
        least = np.fromiter(often.values(), dtype=np.int64)
        shared = np.minimum(self._counts[:, list(often)], least).sum(axis=1)
        near = 2 * shared >= MIN_F1 * (self._lengths + len(wanted))
        within = (shared == self._lengths) & (self._lengths >= MIN_WORDS_WITHIN)
        candidates = np.flatnonzero(near | within).tolist()
        return [place for place in candidates if matches(self._texts[place], quote)]


def _own(documents: Sequence[Document], rows: Rows) -> tuple[NDArray[np.intp], ...]:
    places = rows.sentences[["document", "index"]].tolist()
    whole = np.array([not documents[n].sentences[i].fragment for n, i in places], dtype=bool)
    numbers = rows.sentences["document"]
    return tuple(np.flatnonzero(whole & (numbers == n)) for n in range(len(documents)))


def _hash(documents: Iterable[Document]) -> str:
    each = sorted(f"{document.sha256} {file_name(document.file)}\n" for document in documents)
    return hashlib.sha256("".join(each).encode()).hexdigest()
