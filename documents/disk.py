"""Files that are whole or not there, and durable; and what tells their contents apart."""

import hashlib
import os
from pathlib import Path


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Makes this the content of a file: a reader finds the old content or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    put(beside, path)
