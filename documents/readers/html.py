"""HTML: the letter that a page holds, block by block; what stands around it is furniture."""

import json
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.marks import tidy
from documents.model import Furniture
from documents.readers.encodings import decode, marked_encoding
from documents.readers.html_blocks import Walker, lines_of
from documents.readers.html_page import cut_out, is_marked, letter_of, take_away, without_link_lists

_ERROR_PAGE = re.compile(
    r"not found|no longer exists|access denied|forbidden|error \d{3}|^\s*[45]\d\d(?: gone)?\s*$"
    r"|service unavailable|internal server error",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)", re.IGNORECASE)
_HEAD = 4096  # bytes among which a page names its encoding
# What is called so is Windows-1252 in all browsers.
_WESTERN = frozenset({"ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "iso8859-1"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # which no tree may hold
_SPOILT = 0.1  # of the characters beyond ASCII: more of them, and it is another encoding
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")
# The names of the day of publication in the heads of pages, the surest first.
_DAYS = (
    *("article:published_time", "dcterms.issued", "dc.date.issued", "datepublished"),
    *("dcterms.date", "dc.date", "dcterms.created", "pubdate", "publish-date", "date"),
)
_ISO_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)")


def read_html(data: bytes, file: str) -> Reading:
    """The drafts of a page. Raises UnreadableDocument for error pages and pages without words."""
    # lxml's HTML parser reads no external entity and opens no connection.
    # Without huge_tree it drops what is nested too deeply, and says nothing.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        text = _CONTROL.sub("", _decode(data, file)).encode("utf-8", "replace")
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableDocument(file, f"the HTML cannot be parsed ({error})") from error
    title = tidy(root.findtext(".//title") or "") or None
    heading = tidy(" ".join(" ".join(lines_of(element)) for element in root.iter("h1")))
    if _ERROR_PAGE.search(f"{title or ''} {heading}"):
        reason = f"the file holds an HTML error page ({heading or title!r}), not a letter"
        raise UnreadableDocument(file, reason)
    made, url = _made(root), _url(root)
    try:
        walker, around = _read(root)
    except RecursionError as error:
        raise UnreadableDocument(file, "the HTML is nested too deeply for a letter") from error
    if not walker.drafts:
        raise UnreadableDocument(file, "the HTML page holds no words outside its navigation")
    furniture = [Furniture(line, None) for line in (*around, *walker.marks)]
    return Reading(
        walker.drafts, furniture, title=title, url=url, language=root.get("lang"), made=made
    )


def _read(root: html.HtmlElement) -> tuple[Walker, list[str]]:
    """The letter's drafts, and the lines around it."""
    around = list(take_away(root))
    parts = letter_of(root)
    if not is_marked(parts[-1]):
        around += without_link_lists(parts[-1])
    body = root.find("body")
    cut_out(parts)
    walker = Walker()
    for part in parts:
        walker.read(part)
    if body is not None and body not in parts and root not in parts:
        around += lines_of(body)
    return walker, around


def _decode(data: bytes, file: str) -> str:
    """UTF-8 and UTF-16 where the bytes are that; else what the page says; else what can be told."""
    declared = _CHARSET.search(data[:_HEAD])
    name = declared[1].decode("ascii").lower() if declared else ""
    if marked_encoding(data) != "utf-8-sig":
        return decode(data, file)
    data = data.replace(b"\x00", b"")
    text = data.decode("utf-8-sig", "replace")
    beyond = sum(not character.isascii() for character in text)
    if text.count("\ufffd") <= _SPOILT * beyond:
        return text  # as browsers show it, a byte or two that are spoilt among it
    if not name or name in ("utf-8", "utf8"):
        return decode(data, file)
    try:
        return data.decode("cp1252" if name in _WESTERN else name)
    except (LookupError, UnicodeDecodeError):
        return decode(data, file)


def _url(root: html.HtmlElement) -> str | None:
    """Where the page says that it stands."""
    comments = (str(comment.text) for comment in root.getroottree().xpath("//comment()"))
    saved = next((found[1] for words in comments if (found := _SAVED_FROM.search(words))), "")
    base = next((element.get("href") or "" for element in root.iter("base")), "")
    named = (
        *(link.get("href") for link in root.iter("link") if link.get("rel") == "canonical"),
        *(meta.get("content") for meta in root.iter("meta") if meta.get("property") == "og:url"),
        saved,
        base,
    )
    for address in named:
        whole = _joined(saved or base, (address or "").strip())
        if whole:
            return whole
    return None


def _joined(base: str, address: str) -> str | None:
    try:
        whole = urljoin(base, address) if address else ""
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if parts.scheme in ("http", "https") and parts.netloc else None


def _made(root: html.HtmlElement) -> date | None:
    """The day on which the page says it was published."""
    said: dict[str, date] = {}
    for name, value in _days(root):
        found = _ISO_DAY.match(value)
        try:
            if found:
                said.setdefault(name.lower(), date.fromisoformat(found[1]))
        except ValueError:
            continue  # "2019-02-31": written, but not a day
    return next((said[name] for name in _DAYS if name in said), None)


def _days(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """(name, value) of what may be a day in a page's head and in its descriptions for machines."""
    for element in root.iter("meta", "time"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        yield name, element.get("content") or element.get("datetime") or ""
    for script in root.iter("script"):
        if script.get("type") == "application/ld+json":
            try:
                described = json.loads(script.text or "")
            except (ValueError, RecursionError):
                continue
            things = described if isinstance(described, list) else [described]
            for thing in things:
                if isinstance(thing, dict):
                    yield "datePublished", str(thing.get("datePublished") or "")
