"""Bullets that recognition took for letters, and bullets of which a text file kept only a space."""

import re
from collections.abc import Sequence

_NEAR = 8  # lines: the items of one list are not farther apart
_INDENTED_SHARE = 0.3  # of the lines; where more are indented, it means nothing
# One sign, but no word: "A review …" and "I saw …" are none; or what a square becomes.
_LETTER = re.compile(r"^(?![AI\d])(\S|[^\w\s]{2}|m@|mTM) (?=[A-Z])")
_LEAD_IN = (":", "?")
_SPACE = re.compile(r"^ (?=\S)")


def mend_bullets(lines: Sequence[str]) -> list[str]:
    """The same lines, with "• " where the bullets of a list were lost.

    Below a lead-in ("… the following areas:") lines that begin with one and the same letter are
    its items ("B The experience …", "B The quality …"), as do those that begin with signs that are
    no letters ("¢ The …", "m@ The …"). Elsewhere a line that is set in by one space is one where
    another of its kind is near.
    """
    mended = list(lines)
    for number in _letters(lines):
        _, _, words = lines[number].partition(" ")
        mended[number] = f"• {words}"
    for number in _spaces(lines):
        mended[number] = f"•{lines[number]}"
    return mended


def _letters(lines: Sequence[str]) -> list[int]:
    found: list[int] = []
    for start, line in enumerate(lines):
        if not line.rstrip().endswith(_LEAD_IN):
            continue
        items: list[int] = []
        mark = ""
        for number in range(start + 1, len(lines)):
            if number - (items[-1] if items else start) > _NEAR:
                break
            match = _LETTER.match(lines[number])
            if match and (not items or _is_alike(match.group(1), mark)):
                mark = match.group(1)
                items.append(number)
            elif not items and lines[number].strip():
                break
        if len(items) > 1:
            found.extend(items)
    return found


def _is_alike(mark: str, other: str) -> bool:
    """Whether two items may be of one list: by the same letter, or by signs, which recognition
    tells apart less well."""
    return mark == other or not (_is_letter(mark) or _is_letter(other))


def _is_letter(mark: str) -> bool:
    return len(mark) == 1 and mark.isalnum()


def _spaces(lines: Sequence[str]) -> list[int]:
    indented = [number for number, line in enumerate(lines) if _SPACE.match(line)]
    if len(indented) > _INDENTED_SHARE * sum(1 for line in lines if line.strip()):
        return []
    return [
        number
        for place, number in enumerate(indented)
        if any(
            abs(other - number) <= _NEAR
            for other in (*indented[max(place - 1, 0) : place], *indented[place + 1 : place + 2])
        )
    ]
