"""HTML: the page's main part, block by block; navigation and the like are furniture."""

import re
from collections.abc import Iterator

from lxml import etree, html

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.marks import strip_bullet, strip_number, tidy
from documents.model import BlockKind, Furniture

_NOT_THE_LETTER = "nav|header|footer|aside|form|script|style|noscript|template|svg|iframe|button"
_ROLES = ("navigation", "banner", "contentinfo", "search", "complementary")
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3"
    " h4 h5 h6 hr li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_ERROR_PAGE = re.compile(
    r"not found|no longer exists|access denied|forbidden|error \d{3}|\b(?:403|404|410|500|503)\b"
    r"|service unavailable|internal server error",
    re.IGNORECASE,
)


def read_html(data: bytes, file: str) -> Reading:
    """The drafts of a page. Raises UnreadableDocument for error pages and pages without words."""
    # lxml's HTML parser reads no external entity and opens no connection.
    parser = html.HTMLParser(encoding=_declared_encoding(data), no_network=True)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableDocument(file, f"the HTML cannot be parsed ({error})") from error
    title = tidy(root.findtext(".//title") or "") or None
    heading = tidy(" ".join(" ".join(h.itertext()) for h in root.iter("h1")))
    if _ERROR_PAGE.search(f"{title or ''} {heading}"):
        reason = f"the file holds an HTML error page ({heading or title!r}), not a letter"
        raise UnreadableDocument(file, reason)
    furniture = list(_take_away(root))
    main = next(iter(root.xpath("//main|//*[@role='main']|//article")), root.find("body"))
    walker = _Walker()
    if main is not None:
        walker.walk(main)
        walker.close()
    if not walker.drafts:
        raise UnreadableDocument(file, "the HTML page holds no words outside its navigation")
    url = next(iter(root.xpath("//link[@rel='canonical']/@href")), None)
    language = root.get("lang")
    return Reading(walker.drafts, furniture, title=title, url=url, language=language)


def _declared_encoding(data: bytes) -> str | None:
    """UTF-8 where the bytes are that, else what the page or the parser says."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None if b"charset" in data[:2048].lower() else "cp1252"
    return "utf-8"


def _take_away(root: html.HtmlElement) -> Iterator[Furniture]:
    """Drop what is not the letter, and say what its words were."""
    wanted = " or ".join(f"self::{name}" for name in _NOT_THE_LETTER.split("|"))
    roles = " or ".join(f"@role='{role}'" for role in _ROLES)
    for element in root.xpath(f"//*[{wanted} or {roles} or @hidden]"):
        # The head of an article is the letter's own; that of the page is not.
        if element.tag == "header" and any(
            a.tag in ("main", "article") for a in element.iterancestors()
        ):
            continue
        if element.getparent() is None:
            continue
        words = tidy(" ".join(element.itertext()))
        if words and element.tag not in ("script", "style", "noscript", "template", "svg"):
            yield Furniture(words, None)
        element.drop_tree()


class _Walker:
    """Goes through the tree and closes a draft at every edge of a block."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self._words: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._mark = ""

    def close(self) -> None:
        """End the block that is open, if it has words."""
        text = tidy("".join(self._words))
        self._words.clear()
        if not text:
            return
        draft = Draft(self._kind, text, level=self._level, mark=self._mark)
        if draft.kind == "paragraph" and not draft.mark:
            bullet, number = strip_bullet(text), strip_number(text)
            if bullet:
                draft = Draft("bullet", bullet)
            elif number:
                draft = Draft("paragraph", number[1], mark=f"{number[0]}. ")
        self.drafts.append(draft)
        # A second paragraph of a list item has no mark of its own.
        self._mark = ""

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
        self._level = 0
        if parent is not None and parent.tag == "ol":
            first = int(parent.get("start", "1")) if parent.get("start", "1").isdigit() else 1
            place = first + sum(1 for _ in element.itersiblings("li", preceding=True))
            self._kind, self._mark = "paragraph", f"{place}. "
        else:
            self._kind, self._mark = "bullet", ""

    def _row(self, element: html.HtmlElement) -> None:
        self.close()
        cells = [tidy(" ".join(c.itertext())) for c in element if c.tag in ("td", "th")]
        text = "\t".join(cell for cell in cells if cell)
        if text:
            is_head = all(c.tag == "th" for c in element if isinstance(c.tag, str))
            self.drafts.append(Draft("row", text, boilerplate=is_head))
