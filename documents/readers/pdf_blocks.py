"""Printed lines become headings, paragraphs, bullets, rows and footnotes.

What decides is where a line stands and how it is set: a wider gap begins a paragraph, bold or
larger type is a heading, smaller type at the foot a footnote.
"""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import isinf

from documents.draft import Draft
from documents.judgements import find_rows, is_table_header
from documents.marks import is_terminated, runs_on, strip_bullet, strip_number
from documents.readers.pdf_headings import Headings, is_field
from documents.readers.pdf_lines import Line, gap
from documents.readers.pdf_lists import is_bare_item, is_dash_inside, new_nesting
from documents.readers.pdf_tables import TableRow, table_rows

_PARAGRAPH_GAP = 1.4  # from top to top, in heights of a line; within a paragraph it is about 1
_SMALL = 0.93  # times the size of the running text: a footnote, where it stands low
_HEAD_PAGES = 3  # in which a judgement table stands
_FOOTNOTE = re.compile(r"^\d{1,2}(?!\d|[.,]\d|%)(?:\s*\S|$)")
_CONTENTS_ENTRY = re.compile(r"[\s.]\d{1,3}$")
_LEFT_HALF = re.compile(r"(\w+)-$")
_RIGHT_HALF = re.compile(r"[a-z]+-?")
_CUT_RANGE = re.compile(r"\d[-–—]$")  # "2014–" before "15"
_HANG = 4.0  # points
_NEARLY_FULL = 0.75  # of the longest line's right edge
_SUBHEADING = 90  # characters: a line of fewer may be a heading


def build_drafts(lines: list[Line], mend: Callable[[str], str]) -> list[Draft]:
    """The drafts of a document from its lines in reading order, furniture taken away.

    ``mend`` joins the halves of a word with U+FFFE between them, with a hyphen or without.
    """
    return _Builder(lines, mend).build() if lines else []


class _Builder:
    """Goes through the lines once. ``_before`` is the line before, footnotes passed over."""

    def __init__(self, lines: list[Line], mend: Callable[[str], str]) -> None:
        self._lines, self._mend = lines, mend
        weights: Counter[float] = Counter()
        for line in lines:
            weights[round(line.size, 1)] += len(line.text)
        self._body = weights.most_common(1)[0][0]
        self._headings = Headings(lines, self._body)
        self._drafts: list[Draft] = []
        self._footnotes: list[Draft] = []  # of the page, until the block they interrupt is whole
        self._before: Line | None = None
        self._contents_page: int | None = None
        self._last_number = 0
        self._first_left = 0.0  # of the block that is open
        self._nesting = new_nesting()

    def build(self) -> list[Draft]:
        """All drafts in order."""
        head = [line.text for line in self._lines if line.page <= _HEAD_PAGES]
        rows = {row.first: row for row in find_rows(head)}
        tables = table_rows(self._lines)
        position = 0
        while position < len(self._lines):
            line = self._lines[position]
            row, table = rows.get(position), tables.get(position)
            if row:
                text = f"{row.area}\t{row.grade}"
                self._begin(Draft("row", text, [(0, line.page)], mark=row.mark), line.left)
                self._before = None
                position = row.last
            elif table and not any(n in rows for n in range(position, table.last + 1)):
                self._begin(self._table_draft(table, line), line.left)
                self._before = None
                position = table.last
            elif not self._take_footnote(line):
                self._take(line, position)
                self._before = line
            position += 1
        self._drafts.extend(self._footnotes)
        self._raise_subheadings()
        return self._drafts

    def _table_draft(self, row: TableRow, line: Line) -> Draft:
        page = [(0, line.page)]
        if row.is_title and line.page > _HEAD_PAGES:
            level = self._headings.level(line)
            return Draft("heading", " ".join(row.cells), page, level=level)
        return Draft("row", "\t".join(row.cells), page, boilerplate=row.is_head)

    def _raise_subheadings(self) -> None:
        """Short lines in plain or slanted type over bullets or numbers are headings, too."""
        for draft, behind in pairwise(self._drafts):
            if (
                draft.kind == "paragraph"
                and (behind.kind == "bullet" or behind.mark)
                and not (draft.mark or draft.boilerplate or is_terminated(draft.text))
                and len(draft.text) < _SUBHEADING
                and draft.text[0].isupper()
            ):
                draft.kind, draft.level = "heading", self._headings.lowest

    def _begin(self, draft: Draft, left: float) -> None:
        self._drafts.extend(self._footnotes)
        self._footnotes.clear()
        self._drafts.append(draft)
        self._first_left = left
        if draft.kind != "bullet":
            self._nesting.close()

    def _extend(self, line: Line) -> None:
        """More of the block that is open. Footnotes that stand between are put before it, so that
        pages follow each other in the text."""
        self._drafts[-1:-1] = self._footnotes
        self._footnotes.clear()
        last = self._drafts[-1]
        glue = " "
        # The last word alone: a search through the whole block at each line would take long.
        word = last.text.rsplit(" ", 1)[-1]
        left, right = _LEFT_HALF.search(word), _RIGHT_HALF.match(line.text)
        if left and right:
            # PDFium joins what is divided on one page; this is divided over two.
            joined = self._mend(f"{left.group(1)}\ufffe{right.group()}")
            glue = " " if " " in joined else ""
            is_one = joined.startswith(left.group(1) + right.group())
            last.text = last.text[:-1] if is_one else last.text
        elif _CUT_RANGE.search(word) and line.text[0].isdigit():
            glue = ""
        last.extend(line.text, line.page, glue)

    def _take(self, line: Line, position: int) -> None:
        bullet = strip_bullet(line.text)
        number = strip_number(line.text, self._last_number)
        page = [(0, line.page)]
        if is_table_header(line.text):
            self._begin(
                Draft("row", line.text.replace(" ", "\t", 1), page, boilerplate=True), line.left
            )
        elif self._in_contents(line, position):
            if self._is_rest_of_entry(line):
                self._extend(line)
            else:
                self._begin(Draft("paragraph", line.text, page, boilerplate=True), line.left)
        elif bullet and not self._is_dash_inside(line):
            level = self._nesting.add(line.left, line.text[0], line.page)
            self._begin(Draft("bullet", bullet, page, level=level), line.left)
        elif self._is_bare_item(line):
            level = self._nesting.add(line.left, "", line.page)
            self._begin(Draft("bullet", line.text, page, level=level), line.left)
        elif self._ends_heading(line) or (
            self._headings.has(line) and not self._is_rest_of_field(line)
        ):
            if self._heading_goes_on(line):
                self._extend(line)
            else:
                level = self._headings.level(line)
                self._begin(Draft("heading", line.text, page, level=level), line.left)
        elif number and self._is_next(int(number[0])):
            self._last_number = int(number[0])
            self._begin(Draft("paragraph", number[1], page, mark=f"{number[0]}. "), line.left)
        elif self._goes_on(line):
            self._extend(line)
        else:
            self._begin(Draft("paragraph", line.text, page), line.left)

    def _is_next(self, number: int) -> bool:
        """Printed numbers go on, or begin again; a "12." inside a paragraph does neither."""
        return number == 1 or 0 < number - self._last_number <= 3

    def _is_rest_of_field(self, line: Line) -> bool:
        """The second line of "Inspection dates: …", set as bold as the first."""
        before = self._before
        return (
            before is not None
            and is_field(self._drafts[-1].text)
            and before.bold
            and round(before.size) == round(line.size)
            and gap(before, line) < _PARAGRAPH_GAP
        )

    def _heading_goes_on(self, line: Line) -> bool:
        before = self._before
        if before is None or not self._drafts or self._drafts[-1].kind != "heading":
            return False
        return self._headings.go_on(line, before)

    def _is_dash_inside(self, line: Line) -> bool:
        before = self._before
        if before is None or self._drafts[-1].kind not in ("paragraph", "bullet"):
            return False
        return is_dash_inside(
            line, before, self._drafts[-1].text, is_full=self._headings.is_full(before)
        )

    def _is_bare_item(self, line: Line) -> bool:
        before = self._before
        return before is not None and is_bare_item(
            line,
            before,
            self._drafts[-1].text,
            self._nesting,
            is_full=self._headings.is_full(before),
        )

    def _hangs(self, line: Line, before: Line) -> bool:
        """Whether a line is set in as the lines of the open item or number below its first are."""
        return before.left > self._first_left + _HANG and abs(line.left - before.left) < _HANG

    def _ends_heading(self, line: Line) -> bool:
        """The bold end of a heading that is a sentence: "… of care leavers | is inadequate."."""
        return line.bold and line.text.endswith(".") and self._heading_goes_on(line)

    def _in_contents(self, line: Line, position: int) -> bool:
        if line.text.strip().lower() == "contents":
            self._contents_page = line.page
            return False
        if self._contents_page != line.page:
            return False
        # An entry may take two lines, of which the first ends without its page.
        return any(
            other.page == line.page and _CONTENTS_ENTRY.search(other.text)
            for other in self._lines[position : position + 2]
        )

    def _is_rest_of_entry(self, line: Line) -> bool:
        """The second line of an entry of the contents, whose first has no page number."""
        before, last = self._before, self._drafts[-1]
        return (
            before is not None
            and last.boilerplate
            and last.kind == "paragraph"
            and not _CONTENTS_ENTRY.search(last.text)
            and gap(before, line) < _PARAGRAPH_GAP
        )

    def _take_footnote(self, line: Line) -> bool:
        """Whether the line is (a part of) a footnote; then it has been taken."""
        small = line.size < _SMALL * self._body and line.top < 0.5 * line.page_height
        if not small or line.bold:
            return False
        here = self._footnotes and self._footnotes[-1].page == line.page
        if _FOOTNOTE.match(line.text):
            self._footnotes.append(Draft("footnote", line.text, [(0, line.page)]))
        elif here:
            self._footnotes[-1].extend(line.text, line.page)
        return bool(here) or bool(_FOOTNOTE.match(line.text))

    def _is_cut(self, last: Draft, before: Line) -> bool:
        """Whether a paragraph's last line is full and ends in the middle of a sentence."""
        return (
            last.kind == "paragraph"
            and self._headings.is_full(before)
            and not is_terminated(last.text)
        )

    def _goes_on(self, line: Line) -> bool:
        """Whether a line of running text belongs to the block that is open."""
        before = self._before
        if before is None or not self._drafts:
            return False
        last = self._drafts[-1]
        if last.kind not in ("paragraph", "bullet") or last.boilerplate:
            return False
        if is_field(line.text) and line.page == 1:
            return False
        is_new_column = line.left > before.left + line.size and isinf(gap(before, line))
        if before.page != line.page or is_new_column:
            is_full = before.right > _NEARLY_FULL * self._headings.edge or is_new_column
            return (
                runs_on(last, line.text)
                or (not is_terminated(last.text) and is_full)
                or (bool(last.mark or last.kind == "bullet") and self._hangs(line, before))
            )
        apart = gap(before, line)
        if apart > _PARAGRAPH_GAP:
            most = 2.4 if last.text.endswith(",") else 2.2
            return apart < most and (runs_on(last, line.text) or self._is_cut(last, before))
        if last.kind == "bullet" and line.left < before.left - 4:
            # Back at the margin: the list is over, unless its sentence is not.
            return not is_terminated(last.text)
        return True
