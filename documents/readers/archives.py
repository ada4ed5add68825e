"""Files that are archives of parts: Word and OpenDocument."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO

from documents.errors import UnreadableDocument

_XML = (".xml", ".rels")
_DOCTYPE = b"<!DOCTYPE"
MOST_UNPACKED = 200 * 1024 * 1024  # bytes: more than any letter, less than a bomb

# What zipfile raises for archives that are cut, spoilt or packed in ways that it does not know.
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError)


def check_archive(data: bytes, file: str, what: str) -> frozenset[str]:
    """The names of the parts. Raises UnreadableDocument where the archive is damaged, and where it
    unpacks to more than any letter; ``what`` names it there."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except _DAMAGED as error:
        raise UnreadableDocument(file, f"the file is a damaged archive ({error})") from error
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise UnreadableDocument(
            file,
            f"the {what} unpacks to {unpacked:,} bytes, more than the {MOST_UNPACKED:,} allowed",
        )
    parts = frozenset(entry.filename for entry in entries)
    xml = sorted(part for part in parts if part.endswith(_XML))
    for part, head in _heads(data, file, xml, 4096):
        # Entities that a part declares would be dropped with the words behind them, or expanded.
        if _DOCTYPE in head.replace(b"\x00", b""):
            raise UnreadableDocument(file, f"the {what} declares a document type in {part!r}")
    return parts


def first_bytes(data: bytes, file: str, part: str, most: int = 256) -> bytes:
    """How a part that is there begins. Raises UnreadableDocument where it cannot be unpacked."""
    return next(head for _, head in _heads(data, file, [part], most))


def _heads(data: bytes, file: str, parts: Sequence[str], most: int) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for part in parts:
                with archive.open(part) as content:
                    yield part, content.read(most)
    except _DAMAGED as error:
        raise UnreadableDocument(file, f"the file is a damaged archive ({error})") from error
