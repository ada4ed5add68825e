"""The ledger of a data directory: what became of each file of the corpus, when, and why.

One SQLite database in WAL mode, ``DATA/ledger.sqlite``. Only a refresh writes it, under the data
directory's lock, in one transaction with which it is done. What is served never depends on it: it
can be made anew from the snapshot in service, and is where it is lost or left behind. Only which
letters were withdrawn and may still be on the disk is known here alone, from the withdrawal to the
end of its refresh.
"""

import logging
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from documents import Corpus, SnapshotDamaged, SnapshotError, SnapshotMissing

LEDGER = "ledger.sqlite"
FILES = (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm")

_LOG = logging.getLogger(__name__)

State = Literal["read", "copy", "failed"]

# After a transient failure a file is tried again when this has passed, twice as long each time.
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(days=1)
_BUSY = 5.0  # seconds to wait for a reader that has the database locked
_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    file TEXT NOT NULL, sha256 TEXT, state TEXT NOT NULL, document TEXT NOT NULL, problem TEXT,
    transient INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at TEXT, since TEXT NOT NULL,
    PRIMARY KEY (file, document)  -- names that cannot be shown may look the same
) STRICT;
CREATE TABLE IF NOT EXISTS withdrawn (
    file TEXT NOT NULL, sha256 TEXT NOT NULL, removed INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (file, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
_COLUMNS = "file, sha256, state, document, problem, transient, attempts, retry_at, since"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file. ``document`` is the id of the document that it is, or a copy of,
    or of the failure. ``attempts`` counts the refreshes in a row in which it failed as it does
    now; ``retry_at`` is when a transient failure is tried again, ``since`` when it became what it
    is."""

    file: str
    sha256: str | None
    state: State
    document: str
    problem: str | None
    transient: bool
    attempts: int
    retry_at: datetime | None
    since: datetime


class Ledger:
    """The ledger, opened by ``open_ledger``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """``open_ledger`` is the way to one."""
        self._connection = connection

    def entries(self) -> dict[str, Entry]:
        """Every file's entry, by its name."""
        rows = self._connection.execute(f"SELECT {_COLUMNS} FROM files ORDER BY file")
        return {row[0]: _entry(row) for row in rows}

    @property
    def snapshot(self) -> str | None:
        """The id of the snapshot that the entries are of; None where there is none yet."""
        row = self._connection.execute("SELECT value FROM about WHERE name = 'snapshot'").fetchone()
        return None if row is None else str(row[0])

    def record(self, snapshot: str, corpus: Corpus, now: datetime, tried: Iterable[str]) -> None:
        """The corpus of a snapshot, in one transaction. ``tried`` are the files that were read for
        it: only they count another attempt."""
        entries = _entries(corpus, self.entries(), now, frozenset(tried))
        with self._connection:
            self._connection.execute("DELETE FROM files")
            self._connection.executemany(
                f"INSERT INTO files ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(_row, entries),
            )
            self._connection.execute(
                "INSERT OR REPLACE INTO about VALUES ('snapshot', ?)", (snapshot,)
            )

    def withdraw(self, letters: Iterable[tuple[str, str]], now: datetime) -> None:
        """Remembers letters that are to be forgotten, each by its file and its SHA-256, until
        ``purged``."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO withdrawn VALUES (?, ?, 0, ?)",
                [(file, sha256, now.astimezone(UTC).isoformat()) for file, sha256 in letters],
            )

    def to_remove(self) -> list[tuple[str, str]]:
        """The withdrawn files, with their SHA-256, that may still be in the corpus folder."""
        return list(
            self._connection.execute(
                "SELECT file, sha256 FROM withdrawn WHERE NOT removed ORDER BY file, sha256"
            )
        )

    def removed(self) -> None:
        """No withdrawn file is in the corpus folder: what is put there now is meant."""
        with self._connection:
            self._connection.execute("UPDATE withdrawn SET removed = 1")

    def withdrawn(self) -> frozenset[tuple[str, str]]:
        """The letters that were withdrawn and may still be on the disk, each by its file and its
        SHA-256."""
        return frozenset(self._connection.execute("SELECT file, sha256 FROM withdrawn"))

    def purged(self) -> None:
        """None of the withdrawn letters is on the disk any more."""
        with self._connection:
            self._connection.execute("DELETE FROM withdrawn")


@contextmanager
def open_ledger(data: Path) -> Iterator[Ledger]:
    """The ledger of a data directory, to write, made where there is none; one that is damaged or of
    another version gives way to a new one, since nothing depends on it. Raises SnapshotError where
    it cannot be written."""
    path = data / LEDGER
    try:
        try:
            connection = _connected(path)
        except sqlite3.DatabaseError as problem:
            if isinstance(problem, sqlite3.OperationalError):
                raise
            _LOG.warning("%s: made anew (%s)", path, problem)
            for name in FILES:
                (data / name).unlink(missing_ok=True)
            connection = _connected(path)
        with closing(connection):
            yield Ledger(connection)
    except sqlite3.Error as problem:
        raise SnapshotError(f"{path}: cannot be written ({problem})") from problem


@contextmanager
def read_ledger(data: Path) -> Iterator[Ledger]:
    """The ledger of a data directory as it is, also while a refresh writes it; nothing is changed.
    Raises SnapshotMissing where there is none, SnapshotDamaged where it cannot be read."""
    path = data / LEDGER
    if not path.is_file():
        raise SnapshotMissing(f"{path}: missing; `paperknife refresh` makes it anew")
    # Where nobody has it open it is read as it lies there: SQLite would else put files beside it.
    alone = not (data / f"{LEDGER}-wal").exists()
    mode = "immutable=1" if alone else "mode=ro"
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", timeout=_BUSY, uri=True)
        ) as connection:
            with _damage_told():
                _check(connection, (_VERSION,))
            yield Ledger(connection)
    except sqlite3.Error as problem:
        raise SnapshotDamaged(
            f"{path}: cannot be read ({problem}); `paperknife refresh` makes it anew"
        ) from problem


def entries_of(corpus: Corpus, now: datetime) -> dict[str, Entry]:
    """The entries of a corpus of which nothing was known before."""
    return {entry.file: entry for entry in _entries(corpus, {}, now, frozenset())}


def _check(connection: sqlite3.Connection, versions: Container[int]) -> None:
    """Raises DatabaseError where the database is damaged or of another version."""
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(str(found))
    if version not in versions:
        raise sqlite3.DatabaseError(f"version {version}, but this is {_VERSION}")
    if version:
        ledger = Ledger(connection)  # SQLite does not know what its texts mean
        _ = ledger.entries(), ledger.withdrawn(), ledger.snapshot


@contextmanager
def _damage_told() -> Iterator[None]:
    """Raises DatabaseError for damage that is told in other ways: a text that is no UTF-8 or no
    time, a column that is not there."""
    try:
        yield
    except (ValueError, sqlite3.OperationalError) as problem:
        # Any other code is of a disk or a lock that stands in the way; Python's own have none.
        if getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        raise sqlite3.DatabaseError(str(problem)) from problem


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY)
    try:
        with _damage_told():
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _check(connection, (0, _VERSION))  # 0: it was made just now
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _entries(
    corpus: Corpus, before: Mapping[str, Entry], now: datetime, tried: frozenset[str]
) -> list[Entry]:
    made: list[Entry] = []
    document_of = {document.file: document.id for document in corpus.documents}
    for document in corpus.documents:
        made.append(
            Entry(
                document.file, document.sha256, "read", document.id, document.problem, False, 0,
                None, now,
            )
        )  # fmt: skip
    for failure in corpus.failures:
        copy = failure.copy_of is not None
        entry = Entry(
            failure.file,
            failure.sha256,
            "copy" if copy else "failed",
            document_of[failure.copy_of] if failure.copy_of is not None else failure.id,
            failure.problem,
            failure.transient,
            0,
            None,
            now,
        )
        made.append(entry if copy else _tried(entry, before.get(failure.file), tried))
    return [_since(entry, before.get(entry.file)) for entry in made]


def _tried(entry: Entry, before: Entry | None, tried: frozenset[str]) -> Entry:
    """A failure with how often it was tried and when it is to be tried again."""
    same = before is not None and (before.state, before.sha256) == ("failed", entry.sha256)
    if before is not None and same and entry.file not in tried:
        return replace(entry, attempts=before.attempts, retry_at=before.retry_at)
    attempts = before.attempts + 1 if before is not None and same else 1
    pause = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 20), _LONGEST_PAUSE)
    return replace(
        entry, attempts=attempts, retry_at=entry.since + pause if entry.transient else None
    )


def _since(entry: Entry, before: Entry | None) -> Entry:
    if before is None or (before.state, before.sha256, before.problem) != (
        entry.state,
        entry.sha256,
        entry.problem,
    ):
        return entry
    return replace(entry, since=before.since)


def _row(entry: Entry) -> tuple[str | int | None, ...]:
    retry_at = entry.retry_at.astimezone(UTC).isoformat() if entry.retry_at else None
    return (
        entry.file,
        entry.sha256,
        entry.state,
        entry.document,
        entry.problem,
        int(entry.transient),
        entry.attempts,
        retry_at,
        entry.since.astimezone(UTC).isoformat(),
    )


def _entry(row: tuple[str, str | None, State, str, str | None, int, int, str | None, str]) -> Entry:
    file, sha256, state, document, problem, transient, attempts, retry_at, since = row
    return Entry(
        file,
        sha256,
        state,
        document,
        problem,
        bool(transient),
        attempts,
        datetime.fromisoformat(retry_at) if retry_at else None,
        datetime.fromisoformat(since),
    )
