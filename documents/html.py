"""HTML: the page's main part, block by block; navigation and the like are furniture."""

import re
from collections.abc import Iterator

from lxml import etree, html

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.judgements import row_draft
from documents.marks import strip_bullet, strip_number, tidy
from documents.model import BlockKind, Furniture

# Left out with a word on it, as furniture; and left out without, for it holds no words.
_NOT_THE_LETTER = frozenset(
    {"nav", "header", "footer", "aside", "form", "iframe", "button"},
)
_WORDLESS = frozenset({"script", "style", "noscript", "template", "svg"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
_BLOCKS = frozenset(
    {
        *("address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
        *("main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    }
)
_ERROR_PAGE = re.compile(
    r"not found|no longer exists|access denied|forbidden|error \d{3}|^\s*[45]\d\d(?: gone)?\s*$"
    r"|service unavailable|internal server error",
    re.IGNORECASE,
)


def read_html(data: bytes, file: str) -> Reading:
    """The drafts of a page. Raises UnreadableDocument for error pages and pages without words."""
    # lxml's HTML parser reads no external entity and opens no connection.
    # Without huge_tree it drops what is nested too deeply, and says nothing.
    encoding = _declared_encoding(data)
    parser = html.HTMLParser(encoding=encoding, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableDocument(file, f"the HTML cannot be parsed ({error})") from error
    title = tidy(root.findtext(".//title") or "") or None
    heading = tidy(" ".join(_words(element) for element in root.iter("h1")))
    if _ERROR_PAGE.search(f"{title or ''} {heading}"):
        reason = f"the file holds an HTML error page ({heading or title!r}), not a letter"
        raise UnreadableDocument(file, reason)
    furniture = list(_take_away(root))
    walker = _Walker()
    try:
        walker.walk(_main_part(root))
    except RecursionError as error:
        raise UnreadableDocument(file, "the HTML is nested too deeply for a letter") from error
    walker.close()
    if not walker.drafts:
        raise UnreadableDocument(file, "the HTML page holds no words outside its navigation")
    links = (link for link in root.iter("link") if link.get("rel") == "canonical")
    url = next((link.get("href") for link in links), None)
    return Reading(walker.drafts, furniture, title=title, url=url, language=root.get("lang"))


def _words(element: html.HtmlElement) -> str:
    """All words below an element, those of neighbouring elements set apart."""
    return " ".join(str(piece) for piece in element.itertext())


def _main_part(root: html.HtmlElement) -> html.HtmlElement:
    """The element that holds the letter: the page's main part, else its body, else all."""
    for element in root.iter("*"):
        if element.tag in ("main", "article") or element.get("role") == "main":
            return element
    body = root.find("body")
    return root if body is None else body


def _declared_encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are that, else what the page or the parser says."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None if b"charset" in data[:2048].lower() else "cp1252"
    return "utf-8"


def _is_letter(element: html.HtmlElement) -> bool:
    """Whether an element may hold words of the letter."""
    if element.tag == "header":
        # The head of an article is the letter's own; that of the page is not.
        return any(outer.tag in ("main", "article") for outer in element.iterancestors())
    return not (
        element.tag in _NOT_THE_LETTER | _WORDLESS
        or element.get("role") in _ROLES
        or "hidden" in element.attrib
    )


def _take_away(root: html.HtmlElement) -> Iterator[Furniture]:
    """Drop what is not the letter, and say what its words were."""
    taken: list[html.HtmlElement] = []
    for element in list(root.iter("*")):
        if _is_letter(element) or any(outer in taken for outer in element.iterancestors()):
            continue
        if element.getparent() is None:
            continue
        taken.append(element)
        words = tidy(_words(element))
        if words and element.tag not in _WORDLESS:
            yield Furniture(words, None)
    for element in taken:
        element.drop_tree()


class _Walker:
    """Goes through the tree and closes a draft at every edge of a block."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._words: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._mark = ""
        self._item_is_new = False  # no words of the list item that is open have come yet

    def close(self) -> None:
        """End the block that is open, if it has words."""
        text = tidy("".join(self._words))
        self._words.clear()
        if not text:
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

    def walk(self, element: html.HtmlElement) -> None:
        """All drafts below an element."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag:
            return
        if tag == "tr":
            self._row(element)
            return
        outer = (self._kind, self._level, self._mark)
        is_block = tag in _BLOCKS
        if is_block:
            self.close()
        if tag[:1] == "h" and tag[1:].isdigit():
            self._kind, self._level, self._mark = "heading", int(tag[1:]), ""
        elif tag == "li":
            self._list_item(element)
        elif tag == "br":
            self.close()
        self._words.append(element.text or "")
        for child in element:
            self.walk(child)
            self._words.append(child.tail or "")
        if is_block:
            self.close()
            self._kind, self._level, self._mark = outer

    def _list_item(self, element: html.HtmlElement) -> None:
        parent = element.getparent()
        self._level, self._item_is_new = 0, True
        if parent is not None and parent.tag == "ol":
            first = int(parent.get("start", "1")) if parent.get("start", "1").isdigit() else 1
            place = first + sum(1 for _ in element.itersiblings("li", preceding=True))
            self._kind, self._mark = "paragraph", f"{place}. "
        else:
            self._kind, self._mark = "bullet", ""

    def _row(self, element: html.HtmlElement) -> None:
        self.close()
        cells = [tidy(_words(c)) for c in element if c.tag in ("td", "th")]
        if any(cells):
            is_head = all(c.tag == "th" for c in element if isinstance(c.tag, str))
            self.drafts.append(row_draft(cells, is_head=is_head))
