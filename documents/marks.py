"""The marks that letters are structured with: bullets, printed numbers, ends of sentences, grades.

They are the same in every format, so that each reader asks here.
"""

import re
import unicodedata

from documents.draft import Draft

# Wingdings and Symbol glyphs arrive as private-use characters (U+F06E is a square, U+F02D a dash).
# Marks that mean nothing else need no space behind them.
_BULLET = re.compile(r"^(?:[•◼■▪●◦‣⁃○□➢➤▸─\uf000-\uf0ff]\s*(?=[\w(‘“\"'£])|[∙·―–—*-]\s+(?=\S))")
_LONE_BULLET = re.compile(r"^[•◼■▪●◦‣⁃○□➢➤▸∙·\uf000-\uf0ff]$")
_NUMBER = re.compile(r"^(\d{1,3})\.\s*(?=[A-Z‘“\"'(])")
# A reference may stand behind the full stop ("… in time. (Recommendation 3)") or in its place.
_TERMINAL = re.compile(
    r"[.!?…:;][\"'”’)\]]*(?:\s*\([^()]*\))?$|\((?:para(?:graph)?s?|recommendations?)\b[^()]*\)$",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_SOFT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))

GRADE = r"(?:Outstanding|Good|Requires [Ii]mprovement(?: to be good)?|Inadequate|Adequate)"
_ENDS_WITH_GRADE = re.compile(rf"^(?P<area>.*?)[\s|]*\b(?P<grade>{GRADE})\s*$")


def tidy(text: str) -> str:
    """One line, NFC, single spaces, no invisible characters; letters of ligatures set apart."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, letters)
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text.translate(_SOFT))).strip()


def strip_bullet(text: str) -> str | None:
    """The words behind a bullet mark, or None where there is no mark."""
    match = _BULLET.match(text)
    return text[match.end() :] if match else None


def is_lone_bullet(text: str) -> bool:
    """Whether a line is a bullet mark and nothing else."""
    return bool(_LONE_BULLET.match(text))


def strip_number(text: str) -> tuple[str, str] | None:
    """("15", words) of a paragraph that begins with a printed number, or None."""
    match = _NUMBER.match(text)
    return (match.group(1), text[match.end() :]) if match else None


def is_terminated(text: str) -> bool:
    """Whether the text ends as a sentence or a lead-in ends."""
    return bool(_TERMINAL.search(text))


def runs_on(before: Draft, text: str) -> bool:
    """Whether ``text``, first of a new page or paragraph, goes on with the block before it."""
    if before.kind not in ("paragraph", "bullet") or is_terminated(before.text):
        return False
    return text[:1].islower() or text[:1] in "(,;–-"


def split_grade(text: str) -> tuple[str, str] | None:
    """(area, grade) of a line that ends with one of the grades, written as tables write them: with
    a capital. The area may be empty."""
    match = _ENDS_WITH_GRADE.match(text)
    return (match.group("area").strip(), match.group("grade")) if match else None
