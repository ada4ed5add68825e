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
_NUMBER_AND_FIGURE = re.compile(r"^(\d{1,3})\.\s+(?=\d)")
_NUMBER = re.compile(r"^(\d{1,3})\.\s*(?=[A-Z‘“\"'(])")
# A reference may stand behind the full stop ("… in time. (Recommendation 3)") or in its place.
_TERMINAL = re.compile(
    r"[.!?…:;][\"'”’)\]]*(?:\s*\([^()]*\))?$|\((?:para(?:graph)?s?|recommendations?)\b[^()]*\)$",
    re.IGNORECASE,
)
# "1)", "(a)", "iv)": an item of a list.
_ITEM = re.compile(r"^(\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})\)) +(?=\S)")
_RULE = re.compile(r"^[-_=*~·.—–\s]{4,}$")
_LONGEST_END = 300  # characters in which a sentence ends, reference included
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


def strip_number(text: str, last: int | None = None) -> tuple[str, str] | None:
    """("15", words) of a paragraph that begins with a printed number, or None.

    ``last`` is the number before it: the next one may have a figure behind it ("15. 40 homes").
    """
    match = _NUMBER.match(text)
    if match is None and last is not None:
        match = _NUMBER_AND_FIGURE.match(text)
        match = match if match and int(match.group(1)) == last + 1 else None
    return (match.group(1), text[match.end() :]) if match else None


def strip_item(text: str) -> tuple[str, str] | None:
    """("a) ", words) of an item of a list that has a letter or number in brackets, or None."""
    match = _ITEM.match(text)
    return (f"{match.group(1)} ", text[match.end() :]) if match else None


def is_rule(text: str) -> bool:
    """Whether a line is drawn with characters, and says nothing."""
    return bool(_RULE.match(text))


def is_terminated(text: str) -> bool:
    """Whether the text ends as a sentence or a lead-in ends."""
    return bool(_TERMINAL.search(text[-_LONGEST_END:]))


def runs_on(before: Draft, text: str) -> bool:
    """Whether ``text``, first of a new page or paragraph, goes on with the block before it."""
    if before.kind not in ("paragraph", "bullet"):
        return False
    if before.kind == "paragraph" and before.text.endswith(";") and text[:1].islower():
        return True
    if is_terminated(before.text):
        return False
    return text[:1].islower() or text[:1] in "(,;–-"


def split_grade(text: str) -> tuple[str, str] | None:
    """(area, grade) of a line that ends with one of the grades, written as tables write them: with
    a capital. The area may be empty."""
    match = _ENDS_WITH_GRADE.match(text)
    return (match.group("area").strip(), match.group("grade")) if match else None
