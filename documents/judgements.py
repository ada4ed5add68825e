"""The judgement table of a report, found by its words.

Its layouts differ from year to year (a header "Judgement Grade", numbered areas, areas and grades
over several lines, with and without an overall grade), but each row is an area that ends in a
grade.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.draft import Draft
from documents.marks import split_grade

_HEADER = re.compile(r"^(?:Judgements?|Area)\s+Grades?$", re.IGNORECASE)
_AREA = re.compile(
    r"^(?:\d(?:\.\d)?\.?\s+)?(?:The impact of leaders|The experiences|Experiences and progress"
    r"|Overall effectiveness|Children who need help|Children looked after|Adoption performance"
    r"|Leadership, management|The effectiveness of|The quality of)",
    re.IGNORECASE,
)
_MARK = re.compile(r"^\d(?:\.\d)?\.?\s+")
_MOST_LINES = 4  # of one row
_MOST_CHARACTERS = 200  # of one row


@dataclass(frozen=True, slots=True)
class Row:
    """Lines ``first`` to ``last`` (inclusive) are one row; ``mark`` is its printed number."""

    first: int
    last: int
    mark: str
    area: str
    grade: str


def is_table_header(line: str) -> bool:
    """Whether a line is the head of a judgement table."""
    return bool(_HEADER.match(line))


def _is_prose(lines: Sequence[str], index: int) -> bool:
    """Whether a line ends as sentences and lead-ins do, and no grade stands behind it."""
    if not lines[index].endswith((".", ":", ";")):
        return False
    behind = split_grade(lines[index + 1]) if index + 1 < len(lines) else None
    return behind is None or bool(behind[0]) or not lines[index].endswith(".")


def _row_from(lines: Sequence[str], first: int) -> Row | None:
    """The row that begins at a line, if its lines come to a grade soon enough."""
    for last in range(first, min(first + _MOST_LINES, len(lines))):
        if is_table_header(lines[last]) or _is_prose(lines, last):
            return None
        found = split_grade(" ".join(lines[first : last + 1]))
        if found is None:
            continue
        for beyond in (last + 1, last + 2):
            # "Requires improvement" goes on with "to be good" on the next line or two.
            longer = split_grade(" ".join(lines[first : beyond + 1]))
            if beyond < len(lines) and longer and longer[1].startswith(f"{found[1]} "):
                last, found = beyond, longer
        area, grade = found
        if not area or area.endswith((":", ",")) or len(area) > _MOST_CHARACTERS:
            return None
        mark = match.group() if (match := _MARK.match(area)) else ""
        return Row(first, last, mark, area[len(mark) :], grade)
    return None


def row_draft(cells: Sequence[str], *, is_head: bool) -> Draft:
    """The draft of a row of a real table: empty cells left out, the area's number set apart."""
    filled = [cell for cell in cells if cell]
    mark = ""
    if len(filled) == 2 and split_grade(filled[1]) and (match := _MARK.match(filled[0])):
        mark = match.group()
        filled[0] = filled[0][len(mark) :]
    return Draft("row", "\t".join(filled), mark=mark, boilerplate=is_head)


def find_rows(lines: Sequence[str]) -> list[Row]:
    """The rows of the judgement table among the first lines of a document, in order.

    A row begins behind a header or another row, or with the name of an area that has been
    inspected at some time since 2013.
    """
    rows: list[Row] = []
    position, in_table = 0, False
    while position < len(lines):
        if is_table_header(lines[position]):
            in_table = True
            position += 1
            continue
        row = None
        if in_table or _AREA.match(lines[position]):
            row = _row_from(lines, position)
        in_table = row is not None
        if row is None:
            position += 1
        else:
            rows.append(row)
            position = row.last + 1
    return rows
