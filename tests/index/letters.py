"""Documents made by hand, block by block, as a reader would hand them over."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Self

from documents import (
    Block,
    Corpus,
    Document,
    Failure,
    Metadata,
    Page,
    ReadFrom,
    Section,
    Sentence,
    Visited,
)
from documents.model import BlockKind


class Letter:
    """Writes a document from top to bottom."""

    def __init__(self, title: str = "Inspection of Elmshire children’s services") -> None:
        self._title = title
        self._text = ""
        self._sections: list[Section] = []
        self._blocks: list[Block] = []
        self._sentences: list[Sentence] = []

    def heading(self, text: str, level: int = 2) -> Self:
        self._close()
        self._text += "\n\n" if self._text else ""
        start = len(self._text)
        self._sections.append(Section(text, level, 1, start, start))
        self._block("heading", [text])
        return self

    def paragraph(
        self, *sentences: str, boilerplate: bool = False, kind: BlockKind = "paragraph"
    ) -> Self:
        self._text += "\n\n" if self._text else ""
        self._block(kind, list(sentences), boilerplate=boilerplate)
        return self

    def bullets(self, *items: str, introduced: bool = True) -> Self:
        lead_in = len(self._blocks) - 1 if introduced else None
        for item in items:
            self._text += "\n• "
            self._block("bullet", [item], lead_in=lead_in)
        return self

    def document(self, document_id: str = "elmshire-2024") -> Document:
        self._close()
        sha256 = hashlib.sha256(self._text.encode()).hexdigest()
        return Document(
            id=document_id,
            file=f"{document_id}.txt",
            sha256=sha256,
            format="txt",
            text=self._text,
            pages=(Page(1, 0, len(self._text)),),
            sections=tuple(self._sections),
            blocks=tuple(self._blocks),
            sentences=tuple(self._sentences),
            furniture=(),
            metadata=Metadata(
                title=self._title,
                authority="Elmshire",
                authority_as_written="Elmshire County Council",
                kind="inspection",
                framework=None,
                published=date(2024, 3, 1),
                visited=Visited(date(2024, 1, 8), date(2024, 1, 12)),
                inspectors=("A. Reader",),
                addressee=None,
                judgements=(),
                language="en",
                url=None,
                read_from={
                    "title": ReadFrom(0, 10),
                    "published": ReadFrom(None, None, "the file's name"),
                },
            ),
        )

    def _block(
        self,
        kind: BlockKind,
        sentences: list[str],
        *,
        lead_in: int | None = None,
        boilerplate: bool = False,
    ) -> None:
        if not self._sections:
            self._sections.append(Section("", 0, None, 0, 0))
        start = len(self._text)
        number = len(self._blocks)
        for position, sentence in enumerate(sentences):
            self._text += " " if position else ""
            at = len(self._text)
            self._text += sentence
            self._sentences.append(Sentence(at, len(self._text), number))
        section = len(self._sections) - 1
        block = Block(kind, start, len(self._text), 1, section, None, None, lead_in, boilerplate)
        self._blocks.append(block)

    def _close(self) -> None:
        if self._sections:
            self._sections[-1] = replace(self._sections[-1], end=len(self._text))


def fostering_letter() -> Document:
    return (
        Letter()
        .heading("Inspection of Elmshire children’s services", level=1)
        .paragraph("This letter says what inspectors found in January 2024.")
        .heading("Main findings")
        .paragraph(
            "Private fostering checks are late for most children.",
            "Leaders know this and have begun to act.",
        )
        .heading("What needs to improve?")
        .bullets("The timeliness of checks on private foster carers.", "The quality of case notes.")
        .paragraph("© Crown copyright 2024.", boilerplate=True)
        .document("elmshire-2024")
    )


def caseload_letter() -> Document:
    return (
        Letter("Focused visit to Oakley Borough")
        .paragraph("Dear Director, thank you for your help.")
        .heading("Workforce")
        .paragraph(
            "Social workers’ caseloads are manageable.",
            "Staff say that managers are visible – and kind.",
            "Well-being support is offered to all; 12% have used it.",
        )
        .document("oakley-2023")
    )


def small_corpus() -> Corpus:
    failure = Failure("broken", "broken.pdf", "0" * 64, "the file ends in the middle")
    return Corpus((fostering_letter(), caseload_letter()), (failure,))
