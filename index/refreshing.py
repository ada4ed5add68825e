"""A refresh: what is new in the corpus is read, and its snapshot takes the place of the old one.

Under the data directory's lock, one step after the other: what is known is taken from the snapshot
in service; what is new is read; the new snapshot is built beside the old one, tried, and put into
service by one atomic change of the pointer; then the ledger and the report say so. Killed before
that change, the old snapshot serves and the next refresh begins anew; killed after it, the new one
does, and the next refresh writes the ledger.
"""

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
    read_corpus,
    reading_fingerprint,
    scan_corpus,
)
from documents.corpus import IGNORE_FILE, is_left_out
from index.build import MadeBy, build, put_into_service
from index.changes import Changes, changes, contents_of
from index.fallback import replacements
from index.ledger import Entry, Ledger, open_ledger
from index.origin import read_origin, record_origin
from index.reports import ChangedFile, FailedFile, RefreshReport, Reports, Teller, new_report
from index.snapshot import Snapshot, open_folder, read_corpus_of, read_manifest
from index.store import KEPT, current, kept, named, path_of, point, writing
from index.withdrawing import purge, remove_withdrawn
from index.withdrawing import withdraw as write_down

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
    """What was there when a refresh began: the id of the snapshot in service, its corpus, and the
    fingerprint of what read that. Where it is damaged, those of the last one that is not."""

    snapshot: str | None
    corpus: Corpus = _NOTHING
    reading: str | None = None


def refresh(
    corpus: Path,
    data: Path,
    made_by: MadeBy,
    choices: Choices | None = None,
    progress: Progress | None = None,
    report: RefreshReport | None = None,
    withdraw: Sequence[str] = (),
    held: Snapshot | None = None,
) -> Refreshed:
    """Reads what is new in the corpus folder and puts its snapshot into service in the data
    directory. Until that moment the old snapshot serves, whatever goes wrong.

    ``made_by`` needs no fingerprint: that of the limits is taken. ``progress`` is called with the
    stage ("reading", "embedding passages", "embedding sentences", "indexing words"), what is done
    of it and how much there is. ``report`` is the one to write, where its id was given out before.
    The documents with the ids in ``withdraw`` are removed from the corpus folder first, with every
    copy of theirs, and no snapshot that holds one of them is kept. ``held`` is a snapshot that is
    in memory anyhow: where it is the one in service, its documents are not read again. Raises
    CorpusError, RefreshRunning if another one is at it, SnapshotError if the directory cannot be
    written.
    """
    _check_apart(corpus, data)
    choices = choices or Choices()
    made_by = replace(made_by, reading=reading_fingerprint(choices.limits))
    reports = Reports(data)
    try:
        with writing(data, choices.wait):
            reports.tidy()
            teller = Teller(reports, report or new_report(), progress)
            try:
                with open_ledger(data) as ledger:
                    before = _before(data, held)
                    return _refresh(
                        corpus, data, made_by, choices, ledger, teller, withdraw, before
                    )
            except (PaperknifeError, OSError) as problem:
                teller.failed(_line(problem, data))
                raise
    except RefreshRunning as running:
        other = reports.running()
        raise RefreshRunning(str(running), other.id if other else None) from running
    except OSError as problem:
        raise SnapshotError(_line(problem, data)) from problem


def planned(
    corpus: Path, data: Path, limits: Limits | None = None, held: Snapshot | None = None
) -> Changes:
    """What a refresh would find new, by the files' contents; nothing is read, and nothing written.
    ``held`` as for ``refresh``. Raises CorpusError."""
    _check_apart(corpus, data)
    return changes(contents_of(_before(data, held).corpus), scan_corpus(corpus, limits))


def roll_back(data: Path, made_by: MadeBy) -> str:
    """Puts the snapshot into service that was published before the one in service; its id. Nothing
    is removed, so that a refresh leads forward again.

    Raises SnapshotMissing if nothing is in service, SnapshotError if no earlier one is kept,
    SnapshotDamaged or SnapshotMismatch if it cannot be served.
    """
    with writing(data):
        served = current(data)
        names = [folder.name for folder in kept(data)]
        later = names[: names.index(served) + 1] if served in names else []
        earlier = [folder for folder in replacements(data) if folder.name not in later]
        if not earlier:
            raise SnapshotError(f"{data}: no snapshot is kept that was published before {served}")
        open_folder(earlier[0], made_by.encoder, made_by.answering)
        point(data, earlier[0].name)
        if (origin := read_origin(data)) is not None:
            record_origin(data, earlier[0].name, origin.corpus)
        return earlier[0].name


def _refresh(
    corpus: Path,
    data: Path,
    made_by: MadeBy,
    choices: Choices,
    ledger: Ledger,
    teller: Teller,
    withdraw: Sequence[str],
    before: _Before,
) -> Refreshed:
    now = datetime.now(UTC)
    entries = ledger.entries()
    write_down(corpus, before.corpus, withdraw, ledger, now)
    withdrawn = remove_withdrawn(corpus, ledger)
    reusable = before.corpus if before.reading == made_by.reading else _NOTHING
    known = Known(*_reused(reusable, entries, choices, now))
    coming = changes(contents_of(before.corpus), scan_corpus(corpus, choices.limits))
    if coming.added or coming.changed:
        made_by.encoder.expect_texts()
    read = read_corpus(corpus, partial(teller.tell, "reading"), choices.limits, known=known)
    if not (choices.allow_empty or withdrawn):
        _check_not_emptied(corpus, before.corpus, read)
    snapshot = build(read, data, made_by, teller.tell)
    put_into_service(data, snapshot, choices.keep)
    teller.published(snapshot.manifest.id, before.snapshot)
    record_origin(data, snapshot.manifest.id, corpus.resolve())
    purge(data, snapshot, ledger)
    tried = [failure.file for failure in read.failures if not known.has(failure)]
    ledger.record(snapshot.manifest.id, read, now, tried)
    found = changes(contents_of(before.corpus), contents_of(read))
    report = teller.done(**_told(found, read, ledger.entries()))
    return Refreshed(snapshot, report)


def _check_apart(corpus: Path, data: Path) -> None:
    """Among the letters, each snapshot would be read as some, and make the next one larger."""
    folder, pointer = corpus.resolve(), data.resolve() / "CURRENT"
    if pointer.is_relative_to(folder) and not is_left_out(
        folder, pointer.relative_to(folder).as_posix()
    ):
        raise CorpusError(
            f"{data}: lies in the corpus folder {corpus}, and would be read as letters; choose"
            f" another --data, or one that is hidden or named in {IGNORE_FILE}"
        )


def _before(data: Path, held: Snapshot | None) -> _Before:
    served = named(data)
    # Where nothing is named, the letters of what is kept are still known.
    for folder in (*([path_of(data, served)] if served else []), *kept(data)):
        if (corpus := read_corpus_of(folder, held)) is not None:
            return _Before(served, corpus, read_manifest(folder).reading)
    return _Before(served)


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


def _check_not_emptied(folder: Path, before: Corpus, read: Corpus) -> None:
    """A disk that is not there looks like a corpus without letters."""
    if before.documents and not read.documents:
        raise CorpusError(
            f"{folder}: no letter can be read in it, though {len(before.documents):,} are in"
            " service; if that is meant, `paperknife refresh --allow-empty`"
        )


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


def _line(problem: Exception, data: Path) -> str:
    if isinstance(problem, OSError):
        return f"{problem.filename or data}: {problem.strerror}"
    return str(problem)
