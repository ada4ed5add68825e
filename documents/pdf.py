"""PDF files: opened, rid of their page furniture and of divided words.

Furniture is what stands at the same place in the margin of several pages, and page numbers.
"""

import re
from collections import Counter, defaultdict

import pypdfium2

from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.marks import tidy
from documents.model import Furniture
from documents.pdf_blocks import build_drafts
from documents.pdf_lines import Line, page_lines

_MARGIN = 0.11  # of the page's height, above and below
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?(\d{1,3})(?:\s*(?:of|/)\s*\d{1,3})?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def read_pdf(data: bytes, file: str) -> Reading:
    """A PDF's drafts and furniture.

    Raises UnreadableDocument where PDFium cannot open it, or where it has no text at all.
    """
    if not data:
        raise UnreadableDocument(file, "the file is empty")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is encrypted" if "assword" in str(error) else "is damaged or cut off"
        raise UnreadableDocument(file, f"the PDF {reason} ({error})") from error
    try:
        count = len(document)
        lines = [line for i in range(count) for line in page_lines(document[i], i + 1)]
        title = document.get_metadata_dict(skip_empty=True).get("Title")
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(file, f"the PDF is damaged or cut off ({error})") from error
    finally:
        document.close()
    if not lines:
        reason = f"the PDF has no text layer on its {count} page(s); it may be a scan"
        raise UnreadableDocument(file, reason)
    body, furniture = _without_furniture(lines, count)
    words = _vocabulary(body)
    for line in body:
        line.text = _mend_hyphens(tidy(line.text), words)
    return Reading(build_drafts(body), furniture, count, title)


def _in_margin(line: Line) -> bool:
    share = line.bottom / line.page_height
    return share < _MARGIN or share > 1 - _MARGIN


def _without_furniture(lines: list[Line], pages: int) -> tuple[list[Line], list[Furniture]]:
    """The lines of the text, and those that are furniture (with the footnote marks)."""
    places: dict[tuple[str, int], set[int]] = defaultdict(set)

    def place(line: Line) -> tuple[str, int]:
        return _DIGITS.sub("#", line.text), round(line.bottom / 6)

    for line in lines:
        if _in_margin(line):
            places[place(line)].add(line.page)
    enough = 2 if pages <= 4 else 3
    shift = _number_shift(lines)
    body: list[Line] = []
    furniture: list[Furniture] = []
    for line in lines:
        furniture.extend(Furniture(mark, line.page) for mark in line.marks)
        number = _PAGE_NUMBER.match(line.text)
        if _in_margin(line) and (
            (number and int(number.group(1)) - line.page == shift)
            or len(places[place(line)]) >= enough
        ):
            furniture.append(Furniture(tidy(line.text), line.page))
        else:
            body.append(line)
    return body, furniture


def _number_shift(lines: list[Line]) -> int:
    """What the printed page numbers are ahead of the real ones, by the most of them."""
    shifts = Counter(
        int(number.group(1)) - line.page
        for line in lines
        if _in_margin(line) and (number := _PAGE_NUMBER.match(line.text))
    )
    return shifts.most_common(1)[0][0] if shifts else 0


def _vocabulary(lines: list[Line]) -> Counter[str]:
    return Counter(
        word for line in lines for word in re.findall(r"[a-z]+(?:-[a-z]+)*", line.text.lower())
    )


def _mend_hyphens(text: str, words: Counter[str]) -> str:
    """Words divided at a line's end (U+FFFE) become one, with their hyphen where they have one
    elsewhere in the document or where both halves are words of it."""

    def mend(match: re.Match[str]) -> str:
        left, right = match.group(1), match.group(2)
        whole, hyphened = (left + right).lower(), f"{left}-{right}".lower()
        if words[hyphened] or (words[left.lower()] and words[right.lower()] and not words[whole]):
            return f"{left}-{right}"
        return left + right if words[whole] or not words[right.lower()] else f"{left}-{right}"

    return re.sub(r"(\w*)[\ufffe\uffff\x02](\w*)", mend, text)
