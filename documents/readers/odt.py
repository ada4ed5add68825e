"""OpenDocument texts (.odt, as LibreOffice writes them), in document order, through odfdo.

What is read is what the page shows: tracked insertions and no deletions, no comments; the contents
list is boilerplate, headers and footers are furniture.
"""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - a class, whatever its name

import odfdo
from lxml import etree
from odfdo.element import Element, EText
from odfdo.security import SecurityError

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.judgements import row_draft
from documents.marks import strip_bullet, strip_number, tidy
from documents.model import Furniture
from documents.readers.archives import check_archive
from documents.readers.odt_lists import Lists

_CHARACTERS = {"text:tab": "\t", "text:line-break": "\n"}
# No words of the letter, or no part of the paragraph that they hang on.
_ABREAST = frozenset({"draw:frame", "draw:custom-shape", "draw:rect", "draw:g"})
_PASSED_OVER = _ABREAST | {"text:tracked-changes", "office:annotation", "text:note"}
_HOLDERS = frozenset(
    {"text:section", "text:index-body", "text:index-title", "draw:text-box", "text:list-header"}
)
_INDEXES = ("-index", "text:table-of-content", "text:bibliography")
_MARGINS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")
_TITLES = ("Title",)
_MOST_SPACES = 1000


def read_odt(data: bytes, file: str) -> Reading:
    """The drafts of an OpenDocument text.

    Raises UnreadableDocument where it is damaged, encrypted or has no words.
    """
    check_archive(data, file, "OpenDocument file")
    try:
        document = odfdo.Document(BytesIO(data))
        if document.manifest.get_elements("//manifest:encryption-data"):
            raise UnreadableDocument(file, "the OpenDocument file is encrypted")
        body = _Body(document)
        drafts = [*body.drafts(), *body.notes]
        furniture = [*body.furniture(), *body.marks]
        title, made = tidy(document.meta.title or ""), _made(document)
    except (
        *(BadZipFile, ZlibError, SecurityError, etree.XMLSyntaxError, OSError),
        # What odfdo and zipfile raise for parts that are missing, encrypted or not expected.
        *(KeyError, ValueError, TypeError, AttributeError, RuntimeError),
    ) as error:
        reason = f"the OpenDocument file is damaged ({tidy(str(error))})"
        raise UnreadableDocument(file, reason) from error
    if not drafts:
        raise UnreadableDocument(file, "the OpenDocument file holds no words")
    return Reading(drafts, furniture, title=title or None, made=made)


def _made(document: odfdo.Document) -> date | None:
    """The day of the last change, or else that of its making."""
    day = document.meta.date or document.meta.creation_date
    return day.date() if day else None


class _Body:
    """Goes through a document's blocks. ``notes`` are the footnotes and endnotes come upon, and
    ``marks`` what refers to them within the text."""

    def __init__(self, document: odfdo.Document) -> None:
        self._document = document
        self._lists = Lists(document)
        self._parents: dict[str, str] = {}  # of the styles of paragraphs
        self.notes: list[Draft] = []
        self.marks: list[Furniture] = []

    def drafts(self) -> Iterator[Draft]:
        """All drafts in order, the notes aside."""
        yield from self._blocks(self._document.body, boilerplate=False)

    def furniture(self) -> Iterator[Furniture]:
        """Headers and footers, line by line; what several page styles share is said once."""
        said: set[str] = set()
        for part in self._document.styles.get_elements("//style:master-page/*"):
            if part.tag.removeprefix("style:") in _MARGINS:
                for paragraph in part.get_elements("descendant::text:p|descendant::text:h"):
                    text = tidy(self._words(paragraph))
                    if text and text not in said:
                        said.add(text)
                        yield Furniture(text, None)

    def _blocks(self, parent: Element, *, boilerplate: bool) -> Iterator[Draft]:
        for element in parent.get_elements("*"):
            yield from self._block(element, boilerplate=boilerplate)

    def _block(self, element: Element, *, boilerplate: bool) -> Iterator[Draft]:
        tag = element.tag
        if tag in ("text:p", "text:h"):
            yield from self._paragraph(element, boilerplate=boilerplate)
        elif tag == "text:list":
            yield from self._list(element)
        elif tag == "table:table":
            yield from self._table(element)
        elif tag in _HOLDERS | _ABREAST:
            yield from self._blocks(element, boilerplate=boilerplate)
        elif tag.endswith(_INDEXES):
            yield from self._blocks(element, boilerplate=True)

    def _list(self, element: Element) -> Iterator[Draft]:
        with self._lists.open(element):
            for item in element.get_elements("*"):
                mark = self._lists.item(item) if item.tag == "text:list-item" else ""
                for child in item.get_elements("*"):
                    if child.tag in ("text:p", "text:h"):
                        yield from self._paragraph(child, mark=mark)
                        mark = ""
                    else:
                        yield from self._block(child, boilerplate=False)

    def _paragraph(
        self, element: Element, *, mark: str | None = "", boilerplate: bool = False
    ) -> Iterator[Draft]:
        """One draft for each of a paragraph's lines; ``mark`` None stands for a bullet."""
        for raw in self._words(element).split("\n"):
            if text := tidy(raw):
                yield self._draft(text, element, mark, boilerplate=boilerplate)
                mark = ""
        yield from self._boxes(element)

    def _draft(self, text: str, element: Element, mark: str | None, *, boilerplate: bool) -> Draft:
        if element.tag == "text:h":
            level = element.get_attribute_integer("text:outline-level") or 1
            return Draft("heading", text, level=level, mark=mark or "")
        if self._style(element) in _TITLES:
            return Draft("heading", text, level=1)
        bullet, number = strip_bullet(text), strip_number(text)
        if bullet or mark is None:
            return Draft("bullet", bullet or text, boilerplate=boilerplate)
        if number and not mark:
            mark, text = f"{number[0]}. ", number[1]
        return Draft("paragraph", text, mark=mark, boilerplate=boilerplate)

    def _style(self, element: Element) -> str:
        """The name of a paragraph's style that its author chose."""
        name = element.get_attribute_string("text:style-name") or ""
        if name not in self._parents:
            style = self._document.get_style("paragraph", name) if name else None
            parent = style.get_attribute_string("style:parent-style-name") if style else None
            # Changes made to one paragraph by hand are an automatic style above the chosen one.
            self._parents[name] = name if name in _TITLES else parent or name
        return self._parents[name]

    def _words(self, element: Element) -> str:
        """The characters of a paragraph or cell, tabs and line breaks among them."""
        tag = element.tag
        if tag in _CHARACTERS:
            return _CHARACTERS[tag]
        if tag == "text:s":
            return " " * min(element.get_attribute_integer("text:c") or 1, _MOST_SPACES)
        if tag == "text:note":
            self._note(element)
        if tag in _PASSED_OVER:
            return ""
        words = "".join(
            str(node) if isinstance(node, EText) else self._words(node)
            for node in element.xpath("*|text()")
        )
        # The paragraphs of a cell stand apart.
        return f"{words}\n" if tag in ("text:p", "text:h") else words

    def _note(self, element: Element) -> None:
        for part in element.get_elements("*"):
            if part.tag == "text:note-citation" and (mark := tidy(self._words(part))):
                self.marks.append(Furniture(mark, None))
            elif part.tag == "text:note-body" and (text := tidy(self._words(part))):
                self.notes.append(Draft("footnote", text))

    def _boxes(self, element: Element) -> Iterator[Draft]:
        """What stands in text boxes and shapes that hang on a paragraph."""
        for child in element.get_elements("*"):
            if child.tag in _ABREAST:
                yield from self._blocks(child, boilerplate=False)
            elif child.tag in ("text:span", "text:a"):
                yield from self._boxes(child)

    def _table(self, table: Element) -> Iterator[Draft]:
        for index, row in enumerate(_rows(table)):
            cells = [c for c in row.get_elements("*") if c.tag == "table:table-cell"]
            texts = [tidy(self._words(cell)) for cell in cells]
            filled = [text for text in texts if text]
            if filled:
                in_head = row.parent is not None and row.parent.tag == "table:table-header-rows"
                is_head = in_head or (index == 0 and filled[-1].lower() in ("grade", "judgement"))
                yield row_draft(filled, is_head=is_head)
            for cell in cells:
                for paragraph in cell.get_elements("*"):
                    yield from self._boxes(paragraph)


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table in order, those of its head and of groups among them."""
    for element in table.get_elements("*"):
        if element.tag == "table:table-row":
            yield element
        elif element.tag in (
            "table:table-header-rows",
            "table:table-rows",
            "table:table-row-group",
        ):
            yield from _rows(element)
