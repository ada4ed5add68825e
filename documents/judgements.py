"""The judgements of a report: the table found by its words, and what sentences and headings say.

The table's layouts differ from year to year (a header "Judgement Grade", numbered areas, areas and
grades over several lines, with and without an overall grade), but each row is an area that ends in
a grade. Reports of 2014 to 2017 say the overall judgement, and that on the Local Safeguarding
Children Board, in a sentence that stands alone; those of 2013 and before say each grade in a line
under the heading of its area.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.draft import Draft
from documents.marks import GRADE, split_grade
from documents.model import Block, Judgement

_HEADER = re.compile(r"^(?:Judgements?|Area)\s+Grades?$", re.IGNORECASE)
_AREA = re.compile(
    r"^(?:\d(?:\.\d)?\.?\s+)?(?:The impact of leaders|The experiences|Experiences and progress"
    r"|Overall effectiveness|Children who need help|Children looked after|Adoption performance"
    r"|Leadership(?:,| and) (?:management|governance)|The effectiveness of|The quality of"
    r"|Quality of provision|Capacity (?:to improve|for improvement)|Outcomes for|Safeguarding\b"
    r"|The contribution of|Ambition and prioritisation|(?:The )?Local Safeguarding Children)",
    re.IGNORECASE,
)
OVERALL = "Overall effectiveness"
BOARD = "Local Safeguarding Children Board"
_SAID = r"(?P<grade>outstanding|good|requires?\s+improvement(?:\s+to\s+be\s+good)?|inadequate)"
_IS = r"\s+(?:(?:is|are)\s*:?\s+)?"
# Each stands alone, between line ends, unless what follows it is another sentence.
_SENTENCES = (
    (
        OVERALL,
        re.compile(
            rf"^The\s+overall\s+judgement{_IS}(?:that\s+children.?s\s+services{_IS})?{_SAID}\b"
            r"(?=\s*\.?\s*(?:$|(?-i:[A-Z])))",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        OVERALL,
        re.compile(
            rf"^Children.?s\s+services\s+in\s+[^.\n]{{3,90}}?{_IS}{_SAID}(?=\.?$)",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
    (
        BOARD,
        re.compile(
            r"^(?:The\s+)?(?:judgement\s+for\s+the\s+)?(?:effectiveness\s+of\s+)?(?:the\s+)?"
            r"(?:Local\s+Safeguarding\s+Children.?s?\s+Board(?:\s+\(LSCB\))?|LSCB)"
            rf"{_IS}{_SAID}(?=\.?$)",
            re.MULTILINE | re.IGNORECASE,
        ),
    ),
)
_UNDER = re.compile(
    r"^(?:Grade [1-4] \((?P<said>outstanding|good|adequate|inadequate)\)"
    rf"|Grade: ?(?P<grade>{GRADE}))$",
    re.IGNORECASE,
)
# A heading that ends in the grade of its area, which a colon may set apart.
_HEADED = re.compile(rf"^(?P<area>.{{10,120}}?){_IS}{_SAID}$", re.IGNORECASE)
_MARK = re.compile(r"^\d(?:\.\d)?\.?\s+")
_MOST_LINES = 4  # of one row
_MOST_CHARACTERS = 200  # of one row
_MOST_OF_A_LINE = 60  # characters of the second line of an area
# Not "… and the effectiveness of …" in small letters, which is of one area.
_AREA_WITHIN = re.compile(r".(?:The impact of leaders|The experiences|Overall effectiveness)")


@dataclass(frozen=True, slots=True)
class Row:
    """Lines ``first`` to ``last`` (inclusive) are one row; ``mark`` is its printed number."""

    first: int
    last: int
    mark: str
    area: str
    grade: str


def find_judgements(text: str, blocks: Sequence[Block]) -> tuple[Judgement, ...]:
    """The judgements of an assembled document in the order of its text, each area once.

    They are those of its tables; where it has none, those that its headings say. The overall
    judgement and that on the Local Safeguarding Children Board, which is another body, are read
    from sentences that stand alone, where no table has them.
    """
    found = _in_tables(text, blocks) or _under_headings(text, blocks) or _in_headings(text, blocks)
    for area, pattern in _SENTENCES:
        match = pattern.search(text)
        if match and not any(area.lower() in judgement.area.lower() for judgement in found):
            found.append(Judgement(area, _in_table_words(match["grade"]), *match.span()))
    return tuple(sorted(found, key=lambda judgement: judgement.start))


def _in_tables(text: str, blocks: Sequence[Block]) -> list[Judgement]:
    """The rows of judgement tables: those under a header that says so, or with the name of an
    area among them. Other tables may have words of grades in them, too."""
    found: list[Judgement] = []
    table: list[Judgement] = []
    is_judgements = False
    for block in (*blocks, None):
        if block is None or block.kind != "row":
            found += table if is_judgements else []
            table, is_judgements = [], False
            continue
        words = text[block.start : block.end]
        if is_table_header(words.replace("\t", " ")):
            is_judgements = True
            continue
        area, tab, grade = words.partition("\t")
        graded = split_grade(grade)
        if tab and graded and not graded[0] and not block.boilerplate:
            table.append(Judgement(area, grade, block.start, block.end))
            is_judgements = is_judgements or bool(_AREA.match(area))
    return _once(found)


def _under_headings(text: str, blocks: Sequence[Block]) -> list[Judgement]:
    """A heading and, alone under it, "Grade 4 (inadequate)"."""
    found: list[Judgement] = []
    for block, behind in pairwise(blocks):
        grade = _UNDER.match(text[behind.start : behind.end])
        if grade and block.kind == "heading":
            area = text[block.start : block.end]
            said = _in_table_words(grade["said"] or grade["grade"])
            found.append(Judgement(area, said, block.start, behind.end))
    return _once(found)


def _in_headings(text: str, blocks: Sequence[Block]) -> list[Judgement]:
    """Headings that name an area and its grade."""
    found: list[Judgement] = []
    for block in blocks:
        match = _HEADED.match(text[block.start : block.end]) if block.kind == "heading" else None
        if match and _AREA.match(match["area"]):
            grade = _in_table_words(match["grade"])
            found.append(Judgement(match["area"], grade, block.start, block.end))
    return _once(found)


def _once(found: list[Judgement]) -> list[Judgement]:
    """The same without areas that come again, as in a summary at the end."""
    areas: dict[str, Judgement] = {}
    for judgement in found:
        areas.setdefault(judgement.area.lower(), judgement)
    return list(areas.values())


def _in_table_words(grade: str) -> str:
    """A grade as tables write it: "require improvement" becomes "Requires improvement"."""
    words = " ".join(grade.split()).lower()
    return re.sub(r"^require\b", "requires", words).capitalize()


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
        while _AREA.match(lines[first]) and _is_rest_of_area(lines, last + 1):
            # The grade stands beside the first line of its area.
            last += 1
            area = f"{area} {lines[last]}"
        mark = match.group() if (match := _MARK.match(area)) else ""
        area = area[len(mark) :]
        if _AREA_WITHIN.search(area):
            return None  # of two areas, and no telling whose grade it is
        return Row(first, last, mark, area, grade)
    return None


def _is_rest_of_area(lines: Sequence[str], index: int) -> bool:
    """Whether a line is no more than the end of an area's name, without a grade."""
    if index >= len(lines):
        return False
    line = lines[index]
    return (
        line[:1].islower()
        and len(line) < _MOST_OF_A_LINE
        and not line.endswith((".", ":", ";", ","))
        and split_grade(line) is None
    )


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
