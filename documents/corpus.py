"""A folder of files becomes a Corpus: each file is a document or a failure with its reason.

Left out without a word are hidden files and what the folder's ``.paperknifeignore`` names (with the
patterns of .gitignore). Everything else is either read or reported.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from documents.canonical import assemble
from documents.errors import CorpusError, UnreadableDocument
from documents.formats import READERS, detect_format
from documents.metadata import read_metadata
from documents.model import Corpus, Document, Failure, Metadata

IGNORE_FILE = ".paperknifeignore"
MOST_BYTES = 64 * 1024 * 1024  # of one file

Progress = Callable[[int, int], None]


def read_corpus(folder: Path, progress: Progress | None = None) -> Corpus:
    """Read every file below ``folder``; ``progress`` hears of files done and files in all.

    The result does not depend on the order of the files: two with the same bytes are one
    document, named after the first in the order of names, and one failure that says so.
    Raises CorpusError where the folder is missing or is not one.
    """
    files = list(corpus_files(folder))
    documents: dict[str, Document] = {}
    failures: list[Failure] = []
    for done, path in enumerate(files):
        if progress:
            progress(done, len(files))
        name = path.relative_to(folder).as_posix()
        file = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        data = None
        try:
            if file != name:
                raise UnreadableDocument(file, "the file's name is not UTF-8; rename it")
            data = _bytes(folder, path, file)
            document = read_document(data, file)
            twin = documents.get(document.id)
            if twin:
                raise UnreadableDocument(file, f"the same bytes as {twin.file}, which is cited")
        except UnreadableDocument as error:
            failures.append(_failure(data, error))
        else:
            documents[document.id] = document
    if progress:
        progress(len(files), len(files))
    return Corpus(
        tuple(documents[key] for key in sorted(documents)),
        tuple(sorted(failures, key=lambda failure: failure.id)),
    )


def corpus_files(folder: Path) -> Iterator[Path]:
    """The files of a corpus in the order of their names, links to folders among them.

    Raises CorpusError where the folder or its list of what to ignore cannot be read.
    """
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"{folder}: the corpus folder {problem}")
    spec = GitIgnoreSpec.from_lines(_ignored(folder / IGNORE_FILE))
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix()):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        is_folder = path.is_dir() and not path.is_symlink()
        if not hidden and not is_folder and not spec.match_file(relative.as_posix()):
            yield path


def _ignored(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 ({error})") from error


def read_document(data: bytes, file: str) -> Document:
    """One document from the bytes of a file. Raises UnreadableDocument."""
    name = detect_format(data, file)
    reading = READERS[name](data, file)
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
    )


def _bytes(folder: Path, path: Path, file: str) -> bytes:
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise UnreadableDocument(file, "the link leads out of the corpus folder")
        if path.is_dir():
            raise UnreadableDocument(file, "a link to a folder; links to folders are not followed")
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableDocument(file, "it is no regular file")
        if size > MOST_BYTES:
            raise UnreadableDocument(file, f"the file has {size:,} bytes, more than {MOST_BYTES:,}")
        return path.read_bytes()
    except RuntimeError as error:  # what pathlib raises before Python 3.13
        raise UnreadableDocument(file, "the link leads in a circle") from error
    except OSError as error:
        raise UnreadableDocument(file, f"the file cannot be opened ({error.strerror})") from error


def _slug(metadata: Metadata, sha256: str) -> str:
    """ "aldermere-focused-visit-2019-12-06-1f3a5b7c": readable, and of the content alone."""
    day = metadata.day
    parts = (metadata.authority or metadata.title, metadata.kind, day.isoformat() if day else "")
    words = re.sub(r"[^a-z0-9]+", "-", " ".join(parts).lower()).strip("-")[:80].strip("-")
    return f"{words}-{sha256[:8]}"


def _failure(data: bytes | None, error: UnreadableDocument) -> Failure:
    sha256 = None if data is None else hashlib.sha256(data).hexdigest()
    words = re.sub(r"[^a-z0-9]+", "-", error.file.lower()).strip("-")[:60]
    mark = hashlib.sha256(error.file.encode()).hexdigest()[:8]
    return Failure(f"{words}-{mark}", error.file, sha256, error.reason)
