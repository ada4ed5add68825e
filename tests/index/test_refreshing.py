"""A refresh reads and embeds what is new, and its snapshot is that of a fresh build."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from documents import (
    CorpusError,
    Limits,
)
from index import (
    Choices,
    current,
    planned,
)
from index.ledger import LEDGER, read_ledger
from index.rows import rows_of
from tests.index.refreshes import World, check_fresh, id_of, letter, newest


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


def test_only_so_many_snapshots_are_kept(world: World) -> None:
    made = [world.refresh().snapshot.manifest.id]
    for number in range(3):
        world.write("new.md", letter("Port Brannock", f"There were {number + 2} visits."))
        made.append(world.refresh(choices=Choices(keep=2)).snapshot.manifest.id)
    assert world.kept() == made[:1:-1]


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


def test_without_a_snapshot_all_is_planned(world: World) -> None:
    assert len(planned(world.folder, world.data).added) == 5
    assert not world.data.exists()
    with pytest.raises(CorpusError):
        planned(world.folder / "nowhere", world.data)
