"""Plain text: lines, some of them wrapped at the width of a page, some whole paragraphs.

There is no type and no place to go by, only the length of lines, the marks and the empty lines.
"""

import re
from itertools import pairwise
from statistics import quantiles

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.judgements import find_rows, is_table_header
from documents.marks import (
    is_rule,
    is_terminated,
    runs_on,
    strip_bullet,
    strip_item,
    strip_number,
    tidy,
)
from documents.model import Furniture
from documents.readers.encodings import decode
from documents.readers.misread import mend_bullets
from documents.readers.nesting import Nesting

_WRAP_WIDTHS = range(55, 130)  # characters at which text files are wrapped
_HEADING_LENGTH = 100
_DEAR = re.compile(r"^Dear\b.{2,60}$", re.MULTILINE)
_SALUTATION = re.compile(r"^(?:Dear\b.{2,60}|Yours\b.{2,30})$")
_SENTENCES = re.compile(r"[a-z]{3}[.!] [A-Z]")  # one ends and another begins
_FIELD = re.compile(r"^[A-Z][\w ’']{2,40}:\s")
_ADDRESS = re.compile(r"\b[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}$|@|\d{4}$|^(?:T|E|W)\b|www\.")
_HEAD_LINES = 80  # among which a judgement table stands
_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
_FEWEST_QUOTED = 3  # lines
_ENDS_ITEM = re.compile(r"[.:;,?!]$|[;,] (?:and|or)$")
_LONG = 0.6  # of the width: a line of fewer may end a paragraph without a full stop
_SHORT = 0.5  # of the width: a line of fewer is no full line of anything
_OPEN_END = re.compile(r"\b(?:and|for|in|of|the|to|with|who)$")
_HEADING_LINES = 3


def read_plain(data: bytes, file: str) -> Reading:
    """The drafts of a text file. Form feeds divide pages where there are any."""
    text = _unquoted(decode(data, file).replace("\r\n", "\n").replace("\r", "\n"))
    sheets = text.split("\f")
    pages = len(sheets) if len(sheets) > 1 else 0
    builder = _Builder(text)
    furniture: list[Furniture] = []
    for number, sheet in enumerate(sheets, 1):
        page = number if pages else None
        group: list[str] = []
        for raw in [*mend_bullets(sheet.split("\n")), ""]:
            if is_rule(raw):
                furniture.append(Furniture(raw.strip(), page))
            elif tidy(raw):
                group.append(raw.expandtabs())
            elif group:
                builder.take(group, page)
                group = []
    if not builder.drafts:
        raise UnreadableDocument(file, "the file holds no words")
    return Reading(_with_rows(builder.drafts), furniture, pages)


def _unquoted(text: str) -> str:
    """The same without the marks that mail programs put before lines that they quote."""
    if len(_QUOTED.findall(text)) < _FEWEST_QUOTED:
        return text
    return _QUOTED.sub("", text)


def _wrap_width(text: str) -> int | None:
    """The width in characters that paragraphs are broken at, or None where they are not."""
    lengths = [len(line.rstrip()) for line in text.split("\n") if len(line.strip()) > 30]
    if len(lengths) < 8:
        return None
    width = round(quantiles(lengths, n=20)[-1])
    return width if width in _WRAP_WIDTHS else None


class _Builder:
    """Takes groups of lines between empty ones."""

    def __init__(self, text: str) -> None:
        self.drafts: list[Draft] = []
        self._width = _wrap_width(text)
        self._is_letter = bool(_DEAR.search(text))
        self._in_body = not self._is_letter  # between "Dear …" and "Yours …"
        self._contents: set[str] | None = None
        self._nesting = Nesting(deeper=1, as_deep=1)

    def take(self, lines: list[str], page: int | None) -> None:
        """One group of lines on one page, still set in as they are in the file."""
        before = ""
        tidied = [tidy(line) for line in lines]
        if self._are_heading(tidied):
            lines = tidied = [" ".join(tidied)]
        for position, line in enumerate(tidied):
            after = tidied[position + 1] if position + 1 < len(lines) else ""
            indent = len(lines[position]) - len(lines[position].lstrip())
            self._take_line(line, before, after, page, indent)
            before = "" if _SALUTATION.match(line) else line
            if self._is_letter and _SALUTATION.match(line):
                self._in_body = bool(_DEAR.match(line))

    def _take_line(self, line: str, before: str, after: str, page: int | None, indent: int) -> None:
        breaks = [(0, page)] if page is not None else []
        last = self.drafts[-1] if self.drafts else None
        bullet, number = strip_bullet(line), strip_number(line)
        item = strip_item(line)
        if last is not None and last.kind != "bullet":
            self._nesting.close()
        if self._in_contents(line):
            self.drafts.append(Draft("paragraph", line, breaks, boilerplate=True))
        elif bullet:
            level = self._nesting.add(indent, line[0], page)
            self.drafts.append(Draft("bullet", bullet, breaks, level=level))
        elif item and (last is None or not before or _ENDS_ITEM.search(last.text)):
            level = self._nesting.add(indent, ")", page)
            self.drafts.append(Draft("bullet", item[1], breaks, level=level, mark=item[0]))
        elif number:
            self.drafts.append(Draft("paragraph", number[1], breaks, mark=f"{number[0]}. "))
        elif last is not None and self._goes_on(last, line, before):
            last.extend(line, page)
        elif self._is_heading(line, before, after):
            level = 1 if not any(d.kind == "heading" for d in self.drafts) else 2
            self.drafts.append(Draft("heading", line, breaks, level=level))
        else:
            self.drafts.append(Draft("paragraph", line, breaks))

    def _in_contents(self, line: str) -> bool:
        """A list of contents ends where its first long entry comes again, as a heading."""
        if line == "Contents":
            self._contents = set()
            return True
        if self._contents is None:
            return False
        again = line in self._contents and len(line.split()) > 2
        if again or len(line) > _HEADING_LENGTH or strip_bullet(line):
            self._contents = None
            return False
        self._contents.add(line)
        return True

    def _is_full(self, line: str, after: str) -> bool:
        """Whether a line is broken because the next word did not fit."""
        first_word = len(after.split(" ", 1)[0]) + 1
        return self._width is not None and len(line) + first_word > 0.9 * self._width

    def _goes_on(self, last: Draft, line: str, before: str) -> bool:
        if last.kind not in ("paragraph", "bullet") or last.boilerplate or _FIELD.match(line):
            return False
        if not before or self._width is None:
            return runs_on(last, line) and not _ADDRESS.search(last.text)
        # Wrapped lines are full; one that is much shorter than its fellows ends a paragraph.
        if len(before) < _SHORT * self._width and not _OPEN_END.search(before):
            return False  # what would follow on has been lost
        is_long = len(before) > _LONG * self._width and not is_terminated(last.text)
        return self._is_full(before, line) or is_long or runs_on(last, line)

    def _are_heading(self, lines: list[str]) -> bool:
        """Whether lines between empty ones are one heading that was too long for its column."""
        return (
            1 < len(lines) <= _HEADING_LINES
            and self._contents is None
            and not any(strip_bullet(line) or strip_item(line) for line in lines)
            and all(_OPEN_END.search(a) or b[0].islower() for a, b in pairwise(lines))
            and self._is_heading(" ".join(lines), "", "")
        )

    def _is_heading(self, line: str, before: str, after: str) -> bool:
        if not self._in_body or len(line) > _HEADING_LENGTH or line.endswith(","):
            return False
        if is_terminated(line) and not line.endswith(("?", "?’", "?”")):
            return False
        if _SENTENCES.search(line):
            return False
        if _SALUTATION.match(line) or _FIELD.match(line) or _ADDRESS.search(line):
            return False
        if not line[0].isupper() or (len(line.split()) < 2 and before):
            return False
        if not before and not after:
            return True
        if self._width is None or self._is_full(line, after):
            return False
        follows = not before or is_terminated(before) or self.drafts[-1].kind == "heading"
        leads = len(after) > _WRAP_WIDTHS.start or bool(strip_bullet(after)) or not after
        return follows and leads


def _with_rows(drafts: list[Draft]) -> list[Draft]:
    """The same with the judgement table's lines as rows."""
    rows = {row.first: row for row in find_rows([d.mark + d.text for d in drafts[:_HEAD_LINES]])}
    result: list[Draft] = []
    position = 0
    while position < len(drafts):
        draft, row = drafts[position], rows.get(position)
        if row:
            text = f"{row.area}\t{row.grade}"
            result.append(Draft("row", text, draft.breaks, mark=row.mark))
            position = row.last
        elif is_table_header(draft.text):
            text = draft.text.replace(" ", "\t", 1)
            result.append(Draft("row", text, draft.breaks, boilerplate=True))
        else:
            result.append(draft)
        position += 1
    return result
