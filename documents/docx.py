"""Word files (.docx), in document order, through python-docx.

The words are taken from the XML, for python-docx passes over insertions that are tracked, content
controls, text boxes and footnotes.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.table import CT_Tbl
from docx.oxml.text.paragraph import CT_P
from docx.text.paragraph import Paragraph
from lxml import etree

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.judgements import row_draft
from documents.marks import strip_bullet, strip_number, tidy
from documents.model import Furniture

_MOST_UNPACKED = 200 * 1024 * 1024  # bytes: more than any letter, less than a bomb
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
# Said twice, taken back, or no part of the paragraph that it hangs on.
_PASSED_OVER = (_FALLBACK, qn("w:del"), qn("w:moveFrom"), _TEXT_BOX)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}


def read_docx(data: bytes, file: str) -> Reading:
    """The drafts of a Word file. Raises UnreadableDocument where it is damaged or has no words."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MOST_UNPACKED:
            raise UnreadableDocument(file, f"the Word file unpacks to {unpacked:,} bytes")
        document: WordDocument = docx.Document(BytesIO(data))
        drafts = [*_Body(document).drafts(), *_footnotes(document)]
        furniture = list(_furniture(document))
        title = document.core_properties.title
    except (
        *(zipfile.BadZipFile, zlib.error, OpcError, etree.XMLSyntaxError),
        # What python-docx and zipfile raise for parts that are missing, encrypted or of a
        # kind that they do not expect.
        *(KeyError, ValueError, AttributeError, RuntimeError),
    ) as error:
        raise UnreadableDocument(file, f"the Word file is damaged ({error})") from error
    if not drafts:
        raise UnreadableDocument(file, "the Word file holds no words")
    return Reading(drafts, furniture, title=title or None)


def _words(element: etree._Element) -> str:
    """The characters of a paragraph or cell, tabs and line breaks among them."""
    if element.tag in _PASSED_OVER:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag in _CHARACTERS:
        return _CHARACTERS[element.tag]
    words = "".join(_words(child) for child in element)
    # The paragraphs of a cell stand apart.
    return f"{words}\n" if element.tag == qn("w:p") else words


class _Body:
    """Goes through a document's blocks; ``_number`` is that of the numbered list that is open."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._number = 0

    def drafts(self) -> Iterator[Draft]:
        """All drafts in order."""
        yield from self._blocks(self._document.element.body)

    def _blocks(self, parent: etree._Element) -> Iterator[Draft]:
        for element in parent:
            if isinstance(element, CT_P):
                yield from self._paragraph(element)
            elif isinstance(element, CT_Tbl):
                yield from _rows(element)
            elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")):
                yield from self._blocks(element)

    def _paragraph(self, element: CT_P) -> Iterator[Draft]:
        """One draft for each of a paragraph's lines (Word's line breaks part addresses)."""
        paragraph = Paragraph(element, self._document._body)
        style = (paragraph.style.name if paragraph.style is not None else "") or ""
        if style.startswith("List Number"):
            self._number += 1
        elif not style.startswith("List"):
            self._number = 0
        is_first = True
        for raw in _words(element).split("\n"):
            if text := tidy(raw):
                yield self._draft(text, paragraph, style, is_first)
                is_first = False
        for box in element.iter(_TEXT_BOX):
            if not any(outer.tag == _FALLBACK for outer in box.iterancestors()):
                yield from self._blocks(box)

    def _draft(self, text: str, paragraph: Paragraph, style: str, is_first: bool) -> Draft:
        if style == "Title" or style.startswith("Heading"):
            return Draft("heading", text, level=int(style[-1]) if style[-1:].isdigit() else 1)
        if style.startswith("List Number"):
            return Draft("paragraph", text, mark=f"{self._number}. " if is_first else "")
        bullet = strip_bullet(text)
        if bullet or style.startswith("List") or _is_numbered(paragraph):
            return Draft("bullet", bullet or text)
        # A number that is typed, with a tab or a space behind it.
        typed = strip_number(text)
        return (
            Draft("paragraph", typed[1], mark=f"{typed[0]}. ")
            if typed
            else Draft("paragraph", text)
        )


def _is_numbered(paragraph: Paragraph) -> bool:
    """Whether Word puts a mark before the paragraph by itself."""
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _rows(table: CT_Tbl) -> Iterator[Draft]:
    for index, row in enumerate(_own(table, "w:tr")):
        cells = [text for cell in _own(row, "w:tc") if (text := tidy(_words(cell)))]
        if cells:
            is_head = index == 0 and cells[-1].lower() in ("grade", "judgement")
            yield row_draft(cells, is_head=is_head)


def _own(outer: etree._Element, tag: str) -> list[etree._Element]:
    """The rows of a table or the cells of a row, without those of tables inside it."""
    return [e for e in outer.iter(qn(tag)) if next(e.iterancestors(outer.tag)) is outer]


def _footnotes(document: WordDocument) -> Iterator[Draft]:
    for relationship in document.part.rels.values():
        if relationship.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            for note in parse_xml(relationship.target_part.blob).iter(qn("w:footnote")):
                if text := tidy(_words(note)):
                    yield Draft("footnote", text)


def _furniture(document: WordDocument) -> Iterator[Furniture]:
    for section in document.sections:
        for part in (section.header, section.footer):
            for paragraph in part.paragraphs:
                if text := tidy(paragraph.text):
                    yield Furniture(text, None)
