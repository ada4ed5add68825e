"""Printed lines become headings, paragraphs, bullets, rows and footnotes.

What decides is where a line stands and how it is set: a wider gap begins a paragraph, bold or
larger type is a heading, smaller type at the foot a footnote.
"""

import re
from collections import Counter
from itertools import pairwise

from documents.draft import Draft
from documents.judgements import find_rows, is_table_header
from documents.marks import is_terminated, runs_on, strip_bullet, strip_number
from documents.pdf_lines import Line

_PARAGRAPH_GAP = 1.4  # from top to top, in heights of a line; within a paragraph it is about 1
_LARGE = 1.1  # times the size of the running text: a heading
_SMALL = 0.93  # times the size of the running text: a footnote, where it stands low
_HEAD_PAGES = 3  # in which a judgement table stands
_FOOTNOTE = re.compile(r"^\d{1,2}(?:\s*\S|$)")
_CONTENTS_ENTRY = re.compile(r"[\s.]\d{1,3}$")
# "Lead inspector: …" in bold is no heading; "Section 2: …" is one.
_FIELD = re.compile(r"^(?!Section \d)[A-Z][\w ]{3,30}: \S")
_SUBHEADING = 70  # characters: a line of fewer may be a heading
_FULL = 0.85  # of the longest line's right edge: a line that reaches as far is full


def build_drafts(lines: list[Line]) -> list[Draft]:
    """The drafts of a document from its lines in reading order, furniture taken away."""
    return _Builder(lines).build() if lines else []


class _Builder:
    """Goes through the lines once. ``_before`` is the line before, footnotes passed over."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        weights: Counter[float] = Counter()
        for line in lines:
            weights[round(line.size, 1)] += len(line.text)
        self._body = weights.most_common(1)[0][0]
        self._levels = self._rank({round(line.size) for line in lines if self._is_heading(line)})
        self._drafts: list[Draft] = []
        self._footnotes: list[Draft] = []  # of the page, until the block they interrupt is whole
        self._before: Line | None = None
        self._contents_page: int | None = None
        self._last_number = 0
        self._edge = max(line.right for line in lines)

    def build(self) -> list[Draft]:
        """All drafts in order."""
        head = [line.text for line in self._lines if line.page <= _HEAD_PAGES]
        rows = {row.first: row for row in find_rows(head)}
        position = 0
        while position < len(self._lines):
            line = self._lines[position]
            row = rows.get(position)
            if row:
                text = f"{row.area}\t{row.grade}"
                self._begin(Draft("row", text, [(0, line.page)], mark=row.mark))
                self._before = None
                position = row.last
            elif not self._take_footnote(line):
                self._take(line, position)
                self._before = line
            position += 1
        self._drafts.extend(self._footnotes)
        self._raise_subheadings()
        return self._drafts

    def _raise_subheadings(self) -> None:
        """Short lines in plain or slanted type over bullets or numbers are headings, too."""
        lowest = max(self._levels.values(), default=0) + 1
        for draft, behind in pairwise(self._drafts):
            if (
                draft.kind == "paragraph"
                and (behind.kind == "bullet" or behind.mark)
                and not (draft.mark or draft.boilerplate or is_terminated(draft.text))
                and len(draft.text) < _SUBHEADING
                and draft.text[0].isupper()
            ):
                draft.kind, draft.level = "heading", lowest

    @staticmethod
    def _rank(sizes: set[int]) -> dict[int, int]:
        """Heading level of each size of type: the largest is 1; sizes a point apart are one."""
        levels: dict[int, int] = {}
        level, before = 0, None
        for size in sorted(sizes, reverse=True):
            if before is None or before - size > 1:
                level += 1
            levels[size], before = level, size
        return levels

    def _begin(self, draft: Draft) -> None:
        self._drafts.extend(self._footnotes)
        self._footnotes.clear()
        self._drafts.append(draft)

    def _extend(self, line: Line) -> None:
        """More of the block that is open. Footnotes that stand between are put before it, so that
        pages follow each other in the text."""
        self._drafts[-1:-1] = self._footnotes
        self._footnotes.clear()
        self._drafts[-1].extend(line.text, line.page)

    def _take(self, line: Line, position: int) -> None:
        bullet = strip_bullet(line.text)
        number = strip_number(line.text)
        page = [(0, line.page)]
        if is_table_header(line.text):
            self._begin(Draft("row", line.text.replace(" ", "\t", 1), page, boilerplate=True))
        elif self._in_contents(line, position):
            self._begin(Draft("paragraph", line.text, page, boilerplate=True))
        elif bullet:
            self._begin(Draft("bullet", bullet, page))
        elif self._ends_heading(line) or (
            self._is_heading(line) and not self._is_rest_of_field(line)
        ):
            if self._heading_goes_on(line):
                self._extend(line)
            else:
                level = self._levels[round(line.size)]
                self._begin(Draft("heading", line.text, page, level=level))
        elif number and self._is_next(int(number[0])):
            self._last_number = int(number[0])
            self._begin(Draft("paragraph", number[1], page, mark=f"{number[0]}. "))
        elif self._goes_on(line):
            self._extend(line)
        else:
            self._begin(Draft("paragraph", line.text, page))

    def _is_next(self, number: int) -> bool:
        """Printed numbers go on, or begin again; a "12." inside a paragraph does neither."""
        return number == 1 or 0 < number - self._last_number <= 3

    @staticmethod
    def _gap(before: Line, line: Line) -> float:
        """From the top of one line to the top of the next, in heights of a line; infinite where
        that stands higher."""
        distance = before.bottom + before.size - line.top
        return distance / max(line.size, 1) if distance > -2 else float("inf")

    def _is_heading(self, line: Line) -> bool:
        if len(line.text) > 200 or not any(c.isalpha() for c in line.text):
            return False
        if _FIELD.match(line.text):
            return False
        if line.size >= _LARGE * self._body:
            return line.bold or line.page == 1 or len(line.text) < 90
        return line.bold and line.size > _SMALL * self._body and not line.text.endswith((".", ","))

    def _is_rest_of_field(self, line: Line) -> bool:
        """The second line of "Inspection dates: …", set as bold as the first."""
        before = self._before
        return (
            before is not None
            and _FIELD.match(self._drafts[-1].text) is not None
            and before.bold
            and round(before.size) == round(line.size)
            and self._gap(before, line) < _PARAGRAPH_GAP
        )

    def _heading_goes_on(self, line: Line) -> bool:
        before = self._before
        if before is None or not self._drafts or self._drafts[-1].kind != "heading":
            return False
        return (
            before.page == line.page
            and before.bold == line.bold
            and round(before.size) == round(line.size)
            and self._gap(before, line) < 1.7
            and (len(before.text) > 30 or line.text[:1].islower())
        )

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
        is_full = before.right > _FULL * self._edge
        return last.kind == "paragraph" and is_full and not is_terminated(last.text)

    def _goes_on(self, line: Line) -> bool:
        """Whether a line of running text belongs to the block that is open."""
        before = self._before
        if before is None or not self._drafts:
            return False
        last = self._drafts[-1]
        if last.kind not in ("paragraph", "bullet") or last.boilerplate:
            return False
        if _FIELD.match(line.text) and line.page == 1:
            return False
        if before.page != line.page:
            return runs_on(last, line.text) or (
                not is_terminated(last.text) and len(before.text) > 40
            )
        gap = self._gap(before, line)
        if gap > _PARAGRAPH_GAP:
            return gap < 2.2 and (runs_on(last, line.text) or self._is_cut(last, before))
        if last.kind == "bullet" and line.left < before.left - 4:
            # Back at the margin: the list is over, unless its sentence is not.
            return not is_terminated(last.text)
        return True
