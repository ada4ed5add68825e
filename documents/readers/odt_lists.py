"""The numbers of the lists of an OpenDocument text.

A list names its style once; the lists within its items take it over, one level further in.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import odfdo
from odfdo.element import Element

from documents.readers.numbering import Level, Numbers

_NUMBER = "text:list-level-style-number"


class Lists:
    """Follows the lists of a document while it is gone through."""

    def __init__(self, document: odfdo.Document) -> None:
        """``document`` holds the list styles."""
        self._document = document
        self._open: list[tuple[str, Numbers]] = []  # the style of each open list, outermost first
        self._by_style: dict[str, Numbers] = {}
        self._by_id: dict[str, Numbers] = {}

    @contextmanager
    def open(self, element: Element) -> Iterator[None]:
        """While it lasts, items are those of this list."""
        own = element.get_attribute_string("text:style-name")
        if self._open and own in (None, self._open[-1][0]):
            style, numbers = self._open[-1]
        else:
            style = own or ""
            numbers = self._continued(element, style) or Numbers(self._levels(style))
            self._by_style[style] = numbers
        self._by_id[element.get_attribute_string("xml:id") or ""] = numbers
        self._open.append((style, numbers))
        yield
        self._open.pop()

    def item(self, item: Element) -> str | None:
        """What is printed before the next item of the innermost list; None for a bullet."""
        begin = item.get_attribute_integer("text:start-value")
        if not any(child.tag in ("text:p", "text:h") for child in item.get_elements("*")):
            return ""  # it only holds a list further in
        return self._open[-1][1].next(len(self._open) - 1, begin)

    def _continued(self, element: Element, style: str) -> Numbers | None:
        """The numbers that a list goes on with, where it says that it does."""
        other = element.get_attribute_string("text:continue-list")
        if other:
            return self._by_id.get(other)
        goes_on = element.get_attribute_string("text:continue-numbering") == "true"
        return self._by_style.get(style) if goes_on else None

    def _levels(self, name: str) -> dict[int, Level]:
        style = self._document.get_style("list", name) if name else None
        if style is None:
            return {}
        return {
            (rule.get_attribute_integer("text:level") or 1) - 1: _level(rule)
            for rule in style.get_elements("*")
            if rule.tag == _NUMBER
        }


def _level(rule: Element) -> Level:
    """One level as a list style describes it."""
    depth = rule.get_attribute_integer("text:level") or 1
    shown = rule.get_attribute_integer("text:display-levels") or 1
    places = ".".join(f"%{place}" for place in range(max(depth - shown, 0) + 1, depth + 1))
    prefix, suffix = (
        rule.get_attribute_string(f"style:num-{end}") or "" for end in ("prefix", "suffix")
    )
    start = rule.get_attribute_integer("text:start-value")
    return Level(
        style=rule.get_attribute_string("style:num-format") or "",
        pattern=f"{prefix}{places}{suffix}",
        start=1 if start is None else start,
    )
