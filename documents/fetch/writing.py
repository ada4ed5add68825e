"""Errors that say which file could not be written."""

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
