"""PDF files: opened, rid of their page furniture and of divided words.

Furniture is what stands at the same place in the margin of several pages, and page numbers.
"""

import re
from collections import Counter, defaultdict
from datetime import date
from statistics import median_low

import pypdfium2

from documents.draft import Reading
from documents.errors import NoTextLayer, UnreadableDocument
from documents.marks import is_lone_bullet, is_rule, tidy
from documents.model import Furniture
from documents.readers.misread import mend_bullets
from documents.readers.pdf_blocks import build_drafts
from documents.readers.pdf_lines import Line, page_lines

_MARGIN = 0.11  # of the page's height, above and below
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?(\d{1,3})(?:\s*(?:of|/)\s*\d{1,3})?$", re.IGNORECASE)
_JITTER = 0.3  # of the usual size of type: OCR measures no more exactly
_DIGITS = re.compile(r"\d+")
# PDFium writes U+FFFE for a hyphen at a line's end (older releases U+0002), and joins the lines.
_DIVIDED = re.compile(r"(\w*)[\ufffe\uffff\x02](\w*)")
_PREFIXES = frozenset(
    {
        *(
            "anti",
            "co",
            "cross",
            "cyber",
            "ex",
            "extra",
            "inter",
            "mid",
            "multi",
            "non",
            "pan",
            "post",
        ),
        *("pre", "re", "self", "semi", "sub", "trans", "tri", "under"),
    }
)


def read_pdf(data: bytes, file: str, *, recognised: bool = False) -> Reading:
    """A PDF's drafts and furniture. ``recognised`` says that its text layer was made by OCR.

    Raises UnreadableDocument where PDFium cannot open it, or where it has no text at all.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "is encrypted" if "assword" in str(error) else "is damaged or cut off"
        raise UnreadableDocument(file, f"the PDF {reason} ({error})") from error
    try:
        count = len(document)
        lines = [
            line
            for index in range(count)
            for line in _join_bullets(page_lines(document[index], index + 1))
        ]
        properties = document.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(file, f"the PDF is damaged or cut off ({error})") from error
    finally:
        document.close()
    if not lines:
        raise NoTextLayer(file, count)
    if recognised:
        _steady(lines)
    body, furniture = _without_furniture(lines, count)
    words = _vocabulary(body)
    is_hyphenated = _is_hyphenated(body, words)
    for line in body:
        line.text = _mend_hyphens(tidy(line.text), words, is_hyphenated)
    for line, text in zip(body, mend_bullets([line.text for line in body]), strict=True):
        line.text = text
    drafts = build_drafts(
        [line for line in body if line.text],
        lambda halves: _mend_hyphens(halves, words, is_hyphenated),
    )
    if not drafts:
        raise UnreadableDocument(file, "the PDF holds no words but page numbers and the like")
    made = _day(properties.get("CreationDate")) or _day(properties.get("ModDate"))
    return Reading(drafts, furniture, count, properties.get("Title"), made=made)


def _day(written: str | None) -> date | None:
    """The day of a PDF date, "D:20240131093000Z"; None where it is none."""
    match = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", written or "")
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _steady(lines: list[Line]) -> None:
    """Give lines of much the same size one size: OCR measures each by the letters in it."""
    usual = median_low(line.size for line in lines for _ in line.text)
    for line in lines:
        if abs(line.size - usual) < _JITTER * usual:
            line.size = usual


def _join_bullets(lines: list[Line]) -> list[Line]:
    """The same with each bullet mark that is a line of its own put before the words beside it."""
    result: list[Line] = []
    for line in lines:
        mark = result[-1] if result and is_lone_bullet(result[-1].text) else None
        if mark and abs(mark.bottom - line.bottom) < line.size and mark.left < line.left:
            line.text, line.left = f"{mark.text} {line.text}", mark.left
            result.pop()
        result.append(line)
    return result


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
    shift = _number_shift(lines, pages)
    body: list[Line] = []
    furniture: list[Furniture] = []
    for line, behind in zip(lines, [*lines[1:], None], strict=True):
        furniture.extend(Furniture(mark, line.page) for mark in line.marks)
        number = _PAGE_NUMBER.match(line.text)
        is_furniture = (
            _in_margin(line)
            and not _opens_footnote(line, behind)
            and (
                (number and int(number.group(1)) - line.page == shift)
                or len(places[place(line)]) >= enough
            )
        )
        if is_furniture or is_lone_bullet(line.text) or is_rule(line.text):
            furniture.append(Furniture(tidy(line.text), line.page))
        else:
            body.append(line)
    return body, furniture


def _opens_footnote(line: Line, behind: Line | None) -> bool:
    """Whether a number stands directly before the words of a footnote."""
    return (
        line.text.isdigit()
        and behind is not None
        and behind.page == line.page
        and 0 <= behind.left - line.right < behind.size
        and behind.bottom < line.top < behind.top + behind.size
    )


def _number_shift(lines: list[Line], pages: int) -> int | None:
    """What the printed page numbers are ahead of the real ones, by the most of them; None where
    no two pages of several agree."""
    shifts = Counter(
        int(number.group(1)) - line.page
        for line in lines
        if _in_margin(line) and (number := _PAGE_NUMBER.match(line.text))
    )
    shift, count = shifts.most_common(1)[0] if shifts else (0, 0)
    return shift if count > 1 or pages == 1 else None


def _vocabulary(lines: list[Line]) -> Counter[str]:
    """How often each word occurs, compounds as they are and by their parts; the halves of
    divided words are none."""
    counts: Counter[str] = Counter()
    for line in lines:
        for word in re.findall(r"[a-z]+(?:-[a-z]+)*", _DIVIDED.sub(" ", line.text.lower())):
            counts.update({word, *word.split("-")})
    return counts


def _is_hyphenated(lines: list[Line], words: Counter[str]) -> bool:
    """Whether the document divides words at line ends, and does not only break compounds there:
    whether a half that is no word belongs to a whole that is one."""
    for line in lines:
        for left, right in _DIVIDED.findall(line.text.lower()):
            if words[left + right] and not words[left] and left not in _PREFIXES:
                return True
    return False


def _mend_hyphens(text: str, words: Counter[str], is_hyphenated: bool) -> str:
    """Words divided at a line's end become one. They keep their hyphen unless the document has
    them without it elsewhere, or divides words and has neither half of them."""

    def mend(match: re.Match[str]) -> str:
        left, right = match.groups()
        if (
            right in ("and", "or", "to") and match.string[match.end() :][:1] != "-"
        ):  # "16- and 17-year-olds"
            return f"{left}- {right}"
        first, second = left.lower(), right.lower()
        is_word = bool(words[first + second]) and not words[f"{first}-{second}"]
        has_halves = words[first] or words[second] or first in _PREFIXES
        is_divided = is_hyphenated and not has_halves
        return left + right if is_word or is_divided else f"{left}-{right}"

    return _DIVIDED.sub(mend, text)
