"""Items of printed lists that their marks do not tell: without one, or with a dash that is none."""

from documents.marks import is_terminated
from documents.readers.nesting import Nesting
from documents.readers.pdf_lines import Line, gap

_APART = 1.4  # from top to top, in heights of a line: more than within an item
_INSIDE = tuple("–—-")  # marks that may also be dashes within a sentence


def new_nesting() -> Nesting:
    """The nesting of a list whose edges are points."""
    return Nesting(deeper=9.0, as_deep=4.0)


def is_bare_item(line: Line, before: Line, last: str, nesting: Nesting, *, is_full: bool) -> bool:
    """Whether a line without a mark is an item of its own: set in below a lead-in, or below
    another such item. ``before`` is the line before it, full or not, in the item ``last``."""
    if line.bold:
        return False
    is_new_page = before.page != line.page
    if not is_new_page and gap(before, line) <= _APART:
        return False
    if last.endswith(":"):
        return nesting.is_below(line.left)
    begins = not (is_new_page and is_full) or is_terminated(last)
    return begins and nesting.is_beside_bare(line.left)


def is_dash_inside(line: Line, before: Line, last: str, *, is_full: bool) -> bool:
    """Whether the dash that a line begins with stands within the sentence of the full line above
    it, and is no bullet. ``last`` is what has been read of that block."""
    return (
        line.text.startswith(_INSIDE)
        and is_full
        and not is_terminated(last)
        and not before.text.startswith(_INSIDE)
        and (before.page != line.page or 0 < gap(before, line) <= _APART)
    )
