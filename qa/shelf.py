"""What is on the shelf: documents and the files that could not be read, listed and looked up."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from documents import Document, DocumentKind, Failure, ReadFrom
from documents.media import MEDIA_TYPES
from documents.metadata.authorities import canonical_name
from index import Snapshot
from qa.citations import visited_dates
from qa.schema import (
    DocumentDetail,
    DocumentSummary,
    JudgementRow,
    Origin,
    SectionRow,
)

Item = Document | Failure


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is limited to. Empty filters limit nothing; any other leaves out what does
    not have the value that is asked for, and so every file that could not be read.

    ``authorities`` are compared without regard to case and to what kind of council it is.
    ``since`` and ``until`` are days, both included, and compared with the day of
    publication, or else with the last day of the visit.
    """

    authorities: Sequence[str] = ()
    kinds: Sequence[DocumentKind] = ()
    since: date | None = None
    until: date | None = None

    def fit(self, item: Item) -> bool:
        """Whether an item is within the filters."""
        if isinstance(item, Failure):
            return not (self.authorities or self.kinds or self.since or self.until)
        about = item.metadata
        if self.authorities and _plain(about.authority or "") not in map(_plain, self.authorities):
            return False
        if self.kinds and about.kind not in self.kinds:
            return False
        if not (self.since or self.until):
            return True
        day = about.day
        return day is not None and (self.since or day) <= day <= (self.until or day)


def items(snapshot: Snapshot, filters: Filters) -> list[Item]:
    """The documents and failures within the filters, ordered by id."""
    everything: tuple[Item, ...] = (*snapshot.documents, *snapshot.failures)
    return sorted((item for item in everything if filters.fit(item)), key=lambda item: item.id)


def find(snapshot: Snapshot, document_id: str) -> Item:
    """The document or failure with this id. Raises UnknownDocument."""
    for failure in snapshot.failures:
        if failure.id == document_id:
            return failure
    return snapshot.document(document_id)


def summary(item: Item) -> DocumentSummary:
    """An item as lists show it."""
    return DocumentSummary.model_validate(_fields(item))


def detail(item: Item) -> DocumentDetail:
    """An item on its own: also its sections, and where its metadata were read."""
    if isinstance(item, Failure):
        return DocumentDetail.model_validate({**_fields(item), "sections": [], "read_from": {}})
    sections = [
        SectionRow(heading=s.heading, level=s.level, page=s.page, start=s.start, end=s.end)
        for s in item.sections
    ]
    origins = {field: _origin(source) for field, source in item.metadata.read_from.items()}
    return DocumentDetail.model_validate(
        {**_fields(item), "sections": sections, "read_from": origins}
    )


def original(corpus: Path, item: Item) -> bytes | None:
    """The file of an item as it lies in the corpus; None where it is not there any more, where
    its content is not what was read, or where its path leads out of the corpus."""
    file = (corpus / item.file).resolve()
    if not file.is_relative_to(corpus.resolve()) or not file.is_file():
        return None
    content = file.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == item.sha256 else None


def media_type(item: Item) -> str:
    """The content type of an item's file, without a charset: the file need not say its own."""
    if isinstance(item, Failure):
        return "application/octet-stream"
    return MEDIA_TYPES[item.format]


def _fields(item: Item) -> dict[str, object]:
    if isinstance(item, Failure):
        nothing = {
            name: None
            for name, field in DocumentSummary.model_fields.items()
            if field.is_required()
        }
        return nothing | {
            "id": item.id,
            "file": item.file,
            "sha256": item.sha256,
            "inspectors": [],
            "judgements": [],
            "copies": [],
            "ocr": False,
            "status": "failed",
            "problem": item.problem,
            "copy_of": item.copy_of,
        }
    about = item.metadata
    return {
        "id": item.id,
        "title": about.title,
        "authority": about.authority,
        "authority_as_written": about.authority_as_written,
        "kind": about.kind,
        "framework": about.framework,
        "published": about.published,
        "published_year": about.published_year,
        "visited": visited_dates(about.visited),
        "visit_number": about.visit_number,
        "speaks_of": about.speaks_of,
        "inspectors": list(about.inspectors),
        "addressee": about.addressee,
        "judgements": [
            JudgementRow(area=j.area, grade=j.grade, start=j.start, end=j.end)
            for j in about.judgements
        ],
        "file": item.file,
        "copies": list(item.copies),
        "ocr": item.ocr,
        "sha256": item.sha256,
        "url": about.url,
        "pages": len(item.pages) or None,
        "characters": len(item.text),
        "status": "read",
        "problem": item.problem,
        "copy_of": None,
    }


def _plain(authority: str) -> str:
    return canonical_name(authority).casefold()


def _origin(source: ReadFrom) -> Origin:
    return Origin(start=source.start, end=source.end, inferred=source.inferred)
