"""A letter is withdrawn: out of the corpus folder with all its copies, and out of every snapshot.

What is to go is written down in the ledger first, so that whoever comes after a crash goes on with
it.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from documents import (
    Corpus,
    CorpusError,
    Document,
    Failure,
    Limits,
    UnknownDocument,
    content_hash,
    scan_corpus,
)
from documents.disk import sync
from index.ledger import Ledger
from index.snapshot import Snapshot, read_corpus_of
from index.store import kept, remove

_ANY_SIZE = Limits(bytes=sys.maxsize)
_NONE = Corpus((), ())


def withdraw(
    folder: Path, corpus: Corpus, wanted: Sequence[str], ledger: Ledger, now: datetime
) -> None:
    """Writes down which files of the corpus folder are the documents or failures with these ids:
    of a document also its copies, and what has got the content of one since. ``corpus`` is what was
    read of the folder last. Raises UnknownDocument, CorpusError for a file that cannot be
    removed."""
    letters: set[tuple[str, str]] = set()
    contents: set[str] = set()
    for own in wanted:
        items = _files_of(corpus, own)
        for item in items:
            if item.sha256 is None:
                raise CorpusError(
                    f"{folder / item.file}: cannot be withdrawn, for its content is not known;"
                    " take it out of the folder"
                )
            letters.add((item.file, item.sha256))
        if isinstance(items[0], Document):
            contents.update(_contents(items))
    if contents:
        found = scan_corpus(folder, _ANY_SIZE).items()
        letters.update((name, sha256) for name, sha256 in found if sha256 in contents)
    for name, _ in letters:
        if not _can_go(folder / name):
            raise CorpusError(
                f"{folder / name}: cannot be withdrawn, for its folder cannot be written"
            )
    ledger.withdraw(letters, now)


def remove_withdrawn(folder: Path, ledger: Ledger) -> bool:
    """Removes from the corpus folder what was written down; whether there was anything."""
    letters = ledger.to_remove()
    for name, sha256 in letters:
        path = folder / name
        found = content_hash(folder, name, _ANY_SIZE)
        if found is None and os.path.lexists(path) and not _leads_nowhere(path):
            raise CorpusError(f"{path}: was withdrawn, but cannot be read, and was not removed")
        # A correction that came in the meantime is another letter, and stays.
        if found == sha256 or _leads_nowhere(path):
            path.unlink()
            sync(path.parent)
    ledger.removed()
    return bool(letters)


def purge(data: Path, served: Snapshot, ledger: Ledger) -> list[str]:
    """Removes every other snapshot that holds a withdrawn letter or another version of it, or may,
    since it cannot be read; which those were. A letter that is in service again was put back."""
    withdrawn = ledger.withdrawn()
    if not withdrawn:
        return []
    put_back = _contents((*served.documents, *served.failures))
    forgotten = frozenset(letter for letter in withdrawn if letter[1] not in put_back)
    removed: list[str] = []
    for folder in kept(data):
        if folder.name != served.manifest.id and may_hold(folder, forgotten):
            remove(folder)
            removed.append(folder.name)
    if not ledger.to_remove():
        ledger.purged()
    return removed


def may_hold(folder: Path, letters: frozenset[tuple[str, str]]) -> bool:
    """Whether a snapshot holds one of these letters, by its SHA-256, or another version of it, by
    its file; one that cannot be read may hold any."""
    corpus = read_corpus_of(folder) if letters else _NONE
    if corpus is None:
        return True
    files = frozenset(file for file, _ in letters)
    contents = frozenset(sha256 for _, sha256 in letters)
    held: tuple[Document | Failure, ...] = (*corpus.documents, *corpus.failures)
    return any(item.file in files or item.sha256 in contents for item in held)


def _contents(items: Iterable[Document | Failure]) -> frozenset[str]:
    return frozenset(item.sha256 for item in items if item.sha256 is not None)


def _files_of(corpus: Corpus, wanted: str) -> list[Document | Failure]:
    """The document or failure with this id, and all copies of it. Raises UnknownDocument."""
    for document in corpus.documents:
        if document.id == wanted:
            return [document, *(c for c in corpus.copies if c.file in document.copies)]
    for failure in corpus.failures:
        if failure.id == wanted:
            return [failure]
    raise UnknownDocument(wanted)


def _can_go(path: Path) -> bool:
    return not os.path.lexists(path) or os.access(path.parent, os.W_OK)


def _leads_nowhere(path: Path) -> bool:
    """Whether it is a link whose letter has gone, as one of a withdrawn letter's files does when
    another of them goes first."""
    return path.is_symlink() and not path.exists()
