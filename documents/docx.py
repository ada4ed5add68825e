"""Word files (.docx), in document order, through python-docx."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.marks import strip_bullet, strip_number, tidy
from documents.model import Furniture

_MOST_UNPACKED = 200 * 1024 * 1024  # bytes: more than any letter, less than a bomb


def read_docx(data: bytes, file: str) -> Reading:
    """The drafts of a Word file. Raises UnreadableDocument where it is damaged or has no words."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MOST_UNPACKED:
            raise UnreadableDocument(file, f"the Word file unpacks to {unpacked:,} bytes")
        document: WordDocument = docx.Document(BytesIO(data))
        drafts = list(_drafts(document))
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise UnreadableDocument(file, f"the Word file is damaged ({error})") from error
    if not drafts:
        raise UnreadableDocument(file, "the Word file holds no words")
    properties = document.core_properties
    return Reading(drafts, list(_furniture(document)), title=properties.title or None)


def _drafts(document: WordDocument) -> Iterator[Draft]:
    number = 0
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
            continue
        style = (block.style.name if block.style is not None else "") or ""
        if style.startswith("List Number"):
            number += 1
        elif not style.startswith("List"):
            number = 0
        yield from _paragraph(block, style, number)


def _paragraph(paragraph: Paragraph, style: str, number: int) -> Iterator[Draft]:
    """One draft for each of a paragraph's lines (Word's line breaks part addresses)."""
    for index, raw in enumerate(paragraph.text.split("\n")):
        # A tab stands after a typed number, as after a bullet.
        text = tidy(raw)
        if not text:
            continue
        if style == "Title" or style.startswith("Heading"):
            level = int(style.split()[-1]) if style[-1:].isdigit() else 1
            yield Draft("heading", text, level=level)
        elif style.startswith("List Number"):
            yield Draft("paragraph", text, mark=f"{number}. " if index == 0 else "")
        elif style.startswith("List") or _is_numbered(paragraph):
            yield Draft("bullet", strip_bullet(text) or text)
        elif bullet := strip_bullet(text):
            yield Draft("bullet", bullet)
        elif typed := strip_number(text):
            yield Draft("paragraph", typed[1], mark=f"{typed[0]}. ")
        else:
            yield Draft("paragraph", text)


def _is_numbered(paragraph: Paragraph) -> bool:
    """Whether Word puts a mark before the paragraph by itself."""
    properties = paragraph._p.pPr  # noqa: SLF001  (python-docx has no other way to ask)
    return properties is not None and properties.numPr is not None


def _rows(table: Table) -> Iterator[Draft]:
    for index, row in enumerate(table.rows):
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:
            # A merged cell comes once for each column that it spans.
            if id(cell._tc) not in seen and tidy(cell.text):  # noqa: SLF001
                cells.append(tidy(cell.text))
            seen.add(id(cell._tc))  # noqa: SLF001
        if cells:
            is_head = index == 0 and cells[-1].lower() in ("grade", "judgement")
            yield Draft("row", "\t".join(cells), boilerplate=is_head)


def _furniture(document: WordDocument) -> Iterator[Furniture]:
    for section in document.sections:
        for part in (section.header, section.footer):
            for paragraph in part.paragraphs:
                if text := tidy(paragraph.text):
                    yield Furniture(text, None)
