"""What a letter is once it has been read: one canonical text, and spans of it.

All offsets are Unicode code points in ``Document.text``, half open: ``text[start:end]``. Nothing
here holds a copy of a piece of the text; whoever needs the words slices them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

BlockKind = Literal["heading", "paragraph", "bullet", "row", "footnote"]
DocumentKind = Literal[
    "inspection",
    "focused visit",
    "monitoring visit",
    "assurance visit",
    "joint targeted area inspection",
    "news",
    "other",
]
KINDS: tuple[DocumentKind, ...] = (
    "inspection",
    "focused visit",
    "monitoring visit",
    "assurance visit",
    "joint targeted area inspection",
    "news",
    "other",
)

# How a value that stands in no span of the text was come by. Every word of it:
Inferred = Literal[
    "the file's name",  # a title, where the text and the file have none
    "the file's own properties",  # what a file says of itself beside its text: title, language
    "the file's own date",  # the day on which the file was made, where the text agrees with it
    "the page's canonical link",  # where a saved page says that it is published
    "the title",  # a kind, from a title that is itself in no span
    "the dates of an inspection",  # a kind: only an inspection gives its dates so
    "the length of the visit",  # a framework: a short inspection has one week on site
    "the text as a whole",  # a kind, from what the text speaks of and what it does not have
    "the publisher's language",  # English, where the file names none
]
INFERRED: tuple[Inferred, ...] = get_args(Inferred)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the file: ``text[start:end]`` begins on it. ``number`` counts from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all that follows it up to the next one.

    ``start`` is where the heading begins; what stands before the first heading belongs to a
    section with an empty heading and level 0. Level 1 is the document's title.
    """

    heading: str
    level: int
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, bullet, table row or footnote.

    ``start`` is the first character after a bullet mark or a printed paragraph number.
    ``number`` is the printed number ("15"), ``ordinal`` counts the paragraphs and bullets of a
    document that prints none, from 1. ``lead_in`` is the index of the block that introduces a
    bullet ("What needs to improve?"). A block marked ``boilerplate`` (the publisher's address, a
    contents list, the licence) is text of the document, but never an answer. ``level`` is how
    deep a bullet is nested, 0 for the outermost; the lead-in of a deeper one is the bullet above.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None
    section: int
    number: str | None = None
    ordinal: int | None = None
    lead_in: int | None = None
    boilerplate: bool = False
    level: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph, or a bullet or table row as a whole.

    ``fragment`` marks one that begins or ends in the middle of what its author wrote, because
    the file has lost the rest: it may be shown as context, not as an answer.
    """

    start: int
    end: int
    block: int
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade for an area; the span covers the words that give both.

    In a row of a table, area and grade are its cells as they are written. Where a sentence says
    it ("Children's services in … require improvement to be good"), ``area`` is the table's name of
    what it speaks of ("Overall effectiveness") and ``grade`` the table's word for it.
    """

    area: str
    grade: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """Where a value of the metadata comes from: a span of the text, or one of ``INFERRED`` with
    no span."""

    start: int | None
    end: int | None
    inferred: Inferred | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """First and last day of the visit, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself. A value that it does not say is None, never a guess.

    ``read_from`` maps the name of each field that has a value to where it was read.
    ``published_year`` is known more often than ``published``: many reports print no date, but a
    copyright line. ``visit_number`` is 3 for a "third monitoring visit". ``speaks_of`` is for news
    items, which are of no visit: the words that name the inspection they tell of.
    """

    title: str
    authority: str | None
    authority_as_written: str | None
    kind: DocumentKind
    framework: str | None
    published: date | None
    visited: Visited | None
    inspectors: tuple[str, ...]
    addressee: str | None
    judgements: tuple[Judgement, ...]
    language: str
    url: str | None
    read_from: dict[str, ReadFrom]
    published_year: int | None = None
    visit_number: int | None = None
    speaks_of: str | None = None

    @property
    def day(self) -> date | None:
        """The day that the document is ordered and filtered by: of its publication, or else the
        last of the visit."""
        return self.published or (self.visited.last if self.visited else None)


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line that stands on the page and not in the text: a running header, a page number."""

    text: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """One letter as read from one file.

    ``id`` is a slug that depends on the file's content alone, so that an address with offsets
    in it never points into another text. ``file`` is the path within the corpus, with "/".
    ``ocr`` marks text that was recognised on a scan and may be misread. ``copies`` are the other
    files of the corpus that hold the same letter; they are not documents of their own.
    ``problem`` says in a line which part of the file could not be read, if one could not.
    """

    id: str
    file: str
    sha256: str
    format: str
    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    furniture: tuple[Furniture, ...]
    metadata: Metadata
    ocr: bool = False
    copies: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of the corpus that is not among its documents, and why.

    ``copy_of`` is for one whose letter is among them all the same: the file that is cited.
    ``transient``: the reason may pass without a change of the file.
    """

    id: str
    file: str
    sha256: str | None
    problem: str
    copy_of: str | None = None
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that a folder holds: documents and failures, each ordered by its id.

    ``copies`` are the documents of files that hold the same letter as one of ``documents``, as they
    were read: what is compared again when a file comes or goes.
    """

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
    copies: tuple[Document, ...] = ()
