"""A span becomes a citation: all that a person needs to check it."""

from bisect import bisect_right

from documents import Document, Visited, page_at
from qa.schema import Citation, VisitedDates


def cite(document: Document, start: int, end: int) -> Citation:
    """The citation of ``document.text[start:end]``.

    The page and the section are those that the span begins on. ``paragraph`` is the number
    printed before the paragraph; where the document prints none, its place among the
    paragraphs and bullets, from 1.
    """
    block = document.blocks[
        max(bisect_right(document.blocks, start, key=lambda block: block.start) - 1, 0)
    ]
    about = document.metadata
    # A table's "2.1" is the number of a row, not of a paragraph.
    printed = block.number if block.kind != "row" else None
    paragraph = int(printed) if printed and printed.isdigit() else block.ordinal
    return Citation(
        document_id=document.id,
        title=about.title,
        authority=about.authority,
        kind=about.kind,
        published=about.published,
        published_year=about.published_year,
        visited=visited_dates(about.visited),
        file=document.file,
        copies=list(document.copies),
        ocr=document.ocr,
        sha256=document.sha256,
        url=about.url,
        page=page_at(document.pages, start),
        section=document.sections[block.section].heading,
        paragraph=paragraph,
        start=start,
        end=end,
    )


def visited_dates(visited: Visited | None) -> VisitedDates | None:
    """The days of a visit as the contract has them."""
    if visited is None:
        return None
    return VisitedDates.model_validate({"from": visited.first, "to": visited.last})
