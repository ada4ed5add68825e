"""A withdrawn letter is out of the corpus and out of every snapshot, whoever dies in between."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import CorpusError, SnapshotDamaged, SnapshotError, UnknownDocument
from index import Choices, current, open_sound, planned, roll_back
from index import withdrawing as module
from index.doctor import repair
from index.ledger import read_ledger
from index.store import path_of, point
from tests.index.refreshes import ANSWERING, World, check_fresh, id_of, letter, new_world, newest


class Killed(BaseException):
    """Ends a refresh where it stands, and no handler of it may catch that."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = new_world(tmp_path, monkeypatch)
    world.refresh()
    return world


def document(world: World, file: str) -> str:
    return id_of(world.refresh().snapshot, file)


def words_on_disk(world: World, words: str) -> list[Path]:
    return [
        path
        for folder in (world.folder, world.data)
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    ]


def test_a_withdrawn_letter_is_nowhere(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    before = world.refresh().snapshot.manifest.id
    assert words_on_disk(world, "Visits are late.")
    refreshed = world.refresh(wanted)
    assert (world.read, world.encoder.embedded) == ([], [])
    assert [file.file for file in refreshed.report.removed] == ["kestleshire.md"]
    assert words_on_disk(world, "Visits are late.") == []
    assert world.kept() == [refreshed.snapshot.manifest.id]
    assert before not in world.kept()
    with read_ledger(world.data) as ledger:
        assert (ledger.withdrawn(), ledger.to_remove()) == (frozenset(), [])
    check_fresh(world, refreshed)
    with pytest.raises(UnknownDocument):
        world.refresh(wanted)


def test_snapshots_that_never_held_it_stay(world: World) -> None:
    world.write("late.md", letter("Port Brannock", "Homes are warm."))
    wanted = document(world, "late.md")
    before = world.kept()
    refreshed = world.refresh(wanted)
    assert world.kept() == [refreshed.snapshot.manifest.id]
    assert refreshed.snapshot.manifest.id in before
    world.write("other.md", letter("Port Brannock", "Schools are near."))
    other = document(world, "other.md")
    world.write("another.md", letter("Port Brannock", "Carers are kind."))
    world.refresh()
    after = world.refresh(other, choices=Choices(keep=9)).snapshot.manifest.id
    assert world.kept() == [after, refreshed.snapshot.manifest.id]


def test_its_earlier_versions_go_with_it(world: World) -> None:
    world.write("late.md", letter("Port Brannock", "Homes are warm at times."))
    world.refresh()
    world.write("late.md", letter("Port Brannock", "Homes are warm."))
    refreshed = world.refresh(document(world, "late.md"))
    assert words_on_disk(world, "Homes are warm") == []
    assert world.kept() == [refreshed.snapshot.manifest.id]
    with pytest.raises(SnapshotError, match="no snapshot is kept that was published before"):
        roll_back(world.data, world.made_by)


def test_its_copies_go_with_it(world: World) -> None:
    wanted = document(world, "again.md")
    world.refresh(wanted)
    assert {path.name for path in world.folder.iterdir()} == {"2024", "empty.txt", "kestleshire.md"}


def test_a_link_to_it_goes_with_it(world: World) -> None:
    (world.folder / "link.md").symlink_to("kestleshire.md")
    (world.folder / "2024" / "a-link.md").symlink_to("../kestleshire.md")
    wanted = document(world, "2024/a-link.md")
    refreshed = world.refresh(wanted)
    assert {file.file for file in refreshed.report.removed} == {
        *("kestleshire.md", "link.md", "2024/a-link.md")
    }
    assert not [path for path in world.folder.rglob("*") if path.is_symlink()]
    assert words_on_disk(world, "Visits are late.") == []


def test_where_it_has_moved_since_it_goes_as_well(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    text = (world.folder / "kestleshire.md").read_text(encoding="utf-8")
    (world.folder / "kestleshire.md").rename(world.folder / "2024" / "moved.md")
    world.write("2024/again.md", text)
    refreshed = world.refresh(wanted)
    assert {path.name for path in (world.folder / "2024").iterdir()} == {"wexley.md"}
    assert words_on_disk(world, "Visits are late.") == []
    assert wanted not in {document.id for document in refreshed.snapshot.documents}


def test_a_copy_can_go_alone(world: World) -> None:
    snapshot = world.refresh().snapshot
    kept = id_of(snapshot, "again.md")
    refreshed = world.refresh(id_of(snapshot, "aldermere.md"))
    assert (world.folder / "again.md").exists()
    assert not (world.folder / "aldermere.md").exists()
    assert refreshed.snapshot.document(kept).copies == ()
    # Its letter is served as before, so that there is nothing to forget.
    assert len(world.kept()) == 2


def test_several_go_at_once_and_a_failure_as_well(world: World) -> None:
    snapshot = world.refresh().snapshot
    refreshed = world.refresh(id_of(snapshot, "empty.txt"), id_of(snapshot, "kestleshire.md"))
    assert {file.file for file in refreshed.report.removed} == {"empty.txt", "kestleshire.md"}


def test_the_last_letter_can_be_withdrawn(world: World) -> None:
    snapshot = world.refresh().snapshot
    refreshed = world.refresh(*(document.id for document in snapshot.documents))
    assert refreshed.snapshot.documents == ()


def test_an_unknown_id_withdraws_nothing(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    with pytest.raises(UnknownDocument, match="nowhere"):
        world.refresh(wanted, "nowhere")
    assert (world.folder / "kestleshire.md").exists()
    with read_ledger(world.data) as ledger:
        assert ledger.withdrawn() == frozenset()
    assert newest(world).problem == "no document has the id 'nowhere'"


def test_a_correction_that_came_in_the_meantime_stays(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    world.write("kestleshire.md", letter("Kestleshire", "Plans are vague."))
    refreshed = world.refresh(wanted)
    assert [file.file for file in refreshed.report.changed] == ["kestleshire.md"]
    assert words_on_disk(world, "Visits are late.") == []
    assert words_on_disk(world, "Plans are vague.")


def test_a_letter_that_went_by_itself_is_forgotten(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    (world.folder / "kestleshire.md").unlink()
    world.refresh(wanted)
    assert words_on_disk(world, "Visits are late.") == []


def killed(*arguments: object, **keywords: object) -> object:
    raise Killed


@pytest.mark.parametrize(
    "step",
    [
        "index.withdrawing.content_hash",  # written down, and nothing removed
        "index.withdrawing.sync",  # removed from the corpus, and not written down
        "index.refreshing.read_corpus",
        "index.refreshing.put_into_service",
        "index.refreshing.purge",
        "index.withdrawing.remove",
        "index.ledger.Ledger.purged",
    ],
)
def test_killed_anywhere_the_next_refresh_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    wanted = document(world, "kestleshire.md")
    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(Killed):
            world.refresh(wanted)
    refreshed = world.refresh()
    assert not (world.folder / "kestleshire.md").exists()
    assert words_on_disk(world, "Visits are late.") == []
    with read_ledger(world.data) as ledger:
        assert ledger.withdrawn() == frozenset()
    check_fresh(world, refreshed)


def test_what_is_put_there_again_after_it_was_removed_is_meant(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (world.folder / "kestleshire.md").read_text(encoding="utf-8")
    wanted = document(world, "kestleshire.md")
    with monkeypatch.context() as patch:
        patch.setattr("index.refreshing.read_corpus", killed)
        with pytest.raises(Killed):
            world.refresh(wanted)
    world.write("kestleshire.md", text)
    snapshot = world.refresh().snapshot
    assert id_of(snapshot, "kestleshire.md") == wanted
    with read_ledger(world.data) as ledger:
        assert ledger.withdrawn() == frozenset()


def test_nothing_withdrawn_is_rolled_back_to(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = document(world, "kestleshire.md")
    with monkeypatch.context() as patch:
        patch.setattr("index.refreshing.purge", killed)
        with pytest.raises(Killed):
            world.refresh(wanted)
    assert len(world.kept()) == 2
    with pytest.raises(SnapshotError, match="no snapshot is kept that was published before"):
        roll_back(world.data, world.made_by)


def test_nothing_withdrawn_serves_in_the_place_of_what_is_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = document(world, "kestleshire.md")
    with monkeypatch.context() as patch:
        patch.setattr("index.refreshing.purge", killed)
        with pytest.raises(Killed):
            world.refresh(wanted)
    served, holds_it = world.kept()
    (path_of(world.data, served) / "copies.jsonl").write_bytes(b"torn")
    with pytest.raises(SnapshotDamaged, match=r"copies\.jsonl"):
        open_sound(world.data, world.encoder, ANSWERING)
    assert all("into service" not in line for line in repair(world.data, world.made_by))
    assert current(world.data) == served
    # It is the withdrawal alone that holds it back.
    world.ledger("DELETE FROM withdrawn")
    point(world.data, served)
    snapshot, damaged = open_sound(world.data, world.encoder, ANSWERING)
    assert (snapshot.manifest.id, damaged is None) == (holds_it, False)


def test_a_snapshot_that_cannot_be_read_may_hold_it_and_goes(world: World) -> None:
    wanted = document(world, "kestleshire.md")
    old = current(world.data)
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    world.refresh()
    (path_of(world.data, old) / "copies.jsonl").unlink()
    refreshed = world.refresh(wanted)
    assert world.kept() == [refreshed.snapshot.manifest.id]


def test_of_unknown_content_nothing_can_be_withdrawn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.corpus._PAUSES", ())
    (world.folder / "loop.md").symlink_to("loop.md")
    refreshed = world.refresh()
    (failure,) = [f for f in refreshed.snapshot.failures if f.sha256 is None]
    with pytest.raises(CorpusError, match=r"loop\.md: cannot be withdrawn, for its content"):
        world.refresh(failure.id)
    assert (world.folder / "loop.md").is_symlink()


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = document(world, "kestleshire.md")
    real = os.access
    closed: Callable[..., bool] = lambda path, mode: path != world.folder and real(path, mode)  # noqa: E731
    monkeypatch.setattr(os, "access", closed)
    with pytest.raises(CorpusError, match="cannot be withdrawn, for its folder cannot be written"):
        world.refresh(wanted)
    with read_ledger(world.data) as ledger:
        assert ledger.withdrawn() == frozenset()


def test_a_file_that_cannot_be_read_any_more_is_not_passed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = document(world, "kestleshire.md")
    with monkeypatch.context() as patch:
        patch.setattr(module, "content_hash", lambda *arguments: None)
        with pytest.raises(CorpusError, match="was withdrawn, but cannot be read"):
            world.refresh(wanted)
    world.refresh()
    assert not (world.folder / "kestleshire.md").exists()
    assert planned(world.folder, world.data).removed == ()
