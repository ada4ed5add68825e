"""The data directory: immutable snapshots beside each other, and one pointer to the served one.

    DATA/CURRENT              the id of the snapshot in service
    DATA/lock                 held while a refresh writes
    DATA/snapshots/<id>/      a complete snapshot
    DATA/snapshots/.writing/  one that is being written, or what a dead writer left
    DATA/refreshes/<id>.json  what each refresh found and did (``index.reports``)
    DATA/ledger.sqlite        what became of each file (``index.ledger``)
    DATA/corpus.json          which folder was read (``index.origin``)

A process that is killed anywhere in here leaves the pointer at a complete snapshot.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from documents import RefreshRunning, SnapshotDamaged, SnapshotError, SnapshotMissing
from documents.disk import put, sync

KEPT = 3
"""How many snapshots stay where nobody chose a number, the one in service among them."""

_ID = re.compile(r"[0-9a-f]{16}")
_POINTER = "CURRENT"
_ASKED_AGAIN = 0.05  # seconds between two tries to become the writer
_A_LOOK = 0.2  # seconds: whoever looks whether there is a writer keeps one out for a moment


@contextmanager
def writing(data: Path, wait: float = 0.0) -> Iterator[None]:
    """While it lasts, no other process or thread may write into the data directory.

    Makes the directory if there is none and removes what dead writers left. The lock is the
    system's: it ends with the process that holds it, however that ends, and it holds between
    hosts where their common file system has locks (NFS has). Raises RefreshRunning if another one
    is writing and is not done after ``wait`` seconds, SnapshotError if the directory cannot be
    written.
    """
    snapshots = data / "snapshots"
    until = time.monotonic() + max(wait, _A_LOOK)
    with ExitStack() as held:
        try:
            snapshots.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((data / "lock").open("a"))
            while not _is_taken(lock, fcntl.LOCK_EX):
                if time.monotonic() >= until:
                    raise RefreshRunning(f"{data}: another refresh is running; wait for it")
                time.sleep(_ASKED_AGAIN)
            for path in left_over(data):
                _remove_any(path)
        except OSError as problem:
            raise SnapshotError(f"{data}: cannot be written ({problem.strerror})") from problem
        yield


def is_being_written(data: Path) -> bool:
    """Whether somebody is ``writing``, in this process, another, or on another host. Changes
    nothing."""
    try:
        with (data / "lock").open() as lock:
            return not _is_taken(lock, fcntl.LOCK_SH)
    except (FileNotFoundError, NotADirectoryError):
        return False


def left_over(data: Path) -> list[Path]:
    """What lies hidden beside the snapshots: while nobody is writing, it is what dead writers
    left."""
    return sorted((data / "snapshots").glob(".*"))


def _is_taken(lock: IO[str], how: int) -> bool:
    """Whether this process has the lock from now on."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_any(path: Path) -> None:
    """Removes a folder with all that is in it, or a file."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def new_folder(data: Path) -> Path:
    """An empty folder to write a snapshot into, before it has its name."""
    temporary = data / "snapshots" / ".writing"
    temporary.mkdir()
    return temporary


def keep(data: Path, temporary: Path, snapshot_id: str) -> None:
    """Makes the complete snapshot in ``temporary`` durable and gives it its name; a damaged one
    of the same name gives way."""
    for folder, _, names in os.walk(temporary, topdown=False):
        for name in names:
            sync(Path(folder, name))
        sync(Path(folder))
    named = path_of(data, snapshot_id)
    damaged = named.with_name(".damaged")
    if named.exists():
        named.rename(damaged)
    temporary.rename(named)
    sync(named.parent)
    if damaged.exists():
        shutil.rmtree(damaged)


def publish(data: Path, snapshot_id: str, keep: int = KEPT) -> None:
    """Puts a kept snapshot into service, atomically, and removes all but the last ``keep``."""
    # The times of the folders tell in which order they were published.
    os.utime(path_of(data, snapshot_id))
    point(data, snapshot_id)
    others = [folder for folder in kept(data) if folder.name != snapshot_id]
    for folder in others[max(keep, 1) - 1 :]:
        remove(folder)


def point(data: Path, snapshot_id: str) -> None:
    """Names the snapshot that is in service, atomically."""
    beside = data / f".{_POINTER}"
    beside.write_text(f"{snapshot_id}\n", encoding="ascii")
    put(beside, data / _POINTER)


def remove(folder: Path) -> None:
    """Removes a kept snapshot; at once it is none any more, even if this is killed. Whoever has it
    open goes on with it."""
    dying = folder.with_name(f".{folder.name}.removed")
    folder.rename(dying)
    shutil.rmtree(dying)


def kept(data: Path) -> list[Path]:
    """The folders of the snapshots that are there, the last published first."""
    published: dict[Path, int] = {}
    with suppress(FileNotFoundError, NotADirectoryError):  # nothing was ever kept here
        for folder in (data / "snapshots").iterdir():
            with suppress(FileNotFoundError):  # removed since it was listed
                if _ID.fullmatch(folder.name):
                    published[folder] = folder.stat().st_mtime_ns
    return sorted(published, key=published.__getitem__, reverse=True)


def current(data: Path) -> str:
    """The id of the snapshot in service. Raises SnapshotMissing if there is none,
    SnapshotDamaged if the pointer is not an id."""
    pointer = data / _POINTER
    try:
        text = pointer.read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise SnapshotMissing(
            f"{data}: holds no snapshot; `paperknife refresh` makes one"
        ) from missing
    except OSError as problem:
        what = f"{pointer}: cannot be read ({problem.strerror})"
        raise SnapshotDamaged(f"{what}; `paperknife refresh` mends it") from problem
    if not _ID.fullmatch(text.strip()):
        raise SnapshotDamaged(f"{pointer}: is not a snapshot's id; `paperknife refresh` mends it")
    return text.strip()


def named(data: Path) -> str | None:
    """As ``current``, and None where no pointer is there or it cannot be read."""
    try:
        return current(data)
    except SnapshotError:
        return None


def path_of(data: Path, snapshot_id: str) -> Path:
    """The folder of a snapshot."""
    return data / "snapshots" / snapshot_id
