"""Where the snapshot in service is damaged, or is not wanted any more, another one that is kept
takes its place."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from documents import SnapshotDamaged, SnapshotError
from index.encoder import TextEncoder
from index.ledger import read_ledger
from index.snapshot import Snapshot, open_folder, open_snapshot
from index.store import kept, named
from index.withdrawing import may_hold


def open_sound(
    data: Path, encoder: TextEncoder, answering: Mapping[str, JsonValue]
) -> tuple[Snapshot, SnapshotDamaged | None]:
    """As ``open_snapshot``; where that one is damaged, the one that was published before it and is
    not, and what is wrong with the other."""
    while True:
        served = named(data)
        try:
            return open_snapshot(data, encoder, answering), None
        except SnapshotDamaged as damaged:
            if named(data) != served:  # it gave way to another while it was opened
                continue
            for folder in replacements(data):
                try:
                    return open_folder(folder, encoder, answering), damaged
                except SnapshotError:
                    continue
            raise


def replacements(data: Path) -> list[Path]:
    """The folders of the snapshots that may be put into service, the last published first. Where a
    withdrawal was broken off, what it has not purged yet is not for anybody."""
    try:
        with read_ledger(data) as ledger:
            withdrawn = ledger.withdrawn()
    except SnapshotError:  # made anew by the next refresh; what it knew is lost
        withdrawn = frozenset()
    return [folder for folder in kept(data) if not may_hold(folder, withdrawn)]
