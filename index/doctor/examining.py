"""All checks of a data directory. Nothing is written, so that it can be examined beside servers and
a refresh."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from documents import (
    CorpusError,
    Limits,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMismatch,
    reading_fingerprint,
)
from index.build import MadeBy
from index.doctor.checks import Check, doubtful, judged, well, wrong
from index.doctor.contents import check_contents
from index.doctor.directory import check_directory, check_room, damage
from index.refreshing import planned
from index.snapshot import Snapshot, check_made_by, open_whole
from index.store import current, is_being_written, kept, path_of

_REFRESH = "`paperknife refresh`"
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Served:
    """The snapshot that the pointer names: its folder, what was opened of it, what is wrong."""

    folder: Path | None
    snapshot: Snapshot | None
    problem: SnapshotError | None


def examine(
    data: Path,
    made_by: MadeBy,
    corpus: Path | None = None,
    limits: Limits | None = None,
    *,
    deep: bool = False,
) -> Iterator[Check]:
    """The checks of a data directory, each as it is done.

    ``corpus`` is the folder that was read, if that is known. With ``deep``, the encoder embeds
    some texts again. Raises EncoderError where that cannot be loaded.
    """
    served = _served(data)
    yield _check_pointer(served)
    yield from _check_kept(data, served)
    if served.snapshot is not None and served.folder is not None:
        yield well("counts", _counted(served.snapshot))
        yield from _check_made_by(served.snapshot, made_by, limits or Limits())
        yield from check_contents(served.snapshot, served.folder, made_by.encoder if deep else None)
    elif isinstance(served.problem, SnapshotMismatch):
        yield wrong("made by", str(served.problem))
    if data.is_dir():
        yield from _check_state(data, served)
        yield check_room(data, served.folder)
    yield from _check_corpus(data, corpus, limits)


def _served(data: Path, tries: int = _TRIES) -> _Served:
    try:
        folder = path_of(data, current(data))
    except SnapshotError as problem:
        return _Served(None, None, problem)
    try:
        return _Served(folder, open_whole(folder), None)
    except SnapshotError as problem:
        if tries > 1 and _has_moved_on(data, folder):
            return _served(data, tries - 1)
        return _Served(folder, None, problem)


def _has_moved_on(data: Path, folder: Path) -> bool:
    """Whether another snapshot is in service by now."""
    try:
        return path_of(data, current(data)) != folder
    except SnapshotError:
        return False


def _check_pointer(served: _Served) -> Check:
    if served.folder is None:
        return wrong("pointer", str(served.problem))
    if not served.folder.is_dir():
        return wrong(
            "pointer",
            f"CURRENT names {served.folder.name}, which is not there; `paperknife doctor --repair`"
            f" or {_REFRESH} mends it",
        )
    return well("pointer", f"snapshot {served.folder.name} is in service")


def _check_kept(data: Path, served: _Served) -> Iterator[Check]:
    """The files of each snapshot, and what only shows when one is opened."""
    own: list[str] = []
    earlier: list[str] = []
    folders = kept(data)
    for folder in folders:
        faults = damage(folder)
        if folder.is_dir():  # and was not removed while it was looked at
            (own if folder == served.folder else earlier).extend(faults)
    yield judged(
        "snapshots",
        "the files of the snapshot in service are what was written",
        "files of the snapshot in service are not what was written; `paperknife doctor --repair`"
        f" goes back to a whole one, {_REFRESH} makes it anew",
        own,
    )
    if earlier:
        yield doubtful(
            "earlier snapshots",
            f"{len(earlier):,} files of earlier snapshots are not what was written;"
            " `paperknife doctor --repair` removes those snapshots",
            earlier,
        )
    else:
        yield well(
            "earlier snapshots", f"snapshots that are kept, all of them whole: {len(folders):,}"
        )
    if isinstance(served.problem, SnapshotDamaged) and served.folder in folders and not own:
        yield wrong("counts", str(served.problem))


def _counted(snapshot: Snapshot) -> str:
    counts = snapshot.manifest.counts
    return (
        f"{counts.documents:,} documents, {counts.passages:,} passages and"
        f" {counts.sentences:,} sentences are there with their vectors and words"
    )


def _check_made_by(snapshot: Snapshot, made_by: MadeBy, limits: Limits) -> Iterator[Check]:
    try:
        check_made_by(snapshot.manifest, made_by.encoder, made_by.answering)
        yield well("made by", f"{made_by.encoder.name} and the recipe of this version made it")
    except SnapshotMismatch as problem:
        yield wrong("made by", str(problem))
    if snapshot.manifest.reading == reading_fingerprint(limits):
        yield well("read by", "the readers and limits of this version read the letters")
    else:
        yield doubtful(
            "read by",
            "other readers or limits read the letters; the next"
            f" {_REFRESH} reads all of them again",
        )


def _check_state(data: Path, served: _Served) -> Iterator[Check]:
    """What is only as it should be while nobody is writing."""
    busy = is_being_written(data)
    found = [] if busy else list(check_directory(data, served.folder))
    if busy or is_being_written(data) or (served.folder and _has_moved_on(data, served.folder)):
        yield well("state", "a refresh is running; what it writes was not looked at")
    else:
        yield from found


def _check_corpus(data: Path, corpus: Path | None, limits: Limits | None) -> Iterator[Check]:
    if corpus is None:
        yield doubtful("corpus", "which folder was read is not recorded; --corpus names it")
        return
    try:
        found = planned(corpus, data, limits)
    except CorpusError as problem:
        yield wrong("corpus", str(problem))
        return
    yield well("corpus", f"{corpus} can be read")
    if found.counted:
        yield doubtful(
            "changes",
            f"files of the corpus since it was read: {found.counted}; {_REFRESH} reads them",
            [f"{kind}: {file}" for kind, files in found.by_kind.items() for file in files],
        )
    else:
        yield well("changes", f"nothing has changed since {len(found.unchanged):,} files were read")
