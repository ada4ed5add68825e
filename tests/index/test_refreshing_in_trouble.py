"""A refresh on a disk that is full, damaged or not there leaves the old snapshot in service."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from documents import (
    CorpusError,
    Limits,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMissing,
)
from index import (
    Choices,
    Snapshot,
    current,
    open_snapshot,
    open_sound,
    planned,
    refresh,
    roll_back,
)
from index.ledger import LEDGER, read_ledger
from index.store import path_of
from tests.index.refreshes import ANSWERING, World, check_fresh, letter, newest


def test_a_corpus_that_has_lost_all_its_letters_is_not_believed(world: World) -> None:
    before = world.refresh().snapshot.manifest.id
    shutil.rmtree(world.folder)
    world.folder.mkdir()
    for choices in (Choices(), Choices(limits=Limits(pages=1_000))):
        with pytest.raises(CorpusError, match=r"3 are in service.*refresh --allow-empty"):
            world.refresh(choices=choices)
    assert current(world.data) == before
    assert newest(world).state == "failed"
    assert "--allow-empty" in str(newest(world).problem)
    emptied = world.refresh(choices=Choices(allow_empty=True))
    assert emptied.snapshot.documents == ()
    assert len(emptied.report.removed) == 5
    # From here on there is nothing to lose.
    assert world.refresh().snapshot.manifest.id == emptied.snapshot.manifest.id


def test_where_the_snapshot_in_service_is_damaged_the_one_before_is_built_on(world: World) -> None:
    world.refresh()
    world.write("brannock.md", letter("Port Brannock", "Homes are warm."))
    served = world.refresh().snapshot.manifest.id
    (path_of(world.data, served) / "documents.jsonl").write_text("")
    refreshed = world.refresh()
    assert world.read == ["brannock.md"]
    assert refreshed.report.previous == served == refreshed.report.snapshot
    check_fresh(world, refreshed)


@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.sha256", "documents.jsonl", "sentence-keys.npy"]
)
def test_a_file_that_cannot_be_read_at_all_is_damage_like_any_other(
    world: World, name: str
) -> None:
    world.refresh()
    world.write("brannock.md", letter("Port Brannock", "Homes are warm."))
    served = world.refresh().snapshot.manifest.id
    # A folder in its place is refused by the system, as a block of a bad disk is.
    (path_of(world.data, served) / name).unlink()
    (path_of(world.data, served) / name).mkdir()
    _, damaged = open_sound(world.data, world.encoder, ANSWERING)
    assert f"{name}: cannot be read (Is a directory)" in str(damaged)
    refreshed = world.refresh()
    assert refreshed.report.snapshot == served
    check_fresh(world, refreshed)


@pytest.mark.parametrize("pointer", ["", "0" * 16])
def test_where_nothing_is_named_it_is_built_on_what_is_kept(world: World, pointer: str) -> None:
    before = world.refresh().snapshot.manifest.id
    (world.data / "CURRENT").write_text(pointer)
    refreshed = world.refresh()
    assert (world.read, world.encoder.embedded) == ([], [])
    assert refreshed.snapshot.manifest.id == before == current(world.data)
    # Nor is it believed then that all letters have gone.
    (world.data / "CURRENT").write_text(pointer)
    for path in world.folder.rglob("*.*"):
        path.unlink()
    with pytest.raises(CorpusError, match="no letter can be read in it, though 3 are in service"):
        world.refresh()


def no_space(*arguments: object, **keywords: object) -> Any:  # noqa: ANN401  it never returns
    raise OSError(28, "No space left on device")


def test_without_room_nothing_is_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.refresh().snapshot.manifest.id
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    with monkeypatch.context() as patch:
        usage = shutil.disk_usage(world.data)._replace(free=10**6)
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(SnapshotError, match=r"no room for a new snapshot: .* 1 MB are free"):
            world.refresh()
        assert world.encoder.embedded == []
        # What is there already needs none.
        (world.folder / "new.md").unlink()
        assert world.refresh().snapshot.manifest.id == before
    assert world.kept() == [before]


@pytest.mark.parametrize("step", ["numpy.save", "pathlib.Path.rename", "index.build.publish"])
def test_a_disk_that_fills_gives_the_room_back_and_the_old_one_serves(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = world.refresh().snapshot.manifest.id
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    with monkeypatch.context() as patch:
        patch.setattr(step, no_space)
        with pytest.raises(SnapshotError, match=r"cannot be written \(No space left on device\)"):
            world.refresh()
    # One that is complete and could not be published stays for the next refresh.
    kept = {path.name for path in (world.data / "snapshots").iterdir()}
    assert (kept - {before} == set()) == (step != "index.build.publish")
    assert open_snapshot(world.data, world.encoder, ANSWERING).manifest.id == before
    assert newest(world).state == "failed"
    assert "No space left" in str(newest(world).problem)
    check_fresh(world, world.refresh())


def test_what_fails_after_the_snapshot_was_published_says_that_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.refresh().snapshot.manifest.id
    world.write("brannock.md", letter("Port Brannock", "Homes are warm."))
    with monkeypatch.context() as patch:
        patch.setattr("index.ledger.Ledger.record", no_space)
        with pytest.raises(SnapshotError, match="No space left"):
            world.refresh()
    report = newest(world)
    assert (report.state, report.previous) == ("failed", before)
    assert report.snapshot == current(world.data) != before
    check_fresh(world, world.refresh())


def test_a_disk_too_full_for_a_report_is_one_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.refresh().snapshot.manifest.id
    with monkeypatch.context() as patch:
        patch.setattr("index.reports.write_whole", no_space)
        with pytest.raises(SnapshotError, match="data: No space left on device"):
            world.refresh()
    assert current(world.data) == before
    world.refresh()


def test_what_goes_wrong_while_it_is_built_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(snapshot: Snapshot) -> None:
        raise SnapshotDamaged("found out")

    with monkeypatch.context() as patch:
        patch.setattr("index.build.check_snapshot", refused)
        with pytest.raises(SnapshotDamaged, match="found out"):
            world.refresh()
    assert list((world.data / "snapshots").iterdir()) == []
    assert newest(world).problem == "found out"
    with pytest.raises(SnapshotMissing):
        current(world.data)


def test_a_ledger_that_fails_after_publishing_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.refresh()
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    world.ledger("CREATE TRIGGER refuse BEFORE DELETE ON files BEGIN SELECT RAISE(FAIL, 'no'); END")
    with pytest.raises(SnapshotError, match=rf"{LEDGER}: cannot be written \(no\)"):
        world.refresh()
    assert newest(world).state == "failed"
    served = current(world.data)
    world.ledger("DROP TRIGGER refuse")
    refreshed = world.refresh()
    assert (world.read, refreshed.report.snapshot) == ([], served)
    with read_ledger(world.data) as ledger:
        assert ledger.snapshot == served
        assert "new.md" in ledger.entries()


def test_a_data_directory_that_cannot_be_written_is_one_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.refresh().snapshot.manifest.id
    real = Path.open

    def read_only(path: Path, mode: str = "r", *rest: Any, **keywords: Any) -> Any:  # noqa: ANN401
        if mode != "r" and path.name == "lock":
            raise OSError(30, "Read-only file system", str(path))
        return real(path, mode, *rest, **keywords)

    monkeypatch.setattr(Path, "open", read_only)
    for failing in (world.refresh, lambda: roll_back(world.data, world.made_by)):
        with pytest.raises(SnapshotError, match=r"cannot be written \(Read-only file system\)"):
            failing()
    assert open_snapshot(world.data, world.encoder, ANSWERING).manifest.id == before


def test_a_data_directory_among_the_letters_is_refused(world: World) -> None:
    for place in (world.folder / "index", world.folder):
        with pytest.raises(CorpusError, match=r"lies in the corpus folder .* another --data"):
            refresh(world.folder, place, world.made_by)
        with pytest.raises(CorpusError, match="would be read as letters"):
            planned(world.folder, place)
    assert not (world.folder / "index").exists()
    world.data = world.folder / ".index"
    assert world.refresh().report.unchanged == 0
    assert world.refresh().report.unchanged == 5
    world.write(".paperknifeignore", "index/\n")
    world.data = world.folder / "index"
    world.refresh()
    assert world.refresh().report.unchanged == 5
