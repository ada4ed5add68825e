"""Rows of tables, found by where their words stand: cells side by side.

PDFium gives a row whose cells are of one line each as one line with wide gaps, and one with a
longer cell as the lines of each cell in turn, the next cell higher up and to the right.
"""

from dataclasses import dataclass

from documents.marks import is_lone_bullet, is_terminated, split_grade
from documents.readers.pdf_lines import Line, gap

_WITHIN_CELL = 1.45  # from top to top, in heights of a line
_MOST_LINES = 4  # of one cell
_ALIGNED = 4.0  # points


@dataclass(frozen=True, slots=True)
class TableRow:
    """Lines ``first`` to ``last`` (inclusive) are one row. ``lefts`` are the left edges of its
    cells; ``is_title`` marks one that stands alone, an area and its grade: it heads a section."""

    first: int
    last: int
    cells: tuple[str, ...]
    lefts: tuple[float, ...]
    is_title: bool = False
    is_head: bool = False


def table_rows(lines: list[Line]) -> dict[int, TableRow]:
    """The rows among the lines of a document, by their first lines.

    Words that merely stand apart are no table: a row has another above or below it with cells at
    the same places, or it ends in a grade. A page of contents has none.
    """
    contents = {line.page for line in lines if line.text.strip().lower() == "contents"}
    found: list[TableRow] = []
    position = 0
    while position < len(lines):
        row = None
        if lines[position].page not in contents:
            row = _row_from(lines, position)
        if row:
            found.append(row)
        position = row.last + 1 if row else position + 1
    return {row.first: row for row in _confirmed(found, lines)}


def _row_from(lines: list[Line], first: int) -> TableRow | None:
    """What may be a row, beginning at a line that begins a cell."""
    if first and _is_in_cell(lines[first - 1], lines[first]):
        return None
    end = _cell_end(lines, first)
    celled = next((i for i in range(first, end) if lines[i].cells), None)
    if celled is None:
        return _row_of_columns(lines, first, end)
    cells = lines[celled].cells
    if _is_mark(cells[0][1]) or (celled > first and not _is_grade(cells[-1][1])):
        return None
    above = [line.text for line in lines[first:celled]]
    words = [" ".join([*above, cells[0][1]]), *(text for _, text in cells[1:])]
    lefts = tuple(left for left, _ in cells)
    last = celled
    while last + 1 < len(lines) and (column := _column_below(lines, last, lefts)):
        last += 1
        words[column] += f" {lines[last].text}"
    return TableRow(first, last, tuple(words), lefts)


def _column_below(lines: list[Line], last: int, lefts: tuple[float, ...]) -> int:
    """The cell, other than the first, that the line behind a row's last goes on with; else 0."""
    before, line = lines[last], lines[last + 1]
    if before.page != line.page or line.cells or not 0 < gap(before, line) < _WITHIN_CELL:
        return 0
    return next((n for n in range(1, len(lefts)) if abs(lefts[n] - line.left) < _ALIGNED), 0)


def _row_of_columns(lines: list[Line], first: int, end: int) -> TableRow | None:
    """A row whose cells are runs of lines, each higher up than the end of the one before."""
    height = lines[first].top, lines[end - 1].bottom
    cells, lefts = [_words(lines[first:end])], [lines[first].left]
    right = max(line.right for line in lines[first:end])
    while end < len(lines) and _is_beside(lines[end], lines[first], height, right):
        start, end = end, _cell_end(lines, end)
        cells.append(_words(lines[start:end]))
        lefts.append(lines[start].left)
        right = max(line.right for line in lines[start:end])
    if len(cells) == 1:
        return None
    return TableRow(first, end - 1, tuple(cells), tuple(lefts))


def _is_beside(line: Line, first: Line, height: tuple[float, float], right: float) -> bool:
    top, bottom = height
    slack = first.size / 2
    return (
        line.page == first.page
        and line.left > right + slack
        and bottom - slack < line.bottom
        and line.top < top + slack
    )


def _is_in_cell(before: Line, line: Line) -> bool:
    """Whether a line goes on below another of the same cell."""
    return (
        before.page == line.page
        and before.bold == line.bold
        and abs(before.left - line.left) < _ALIGNED
        and 0 < gap(before, line) < _WITHIN_CELL
        and not before.cells
        and not is_terminated(before.text)
    )


def _cell_end(lines: list[Line], first: int) -> int:
    end = first + 1
    while (
        end < len(lines) and end - first < _MOST_LINES and _is_in_cell(lines[end - 1], lines[end])
    ):
        end += 1
    return end


def _words(lines: list[Line]) -> str:
    return " ".join(line.text for line in lines)


def _is_mark(text: str) -> bool:
    return is_lone_bullet(text) or text.rstrip(".").isdigit()


def _is_grade(text: str) -> bool:
    found = split_grade(text)
    return found is not None and not found[0]


def _confirmed(rows: list[TableRow], lines: list[Line]) -> list[TableRow]:
    result: list[TableRow] = []
    for index, row in enumerate(rows):
        above = index > 0 and _are_aligned(rows[index - 1], row, lines)
        below = index + 1 < len(rows) and _are_aligned(row, rows[index + 1], lines)
        graded = len(row.cells) == 2 and _is_grade(row.cells[1])
        head_above = above and not _is_grade(rows[index - 1].cells[-1])
        is_title = graded and not below and (not above or head_above)
        is_head = (
            below
            and not above
            and not graded
            and (lines[row.last].bold or _is_grade(rows[index + 1].cells[-1]))
        )
        if above or below or graded:
            result.append(TableRow(row.first, row.last, row.cells, row.lefts, is_title, is_head))
    return result


def _are_aligned(row: TableRow, below: TableRow, lines: list[Line]) -> bool:
    return (
        row.last + 1 == below.first
        and lines[row.last].page == lines[below.first].page
        and len(row.lefts) == len(below.lefts)
        and all(abs(a - b) < _ALIGNED for a, b in zip(row.lefts, below.lefts, strict=True))
    )
