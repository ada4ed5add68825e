"""The contract's data types: what goes in and out over HTTP, on the command line and in tests.

Unknown fields are refused. Offsets are code points in the canonical text, half open.
"""

import re
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from documents import DocumentKind

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Strict(BaseModel):
    """A frozen model that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _trimmed(value: object) -> object:
    if not isinstance(value, str):
        return value
    if any("\ud800" <= character <= "\udfff" for character in value):
        # What a terminal makes of bytes that are not UTF-8.
        raise ValueError("is not Unicode text")
    return value.strip()


def _written_as_a_day(value: object) -> object:
    # Pydantic would take "1546300800" for seconds since 1970, and a time for its day.
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a date, written as 2024-06-30")
    return value


QuestionText = Annotated[
    str, StringConstraints(min_length=1, max_length=1000), BeforeValidator(_trimmed)
]
Day = Annotated[date, BeforeValidator(_written_as_a_day)]
Probability = Annotated[float, Field(ge=0, le=1)]


class AskRequest(Strict):
    """A question and what it is limited to. Empty lists limit nothing."""

    question: QuestionText
    authorities: list[str] = Field(default=[], max_length=200)
    kinds: list[DocumentKind] = []
    since: Day | None = None
    until: Day | None = None
    documents: list[str] = Field(default=[], max_length=200)
    limit: int = Field(default=5, ge=1, le=50)
    order: Literal["relevance", "date"] = "relevance"
    min_confidence: Probability | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is later than until")
        return self


AsksFor = Literal["judgement", "number", "date", "name", "reason", "list", "comparison", "other"]


class Understood(Strict):
    """What the question itself was taken to say; the user's own filters are not repeated.

    ``unknown_authorities`` are named and have no letter here. ``times`` are the words that name
    times, ``since`` and ``until`` the first and last day that they speak of. ``expanded`` has what
    abbreviations stand for, ``corrected`` misspelt words with what they were read as.
    """

    authorities: list[str] = []
    unknown_authorities: list[str] = []
    kinds: list[DocumentKind] = []
    since: date | None = None
    until: date | None = None
    times: list[str] = []
    asks_for: AsksFor = "other"
    expanded: dict[str, str] = {}
    corrected: dict[str, str] = {}


class VisitedDates(Strict):
    """First and last day of a visit."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class Citation(Strict):
    """A span with all that a person needs to check it.

    ``published_year`` is known for letters that print a copyright line and no date. ``copies``
    are the other files that hold the same letter. ``ocr`` warns of text that was recognised on a
    scan: a word of it may be misread.
    """

    document_id: str
    title: str
    authority: str | None
    kind: DocumentKind
    published: date | None
    published_year: int | None
    visited: VisitedDates | None
    file: str
    copies: list[str]
    sha256: str
    ocr: bool
    url: str | None
    page: int | None
    section: str
    paragraph: int | None
    start: int
    end: int


class Context(Strict):
    """The passage around an answer, verbatim."""

    text: str
    start: int
    end: int


class Answer(Strict):
    """A verbatim span that answers, and where the same point is made elsewhere."""

    text: str
    confidence: Probability
    citation: Citation
    context: Context
    also: list[Citation] = []


class Nearest(Strict):
    """The nearest passage to a question that has no answer: not an answer."""

    text: str
    confidence: Probability
    citation: Citation
    is_answer: Literal[False] = False


class SnapshotInfo(Strict):
    """The state of the index that answered."""

    id: str
    documents: int
    passages: int
    created: datetime


Reason = Literal["no_evidence", "no_matching_documents", "empty_corpus"]


class AskResponse(Strict):
    """Cited answers, or an abstention with its reason. ``confidence`` is the probability that
    the corpus answers the question, whether or not it was answered."""

    query_id: str
    question: str
    status: Literal["answered", "abstained"]
    reason: Reason | None
    confidence: Probability
    understood: Understood
    answers: list[Answer]
    nearest: list[Nearest] = []
    snapshot: SnapshotInfo
    took_ms: float


class JudgementRow(Strict):
    """A grade for an area, and the span that says so."""

    area: str
    grade: str
    start: int
    end: int


class DocumentSummary(Strict):
    """A file of the corpus: read, or failed with the problem said.

    A document that was read has a ``problem`` as well where a part of its file could not be. A
    file is ``copy_of`` another where that holds the same letter and is cited for it.
    ``visit_number`` is 3 for a third monitoring visit, ``speaks_of`` the words with which a news
    item names the inspection that it tells of.
    """

    id: str
    title: str | None
    authority: str | None
    authority_as_written: str | None
    kind: DocumentKind | None
    framework: str | None
    published: date | None
    published_year: int | None
    visited: VisitedDates | None
    visit_number: int | None
    speaks_of: str | None
    inspectors: list[str]
    addressee: str | None
    judgements: list[JudgementRow]
    file: str
    copies: list[str]
    ocr: bool
    sha256: str | None
    url: str | None
    pages: int | None
    characters: int | None
    status: Literal["read", "failed"]
    problem: str | None
    copy_of: str | None


class SectionRow(Strict):
    """A section of a document."""

    heading: str
    level: int
    page: int | None
    start: int
    end: int


class Origin(Strict):
    """Where a value of the metadata was read: a span, or how it was inferred."""

    start: int | None
    end: int | None
    inferred: str | None


class DocumentDetail(DocumentSummary):
    """A document on its own."""

    sections: list[SectionRow]
    read_from: dict[str, Origin]


class DocumentList(Strict):
    """A page of documents. ``next_page_token`` is null on the last."""

    documents: list[DocumentSummary]
    next_page_token: str | None


class FieldProblem(Strict):
    """One field that is wrong; ``pointer`` is an RFC 6901 JSON pointer or a parameter's name."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """Problem details, RFC 9457. ``refresh`` is the id of the one that is running, where it is in
    the way."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldProblem] = []
    refresh: str | None = None
