"""How whole a reading is: its words against those of another extraction of the same file.

A word that one of the two divides and the other does not ("long-" and "term", "longterm") is
counted apart, for where a line ends each of them guesses by itself.
"""

import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from documents import Document
from documents.twins import match_divided

_LIGATURES = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""}
_PLAIN = str.maketrans(_LIGATURES)


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Shares of the other extraction's words that were read, and of the words read that it has.

    ``divided`` counts the words that only one of the two divides; ``missing`` and ``extra`` are
    the words behind the shares.
    """

    recall: float
    precision: float
    divided: int
    missing: Counter[str]
    extra: Counter[str]


def poppler() -> str | None:
    """The path of poppler's pdftotext, or None where it is not installed."""
    return shutil.which("pdftotext")


def other_extraction(path: Path) -> str:
    """The text layer of a PDF as poppler gives it, or PDFium where poppler is not installed."""
    if program := poppler():
        command = [program, "-enc", "UTF-8", str(path), "-"]
        return subprocess.run(command, check=True, capture_output=True).stdout.decode()
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages).replace("\ufffe", "-")


def compare(document: Document, other: str) -> Wholeness:
    """The words of a document against those of another text, page furniture aside."""
    expected, found = words_of(other), words_of(document.text)
    expected -= words_of(" ".join(line.text for line in document.furniture))
    missing, extra = expected - found, found - expected
    divided = match_divided(missing, extra) + match_divided(extra, missing)
    return Wholeness(
        recall=1 - missing.total() / max(expected.total(), 1),
        precision=1 - extra.total() / max(found.total(), 1),
        divided=divided,
        missing=+missing,
        extra=+extra,
    )


def words_of(text: str) -> Counter[str]:
    """How often each word ([a-z0-9]+) occurs, written small, the letters of ligatures apart."""
    plain = unicodedata.normalize("NFC", text.translate(_PLAIN))
    return Counter(re.findall(r"[a-z0-9]+", plain.lower()))
