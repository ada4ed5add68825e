"""Whatever happened to a corpus and its data directory, the next refresh makes the snapshot that a
fresh build makes."""

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import JsonValue

from documents import Document, SnapshotError
from index import Choices, MadeBy, Snapshot, current, open_snapshot, refresh, roll_back
from index.ledger import open_ledger
from index.store import kept
from tests.index.changing import VARIANTS, assert_same, fresh_build, letter, read_here
from tests.index.encoders import short_encoder
from tests.index.test_refresh import Killed, killed_at

ANSWERING: dict[str, JsonValue] = {"finder": "plain"}
NAMES = ("a.txt", "b.txt", "c.md", "d.txt", "deep/e.txt", "deep/er/f.md", "g.pdf")
CHOICES = Choices(allow_empty=True)
MOST_STEPS = 110  # a refresh of such a corpus changes the disk less often

names = st.sampled_from(NAMES)
letters = st.builds(letter, st.integers(0, 3), st.integers(0, VARIANTS - 1))
places = st.integers(0, len(NAMES) - 1)
steps = st.integers(0, MOST_STEPS)


class Incremental(RuleBasedStateMachine):
    """``files`` are what the corpus folder should hold, ``published`` the ids that may be in
    service."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.corpus, self.data = self.place / "corpus", self.place / "data"
        self.corpus.mkdir()
        self.encoder = short_encoder()
        self.made_by = MadeBy(self.encoder, ANSWERING)
        self.files: dict[str, bytes] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @initialize(first=st.lists(letters, min_size=2, max_size=4))
    def a_corpus(self, first: list[str]) -> None:
        for name, text in zip(NAMES, first, strict=False):
            self._write(name, text.encode())
        self._refresh()

    @rule(name=names, text=letters)
    def add_or_change(self, name: str, text: str) -> None:
        self._write(name, text.encode())

    @precondition(lambda self: self.files)
    @rule(place=places, name=names)
    def rename(self, place: int, name: str) -> None:
        old = self._file(place)
        content = self.files[old]
        self._remove(old)
        self._write(name, content)

    @precondition(lambda self: self.files)
    @rule(place=places)
    def remove(self, place: int) -> None:
        self._remove(self._file(place))

    @precondition(lambda self: self.files)
    @rule(place=places, name=names, end=st.sampled_from((b"", b"\n\n", b" \n")))
    def twin(self, place: int, name: str, end: bytes) -> None:
        """The same letter under another name, with the same bytes or not."""
        self._write(name, self.files[self._file(place)] + end)

    @precondition(lambda self: self.files)
    @rule(place=places, name=names, at=st.floats(0, 1))
    def damage(self, place: int, name: str, at: float) -> None:
        """A file that nobody can read."""
        content = self.files[self._file(place)]
        self._write(name, b"%PDF-1.7\n" + content[: int(at * len(content))])

    @rule(step=steps)
    def crash(self, step: int) -> None:
        self._killed(step)

    @precondition(lambda self: self.served().documents)
    @rule(place=places)
    def withdraw(self, place: int) -> None:
        document = self._document(place)
        self._forget(document)
        self._refresh(document.id)

    @precondition(lambda self: self.served().documents)
    @rule(place=places, step=steps)
    def withdraw_and_crash(self, place: int, step: int) -> None:
        """A letter and its copies go together, or none of them."""
        document = self._document(place)
        before = dict(self.files)
        self._forget(document)
        self._killed(step, document.id)
        with open_ledger(self.data) as ledger:
            begun = bool(ledger.withdrawn())
        if not begun and self._on_disk() == before:
            self.files = before
        self._refresh()

    @rule()
    def go_back(self) -> None:
        kept_ids = [folder.name for folder in kept(self.data)]
        served = current(self.data)
        earlier = kept_ids[kept_ids.index(served) + 1 :]
        if earlier:
            assert roll_back(self.data, self.made_by) == earlier[0]
            assert self.served().manifest.id == earlier[0]
        else:
            with pytest.raises(SnapshotError, match="no snapshot is kept"):
                roll_back(self.data, self.made_by)
            assert current(self.data) == served

    @rule()
    def refresh(self) -> None:
        self._refresh()

    @invariant()
    def no_letter_is_lost(self) -> None:
        assert self._on_disk() == self.files

    def served(self) -> Snapshot:
        """What a server would serve: all of its files are checked."""
        return open_snapshot(self.data, self.encoder, ANSWERING)

    def _refresh(self, *withdrawn: str) -> None:
        report = refresh(self.corpus, self.data, self.made_by, CHOICES, withdraw=withdrawn).report
        served = self.served()
        assert_same(served, fresh_build(self.corpus, self.place / "fresh", self.encoder, ANSWERING))
        assert report.snapshot == served.manifest.id
        told = (report.added, report.changed, report.moved)
        assert sum(map(len, told)) + report.unchanged == len(self.files)
        with open_ledger(self.data) as ledger:
            assert ledger.snapshot == served.manifest.id
            hashes = {name: entry.sha256 for name, entry in ledger.entries().items()}
            assert not ledger.withdrawn()
        assert hashes == {n: hashlib.sha256(c).hexdigest() for n, c in self.files.items()}
        if withdrawn:
            assert withdrawn[0] not in {document.id for document in served.documents}
            for folder in kept(self.data):
                assert withdrawn[0].encode() not in (folder / "documents.jsonl").read_bytes()

    def _killed(self, step: int, *withdrawn: str) -> None:
        before = current(self.data)
        try:
            with killed_at(step):
                refresh(self.corpus, self.data, self.made_by, CHOICES, withdraw=withdrawn)
        except Killed:
            pass
        served = self.served()
        if served.manifest.id != before:
            # Published: then it is the new one, and all of it.
            fresh = fresh_build(self.corpus, self.place / "fresh", self.encoder, ANSWERING)
            assert_same(served, fresh)

    def _file(self, place: int) -> str:
        return sorted(self.files)[place % len(self.files)]

    def _document(self, place: int) -> Document:
        documents = self.served().documents
        return documents[place % len(documents)]

    def _forget(self, document: Document) -> None:
        """What a withdrawal should take out of the corpus: corrections stay."""
        read = {document.sha256} | {
            failure.sha256 for failure in self.served().failures if failure.copy_of == document.file
        }
        for name, content in list(self.files.items()):
            if hashlib.sha256(content).hexdigest() in read:
                del self.files[name]

    def _write(self, name: str, content: bytes) -> None:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files[name] = content

    def _remove(self, name: str) -> None:
        (self.corpus / name).unlink()
        del self.files[name]

    def _on_disk(self) -> dict[str, bytes]:
        paths = (path for path in self.corpus.rglob("*") if path.is_file())
        return {path.relative_to(self.corpus).as_posix(): path.read_bytes() for path in paths}


def test_after_anything_a_refresh_makes_the_snapshot_of_a_fresh_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("documents.corpus.read_files", read_here)
    run_state_machine_as_test(
        Incremental,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
