"""Which part of a page is the letter, and what stands around it: navigation, banners, footers.

What a page marks is believed: its main part, what it hides, what it calls navigation. Where it
marks nothing, jusText tells running text from the rest by its length, its links and its small
words; the smallest part of the page that holds all such text is the letter, with all that it holds.
"""

import re
from collections.abc import Iterator, Sequence

from justext import get_stoplist
from justext.core import ParagraphMaker, classify_paragraphs, revise_paragraph_classification
from lxml import html

from documents.readers.html_blocks import BLOCKS, WORDLESS, is_layout, lines_of

_NOT_THE_LETTER = frozenset(
    {"nav", "header", "footer", "aside", "form", "iframe", "button", "dialog"},
)
_ROLES = frozenset(
    {
        *("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert"),
        *("alertdialog", "menu", "menubar", "toolbar"),
    }
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
# The names that page builders give to what every page of a site has.
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|share|sharing|sharedaddy|addtoany|social"
    r"|skip-?links?|skip-(?:to-)?(?:content|main|nav)|site-?(?:header|footer|nav)|navbar|menu"
    r"|sidebar|pagination|pager|newsletter|related|phase-banner|feedback|print-?(?:link|page)"
    r"|footer|masthead)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"^(?:(?:print|share|email|save|tweet|bookmark) this(?: (?:page|article|story|entry))?"
    r"|skip to (?:main )?content|back to top|listen to this page|accept (?:all )?cookies"
    r"|is this page useful\?.*|give feedback(?: about this page)?)$",
    re.IGNORECASE,
)
_PIECES = frozenset({"p", "li", "ul", "ol", "tr", "tbody", "h1", "h2", "h3", "h4"})  # of a letter
_MOST_OF_A_PAGE = 1 / 3  # of its words: what is named as if it were no letter, but holds it
_LINKED = 0.6  # of a list's characters: it leads elsewhere
_FEW_LINKS = 3


def take_away(root: html.HtmlElement) -> Iterator[str]:
    """Drop what is not the letter, and say its words."""
    whole = _length(root)
    taken: list[html.HtmlElement] = []
    for element in list(root.iter("*")):
        if element.getparent() is None or any(o in taken for o in element.iterancestors()):
            continue
        if element.tag in WORDLESS:
            _drop(element)
        elif _is_around(element) or (
            _is_named(element) and _length(element) <= _MOST_OF_A_PAGE * whole
        ):
            taken.append(element)
    yield from _drop_all(taken)


def letter_of(root: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements that hold the letter, in order: the page's title where it stands apart, and
    the page's main part, or else the smallest part that holds all running text."""
    body = root.find("body")
    body = root if body is None else body
    marked = _marked(root)
    part = _running(body) if marked is None else marked
    titles = list(body.iter("h1"))
    inside = any(title is part or part in title.iterancestors() for title in titles)
    if len(titles) == 1 and not inside and part not in titles[0].iterdescendants():
        return [titles[0], part]
    return [part]


def cut_out(elements: Sequence[html.HtmlElement]) -> None:
    """Take elements out of their tree, and leave an edge in their place."""
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            edge = html.Element("hr")
            edge.tail, element.tail = element.tail, None
            parent.replace(element, edge)


def without_link_lists(part: html.HtmlElement) -> Iterator[str]:
    """Drop the lists of links within a part of a page that nothing marks as the letter, and say
    their words."""
    lists = [element for element in part.iter("ul", "ol", "div", "table") if _is_links(element)]
    yield from _drop_all(e for e in lists if not any(o in lists for o in e.iterancestors()))


def is_marked(part: html.HtmlElement) -> bool:
    """Whether a page says of an element that it is its main part."""
    return part.tag in ("main", "article") or part.get("role") == "main"


def _is_around(element: html.HtmlElement) -> bool:
    """Whether a page itself says that an element is not its subject, or not to be seen."""
    if element.tag in ("html", "body", "main"):
        return False
    if element.tag == "header":
        # The head of an article is the letter's own; that of the page is not.
        return not any(is_marked(outer) for outer in element.iterancestors())
    if element.tag == "form":
        # Some builders put the whole page into one form.
        return element.find(".//p") is None or element.find(".//h1") is None
    return (
        element.tag in _NOT_THE_LETTER
        or element.get("role") in _ROLES
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _is_named(element: html.HtmlElement) -> bool:
    """Whether an element's name or words are those of what stands around letters."""
    if element.tag in ("html", "body", "main", "article"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag in BLOCKS and _NAMED.search(names) and element.find(".//h1") is None:
        return True
    if element.tag not in ("a", "p", "li", "div", "span"):
        return False
    return bool(_PHRASES.match(" ".join("".join(map(str, element.itertext())).split())))


def _drop_all(elements: Iterator[html.HtmlElement] | list[html.HtmlElement]) -> Iterator[str]:
    for element in list(elements):
        words = " ".join(lines_of(element))
        _drop(element)
        if words:
            yield words


def _drop(element: html.HtmlElement) -> None:
    """Drop an element and keep what follows it; words on both sides of a block stay apart."""
    if element.tag in BLOCKS or element.tag in _NOT_THE_LETTER:
        element.tail = f" {element.tail or ''}"
    element.drop_tree()


def _length(element: html.HtmlElement) -> int:
    return len(" ".join("".join(map(str, element.itertext())).split()))


def _marked(root: html.HtmlElement) -> html.HtmlElement | None:
    """The part that the page marks as its main one, if that has words."""
    for mark in ("main", "article"):
        found = [
            element
            for element in root.iter("*")
            if (element.tag == mark or (mark == "main" and element.get("role") == "main"))
            and _length(element)
        ]
        outermost = [e for e in found if not any(outer in found for outer in e.iterancestors())]
        if len(outermost) == 1:
            return outermost[0]
    return None


def _running(body: html.HtmlElement) -> html.HtmlElement:
    """The smallest element that holds all running text; the whole where there is none."""
    root = body.getroottree().getroot()
    paragraphs = ParagraphMaker.make_paragraphs(root)
    classify_paragraphs(paragraphs, get_stoplist("English"))
    revise_paragraph_classification(paragraphs)
    holders = [_at(root, p.xpath) for p in paragraphs if p.class_type == "good"]
    if not holders:
        return body
    ways = [[holder, *holder.iterancestors()] for holder in holders]
    common = [element for element in ways[0] if all(element in way for way in ways[1:])]
    return next((element for element in common if _may_hold(element)), body)


def _at(root: html.HtmlElement, path: str) -> html.HtmlElement:
    """The element at a path as jusText writes them, "/html[1]/body[1]/div[2]". XPath refuses the
    names of some elements that there are in pages ("o:p")."""
    element = root
    for step in path.split("/")[2:]:
        name, _, place = step.rpartition("[")
        element = [child for child in element if child.tag == name][int(place[:-1]) - 1]
    return element


def _may_hold(element: html.HtmlElement) -> bool:
    """Whether an element may be all of a letter: a cell only where tables are used for layout."""
    if element.tag == "td":
        return is_layout(element)
    return element.tag in BLOCKS and element.tag not in _PIECES


def _is_links(element: html.HtmlElement) -> bool:
    """Whether an element is a list of links and little else."""
    links = list(element.iter("a"))
    if len(links) < _FEW_LINKS or element.find(".//h1") is not None:
        return False
    return sum(map(_length, links)) > _LINKED * max(_length(element), 1)
