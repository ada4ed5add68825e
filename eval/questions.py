"""Question files: JSON lines, one question each, read strictly so that no slip goes unseen."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from documents import Document, Failure, QuestionSetError
from eval.matching import words
from index import Snapshot
from qa.schema import AskRequest, QuestionText, Strict


class Quote(Strict):
    """Words of a document. ``document`` is the name of its file, without folders.

    Where the text may not be repeated, ``words`` is how many they are and ``sha256`` the hash of
    them, joined by spaces (``eval.matching.words``); ``eval.gold.locate`` finds them again.
    """

    document: str
    quote: str | None = None
    words: int | None = Field(default=None, ge=1)
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")

    @field_validator("document")
    @classmethod
    def _is_a_file_name(cls, value: str) -> str:
        if not value.strip() or "/" in value:
            raise ValueError("must be the name of a file, without folders")
        return value

    @field_validator("quote")
    @classmethod
    def _has_words(cls, value: str | None) -> str | None:
        if value is not None and not words(value):
            raise ValueError("holds no word")
        return value

    @model_validator(mode="after")
    def _is_given_once(self) -> Self:
        if (self.quote is None) == (self.words is None) or (self.words is None) != (
            self.sha256 is None
        ):
            raise ValueError("needs either quote, or words and sha256")
        return self


class Question(Strict):
    """A question with its gold: every quote that answers it, none where nothing does.

    Where ``document`` is given, the question is asked of that file alone. ``tempting`` are quotes
    that look like answers and are not; they, ``kind`` and ``note`` are for people to read.
    """

    id: str = Field(min_length=1)
    question: QuestionText
    type: str = Field(min_length=1)
    answerable: bool
    gold: tuple[Quote, ...]
    document: str | None = None
    tempting: tuple[Quote, ...] = ()
    kind: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _gold_fits(self) -> Self:
        if self.answerable and not self.gold:
            raise ValueError("gold is empty, but the question is answerable")
        if self.gold and not self.answerable:
            raise ValueError("gold is given, but the question is not answerable")
        return self

    @property
    def files(self) -> frozenset[str]:
        """The names of the files of its gold, and of the one that it is asked of."""
        named = frozenset(quote.document for quote in self.gold)
        return named | {self.document} if self.document else named

    @property
    def fingerprint(self) -> str:
        """The same in two runs where question, scope and gold are the same."""
        asked = self.model_dump_json(
            include={"question", "answerable", "gold", "document"}, exclude_none=True
        )
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


class QuestionFile(Strict):
    """Which file questions came from: its name and the hash of its bytes."""

    name: str
    sha256: str
    questions: int


class Letters(Protocol):
    """What questions are about: a corpus that was read, or a snapshot of one."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The letters."""
        ...

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The files that could not be read."""
        ...


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one or more files, in order, each id once."""

    files: tuple[QuestionFile, ...]
    questions: tuple[Question, ...]

    def first(self, limit: int | None) -> Self:
        """The set with its first ``limit`` questions; with all of them where it is None."""
        return replace(self, questions=self.questions[:limit])


def read_questions(paths: Sequence[Path]) -> QuestionSet:
    """Read question files; blank lines are passed over.

    Raises QuestionSetError, naming the file and, where there is one, the line and the field.
    """
    files: list[QuestionFile] = []
    questions: list[Question] = []
    origin: dict[str, str] = {}
    for path in paths:
        content, text = _read(path)
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        if not lines:
            raise QuestionSetError(f"{path}: holds no question")
        for number, line in lines:
            place = f"{path}, line {number}"
            question = _parse(place, line)
            if question.id in origin:
                raise QuestionSetError(
                    f"{place}, id: {question.id!r} was already used ({origin[question.id]})"
                )
            origin[question.id] = place
            questions.append(question)
        sha256 = hashlib.sha256(content).hexdigest()
        files.append(QuestionFile(name=path.name, sha256=sha256, questions=len(lines)))
    return QuestionSet(tuple(files), tuple(questions))


def check_documents(questions: Iterable[Question], letters: Letters) -> None:
    """Make sure that the corpus holds every file that the questions name.

    Raises QuestionSetError: a question about a letter that is not there has no meaning, and to
    count it as a miss would blame the answers for a slip in the file.
    """
    read = {file_name(document.file) for document in letters.documents}
    failed = {file_name(failure.file): failure.problem for failure in letters.failures}
    for question in questions:
        named = [quote.document for quote in question.gold]
        for name in [question.document, *named] if question.document else named:
            if name not in read:
                why = (
                    f"could not be read ({failed[name]})"
                    if name in failed
                    else "is not in this corpus"
                )
                raise QuestionSetError(f"question {question.id}: {name} {why}")


def request_of(question: Question, snapshot: Snapshot) -> AskRequest:
    """The request that puts a question to a snapshot: to all of it, or to ``question.document``
    alone. Raises QuestionSetError if that is not there, since no filter would mean every letter."""
    if question.document is None:
        return AskRequest(question=question.question)
    ids = [d.id for d in snapshot.documents if file_name(d.file) == question.document]
    if not ids:
        raise QuestionSetError(f"question {question.id}: {question.document} is not in this corpus")
    return AskRequest(question=question.question, documents=ids)


def file_name(file: str) -> str:
    """The name of a file from its path within the corpus, which has "/" on every system."""
    return file.rpartition("/")[2]


def _read(path: Path) -> tuple[bytes, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise QuestionSetError(f"{path}: {error.strerror or error}") from error
    try:
        return content, content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise QuestionSetError(f"{path}, line {line}: is not UTF-8") from error


def _parse(place: str, line: str) -> Question:
    try:
        return Question.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        where = f"{place}, {field}" if field else place
        raise QuestionSetError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from error
