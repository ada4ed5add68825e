"""Sentence boundaries: sentencex (Wikimedia's), with the mends that letters need.

It was weighed against pysbd on the real letters: docs/decisions.md.
"""

import re

from sentencex import get_sentence_boundaries

_TAG = re.compile(r"^\([^()]*\)\.?$")  # "(Outcome 3, national framework)" belongs to its bullet
_ABBREVIATED = re.compile(r"\b(?:approx|para|paras|incl|eg|ie|cf|vs|St|No|Nos|s|ss|p|pp)\.$")
_LEADING_TAG = re.compile(r"^\([^()]*\)\.? +(?=[A-Z‘“\"'])")


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of ``text[start:end]`` as spans of ``text``, without the spaces between."""
    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries("en", text[start:end]):
        first, last = _trim(text, start + boundary["start_index"], start + boundary["end_index"])
        if first >= last:
            continue
        if spans and _belongs_to(text[slice(*spans[-1])], text[first:last]):
            spans[-1] = (spans[-1][0], last)
            continue
        tag = _LEADING_TAG.match(text[first:last])
        if spans and tag:
            # "… in time. (Outcome 3.) Checks are late.": the tag closes the sentence before it.
            spans[-1] = (spans[-1][0], first + len(tag.group().rstrip()))
            first += tag.end()
        spans.append((first, last))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _belongs_to(before: str, piece: str) -> bool:
    """Whether a piece was cut off wrongly from what stands before it."""
    if _TAG.match(piece) or _ABBREVIATED.search(before):
        return True
    return piece[0].islower() and not before.endswith(("?", "!"))
