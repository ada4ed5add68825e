"""Files that are whole or not there, and errors that say which could not be written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from documents.errors import FetchError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises FetchError, naming ``path``, where the disk refuses."""
    try:
        yield
    except OSError as error:
        raise FetchError(f"{path}: cannot be written ({error.strerror or error})") from error


def sync(path: Path) -> None:
    """Waits until a file, or the list of a folder's files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(source: Path, target: Path) -> None:
    """Gives a complete file its name, in the place of what had it; atomic and durable."""
    sync(source)
    source.replace(target)
    sync(target.parent)


def write_whole(path: Path, text: str) -> None:
    """The text as the file's content: a reader finds the old content or the new one."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    put(beside, path)
