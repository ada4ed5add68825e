"""How whole a reading is: its words against those of another extraction of the same file.

A word that one of the two divides and the other does not ("long-" and "term", "longterm") is
counted apart, for where a line ends each of them guesses by itself.
"""

import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from documents import Document
from tests.documents.making import words_of

POPPLER = shutil.which("pdftotext")


@dataclass(frozen=True)
class Wholeness:
    """Shares of the other extraction's words that were read, and of the words read that it has."""

    recall: float
    precision: float
    divided: int
    missing: Counter[str]
    extra: Counter[str]


def other_extraction(path: Path) -> str:
    """The text layer of a PDF as poppler gives it, or PDFium where poppler is not installed."""
    if POPPLER:
        command = [POPPLER, "-enc", "UTF-8", str(path), "-"]
        return subprocess.run(command, check=True, capture_output=True).stdout.decode()
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages).replace("\ufffe", "-")


def compare(document: Document, other: str) -> Wholeness:
    """The words of a document against those of another text, page furniture aside."""
    expected, found = words_of(other), words_of(document.text)
    expected -= words_of(" ".join(line.text for line in document.furniture))
    missing, extra = expected - found, found - expected
    divided = _match_divided(missing, extra) + _match_divided(extra, missing)
    return Wholeness(
        recall=1 - missing.total() / expected.total(),
        precision=1 - extra.total() / found.total(),
        divided=divided,
        missing=+missing,
        extra=+extra,
    )


def _match_divided(whole: Counter[str], halves: Counter[str]) -> int:
    """Take the words of one text out that the other has in two halves; how many they were."""
    count = 0
    for word in list(whole):
        for place in range(1, len(word)):
            pair = Counter((word[:place], word[place:]))
            while whole[word] > 0 and pair <= halves:
                whole[word] -= 1
                halves.subtract(pair)
                count += 1
    return count
