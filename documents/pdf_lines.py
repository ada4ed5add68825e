"""The printed lines of a PDF, with their place and type, through PDFium.

PDFium gives the characters in reading order of the content stream, with the ends of lines that it
saw. It writes U+FFFE where a line ends with a hyphen and joins the next line to it.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_FOOTNOTE_MARK = re.compile(r"(?<=[A-Za-z.,;:?!)’”'\"])\d{1,2}(?=\s|$)")


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
    """The page's characters, one code unit for each character index of PDFium."""
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    # Characters outside the basic plane take two units; then ask for each by its index.
    return "".join(chr(pdfium.FPDFText_GetUnicode(textpage, i)) for i in range(count))


def _without_marks(
    textpage: pypdfium2.PdfTextPage, text: str, start: int, size: float
) -> tuple[str, tuple[str, ...]]:
    """The line without its raised footnote numbers, and those numbers."""
    marks: list[str] = []
    kept = text
    for match in reversed(list(_FOOTNOTE_MARK.finditer(text))):
        _, bottom, _, top = _box(textpage, start + match.start())
        if top - bottom < 0.8 * size:
            marks.insert(0, match.group())
            kept = kept[: match.start()] + kept[match.end() :]
    return kept, tuple(marks)


def page_lines(page: pypdfium2.PdfPage, number: int) -> Iterator[Line]:
    """The lines of one page in the order of its content, blank ones left out."""
    textpage = page.get_textpage()
    height = page.get_height()
    start = 0
    for raw in _characters(textpage).split("\n"):
        text = raw.strip("\r \t\u00a0")
        if text:
            first = start + len(raw) - len(raw.lstrip("\r \t\u00a0"))
            last = first + len(text) - 1
            left, _, _, top = _box(textpage, first)
            _, bottom, right, last_top = _box(textpage, last)
            _, middle_bottom, _, middle_top = _box(textpage, (first + last) // 2)
            size = max(last_top - bottom, middle_top - middle_bottom)
            text, marks = _without_marks(textpage, text, first, size)
            bold = _bold(textpage, (first + last) // 2) and _bold(textpage, last)
            if text.strip():
                yield Line(
                    number, text.strip(), left, top, right, bottom, size, bold, height, marks
                )
        start += len(raw) + 1
    textpage.close()
