import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import JsonValue

import documents
from documents import Corpus, CorpusError, RefreshRunning, SnapshotError
from index import Encoder, MadeBy, Snapshot, build_snapshot, open_snapshot, refresh
from index.store import writing
from tests.index.letters import caseload_letter, fostering_letter, small_corpus

ANSWERING: dict[str, JsonValue] = {"finder": "plain", "threshold": 0.25}
OLD = Corpus((fostering_letter(),), ())
NEW = small_corpus()
SAMPLES = Path(documents.__file__).parent / "samples"


class Killed(BaseException):
    """Ends a refresh where it stands, and no handler of it may catch that."""


@pytest.fixture
def old(tmp_path: Path, encoder: Encoder) -> Snapshot:
    return build_snapshot(OLD, tmp_path, encoder, ANSWERING)


def served(data: Path, encoder: Encoder) -> str:
    return open_snapshot(data, encoder, ANSWERING).manifest.id


def snapshots_in(data: Path) -> set[str]:
    return {path.name for path in (data / "snapshots").iterdir()}


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Killed at the given one of the calls that change what the disk holds."""
    calls = iter(range(step))

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **keywords: object) -> object:
            if next(calls, None) is None:
                raise Killed
            return real(*arguments, **keywords)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for owner, names in (
            (os, ("fsync", "utime")),
            (Path, ("rename", "replace", "write_bytes", "write_text", "mkdir")),
            (np, ("save",)),
            (shutil, ("rmtree",)),
        ):
            for name in names:
                patch.setattr(owner, name, dying(getattr(owner, name)))
        yield


@pytest.fixture
def remembering(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Encoder:
    """The encoder, for a test that encodes the same few texts a hundred times."""
    real = encoder.encode
    known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def encode(
        texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        key = tuple(texts)
        if key not in known:
            known[key] = real(texts, progress)
        return known[key]

    monkeypatch.setattr(encoder, "encode", encode)
    return encoder


def test_a_refresh_killed_anywhere_leaves_the_old_snapshot_or_the_new_one(
    tmp_path: Path, remembering: Encoder
) -> None:
    old = build_snapshot(OLD, tmp_path / "old", remembering, ANSWERING).manifest
    # From the old one as well: what is embedded in another batch differs in its last bits.
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    new = build_snapshot(NEW, tmp_path / "new", remembering, ANSWERING).manifest
    states = []
    for step in range(200):
        data = tmp_path / "data"
        shutil.copytree(tmp_path / "old", data)
        try:
            with killed_at(step):
                build_snapshot(NEW, data, remembering, ANSWERING)
            ended = True
        except Killed:
            ended = False
        states.append(served(data, remembering))
        again = build_snapshot(NEW, data, remembering, ANSWERING).manifest
        assert (again.id, again.files) == (new.id, new.files)
        assert snapshots_in(data) == {old.id, new.id}
        shutil.rmtree(data)
        if ended:
            break
    else:
        pytest.fail("the refresh never came to its end")
    switched = states.index(new.id)
    assert switched > 20
    assert states == [old.id] * switched + [new.id] * (len(states) - switched)


def test_a_failing_disk_is_one_error_and_the_old_snapshot_serves(
    tmp_path: Path, encoder: Encoder, old: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(SnapshotError, match="cannot be written"):
            build_snapshot(NEW, tmp_path, encoder, ANSWERING)
    assert served(tmp_path, encoder) == old.manifest.id


def test_what_numpy_says_of_a_failing_disk_is_said(
    tmp_path: Path, encoder: Encoder, old: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(path: Path, rows: object) -> None:
        raise OSError("360 requested and 12 written")

    with monkeypatch.context() as patch:
        patch.setattr("numpy.save", cut_off)
        with pytest.raises(SnapshotError, match=r"cannot be written \(360 requested and 12 wr"):
            build_snapshot(NEW, tmp_path, encoder, ANSWERING)
    assert served(tmp_path, encoder) == old.manifest.id


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SnapshotError, match="data: cannot be written"):
        build_snapshot(OLD, tmp_path / "data", encoder, ANSWERING)


def test_what_a_dead_writer_left_is_removed(
    tmp_path: Path, encoder: Encoder, old: Snapshot
) -> None:
    left_over = tmp_path / "snapshots" / ".writing"
    left_over.mkdir()
    (left_over / "documents.jsonl").write_text("half of a li")
    new = build_snapshot(NEW, tmp_path, encoder, ANSWERING)
    assert snapshots_in(tmp_path) == {old.manifest.id, new.manifest.id}


def test_an_unchanged_corpus_is_not_built_again(
    tmp_path: Path, encoder: Encoder, old: Snapshot
) -> None:
    new = build_snapshot(NEW, tmp_path, encoder, ANSWERING)
    stages: list[str] = []
    again = build_snapshot(
        OLD, tmp_path, encoder, ANSWERING, lambda stage, done, total: stages.append(stage)
    )
    assert stages == []
    assert again.manifest == old.manifest
    assert served(tmp_path, encoder) == old.manifest.id
    assert snapshots_in(tmp_path) == {old.manifest.id, new.manifest.id}


def test_a_damaged_snapshot_is_built_again(tmp_path: Path, encoder: Encoder, old: Snapshot) -> None:
    for name in ("documents.jsonl", "manifest.json"):
        (tmp_path / "snapshots" / old.manifest.id / name).write_text("{}\n")
        again = build_snapshot(OLD, tmp_path, encoder, ANSWERING)
        assert again.manifest.files == old.manifest.files
        assert served(tmp_path, encoder) == old.manifest.id


def test_the_last_three_snapshots_are_kept(tmp_path: Path, encoder: Encoder) -> None:
    def publish(threshold: float) -> str:
        return build_snapshot(OLD, tmp_path, encoder, {"threshold": threshold}).manifest.id

    ids = [publish(threshold) for threshold in (0.1, 0.2, 0.3)]
    assert publish(0.1) == ids[0]
    ids.append(publish(0.4))
    assert snapshots_in(tmp_path) == {ids[0], ids[2], ids[3]}


def test_a_snapshot_that_is_open_outlives_its_removal(
    tmp_path: Path, encoder: Encoder, old: Snapshot
) -> None:
    expected = old.sentence_vectors.copy(), old.sentence_lexical.scores("late checks").copy()
    for threshold in (0.1, 0.2, 0.3):
        build_snapshot(OLD, tmp_path, encoder, {"threshold": threshold})
    assert old.manifest.id not in snapshots_in(tmp_path)
    assert (old.sentence_vectors == expected[0]).all()
    assert (old.sentence_lexical.scores("late checks") == expected[1]).all()


def test_a_second_refresh_is_told_that_one_is_running(
    tmp_path: Path, encoder: Encoder, old: Snapshot
) -> None:
    with (
        writing(tmp_path),
        pytest.raises(RefreshRunning, match="another refresh is running"),
    ):
        build_snapshot(NEW, tmp_path, encoder, ANSWERING)
    assert served(tmp_path, encoder) == old.manifest.id
    build_snapshot(NEW, tmp_path, encoder, ANSWERING)


def test_progress_names_each_stage_and_ends_with_all_of_it(
    tmp_path: Path, encoder: Encoder
) -> None:
    seen: dict[str, tuple[int, int]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        seen[stage] = (done, total)

    counts = build_snapshot(NEW, tmp_path, encoder, ANSWERING, progress).manifest.counts
    assert seen == {
        "embedding passages": (counts.passages, counts.passages),
        "embedding sentences": (counts.sentences, counts.sentences),
        "indexing words": (2, 2),
    }


def test_a_missing_corpus_changes_nothing(tmp_path: Path, encoder: Encoder, old: Snapshot) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        refresh(tmp_path / "nowhere", tmp_path, MadeBy(encoder, ANSWERING))
    assert served(tmp_path, encoder) == old.manifest.id
    assert snapshots_in(tmp_path) == {old.manifest.id}


def test_an_empty_folder_makes_an_empty_snapshot(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "corpus").mkdir()
    snapshot = refresh(tmp_path / "corpus", tmp_path / "data", MadeBy(encoder, ANSWERING)).snapshot
    assert snapshot.manifest.counts.model_dump() == dict.fromkeys(
        ("documents", "failures", "passages", "sentences"), 0
    )


def test_letters_of_each_format_make_the_same_snapshot_in_any_order(
    tmp_path: Path, encoder: Encoder
) -> None:
    formats = ("txt", "html", "docx", "pdf")
    letters = [
        min(SAMPLES.glob(f"*.{name}"), key=lambda path: path.stat().st_size) for name in formats
    ]
    made = []
    for name, order in (("one", letters), ("other", letters[::-1])):
        (tmp_path / name).mkdir()
        for path in order:
            shutil.copy(path, tmp_path / name)
        made.append(
            refresh(tmp_path / name, tmp_path / f"{name} data", MadeBy(encoder, ANSWERING)).snapshot
        )
    assert made[0].manifest.files == made[1].manifest.files
    assert made[0].manifest.id == made[1].manifest.id
    assert made[0].manifest.counts.documents == len(letters)
    assert made[0].failures == ()
    for passage in made[0].passages:
        text = made[0].documents[passage["document"]].text[passage["start"] : passage["end"]]
        assert text == text.strip() != ""


def test_documents_of_one_corpus_do_not_change_those_of_another(
    tmp_path: Path, encoder: Encoder, old: Snapshot
) -> None:
    alone = build_snapshot(Corpus((caseload_letter(),), ()), tmp_path, encoder, ANSWERING)
    assert [document.id for document in alone.documents] == ["oakley-2023"]
    assert not alone.sentence_lexical.scores("fostering").any()
    assert [document.id for document in old.documents] == ["elmshire-2024"]
