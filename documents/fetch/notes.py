"""What is kept of each letter that was fetched, and what became of its file since.

    CORPUS/.fetch/lock               held while a fetch writes
    CORPUS/.fetch/NAME.json          the note of a letter
    CORPUS/.fetch/NAME.part          a download under way, or broken off
    CORPUS/.fetch/NAME.part.json     how much of it is sure to be right

The folder is hidden, so that nothing in it is read as a letter.
"""

import stat
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from documents.disk import hash_of, write_whole

FOLDER = ".fetch"

Standing = Literal[
    "absent",  # never there
    "fetched",  # as it was fetched
    "outdated",  # as it was before the fetch that a killed process did not finish
    "foreign",  # there, but nothing is known of a fetch
    "changed",  # not as it was fetched
    "removed",  # fetched, and no longer there
    "blocked",  # the name belongs to a folder, a link or a file that must not be read
]


class Note(BaseModel):
    """One letter as it was fetched: from where, when, and the SHA-256 and size of its file.

    ``etag`` and ``last_modified`` are the server's marks of this version. ``placed`` is false from
    just before the file is put into the corpus to just after; ``replaces`` is then the SHA-256 of
    the file that was there, None for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    etag: str | None
    last_modified: str | None
    sha256: str
    bytes: int
    fetched: datetime
    placed: bool
    replaces: str | None = None


def read_note(corpus: Path, name: str) -> Note | None:
    """The note of a letter; None where there is none, or a damaged one, which is as good."""
    try:
        text = (corpus / FOLDER / f"{name}.json").read_bytes()
        return Note.model_validate_json(text)
    except (FileNotFoundError, ValidationError):
        return None


def write_note(corpus: Path, name: str, note: Note) -> None:
    """Keeps the note in the place of the one before. Raises OSError."""
    content = note.model_dump_json(indent=1) + "\n"
    write_whole(corpus / FOLDER / f"{name}.json", content.encode())


def standing(corpus: Path, name: str, note: Note | None) -> tuple[Standing, str | None]:
    """What became of a letter's file since its note was written, and its SHA-256 as it is now."""
    path = corpus / name
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        gone = note and (note.placed or note.replaces)
        return ("removed" if gone else "absent"), None
    if not stat.S_ISREG(mode):
        return "blocked", None
    try:
        sha256 = hash_of(path)
    except PermissionError:
        return "blocked", None
    if note is None:
        return "foreign", sha256
    if sha256 == note.sha256:
        return "fetched", sha256
    if not note.placed and sha256 == note.replaces:
        return "outdated", sha256
    return "changed", sha256
