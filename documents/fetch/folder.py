"""The corpus folder that letters are fetched into: one writer, and whole letters only."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from documents.disk import put
from documents.errors import FetchError, FetchRunning
from documents.fetch.download import Download
from documents.fetch.notes import FOLDER, Note, Standing, standing, write_note
from documents.fetch.writing import writing


@contextmanager
def held(corpus: Path) -> Iterator[None]:
    """While it lasts, no other process or thread may fetch into the folder, which is made if it is
    missing. The system lets go of it when the process ends, however it ends.

    Raises FetchRunning where another one fetches, FetchError where the folder cannot be written or
    belongs to the program.
    """
    check_corpus(corpus)
    with ExitStack() as stack:
        with writing(corpus):
            (corpus / FOLDER).mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((corpus / FOLDER / "lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise FetchRunning(f"{corpus}: another fetch is running; wait for it") from error
        yield


def check_corpus(corpus: Path) -> None:
    """Raises FetchError where ``corpus`` is no folder, or one of the program's own, the sample
    letters among them."""
    if corpus.exists() and not corpus.is_dir():
        raise FetchError(f"{corpus}: the corpus folder is not a folder")
    if corpus.resolve().is_relative_to(Path(str(files("documents"))).resolve()):
        raise FetchError(f"{corpus}: belongs to the program; name a folder of your own")


def part_of(corpus: Path, name: str) -> Path:
    """Where a letter is while it is downloaded: on the same file system, hidden."""
    return corpus / FOLDER / f"{name}.part"


def place(
    corpus: Path, name: str, url: str, arrived: Download, before: tuple[Standing, str | None]
) -> bool:
    """Puts a downloaded letter into the corpus under its name, with a note of it; False, and
    nothing done, if its file is not as it was ``before`` the download.

    A process that is killed in here leaves the letter as it was or the new one whole, and a note
    that fits either.
    """
    part, note = part_of(corpus, name), note_of(url, arrived, replaces=before[1])
    with writing(corpus / name):
        if standing(corpus, name, None)[1] != before[1]:
            part.unlink()
            return False
        write_note(corpus, name, note)
        put(part, corpus / name)
        settle(corpus, name, note)
    return True


def settle(corpus: Path, name: str, note: Note) -> None:
    """Keeps the note of a letter that is in its place."""
    with writing(corpus / name):
        write_note(corpus, name, note.model_copy(update={"placed": True, "replaces": None}))


def note_of(url: str, arrived: Download, *, replaces: str | None = None) -> Note:
    """The note of a letter that is about to be placed."""
    return Note(
        url=url,
        etag=arrived.etag,
        last_modified=arrived.last_modified,
        sha256=arrived.sha256,
        bytes=arrived.bytes,
        fetched=datetime.now(UTC),
        placed=False,
        replaces=replaces,
    )
