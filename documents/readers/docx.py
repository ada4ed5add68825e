"""Word files (.docx), in document order, through python-docx.

The words are taken from the XML, for python-docx passes over insertions that are tracked, content
controls, text boxes and footnotes.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import takewhile

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
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
from documents.readers.archives import check_archive
from documents.readers.docx_lists import WordLists

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = qn("w:txbxContent")
# Said twice, taken back, or no part of the paragraph that it hangs on.
_HOLDERS = tuple(
    map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag"))
)
_PASSED_OVER = (_FALLBACK, qn("w:del"), qn("w:moveFrom"), _TEXT_BOX)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:ptab"): "\t",
    qn("w:noBreakHyphen"): "-",
}


def read_docx(data: bytes, file: str) -> Reading:
    """The drafts of a Word file. Raises UnreadableDocument where it is damaged or has no words."""
    check_archive(data, file, "Word file")
    try:
        document: WordDocument = docx.Document(BytesIO(data))
        drafts = [*_Body(document).drafts(), *_notes(document)]
        furniture = list(_furniture(document))
        title, made = document.core_properties.title, _made(document)
    except (
        *(zipfile.BadZipFile, zlib.error, OpcError, InvalidXmlError, etree.XMLSyntaxError),
        # What python-docx and zipfile raise for parts that are missing, encrypted or of a
        # kind that they do not expect.
        *(KeyError, ValueError, AttributeError, RuntimeError, TypeError),
    ) as error:
        raise UnreadableDocument(file, f"the Word file is damaged ({tidy(str(error))})") from error
    if not drafts:
        raise UnreadableDocument(file, "the Word file holds no words")
    return Reading(drafts, furniture, title=title or None, made=made)


def _words(element: etree._Element) -> str:
    """The characters of a paragraph or cell, tabs and line breaks among them."""
    if element.tag in _PASSED_OVER:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag == qn("w:sym"):
        return _symbol(element)
    if element.tag in _CHARACTERS:
        return _CHARACTERS[element.tag]
    words = "".join(_words(child) for child in element)
    # The paragraphs of a cell stand apart.
    return f"{words}\n" if element.tag == qn("w:p") else words


def _symbol(element: etree._Element) -> str:
    """A character that is named by its place in a font: most are bullets of Wingdings."""
    place = int(element.get(qn("w:char"), "20"), 16)
    return chr(place) if 0xE000 <= place <= 0xF8FF else " "


def _made(document: WordDocument) -> date | None:
    """The day of the last change, or else that of its making; None where that is left empty."""
    about = document.core_properties
    try:
        moment = about.modified or about.created
    except TypeError:  # what python-docx raises for a date that is there and empty
        return None
    return moment.date() if moment else None


class _Body:
    """Goes through a document's blocks."""

    def __init__(self, document: WordDocument) -> None:
        self._document = document
        self._lists = WordLists(document)

    def drafts(self) -> Iterator[Draft]:
        """All drafts in order. Raises ValueError where the file has no body."""
        body: etree._Element | None = self._document.element.body
        if body is None:
            raise ValueError("it has no body")
        yield from self._blocks(body)

    def _blocks(self, parent: etree._Element) -> Iterator[Draft]:
        for element in parent:
            if isinstance(element, CT_P):
                yield from self._paragraph(element)
            elif isinstance(element, CT_Tbl):
                yield from self._table(element)
            elif element.tag in _HOLDERS:
                yield from self._blocks(element)

    def _paragraph(self, element: CT_P) -> Iterator[Draft]:
        """One draft for each of a paragraph's lines (Word's line breaks part addresses)."""
        style = Paragraph(element, self._document._body).style
        name, style_id = ("", None) if style is None else (style.name or "", style.style_id)
        lines = [text for raw in _words(element).split("\n") if (text := tidy(raw))]
        if lines:
            # An empty paragraph of a list is not numbered.
            mark = self._lists.mark(element, style_id)
            yield self._draft(lines[0], name, mark)
            yield from (self._draft(text, name, "") for text in lines[1:])
        yield from self._boxes(element)

    def _boxes(self, element: etree._Element) -> Iterator[Draft]:
        """What stands in the text boxes that hang on a paragraph or lie in a cell."""
        for box in element.iter(_TEXT_BOX):
            within = takewhile(lambda outer: outer is not element, box.iterancestors())
            outer = [holder.tag for holder in within]
            if _FALLBACK not in outer and _TEXT_BOX not in outer:
                yield from self._blocks(box)

    def _draft(self, text: str, style: str, mark: str | None) -> Draft:
        if style == "Title" or style.startswith("Heading"):
            level = int(style[-1]) if style[-1:].isdigit() else 1
            return Draft("heading", text, level=level, mark=mark or "")
        bullet, number = strip_bullet(text), strip_number(text)
        if bullet or mark is None or (style.startswith("List Bullet") and not mark):
            return Draft("bullet", bullet or text)
        if number and not mark:
            mark, text = f"{number[0]}. ", number[1]
        return Draft("paragraph", text, mark=mark)

    def _table(self, table: CT_Tbl) -> Iterator[Draft]:
        for index, row in enumerate(_own(table, "w:tr")):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
                continue
            cells = [text for cell in _own(row, "w:tc") if (text := tidy(_words(cell)))]
            if cells:
                is_head = index == 0 and cells[-1].lower() in ("grade", "judgement")
                yield row_draft(cells, is_head=is_head)
            yield from self._boxes(row)


def _own(outer: etree._Element, tag: str) -> list[etree._Element]:
    """The rows of a table or the cells of a row, without those of tables inside it."""
    return [e for e in outer.iter(qn(tag)) if next(e.iterancestors(outer.tag)) is outer]


def _notes(document: WordDocument) -> Iterator[Draft]:
    """The footnotes, and behind them the endnotes."""
    for kind, tag in (
        (RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote"),
        (RELATIONSHIP_TYPE.ENDNOTES, "w:endnote"),
    ):
        for relation in document.part.rels.values():
            if relation.reltype == kind:
                for note in parse_xml(relation.target_part.blob).iter(qn(tag)):
                    if text := tidy(_words(note)):
                        yield Draft("footnote", text)


def _furniture(document: WordDocument) -> Iterator[Furniture]:
    """Headers and footers, line by line; what several sections share is said once."""
    said: set[str] = set()
    for section in document.sections:
        for part in (
            *(section.first_page_header, section.header, section.even_page_header),
            *(section.first_page_footer, section.footer, section.even_page_footer),
        ):
            # python-docx gives a section that has none that of the one before it.
            paragraphs = () if part.is_linked_to_previous else part._element.iter(qn("w:p"))
            for paragraph in paragraphs:
                if any(outer.tag == _FALLBACK for outer in paragraph.iterancestors()):
                    continue
                text = tidy(_words(paragraph))
                if text and text not in said:
                    said.add(text)
                    yield Furniture(text, None)
