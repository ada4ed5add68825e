"""One file of a corpus becomes a Document, or a Failure that says why not."""

import hashlib
import os
import re
from pathlib import Path

from documents.errors import UnreadableDocument, one_line
from documents.limits import Limits
from documents.model import Document, Failure, Metadata

# What has no place in a name and may make it look like another: control characters, line and
# paragraph separators, the marks that turn the direction of writing.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_file(folder: Path, name: str, limits: Limits) -> Document | Failure:
    """The file ``name``, a path within ``folder``, as a document or as a failure."""
    file, data = shown_name(name), None
    try:
        _check_name(name, file)
        data = _bytes(folder, folder / name, file, limits)
        return read_document(data, file, limits)
    except UnreadableDocument as error:
        sha256 = None if data is None else hashlib.sha256(data).hexdigest()
        return Failure(failure_id(name), file, sha256, error.reason, transient=error.transient)


def failed_file(
    folder: Path, name: str, limits: Limits, problem: str, *, transient: bool = False
) -> Failure:
    """The failure of a file whose reader came to no end of its own."""
    sha256 = content_hash(folder, name, limits)
    return Failure(
        failure_id(name), shown_name(name), sha256, one_line(problem), transient=transient
    )


def content_hash(folder: Path, name: str, limits: Limits) -> str | None:
    """The SHA-256 of the file ``name``, a path within ``folder``, as its document or failure has
    it: None where its name is none that is read, or its bytes cannot be had, or are more than the
    limits allow."""
    file = shown_name(name)
    try:
        _check_name(name, file)
        return hashlib.sha256(_bytes(folder, folder / name, file, limits)).hexdigest()
    except UnreadableDocument:
        return None


def read_document(data: bytes, file: str, limits: Limits | None = None) -> Document:
    """One document from the bytes of a file. Raises UnreadableDocument, also where the file is
    beyond the limits."""
    # Loaded here: the readers' libraries take half a second, and a refresh that finds nothing new
    # does not need them.
    from documents.canonical import assemble
    from documents.metadata.reading import read_metadata
    from documents.readers.formats import READERS, detect_format

    limits = limits or Limits()
    name = detect_format(data, file)
    if name == "pdf":
        limits.check_pages(_pdf_pages(data), file)
    reading = READERS[name](data, file)
    limits.check_reading(reading, file)
    canonical = assemble(reading)
    metadata = read_metadata(reading, canonical, file)
    sha256 = hashlib.sha256(data).hexdigest()
    return Document(
        id=_slug(metadata, sha256),
        file=file,
        sha256=sha256,
        format=name,
        text=canonical.text,
        pages=canonical.pages,
        sections=canonical.sections,
        blocks=canonical.blocks,
        sentences=canonical.sentences,
        furniture=tuple(reading.furniture),
        metadata=metadata,
        ocr=reading.ocr,
        problem=reading.problem,
    )


def shown_name(name: str) -> str:
    """A file's name as it can be shown: what cannot be seen, or is not UTF-8, as U+FFFD."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _UNSEEN.sub("\ufffd", text)


def _check_name(name: str, file: str) -> None:
    if file == name:
        return
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableDocument(file, "the file's name is not UTF-8; rename it") from error
    raise UnreadableDocument(file, "the file's name has characters that cannot be seen; rename it")


def _bytes(folder: Path, path: Path, file: str, limits: Limits) -> bytes:
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise UnreadableDocument(file, "the link leads out of the corpus folder")
        if path.is_dir():
            if not path.is_symlink():
                raise UnreadableDocument(file, "the folder cannot be listed", transient=True)
            raise UnreadableDocument(file, "a link to a folder; links to folders are not followed")
        before = path.stat()
        if not path.is_file():
            raise UnreadableDocument(file, "it is no regular file")
        if before.st_size > limits.bytes:
            raise UnreadableDocument(
                file,
                f"the file has {before.st_size:,} bytes, more than the {limits.bytes:,} allowed",
            )
        content = path.read_bytes()
        if _changed(before, path.stat()) or len(content) != before.st_size:
            raise UnreadableDocument(file, "the file was changed while it was read", transient=True)
        return content
    except RuntimeError as error:  # what pathlib raises before Python 3.13
        raise UnreadableDocument(file, "the link leads in a circle") from error
    except OSError as error:
        raise UnreadableDocument(
            file, f"the file cannot be opened ({error.strerror})", transient=True
        ) from error


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_ino, before.st_size, before.st_mtime_ns) != (
        after.st_ino,
        after.st_size,
        after.st_mtime_ns,
    )


def _pdf_pages(data: bytes) -> int:
    """How many pages a PDF says it has; 0 where it cannot be opened, which its reader explains."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return 0


def _slug(metadata: Metadata, sha256: str) -> str:
    """ "aldermere-focused-visit-2019-12-06-1f3a5b7c": readable, and of the content alone."""
    day = metadata.day
    parts = (metadata.authority or metadata.title, metadata.kind, day.isoformat() if day else "")
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")[:80].strip("-")
    return f"{words}-{sha256[:8]}"


def failure_id(name: str) -> str:
    """The id of what could not be read: of the file's name, for its content may be unknown."""
    words = re.sub(r"[^a-z0-9]+", "-", shown_name(name).lower()).strip("-")[:60]
    return f"{words}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}"
