"""The sample letters, as the steps of understanding learn from them, under other names too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from documents import Document, DocumentKind, Visited, read_corpus
from qa.settings import SAMPLES
from qa.words import Vocabulary


@cache
def samples() -> tuple[Document, ...]:
    """The sample letters, read once."""
    return read_corpus(SAMPLES).documents


@cache
def vocabulary() -> Vocabulary:
    """The words of the sample letters."""
    return Vocabulary(document.text for document in samples())


def of(document: Document, authority: str) -> Document:
    """The same letter about another authority."""
    return replace(document, metadata=replace(document.metadata, authority=authority))


def about(authorities: Sequence[str]) -> list[Document]:
    """As many letters, one about each."""
    return [of(document, name) for document, name in zip(samples(), authorities, strict=False)]


def letter(
    name: str,
    *,
    visited: date | None = None,
    published: date | None = None,
    kind: DocumentKind = "inspection",
    authority: str = "Aldermere",
    published_year: int | None = None,
    visit_number: int | None = None,
) -> Document:
    """A letter with only its times; ``name`` is its id."""
    first = samples()[0]
    metadata = replace(
        first.metadata,
        authority=authority,
        kind=kind,
        visited=Visited(visited, visited) if visited else None,
        published=published,
        published_year=published_year,
        visit_number=visit_number,
    )
    return replace(first, id=name, metadata=metadata)


def written(text: str, authority: str = "Aldermere") -> Document:
    """A letter with this text; its structure is another's."""
    return replace(of(samples()[0], authority), text=text)
