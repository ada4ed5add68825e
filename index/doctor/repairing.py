"""What can be mended in a data directory without guessing."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from documents import SnapshotDamaged, SnapshotError, SnapshotMismatch, SnapshotMissing
from index.build import MadeBy
from index.doctor.directory import damage, disagreements, hidden
from index.fallback import replacements
from index.ledger import open_ledger, read_ledger
from index.reports import Reports
from index.snapshot import Snapshot, open_folder, read_corpus_of
from index.store import kept, named, path_of, point, remove, writing
from index.withdrawing import purge


def repair(data: Path, made_by: MadeBy) -> Iterator[str]:
    """Mends what can be mended, under the data directory's lock; a line for each thing as it is
    done. No letter is read, and nothing is embedded.

    Raises RefreshRunning if a refresh is at it, SnapshotMissing if there is no such directory,
    SnapshotError if it cannot be written.
    """
    if not data.is_dir():
        raise SnapshotMissing(f"{data}: holds no snapshot; `paperknife refresh` makes one")
    left = hidden(data)
    try:
        with writing(data):
            yield from _remove_left(data, left)
            yield from _mark_reports(data)
            served = yield from _mend_pointer(data, made_by)
            yield from _remove_damaged(data)
            if served is not None:
                yield from _mend_ledger(data, served)
    except OSError as problem:
        raise SnapshotError(f"{problem.filename or data}: {problem.strerror}") from problem


def _remove_left(data: Path, left: list[Path]) -> Iterator[str]:
    for path in left:
        if path.parent.name != "snapshots":  # from there, whoever becomes the writer removes it
            path.unlink(missing_ok=True)
        yield f"removed {path.relative_to(data).as_posix()}, which a dead writer left"


def _mark_reports(data: Path) -> Iterator[str]:
    reports = Reports(data)
    dead = reports.dead()
    reports.tidy()
    for report in dead:
        yield f"marked refresh {report.id} as failed"


def _mend_pointer(data: Path, made_by: MadeBy) -> Generator[str, None, Snapshot | None]:
    """The snapshot that is in service then; None where none can be served."""
    if (served := named(data)) is not None:
        try:
            return open_folder(path_of(data, served), made_by.encoder, made_by.answering)
        except SnapshotMismatch:
            return None
        except SnapshotDamaged:
            pass  # the last one that is whole takes its place
    for folder in replacements(data):
        try:
            snapshot = open_folder(folder, made_by.encoder, made_by.answering)
        except SnapshotError:
            continue
        point(data, folder.name)
        yield f"put snapshot {folder.name} into service, the last published that is whole"
        return snapshot
    return None


def _remove_damaged(data: Path) -> Iterator[str]:
    for folder in kept(data):
        if folder.name != named(data) and damage(folder):
            remove(folder)
            yield f"removed snapshot {folder.name}, which is damaged and not in service"


def _mend_ledger(data: Path, served: Snapshot) -> Iterator[str]:
    name = served.manifest.id
    try:
        with read_ledger(data) as ledger:
            right = ledger.snapshot == name and not disagreements(ledger, path_of(data, name))
    except SnapshotError:
        right = False
    with open_ledger(data) as ledger:
        if not right:
            corpus = read_corpus_of(path_of(data, name))
            assert corpus is not None  # it was opened under the same lock
            ledger.record(name, corpus, datetime.now(UTC), tried=())
            yield f"wrote the ledger anew from snapshot {name}"
        for removed in purge(data, served, ledger):
            yield f"removed snapshot {removed}, which held a withdrawn letter"
