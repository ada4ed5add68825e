"""Bytes become text, whatever encoding they are in."""

import codecs
import re

from charset_normalizer import from_bytes

from documents.errors import UnreadableDocument

# The mark of UTF-32 begins with that of UTF-16, so that it is asked for first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"", "utf-8-sig"),
)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FEW = 0.01  # of the bytes: zeros that programs leave in text
_WIDE = 0.4  # of every other byte: the zeros of UTF-16 in a western language


def marked_encoding(data: bytes) -> str:
    """The encoding that the first bytes mark; UTF-8 where they mark none."""
    return next(encoding for mark, encoding in _MARKS if data.startswith(mark))


def decode(data: bytes, file: str) -> str:
    """The text of bytes in any encoding that can be told.

    What the first bytes mark, or UTF-8, where the bytes are that; else what charset-normalizer
    finds best, Windows-1252 before its rivals, since they differ in what letters do not use. Raises
    UnreadableDocument for bytes that are no text.
    """
    for encoding in (marked_encoding(data), "utf-8-sig", _unmarked(data)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    zeros = data.count(b"\x00")
    if 0 < zeros <= _FEW * len(data):
        return decode(data.replace(b"\x00", b""), file)
    matches = from_bytes(data)
    best = matches.best()
    if best is None or zeros:
        raise UnreadableDocument(file, "the file is neither a known format nor text")
    names = {match.encoding for match in matches}
    text = data.decode("cp1252", "strict") if "cp1252" in names else str(best)
    if _BINARY.search(text):
        raise UnreadableDocument(file, "the file is neither a known format nor text")
    return text


def _unmarked(data: bytes) -> str:
    """UTF-16 where every other byte is zero, as in western languages; else UTF-8."""
    half = max(len(data) // 2, 1)
    even, odd = data[::2].count(0) / half, data[1::2].count(0) / half
    if max(even, odd) < _WIDE or min(even, odd) > _FEW:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"
