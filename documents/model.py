"""What a letter is once it has been read: one canonical text, and spans of it.

All offsets are Unicode code points in ``Document.text``, half open: ``text[start:end]``. Nothing
here holds a copy of a piece of the text; whoever needs the words slices them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

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
    contents list, the licence) is text of the document, but never an answer.
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
    """A grade for an area, as the judgement table gives them; the span covers both."""

    area: str
    grade: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """Where a value of the metadata comes from: a span of the text, or a word on how it was
    inferred ("file name") with no span."""

    start: int | None
    end: int | None
    inferred: str | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """First and last day of the visit, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself. A value that it does not say is None, never a guess.

    ``read_from`` maps the name of each field that has a value to where it was read.
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


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of the corpus that is not among its documents, and why."""

    id: str
    file: str
    sha256: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """All that a folder holds: documents and failures, each ordered by its id."""

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
