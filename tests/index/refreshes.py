"""A corpus folder and a data directory to refresh, and what was read and embedded."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from pydantic import JsonValue

from documents import Document, Failure, Limits
from documents import corpus as corpus_module
from documents.files import failed_file, read_file
from index import Choices, MadeBy, Refreshed, RefreshReport, Reports, Snapshot, refresh
from index.ledger import LEDGER
from index.store import kept
from tests.index.encoders import Counting

ANSWERING: dict[str, JsonValue] = {"finder": "plain", "threshold": 0.25}


def letter(authority: str, *findings: str) -> str:
    """A letter about an authority that does not exist."""
    lines = [f"# Inspection of {authority} children’s services", "## Main findings", *findings]
    return "\n\n".join(lines) + "\n"


@dataclass
class World:
    """``read`` has the names of the files that were read since it was last looked at, ``stopped``
    those whose reader comes to no end."""

    folder: Path
    data: Path
    encoder: Counting
    read: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)

    @property
    def made_by(self) -> MadeBy:
        return MadeBy(self.encoder, ANSWERING)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def refresh(self, *withdraw: str, choices: Choices | None = None) -> Refreshed:
        """A refresh of which ``read`` and the encoder's ``embedded`` tell afterwards."""
        self.read.clear()
        self.encoder.embedded.clear()
        return refresh(self.folder, self.data, self.made_by, choices, withdraw=withdraw)

    def fresh(self) -> Snapshot:
        """The snapshot of the same corpus in a new data directory."""
        fresh = self.data.with_name("fresh")
        return refresh(self.folder, fresh, self.made_by).snapshot

    def kept(self) -> list[str]:
        return [folder.name for folder in kept(self.data)]

    def ledger(self, statement: str) -> None:
        with closing(sqlite3.connect(self.data / LEDGER)) as connection, connection:
            connection.execute(statement)


def new_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three letters, the copy of one, and a file that cannot be read; nothing refreshed yet."""
    world = World(tmp_path / "letters", tmp_path / "data", Counting())
    world.write("aldermere.md", letter("Aldermere", "Children are safe in all of their homes."))
    world.write("again.md", letter("Aldermere", "Children are safe in all of their homes."))
    world.write("kestleshire.md", letter("Kestleshire", "Plans are clear.", "Visits are late."))
    world.write("2024/wexley.md", letter("Wexley and Dunmoor", "Carers are trained very well."))
    world.write("empty.txt", "")

    def reading(
        folder: Path, names: Sequence[str], limits: Limits, workers: int | None
    ) -> Iterator[tuple[int, Document | Failure]]:
        # In this process: tests/documents/test_workers.py has the others.
        world.read.extend(names)
        for place, name in enumerate(names):
            if name in world.stopped:
                problem = "the reader was stopped after 1 second"
                yield place, failed_file(folder, name, limits, problem, transient=True)
            else:
                yield place, read_file(folder, name, limits)

    monkeypatch.setattr(corpus_module, "read_files", reading)
    return world


def newest(world: World) -> RefreshReport:
    report = Reports(world.data).newest()
    assert report is not None
    return report


def id_of(snapshot: Snapshot, file: str) -> str:
    everything: list[Document | Failure] = [*snapshot.documents, *snapshot.failures]
    return next(item.id for item in everything if item.file == file)


def check_fresh(world: World, refreshed: Refreshed) -> None:
    """The snapshot is that of a fresh build."""
    made, fresh = refreshed.snapshot, world.fresh()
    assert made.manifest.id == fresh.manifest.id
    assert made.documents == fresh.documents
    assert made.failures == fresh.failures
    assert np.array_equal(made.passages, fresh.passages)
    assert np.array_equal(made.sentences, fresh.sentences)
    np.testing.assert_allclose(made.sentence_vectors, fresh.sentence_vectors, atol=1e-5)
    count = len(made.passages)
    np.testing.assert_allclose(
        made.passage_vectors.reconstruct_n(0, count),
        fresh.passage_vectors.reconstruct_n(0, count),
        atol=1e-5,
    )
