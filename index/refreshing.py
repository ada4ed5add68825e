"""A refresh: what is new in the corpus is read, and its snapshot takes the place of the old one.

Under the data directory's lock, one step after the other: what is known is taken from the snapshot
in service; what is new is read; the new snapshot is built beside the old one, tried, and put into
service by one atomic change of the pointer; then the ledger and the report say so. Killed before
that change, the old snapshot serves and the next refresh begins anew; killed after it, the new one
does, and the next refresh writes the ledger.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypedDict

from documents import (
    Corpus,
    CorpusError,
    Document,
    Failure,
    Known,
    Limits,
    PaperknifeError,
    RefreshRunning,
    SnapshotError,
    UnknownDocument,
    content_hash,
    read_corpus,
    reading_fingerprint,
    scan_corpus,
)
from index.build import MadeBy, build, put_into_service
from index.changes import Changes, changes, contents_of
from index.ledger import Entry, Ledger, open_ledger
from index.origin import read_origin, record_origin
from index.reports import ChangedFile, FailedFile, RefreshReport, Reports, Teller, new_report
from index.snapshot import COPIES, DOCUMENTS, FAILURES, Snapshot, open_folder, read_corpus_of
from index.store import KEPT, current, kept, path_of, point, remove, sync, writing

Progress = Callable[[str, int, int], None]
_NOTHING = Corpus((), ())


@dataclass(frozen=True, slots=True)
class Choices:
    """How a refresh is done. ``limits`` bound what one file may cost, ``keep`` is how many
    snapshots stay, ``wait`` how many seconds to wait for another refresh. ``retry``: also files
    whose reason may have passed, and that are not due yet. ``allow_empty``: a corpus that has lost
    all its documents is meant so, and not a disk that is not there."""

    limits: Limits = field(default_factory=Limits)
    keep: int = KEPT
    wait: float = 0.0
    retry: bool = False
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The snapshot in service after a refresh, and what it found and did."""

    snapshot: Snapshot
    report: RefreshReport


class _Told(TypedDict):
    """What a report says of the files."""

    added: tuple[ChangedFile, ...]
    changed: tuple[ChangedFile, ...]
    moved: tuple[ChangedFile, ...]
    removed: tuple[ChangedFile, ...]
    unchanged: int
    failed: tuple[FailedFile, ...]


@dataclass(frozen=True, slots=True)
class _Before:
    """What was there when a refresh began: the id of the snapshot in service, and its corpus, which
    is empty where it cannot be relied on."""

    snapshot: str | None
    corpus: Corpus


def refresh(
    corpus: Path,
    data: Path,
    made_by: MadeBy,
    choices: Choices | None = None,
    progress: Progress | None = None,
    report: RefreshReport | None = None,
    withdraw: Sequence[str] = (),
) -> Refreshed:
    """Reads what is new in the corpus folder and puts its snapshot into service in the data
    directory. Until that moment the old snapshot serves, whatever goes wrong.

    ``made_by`` needs no fingerprint: that of the limits is taken. ``progress`` is called with the
    stage ("reading", "embedding passages", "embedding sentences", "indexing words"), what is done
    of it and how much there is. ``report`` is the one to write, where its id was given out before.
    The documents with the ids in ``withdraw`` are removed from the corpus folder first, with every
    copy of theirs, and no snapshot that holds one of them is kept. Raises CorpusError,
    RefreshRunning if another one is at it, SnapshotError if the directory cannot be written.
    """
    choices = choices or Choices()
    made_by = replace(made_by, reading=reading_fingerprint(choices.limits))
    reports = Reports(data)
    try:
        with writing(data, choices.wait), open_ledger(data) as ledger:
            reports.tidy()
            teller = Teller(reports, report or new_report(), progress)
            try:
                return _refresh(corpus, data, made_by, choices, ledger, teller, withdraw)
            except PaperknifeError as problem:
                teller.failed(str(problem))
                raise
            except OSError as problem:
                where = problem.filename or data
                raised = SnapshotError(f"{where}: {problem.strerror}")
                teller.failed(str(raised))
                raise raised from problem
    except RefreshRunning as running:
        other = reports.running()
        raise RefreshRunning(str(running), other.id if other else None) from running


def planned(corpus: Path, data: Path, limits: Limits | None = None) -> Changes:
    """What a refresh would find new, by the files' contents; nothing is read, and nothing written.
    Raises CorpusError."""
    before = _before(data, reading_fingerprint(limits or Limits())).corpus
    return changes(contents_of(before), scan_corpus(corpus, limits))


def roll_back(data: Path, made_by: MadeBy, limits: Limits | None = None) -> str:
    """Puts the snapshot into service that was published before the one in service; its id. Nothing
    is removed, so that a refresh leads forward again.

    Raises SnapshotMissing if nothing is in service, SnapshotError if no earlier one is kept,
    SnapshotDamaged or SnapshotMismatch if it cannot be served.
    """
    with writing(data):
        names = [folder.name for folder in kept(data)]
        served = current(data)
        earlier = names[names.index(served) + 1 :] if served in names else names
        if not earlier:
            raise SnapshotError(f"{data}: no snapshot is kept that was published before {served}")
        open_folder(path_of(data, earlier[0]), made_by.encoder, made_by.answering)
        point(data, earlier[0])
        if (origin := read_origin(data)) is not None:
            record_origin(data, earlier[0], origin.corpus)
        return earlier[0]


def _refresh(
    corpus: Path,
    data: Path,
    made_by: MadeBy,
    choices: Choices,
    ledger: Ledger,
    teller: Teller,
    withdraw: Sequence[str],
) -> Refreshed:
    now = datetime.now(UTC)
    before = _before(data, made_by.reading)
    entries = ledger.entries()
    if withdraw:
        _withdraw(data, withdraw, ledger, now)
    _remove_withdrawn(corpus, data, ledger)
    known = Known(*_reused(before.corpus, entries, choices, now))
    read = read_corpus(corpus, partial(teller.tell, "reading"), choices.limits, known=known)
    _check_not_emptied(corpus, before.corpus, read, choices, withdraw)
    snapshot = build(read, data, made_by, teller.tell)
    put_into_service(data, snapshot, choices.keep)
    record_origin(data, snapshot.manifest.id, corpus.resolve())
    _purge(data, snapshot, ledger)
    tried = [failure.file for failure in read.failures if not known.has(failure)]
    ledger.record(snapshot.manifest.id, read, now, tried)
    found = changes(contents_of(before.corpus), contents_of(read))
    report = teller.done(
        snapshot=snapshot.manifest.id,
        previous=before.snapshot,
        **_told(found, read, ledger.entries()),
    )
    return Refreshed(snapshot, report)


def _before(data: Path, reading: str | None) -> _Before:
    try:
        served = current(data)
    except SnapshotError:
        return _Before(None, _NOTHING)
    return _Before(served, read_corpus_of(path_of(data, served), reading) or _NOTHING)


def _reused(
    corpus: Corpus, entries: Mapping[str, Entry], choices: Choices, now: datetime
) -> tuple[list[Document], list[Failure]]:
    """What need not be read again if its file is as it was."""
    failures = [
        failure
        for failure in corpus.failures
        if not failure.transient or not (choices.retry or _is_due(entries.get(failure.file), now))
    ]
    return [*corpus.documents, *corpus.copies], failures


def _is_due(entry: Entry | None, now: datetime) -> bool:
    return entry is None or entry.retry_at is None or entry.retry_at <= now


def _check_not_emptied(
    folder: Path, before: Corpus, read: Corpus, choices: Choices, withdraw: Sequence[str]
) -> None:
    """A disk that is not there looks like a corpus without letters."""
    if before.documents and not read.documents and not (choices.allow_empty or withdraw):
        raise CorpusError(
            f"{folder}: no letter can be read in it, though {len(before.documents):,} are in"
            " service; if that is meant, `paperknife refresh --allow-empty`"
        )


def _withdraw(data: Path, withdraw: Sequence[str], ledger: Ledger, now: datetime) -> None:
    """Writes down which letters are to be forgotten, before one of their files is touched: a
    refresh that comes after a crash goes on with it."""
    served = _before(data, None).corpus
    ledger.withdraw(
        {
            item.sha256: wanted
            for wanted in withdraw
            for item in _files_of(served, wanted)
            if item.sha256 is not None
        },
        now,
    )


def _remove_withdrawn(folder: Path, data: Path, ledger: Ledger) -> None:
    """Takes the files of the withdrawn letters out of the corpus folder, copies among them."""
    if not (withdrawn := ledger.withdrawn()):
        return
    limits = Limits(bytes=sys.maxsize)
    for name, sha256 in contents_of(_before(data, None).corpus).items():
        # A correction that came in the meantime is another letter, and stays.
        if sha256 in withdrawn and content_hash(folder, name, limits) == sha256:
            (folder / name).unlink()
            sync((folder / name).parent)


def _files_of(corpus: Corpus, wanted: str) -> list[Document | Failure]:
    """The document or failure with this id, and all copies of it. Raises UnknownDocument."""
    for document in corpus.documents:
        if document.id == wanted:
            return [document, *(c for c in corpus.copies if c.file in document.copies)]
    for failure in corpus.failures:
        if failure.id == wanted:
            return [failure]
    raise UnknownDocument(wanted)


def _purge(data: Path, snapshot: Snapshot, ledger: Ledger) -> None:
    """Removes every other snapshot that holds a withdrawn letter."""
    withdrawn = [sha256.encode() for sha256 in ledger.withdrawn()]
    if not withdrawn:
        return
    for folder in kept(data):
        texts = [(folder / name).read_bytes() for name in (DOCUMENTS, COPIES, FAILURES)]
        if folder.name != snapshot.manifest.id and any(
            sha256 in text for sha256 in withdrawn for text in texts
        ):
            remove(folder)
    ledger.purged()


def _told(found: Changes, read: Corpus, entries: Mapping[str, Entry]) -> _Told:
    """The fields of a report that say what was found."""

    def named(names: Iterable[str]) -> tuple[ChangedFile, ...]:
        return tuple(_changed_file(name, entries.get(name)) for name in names)

    return {
        "added": named(found.added),
        "changed": named(found.changed),
        "moved": tuple(
            _changed_file(name, entries.get(name), was) for name, was in found.moved.items()
        ),
        "removed": named(found.removed),
        "unchanged": len(found.unchanged),
        "failed": tuple(
            FailedFile(
                file=failure.file,
                problem=failure.problem,
                transient=failure.transient,
                copy_of=failure.copy_of,
                retry_at=entries[failure.file].retry_at,
            )
            for failure in read.failures
        ),
    }


def _changed_file(name: str, entry: Entry | None, was: str | None = None) -> ChangedFile:
    document = entry.document if entry is not None and entry.state != "failed" else None
    return ChangedFile(file=name, document=document, was=was)
