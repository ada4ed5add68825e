"""The printed lines of a PDF, with their place and type, through PDFium.

PDFium gives the characters in reading order of the content stream, with the ends of lines that it
saw. It writes U+FFFE where a line ends with a hyphen and joins the next line to it.
"""

import ctypes
import re
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_FOOTNOTE_MARK = re.compile(r"(?<=[A-Za-z.,;:?!)’”'\"])\d{1,2}(?=[\s.,;:)]|$)")
_RAISED = 0.8  # of the line's size: digits that are smaller are footnote marks


@dataclass(slots=True)
class Line:
    """One printed line. Points from the page's lower left; ``size`` is the height of its type.

    ``left`` and ``top`` are of its first character, ``right`` and ``bottom`` of its last (which
    is on another line where a hyphen joined two). ``marks`` are footnote marks taken out of it.
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
) -> tuple[str, tuple[str, ...]]:
    """The line without its raised footnote numbers, and those numbers."""
    marks: list[str] = []
    kept = text
    for match in reversed(list(_FOOTNOTE_MARK.finditer(text))):
        _, bottom, _, top = _box(textpage, start + match.start())
        if top - bottom < _RAISED * size:
            marks.insert(0, match.group())
            behind = kept[match.end() :]
            # The space behind the mark goes with it where a comma follows.
            kept = kept[: match.start()] + re.sub(r"^\s+(?=[.,;:])", "", behind)
    return kept, tuple(marks)


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
            if lines and _is_mark_of(line, lines[-1]):
                lines[-1].marks += (line.text,)
            else:
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
    text, marks = _without_marks(textpage, text, first, size)
    bold = _bold(textpage, middle) and _bold(textpage, last)
    (left, _, _, top), (_, bottom, right, _) = boxes[0], boxes[2]
    return Line(number, _whole(text.strip()), left, top, right, bottom, size, bold, height, marks)


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
