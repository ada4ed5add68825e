"""The printed lines of a PDF, with their place and type, through PDFium.

PDFium gives the characters in reading order of the content stream, with the ends of lines that it
saw. It writes U+FFFE where a line ends with a hyphen and joins the next line to it.
"""

import ctypes
import re
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

# Digits behind a word or a figure. A line may begin with a year and its mark, but what it begins
# with is else no mark: a footnote has its own number there.
_FOOTNOTE_MARK = re.compile(
    r"(?:(?<=[\w.,;:?!)%’”'\"])(?<!\bm)(?<!\bkm)(?<!\d) ?\d+|^\d{3,})(?=[\s.,;:)]|$)"
)
_FIRST_MARK = re.compile(r"\d{1,2}(?=\s|$)")
_LONGEST_MARK = 2  # digits
_RAISED = 0.8  # of the line's size: digits that are smaller are footnote marks
# Of the line's size, for each character: running text is set closer than a line with wide gaps.
_SPARSE = 0.5
_CELL_GAP = 1.6  # of the line's size: words farther apart stand in cells of their own


@dataclass(slots=True)
class Line:
    """One printed line. Points from the page's lower left; ``size`` is the height of its type.

    ``left`` and ``top`` are of its first character, ``right`` and ``bottom`` of its last (which
    is on another line where a hyphen joined two). ``marks`` are footnote marks taken out of it.
    ``cells`` are its words where they stand far apart, with the left edge of each; else empty.
    ``is_raised`` says that its first character is as small as a footnote mark.
    """

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool
    page_height: float
    marks: tuple[str, ...] = ()
    cells: tuple[tuple[float, str], ...] = ()
    is_raised: bool = False


def gap(before: Line, line: Line) -> float:
    """From the top of one line to the top of the next, in heights of a line; infinite where
    that stands higher."""
    distance = before.bottom + before.size - line.top
    return distance / max(line.size, 1) if distance > -2 else float("inf")


def _box(textpage: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character's cell, as high as the font is."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, rectangle)
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def _bold(textpage: pypdfium2.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage, index, name, 128, flags)
    return b"bold" in name.value.lower() or pdfium.FPDFText_GetFontWeight(textpage, index) >= 600


def _characters(textpage: pypdfium2.PdfTextPage) -> str:
    """The page's characters as UTF-16 units, one for each of PDFium's indices."""
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    return "".join(map(chr, buffer[:count]))


def _whole(units: str) -> str:
    """The same with pairs of units as one character; half a pair is U+FFFD."""
    if units.isascii():
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _without_marks(
    textpage: pypdfium2.PdfTextPage, text: str, start: int, size: float
) -> tuple[str, tuple[str, ...], int]:
    """The line without its raised footnote numbers, those numbers, and where in the line its own
    last character stands."""
    marks: list[str] = []
    kept, end = text, len(text)
    for match in reversed(list(_FOOTNOTE_MARK.finditer(text))):
        first = match.end()
        while first > match.start() and text[first - 1].isdigit():
            _, bottom, _, top = _box(textpage, start + first - 1)
            if top - bottom >= _RAISED * size:
                break
            first -= 1
        if 0 < match.end() - first <= _LONGEST_MARK:
            marks.insert(0, text[first : match.end()])
            if match.end() == end:
                end = len(text[:first].rstrip())
            behind = kept[match.end() :]
            # The space behind the mark goes with it where a comma follows.
            kept = kept[:first].rstrip() + re.sub(r"^\s+(?=[.,;:])", "", behind)
    return kept, tuple(marks), end - 1


def page_lines(page: pypdfium2.PdfPage, number: int) -> list[Line]:
    """The lines of one page in the order of its content, blank ones left out."""
    textpage = page.get_textpage()
    height = page.get_height()
    lines: list[Line] = []
    start = 0
    for raw in _characters(textpage).split("\n"):
        text = raw.strip()
        if text:
            first = start + len(raw) - len(raw.lstrip())
            line = _line(textpage, text, first, number, height)
            if not lines or not _join_beside(lines[-1], line):
                lines.append(line)
        start += len(raw) + 1
    textpage.close()
    return lines


def _line(
    textpage: pypdfium2.PdfTextPage, text: str, first: int, number: int, height: float
) -> Line:
    last = first + len(text) - 1
    # Not a space, which may be of another font.
    middle = first + max(i for i in range(len(text) // 2 + 1) if not text[i].isspace())
    boxes = [_box(textpage, index) for index in (first, middle, last)]
    # The middle one of three: the first may be a raised number, the last a stray full stop.
    size = sorted(top - bottom for _, bottom, _, top in boxes)[1]
    kept, marks, own_last = _without_marks(textpage, text, first, size)
    if first + own_last != last:
        boxes[2] = _box(textpage, first + own_last)
    bold = _bold(textpage, middle) and _bold(textpage, last)
    (left, _, _, top), (_, bottom, right, _) = boxes[0], boxes[2]
    cells: tuple[tuple[float, str], ...] = ()
    if right - left > _SPARSE * size * len(text):
        cells = _cells(textpage, text, first, size)
    words = _whole(kept.strip())
    is_raised = top - boxes[0][1] < _RAISED * size
    return Line(
        number, words, left, top, right, bottom, size, bold, height, marks, cells, is_raised
    )


def _cells(
    textpage: pypdfium2.PdfTextPage, text: str, first: int, size: float
) -> tuple[tuple[float, str], ...]:
    """The left edges and words of a line's cells; none where no words stand far apart."""
    starts = [0]
    for match in re.finditer(r"\s+", text):
        _, bottom, right, _ = _box(textpage, first + match.start() - 1)
        left, beside, _, _ = _box(textpage, first + match.end())
        # A cell set lower or higher than its neighbour may stand nearer to it.
        enough = _CELL_GAP if abs(bottom - beside) < size / 4 else _CELL_GAP / 3
        if left - right > enough * size:
            starts.append(match.end())
    if len(starts) == 1:
        return ()
    return tuple(
        (_box(textpage, first + start)[0], _whole(text[start:end].strip()))
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    )


def _join_beside(before: Line, line: Line) -> bool:
    """Put a line that stands close behind another on the same row, where there is one, to it: a
    raised footnote number, or the words behind one. Whether it was put there."""
    apart = line.left - before.right
    if _is_mark_of(line, before):
        before.marks += (line.text,)
        return True
    if abs(line.bottom - before.bottom) > before.size / 4 or not -1 < apart < before.size:
        return False
    mark = _FIRST_MARK.match(line.text)
    if mark and line.is_raised:
        before.marks += (mark.group(),)
        line.text = line.text[mark.end() :].strip()
    glue = "" if line.text[:1] in ".,;:" else " "
    before.text = f"{before.text}{glue}{line.text}"
    before.right = line.right
    before.cells = ()
    return True


def _is_mark_of(line: Line, before: Line) -> bool:
    """Whether a line is a raised footnote number at the end of the line before it."""
    return (
        line.text.isdigit()
        and len(line.text) <= 2
        and line.size < _RAISED * before.size
        and abs(line.left - before.right) < before.size / 2
        and before.bottom < line.top
        and line.bottom < before.bottom + before.size
    )
