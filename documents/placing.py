"""Files are put into a corpus folder: all of one call or none, each whole, and nothing overwritten
that was not meant to be.

A file is written under a hidden name, which a corpus leaves out, is made durable, and then gets its
own name by a link, which the system makes only where there is none.
"""

import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from documents.corpus import is_left_out
from documents.disk import hash_of, sync
from documents.errors import (
    CorpusError,
    FileTooLarge,
    FormatRefused,
    NameRefused,
    NameTaken,
    UnreadableDocument,
)
from documents.files import shown_name
from documents.limits import Limits
from documents.readers.formats import detect_format

MOST_FILES = 32
"""How many files one call may place."""

_PREFIX = ".paperknife-"
_LONGEST = 200  # bytes of a name; file systems take 255
_STALE = 24 * 60 * 60.0  # seconds after which a hidden file is of a process that has died


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that lies in the corpus folder. ``state`` says whether it is "new" there, "replaced"
    another of its name, or was there with the same content: "unchanged"."""

    file: str
    sha256: str
    state: Literal["new", "replaced", "unchanged"]


@dataclass(slots=True)
class _Coming:
    """A file on its way: its hidden path, open, and what was written so far."""

    name: str
    hidden: Path
    content: IO[bytes]
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class Placing:
    """The files of one call on their way into a corpus folder; a context, at whose end nothing is
    left of those that were not placed.

    ``begin`` a file, ``write`` its content in pieces, the same for the next, and ``place`` them
    all. Each raises CorpusError where the folder is missing or cannot be written.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        """``limits`` bound the size of each file."""
        self._folder = folder
        self._limits = limits or Limits()
        self._files: dict[str, _Coming] = {}
        self._undo: list[tuple[Path, Path | None]] = []

    def __enter__(self) -> Self:
        """Also takes away what processes left that died at it a day ago."""
        with self._reported():
            if not self._folder.is_dir():
                raise CorpusError(f"{self._folder}: the corpus folder does not exist")
            for path in self._folder.glob(f"{_PREFIX}*"):
                if path.lstat().st_mtime < time.time() - _STALE:
                    path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Removes the hidden files."""
        for coming in self._files.values():
            coming.content.close()
            coming.hidden.unlink(missing_ok=True)

    def begin(self, name: str) -> None:
        """A file of this name follows. Raises NameRefused for one that a letter may not have, or
        that came before; FileTooLarge where there are more than MOST_FILES."""
        self._check_name(name)
        if len(self._files) == MOST_FILES:
            raise FileTooLarge(name, f"more than {MOST_FILES} files come at once")
        hidden = self._hidden()
        with self._reported():
            self._files[name] = _Coming(name, hidden, hidden.open("xb"))

    def write(self, content: bytes) -> None:
        """More of the file that was begun last. Raises FileTooLarge."""
        coming = next(reversed(self._files.values()))
        coming.size += len(content)
        if coming.size > self._limits.bytes:
            raise FileTooLarge(
                coming.name, f"the file has more than the {self._limits.bytes:,} bytes allowed"
            )
        coming.digest.update(content)
        with self._reported():
            coming.content.write(content)

    def place(self, *, replace: bool = False) -> list[Placed]:
        """Puts all files where they belong, in the order in which they came. Raises FormatRefused
        where the content of one is of no format that is read; NameTaken where another content lies
        under its name and it is not to ``replace`` that, or is no file. Then nothing was changed.
        """
        files = list(self._files.values())
        with self._reported():
            for coming in files:
                coming.content.flush()
                os.fsync(coming.content.fileno())
                _check_format(coming)
            with self._undone_on_error():
                placed = [self._put(coming, replace) for coming in files]
                sync(self._folder)
            for _, former in self._undo:
                if former is not None:
                    former.unlink()
        return placed

    def _put(self, coming: _Coming, replace: bool) -> Placed:
        path, sha256 = self._folder / coming.name, coming.digest.hexdigest()
        try:
            os.link(coming.hidden, path)
        except FileExistsError:
            if not stat.S_ISREG(path.lstat().st_mode):
                raise NameTaken(coming.name, "what has the name in the corpus is no file") from None
            if hash_of(path) == sha256:
                return Placed(coming.name, sha256, "unchanged")
            if not replace:
                raise NameTaken(
                    coming.name, "another letter has the name; replace=true puts this in its place"
                ) from None
            former = self._hidden()
            os.link(path, former)
            self._undo.append((path, former))
            coming.hidden.replace(path)
            return Placed(coming.name, sha256, "replaced")
        self._undo.append((path, None))
        return Placed(coming.name, sha256, "new")

    @contextmanager
    def _undone_on_error(self) -> Iterator[None]:
        """Whatever comes in between, what was done so far is undone."""
        try:
            yield
        except BaseException:
            for path, former in reversed(self._undo):
                if former is None:
                    path.unlink(missing_ok=True)
                else:
                    former.replace(path)
            raise

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise CorpusError(
                f"{self._folder}: the corpus folder cannot be written ({problem.strerror})"
            ) from problem

    def _hidden(self) -> Path:
        return self._folder / f"{_PREFIX}{secrets.token_hex(8)}"

    def _check_name(self, name: str) -> None:
        reason = None
        if not name.strip():
            reason = "a file has to have a name"
        elif "/" in name or "\\" in name:
            reason = "a name and no path is wanted"
        elif shown_name(name) != name or not name.isprintable():
            reason = "the name has characters that cannot be seen"
        elif len(name.encode()) > _LONGEST:
            reason = f"the name is longer than {_LONGEST} bytes"
        elif name != name.strip():
            reason = "the name begins or ends with a blank"
        elif name in self._files:
            reason = "two files have the name"
        elif is_left_out(self._folder, name):
            reason = "a corpus leaves files of this name out"
        if reason:
            raise NameRefused(shown_name(name), reason)


def _check_format(coming: _Coming) -> None:
    try:
        detect_format(coming.hidden.read_bytes(), coming.name)
    except UnreadableDocument as problem:
        raise FormatRefused(coming.name, problem.reason) from problem
