"""Sentence boundaries: sentencex (Wikimedia's), with the mends that letters need.

It was weighed against pysbd on the real letters: docs/decisions.md.
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

_TAG = re.compile(r"^\([^()]*\)\.?$")  # "(Outcome 3, national framework)" belongs to its bullet
_ABBREVIATED = re.compile(
    r"\b(?:approx|para|paras|incl|eg|ie|e\.g|i\.e|cf|vs|viz|St|No|Nos|s|ss|p|pp"
    r"|Mr|Mrs|Ms|Dr|Prof|Rev|Cllr)\.$"
)
_SHORTENED = re.compile(r"\b(?:etc|al|inc|dept|est|ext|hrs|max|min|no|nos|tel)\.$")
_LEADING_TAG = re.compile(r"^\([^()]*\)\.? +(?=[A-Z‘“\"'])")
# One sentence ends and another begins, where sentencex saw a quotation that is none.
_INNER_END = re.compile(r"[a-z0-9)’”%][.?!][’”)\"']* +(?=[A-Z])")
# "… without delay. where abuse is …": between them the file has lost words.
_LOST_BEGINNING = re.compile(r"[a-z]{2}[)’”]?\. +(?=[a-z]{2})")
_OPENS_QUOTATION = re.compile(r"(?:^|[\s(])[‘“\"'](?=\w)")


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of ``text[start:end]`` as spans of ``text``, without the spaces between.

    One that begins with a small letter behind a full stop has lost its beginning.
    """
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
    return [part for first, last in spans for part in _parts(text, first, last)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _belongs_to(before: str, piece: str) -> bool:
    """Whether a piece was cut off wrongly from what stands before it."""
    return bool(_TAG.match(piece) or _ABBREVIATED.search(before)) or piece[0].islower()


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences that a piece still holds: sentencex takes "children‘s" for the beginning of a
    quotation, and a small letter for no beginning."""
    piece = text[start:end]
    first = 0
    ends = [m.end() for p in (_INNER_END, _LOST_BEGINNING) for m in p.finditer(piece)]
    for end_of_part in sorted(ends):
        before = piece[first:end_of_part].rstrip()
        is_short = _ABBREVIATED.search(before) or (
            piece[end_of_part].islower() and _SHORTENED.search(before)
        )
        if not (is_short or _OPENS_QUOTATION.search(before)):
            yield start + first, start + first + len(before)
            first = end_of_part
    yield start + first, end
