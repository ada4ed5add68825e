"""A refresh reads and embeds what is new, and its snapshot is that of a fresh build."""

import shutil
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from documents import (
    CorpusError,
    Document,
    Failure,
    Limits,
    RefreshRunning,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMissing,
)
from index import (
    Choices,
    Refreshed,
    RefreshReport,
    Reports,
    Snapshot,
    current,
    new_report,
    open_snapshot,
    open_sound,
    planned,
    refresh,
    roll_back,
)
from index.ledger import LEDGER, read_ledger
from index.rows import rows_of
from index.store import path_of, writing
from tests.index.encoders import Counting
from tests.index.refreshes import ANSWERING, World, letter, new_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return new_world(tmp_path, monkeypatch)


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


def test_the_first_refresh_reads_everything(world: World) -> None:
    refreshed = world.refresh()
    report = refreshed.report
    assert len(world.read) == 5
    assert [file.file for file in report.added] == [
        *("2024/wexley.md", "again.md", "aldermere.md", "empty.txt", "kestleshire.md")
    ]
    assert {file.file: bool(file.document) for file in report.added} == {
        **dict.fromkeys(("2024/wexley.md", "again.md", "aldermere.md", "kestleshire.md"), True),
        "empty.txt": False,
    }
    assert (report.state, report.previous, report.unchanged) == ("done", None, 0)
    assert report.snapshot == refreshed.snapshot.manifest.id == current(world.data)
    assert {file.file: file.copy_of for file in report.failed} == {
        "aldermere.md": "again.md",
        "empty.txt": None,
    }
    assert newest(world) == report


def test_with_nothing_new_nothing_is_read_or_embedded(world: World) -> None:
    first = world.refresh()
    again = world.refresh()
    assert (world.read, world.encoder.embedded) == ([], [])
    assert again.snapshot.manifest == first.snapshot.manifest
    assert again.report.unchanged == 5
    assert (again.report.added, again.report.changed, again.report.removed) == ((), (), ())
    assert again.report.previous == again.report.snapshot == first.report.snapshot
    assert len(world.kept()) == 1


def test_a_new_letter_costs_itself(world: World) -> None:
    world.refresh()
    world.write("brannock.md", letter("Port Brannock", "Homes are warm and near to schools."))
    refreshed = world.refresh()
    assert world.read == ["brannock.md"]
    (own,) = [d for d in refreshed.snapshot.documents if d.file == "brannock.md"]
    rows = rows_of([own])
    assert sorted(world.encoder.embedded) == sorted((*rows.passage_texts, *rows.sentence_texts))
    assert [(f.file, f.document) for f in refreshed.report.added] == [("brannock.md", own.id)]
    assert refreshed.report.unchanged == 5
    check_fresh(world, refreshed)


def test_a_changed_letter_costs_what_changed(world: World) -> None:
    world.refresh()
    world.write("kestleshire.md", letter("Kestleshire", "Plans are clear.", "Visits are prompt."))
    refreshed = world.refresh()
    assert world.read == ["kestleshire.md"]
    assert "Visits are prompt." in world.encoder.embedded
    assert "Plans are clear." not in world.encoder.embedded
    assert [file.file for file in refreshed.report.changed] == ["kestleshire.md"]
    assert "Visits are late." not in "".join(d.text for d in refreshed.snapshot.documents)
    check_fresh(world, refreshed)


def test_a_moved_letter_embeds_nothing(world: World) -> None:
    before = world.refresh().snapshot
    (world.folder / "2025").mkdir()
    (world.folder / "kestleshire.md").rename(world.folder / "2025/kestleshire.md")
    refreshed = world.refresh()
    assert (world.read, world.encoder.embedded) == (["2025/kestleshire.md"], [])
    (moved,) = refreshed.report.moved
    assert (moved.file, moved.was) == ("2025/kestleshire.md", "kestleshire.md")
    assert moved.document == id_of(before, "kestleshire.md")
    assert (refreshed.report.added, refreshed.report.removed) == ((), ())
    check_fresh(world, refreshed)


def test_a_removed_letter_is_gone_and_nothing_is_embedded(world: World) -> None:
    world.refresh()
    (world.folder / "kestleshire.md").unlink()
    refreshed = world.refresh()
    assert (world.read, world.encoder.embedded) == ([], [])
    assert [file.file for file in refreshed.report.removed] == ["kestleshire.md"]
    assert refreshed.report.removed[0].document is None
    check_fresh(world, refreshed)


def test_where_the_original_is_removed_its_copy_is_the_document(world: World) -> None:
    before = world.refresh().snapshot
    (original,) = [document for document in before.documents if document.copies]
    (world.folder / original.file).unlink()
    refreshed = world.refresh()
    assert (world.read, world.encoder.embedded) == ([], [])
    after = refreshed.snapshot.document(original.id)
    assert ((after.file,), after.copies) == (original.copies, ())
    check_fresh(world, refreshed)


def test_a_copy_that_comes_and_goes_leaves_no_trace(world: World) -> None:
    first = world.refresh()
    shutil.copy(world.folder / "kestleshire.md", world.folder / "a copy.md")
    with_copy = world.refresh()
    assert world.encoder.embedded == []
    check_fresh(world, with_copy)
    (world.folder / "a copy.md").unlink()
    assert world.refresh().snapshot.manifest.id == first.snapshot.manifest.id


def test_a_permanent_failure_is_read_again_when_it_changes(world: World) -> None:
    world.refresh()
    world.refresh(choices=Choices(retry=True))
    assert world.read == []
    world.write("empty.txt", "Inspectors found that children are safe.\n")
    refreshed = world.refresh()
    assert world.read == ["empty.txt"]
    assert "empty.txt" in {document.file for document in refreshed.snapshot.documents}


def test_a_transient_failure_is_tried_again_when_it_is_due(world: World) -> None:
    world.stopped.add("kestleshire.md")
    (failed,) = [f for f in world.refresh().report.failed if f.file == "kestleshire.md"]
    assert failed.transient
    assert failed.retry_at is not None
    assert timedelta(seconds=50) < failed.retry_at - datetime.now(UTC) <= timedelta(minutes=1)
    assert failed in world.refresh().report.failed
    assert world.read == []
    # Nor does the next attempt that is not made change when it is due.
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    world.ledger(f"UPDATE files SET retry_at = '{past}' WHERE file = 'kestleshire.md'")
    world.refresh()
    assert world.read == ["kestleshire.md"]
    with read_ledger(world.data) as ledger:
        entry = ledger.entries()["kestleshire.md"]
    assert entry.attempts == 2
    assert entry.retry_at is not None
    assert entry.retry_at > datetime.now(UTC) + timedelta(seconds=100)
    world.stopped.clear()
    refreshed = world.refresh(choices=Choices(retry=True))
    assert world.read == ["kestleshire.md"]
    assert not [file for file in refreshed.report.failed if file.transient]
    check_fresh(world, refreshed)


def test_a_transient_failure_that_changes_is_read_at_once(world: World) -> None:
    world.stopped.add("kestleshire.md")
    world.refresh()
    world.write("kestleshire.md", letter("Kestleshire", "Plans are vague."))
    world.refresh()
    assert world.read == ["kestleshire.md"]


def test_where_the_ledger_is_lost_transient_failures_are_due(world: World) -> None:
    world.stopped.add("kestleshire.md")
    world.refresh()
    (world.data / LEDGER).write_text("not a database")
    world.refresh()
    assert world.read == ["kestleshire.md"]
    with read_ledger(world.data) as ledger:
        assert len(ledger.entries()) == 5


def test_other_limits_read_all_again_and_embed_nothing(world: World) -> None:
    first = world.refresh()
    refreshed = world.refresh(choices=Choices(limits=Limits(pages=1_000)))
    assert len(world.read) == 5
    assert world.encoder.embedded == []
    assert refreshed.snapshot.manifest.id != first.snapshot.manifest.id
    # None of the files is another than it was.
    assert refreshed.report.unchanged == 5
    assert refreshed.report.added == ()
    assert planned(world.folder, world.data).unchanged == tuple(sorted(world.read))


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


class Waiting(Counting):
    """Does not embed before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        self.reached.set()
        assert self.go_on.wait(60)
        return super().encode(texts, progress)


@pytest.mark.parametrize("wait", [0.0, 60.0])
def test_of_two_refreshes_one_is_told_of_the_other(world: World, wait: float) -> None:
    waiting = world.encoder = Waiting()
    report = new_report()
    done: list[Refreshed] = []

    def first() -> None:
        done.append(refresh(world.folder, world.data, world.made_by, report=report))

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert waiting.reached.wait(60)
        if wait:
            threading.Timer(0.3, waiting.go_on.set).start()
            second = world.refresh(choices=Choices(wait=wait))
        else:
            with pytest.raises(RefreshRunning, match="another refresh is running") as raised:
                world.refresh()
            assert raised.value.refresh == report.id
            assert Reports(world.data).get(report.id).state == "running"
    finally:
        waiting.go_on.set()
        thread.join()
    assert Reports(world.data).get(report.id) == done[0].report
    if wait:
        assert second.report.unchanged == 5
        assert second.report.snapshot == done[0].report.snapshot


def test_who_is_told_of_a_writer_that_has_no_report_knows_no_id(world: World) -> None:
    with writing(world.data), pytest.raises(RefreshRunning) as raised:
        world.refresh()
    assert raised.value.refresh is None


def test_a_report_that_was_given_out_before_is_the_one_that_is_written(world: World) -> None:
    waiting = new_report("waiting")
    Reports(world.data).write(waiting)
    refreshed = refresh(world.folder, world.data, world.made_by, report=waiting)
    assert refreshed.report.id == waiting.id
    assert newest(world) == refreshed.report


def test_who_died_is_said_to_have_failed(world: World) -> None:
    dead = new_report()
    Reports(world.data).write(dead)
    world.refresh()
    assert Reports(world.data).get(dead.id).state == "failed"


def test_progress_is_told_of_each_stage(world: World) -> None:
    stages: list[str] = []
    refresh(
        world.folder, world.data, world.made_by, progress=lambda stage, *_: stages.append(stage)
    )
    assert list(dict.fromkeys(stages)) == [
        *("reading", "embedding passages", "embedding sentences", "indexing words")
    ]


def test_only_so_many_snapshots_are_kept(world: World) -> None:
    made = [world.refresh().snapshot.manifest.id]
    for number in range(3):
        world.write("new.md", letter("Port Brannock", f"There were {number + 2} visits."))
        made.append(world.refresh(choices=Choices(keep=2)).snapshot.manifest.id)
    assert world.kept() == made[:1:-1]


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


def test_the_encoder_is_told_of_new_letters_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(world.encoder, "expect_texts", lambda: told.append("told"))
    world.refresh()
    assert len(told) == 1
    (world.folder / "aldermere.md").rename(world.folder / "elsewhere.md")
    (world.folder / "kestleshire.md").unlink()
    world.refresh()
    assert len(told) == 1
    world.write("elsewhere.md", letter("Aldermere", "Homes are warm."))
    world.refresh()
    assert len(told) == 2


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


def test_what_is_planned_is_what_a_refresh_finds(world: World) -> None:
    world.refresh()
    world.write("new.md", letter("Port Brannock", "Homes are warm."))
    world.write("empty.txt", "Not empty any more.\n")
    (world.folder / "kestleshire.md").rename(world.folder / "moved.md")
    (world.folder / "2024/wexley.md").unlink()
    before = {path: path.stat().st_mtime_ns for path in world.data.rglob("*")}
    plan = planned(world.folder, world.data)
    assert {path: path.stat().st_mtime_ns for path in world.data.rglob("*")} == before
    report = world.refresh().report
    assert plan.added == tuple(file.file for file in report.added) == ("new.md",)
    assert plan.changed == tuple(file.file for file in report.changed) == ("empty.txt",)
    assert plan.moved == {file.file: file.was for file in report.moved}
    assert plan.removed == tuple(file.file for file in report.removed) == ("2024/wexley.md",)
    assert len(plan.unchanged) == report.unchanged == 2


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


def test_without_a_snapshot_all_is_planned(world: World) -> None:
    assert len(planned(world.folder, world.data).added) == 5
    assert not world.data.exists()
    with pytest.raises(CorpusError):
        planned(world.folder / "nowhere", world.data)


def published(world: World, number: int) -> str:
    world.write("new.md", letter("Port Brannock", f"There were {number} visits."))
    return world.refresh().snapshot.manifest.id


def test_rolled_back_the_one_before_is_in_service(world: World) -> None:
    first, second, third = (published(world, number) for number in range(2, 5))
    assert roll_back(world.data, world.made_by) == second == current(world.data)
    assert roll_back(world.data, world.made_by) == first == current(world.data)
    with pytest.raises(SnapshotError, match="no snapshot is kept that was published before"):
        roll_back(world.data, world.made_by)
    assert set(world.kept()) == {first, second, third}
    # A refresh leads forward again, and knows what it knew.
    assert world.refresh().snapshot.manifest.id == third
    assert world.encoder.embedded == []
    assert roll_back(world.data, world.made_by) == second


def test_what_is_damaged_is_not_rolled_back_to(world: World) -> None:
    with pytest.raises(SnapshotMissing):
        roll_back(world.data, world.made_by)
    first, second = published(world, 2), published(world, 3)
    (path_of(world.data, first) / "passages.npy").write_bytes(b"")
    with pytest.raises(SnapshotDamaged, match=r"passages\.npy"):
        roll_back(world.data, world.made_by)
    assert current(world.data) == second


def test_where_the_pointer_names_nothing_that_is_kept_the_newest_is_rolled_back_to(
    world: World,
) -> None:
    first, second = published(world, 2), published(world, 3)
    shutil.rmtree(path_of(world.data, second))
    assert roll_back(world.data, world.made_by) == first
