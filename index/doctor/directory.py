"""The checks of what lies beside the snapshots: ledger, reports, left-over files, disk space."""

import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from documents import SnapshotDamaged, SnapshotMismatch, SnapshotMissing
from index.build import SPARE_BYTES
from index.doctor.checks import Check, doubtful, well, wrong
from index.ledger import FILES, Entry, Ledger, entries_of, read_ledger
from index.reports import Reports
from index.snapshot import damaged_files, read_corpus_of, read_manifest
from index.store import kept, left_over

_REPAIR = "`paperknife doctor --repair`"
_REFRESH = "`paperknife refresh`"
_KNOWN = frozenset({"CURRENT", "corpus.json", "lock", "refreshes", "snapshots", *FILES})
_REPORT = re.compile(r"[0-9A-Za-z-]+\.json")
# A file that is being replaced is hidden for an instant: what is older is left over.
_REPLACED = 60.0  # seconds


def check_directory(data: Path, served: Path | None) -> Iterator[Check]:
    """The checks of a data directory into which nobody writes; ``served`` is the folder of the
    snapshot that its pointer names."""
    yield from _check_ledger(data, served)
    yield _check_reports(data)
    left = hidden(data)
    if left:
        names = [path.relative_to(data).as_posix() for path in left]
        line = f"{len(left):,} files or folders that dead writers left; {_REPAIR} removes them"
        yield doubtful("left over", line, names)
    else:
        yield well("left over", "dead writers left nothing")
    unknown = _unknown(data)
    if unknown:
        line = f"{len(unknown):,} files or folders that are none of Paperknife's; move them away"
        yield doubtful("other files", line, unknown)
    else:
        yield well("other files", "nothing lies there that is none of Paperknife's")


def check_room(data: Path, served: Path | None) -> Check:
    """Whether the disk has room for a snapshot like the one in service."""
    files = served.rglob("*") if served is not None else ()
    needed = SPARE_BYTES + sum(_size(path) for path in files)
    free = shutil.disk_usage(data).free
    line = f"{free / 1e6:,.0f} MB are free, and the next snapshot takes about {needed / 1e6:,.0f}"
    return well("disk space", line) if free >= needed else doubtful("disk space", line)


def hidden(data: Path) -> list[Path]:
    """What dead writers left, if nobody is writing."""
    beside = [*data.glob(".CURRENT"), *data.glob(".*.new"), *data.glob("refreshes/.*.new")]
    return [*left_over(data), *sorted(path for path in beside if _is_old(path))]


def damage(folder: Path) -> list[str]:
    """A line for each file of a snapshot that is not what was written; none where another version
    wrote it, which alone can tell."""
    try:
        faults = list(damaged_files(folder, read_manifest(folder)))
    except SnapshotMismatch:
        return []
    except SnapshotDamaged as problem:
        faults = [str(problem)]
    return [fault.removeprefix(f"{folder.parent}/") for fault in faults]


def disagreements(ledger: Ledger, served: Path) -> list[str]:
    """The files of which a ledger and a snapshot say different things; none where the snapshot
    cannot be read."""
    corpus = read_corpus_of(served)
    if corpus is None:
        return []
    held = ledger.entries()
    made = entries_of(corpus, datetime.now(UTC))
    return sorted(
        name
        for name in held.keys() | made.keys()
        if name not in held or name not in made or _said(held[name]) != _said(made[name])
    )


def _check_ledger(data: Path, served: Path | None) -> Iterator[Check]:
    try:
        with read_ledger(data) as ledger:
            of, withdrawn, to_remove = ledger.snapshot, ledger.withdrawn(), ledger.to_remove()
            differing = disagreements(ledger, served) if served is not None else []
            count = len(ledger.entries())
    except SnapshotMissing as problem:
        yield doubtful("ledger", str(problem))
        return
    except SnapshotDamaged as problem:
        yield wrong("ledger", str(problem))
        return
    if served is None or (of, differing) == (served.name, []):
        yield well("ledger", f"{count:,} files are in the ledger")
    elif of != served.name:
        line = f"it is of snapshot {of}, which is not in service; {_REFRESH} or {_REPAIR} mends it"
        yield doubtful("ledger", line, differing)
    else:
        line = f"it says other things of {len(differing):,} files than the snapshot; {_REPAIR}"
        yield wrong("ledger", f"{line} mends it", differing)
    if to_remove:
        line = f"{len(to_remove):,} withdrawn files may still be served; {_REFRESH} removes them"
        yield wrong("withdrawn", line, [file for file, _ in to_remove])
    elif withdrawn:
        count = len({sha256 for _, sha256 in withdrawn})
        line = f"{count:,} withdrawn letters may still be on the disk; {_REPAIR}"
        yield doubtful("withdrawn", f"{line} removes them", [f.name for f in kept(data)])
    else:
        yield well("withdrawn", "no withdrawn letter is on the disk")


def _check_reports(data: Path) -> Check:
    dead = Reports(data).dead()
    if not dead:
        return well("refreshes", "no refresh ended without a word")
    return doubtful(
        "refreshes",
        f"{len(dead):,} say that they are running, and are not; {_REPAIR} marks them",
        [report.id for report in dead],
    )


def _said(entry: Entry) -> tuple[str | None, str, str, str | None]:
    return entry.sha256, entry.state, entry.document, entry.problem


def _unknown(data: Path) -> list[str]:
    found = [path for path in data.iterdir() if path.name not in _KNOWN]
    snapshots = {path.name for path in kept(data)}
    found += [p for p in (data / "snapshots").glob("*") if p.name not in snapshots]
    found += [p for p in (data / "refreshes").glob("*") if not _REPORT.fullmatch(p.name)]
    return sorted(p.relative_to(data).as_posix() for p in found if not p.name.startswith("."))


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _REPLACED
    except FileNotFoundError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
