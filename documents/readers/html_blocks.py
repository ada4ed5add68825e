"""The tree of an HTML page becomes drafts: one for each heading, paragraph, list item and row."""

import re
from collections.abc import Iterator

from lxml import html

from documents.draft import Draft
from documents.judgements import row_draft
from documents.marks import runs_on, strip_bullet, strip_number, tidy
from documents.model import BlockKind
from documents.readers.numbering import written

WORDLESS = frozenset({"script", "style", "noscript", "template", "svg"})
BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
        *("details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav"),
        *("ol", "option", "p", "pre", "section", "select", "summary", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "ul"),
    }
)
_HEADING = re.compile(r"h[1-6]$")
_NOTE_MARK = re.compile(r"^[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,4}|[*†‡§]+)[\])]?$")
_WAY_BACK = re.compile(r"^(?:[↩↑⤴^←]\ufe0e?|back(?: to (?:text|content))?)+$", re.IGNORECASE)
_NOTES = frozenset({"doc-footnote", "doc-endnote"})
_STYLES = {
    "decimal": "1",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([a-z-]+)")
_WHOLE = re.compile(r"-?\d{1,6}$")
_LONG = 200  # characters of a cell that is a paragraph
_MANY = 3  # paragraphs of a cell that is a column of a page


class Walker:
    """Goes through a tree and closes a draft at every edge of a block. ``marks`` are what refers
    to footnotes, and back from them."""

    def __init__(self, *, counts: bool = True) -> None:
        """``counts`` gives the items of numbered lists the numbers that browsers show."""
        self._counts = counts
        self.drafts: list[Draft] = []
        self.marks: list[str] = []
        self._words: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._mark = ""
        self._item_is_new = False  # no words of the list item that is open have come yet
        self._is_line = False  # a line break, not the edge of a block, stands before the words
        self._notes: set[str] = set()

    def read(self, element: html.HtmlElement) -> list[Draft]:
        """All drafts below an element, and those that were read before."""
        self._notes |= {target for link in element.iter("a") if (target := _note_of(link))}
        self._walk(element)
        self._close()
        return self.drafts

    def _close(self, *, at_line: bool = False) -> None:
        """End the block or line that is open, if it has words."""
        text = tidy("".join(self._words))
        self._words.clear()
        is_line, self._is_line = self._is_line, at_line
        if not text:
            self._is_line = is_line and at_line
            return
        if is_line and runs_on(self.drafts[-1], text):
            self.drafts[-1].extend(text, None)
            return
        draft = Draft(self._kind, text, level=self._level, mark=self._mark)
        if (draft.kind == "bullet" or draft.mark) and not self._item_is_new:
            # A second paragraph of a list item has no mark of its own.
            draft = Draft("paragraph", text)
        self._item_is_new = False
        if draft.kind == "paragraph" and not draft.mark:
            bullet, number = strip_bullet(text), strip_number(text)
            if bullet:
                draft = Draft("bullet", bullet)
            elif number:
                draft = Draft("paragraph", number[1], mark=f"{number[0]}. ")
        self.drafts.append(draft)

    def _walk(self, element: html.HtmlElement) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in WORDLESS or self._take_mark(element):
            return
        if tag == "br":
            self._break()
            return
        if tag == "tr" and not is_layout(element):
            self._row(element)
            return
        outer = (self._kind, self._level, self._mark)
        is_block = tag in BLOCKS
        if is_block:
            self._close()
        if _HEADING.match(tag):
            self._kind, self._level, self._mark = "heading", int(tag[1]), ""
        elif tag == "li":
            self._list_item(element)
        if is_block and self._is_note(element):
            self._kind, self._level, self._mark = "footnote", 0, ""
        self._words.append(element.text or "")
        for child in element:
            self._walk(child)
            self._words.append(child.tail or "")
        if is_block:
            self._close()
            self._kind, self._level, self._mark = outer

    def _break(self) -> None:
        if self._kind == "heading":
            self._words.append(" ")
        else:
            self._close(at_line=True)

    def _take_mark(self, element: html.HtmlElement) -> bool:
        """Whether an element is the mark of a footnote; then it has been taken."""
        links = [element] if element.tag == "a" else list(element.iter("a"))
        if element.tag not in ("a", "sup") or not links:
            return False
        words = tidy("".join(str(piece) for piece in element.itertext()))
        is_back = "#" in (links[0].get("href") or "") and bool(_WAY_BACK.match(words))
        if not is_back and not _note_of(links[0]):
            return False
        self.marks.append(words)
        return True

    def _is_note(self, element: html.HtmlElement) -> bool:
        """Whether a block is a footnote: one that a mark refers to."""
        if element.get("role") in _NOTES or element.get("id") in self._notes:
            return True
        first = next(iter(element.iterchildren("a", "sup", "span")), None)
        if element.tag not in ("p", "li", "div") or first is None:
            return False
        return bool({first.get("id"), first.get("name")} & self._notes)

    def _list_item(self, element: html.HtmlElement) -> None:
        parent = element.getparent()
        self._level, self._item_is_new = 0, True
        if parent is not None and parent.tag == "ol" and self._counts:
            number = written(_place(element, parent), _list_style(parent))
            self._kind, self._mark = "paragraph", f"{number}. "
        else:
            self._kind, self._mark = "bullet", ""

    def _row(self, element: html.HtmlElement) -> None:
        self._close()
        cells = [cell for cell in element if cell.tag in ("td", "th")]
        texts = [self._cell(cell) for cell in cells]
        if any(texts):
            is_head = all(cell.tag == "th" for cell in cells)
            self.drafts.append(row_draft(texts, is_head=is_head))

    def _cell(self, element: html.HtmlElement) -> str:
        walker = Walker(counts=False)
        walker._notes = self._notes
        drafts = walker.read(element)
        self.marks += walker.marks
        return " ".join(f"{draft.mark}{draft.text}" for draft in drafts)


def lines_of(element: html.HtmlElement) -> Iterator[str]:
    """The words below an element, block by block, with nothing left out."""
    walker = Walker(counts=False)
    for draft in walker.read(element):
        yield f"{draft.mark}{draft.text}"
    yield from walker.marks


def _note_of(link: html.HtmlElement) -> str | None:
    """The id of the footnote that a link refers to, if it is a footnote's mark."""
    page, _, target = (link.get("href") or "").partition("#")
    words = tidy("".join(str(piece) for piece in link.itertext()))
    is_mark = link.get("role") == "doc-noteref" or (
        bool(_NOTE_MARK.match(words))
        and (
            next(link.iterancestors("sup"), None) is not None
            or (link.find("sup") is not None)
            or "footnote" in (link.get("class") or "")
        )
    )
    return target if target and words and is_mark and not page.endswith("/") else None


def is_layout(row: html.HtmlElement) -> bool:
    """Whether a row belongs to a table that only puts things in their place on the page."""
    table = next(row.iterancestors("table"), None)
    if table is None:
        return False
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iter("th"), None) is not None:
        return False
    cells = [cell for cell in table.iter("td") if next(cell.iterancestors("table")) is table]
    is_single = all(len(cell.getparent()) == 1 for cell in cells)
    return any(
        next(cell.iter("table", "h1", "h2", "h3", "h4", "h5", "h6"), None) is not None
        or len(list(cell.iter("p"))) >= _MANY
        or (is_single and len(tidy("".join(map(str, cell.itertext())))) > _LONG)
        for cell in cells
    )


def _list_style(element: html.HtmlElement) -> str:
    """The style of a numbered list: "1", "a", "A", "i" or "I"."""
    named = _LIST_STYLE.search(element.get("style") or "")
    style = _STYLES.get(named[1], "") if named else element.get("type", "")
    return style if style in ("a", "A", "i", "I") else "1"


def _place(item: html.HtmlElement, parent: html.HtmlElement) -> int:
    """The number of an item of a numbered list."""
    items = list(parent.iterchildren("li"))
    step = -1 if "reversed" in parent.attrib else 1
    number = _whole(parent.get("start"), len(items) if step < 0 else 1)
    for other in items:
        number = _whole(other.get("value"), number)
        if other is item:
            break
        number += step
    return number


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and _WHOLE.match(text) else otherwise
