"""What is wrong with a data directory is said, and what can be mended is mended."""

import json
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import Limits, RefreshRunning, SnapshotDamaged, SnapshotError, SnapshotMissing
from documents.disk import hash_of
from index import MadeBy, Reports, current, new_report, roll_back
from index import snapshot as snapshots
from index.doctor import Check, directory, examine, repair, worst
from index.doctor import examining as module
from index.ledger import LEDGER
from index.store import path_of, point, writing
from tests.index.refreshes import World, letter, new_world
from tests.index.test_withdrawing import Killed, killed, words_on_disk


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two snapshots; the second has one letter more."""
    world = new_world(tmp_path, monkeypatch)
    world.refresh()
    world.write("brannock.md", letter("Port Brannock", "Homes are warm."))
    world.refresh()
    return world


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder, when it was changed, and its size."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {str(path): (stat.st_mtime_ns, stat.st_size) for path, stat in found.items()}


def examined(world: World, corpus: Path | None = None) -> dict[str, Check]:
    """The checks by their names, of which each has its own; nothing was changed."""
    before = state(world.data)
    checks = list(examine(world.data, world.made_by, corpus or world.folder))
    assert state(world.data) == before
    assert len({check.name for check in checks}) == len(checks)
    return {check.name: check for check in checks}


def mended(world: World) -> list[str]:
    return list(repair(world.data, world.made_by))


def served(world: World) -> Path:
    return path_of(world.data, current(world.data))


def bad(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.severity for name, check in checks.items() if check.severity != "ok"}


def test_a_sound_directory_is_well_in_all(world: World) -> None:
    checks = examined(world)
    assert bad(checks) == {}
    assert list(checks) == [
        *("pointer", "snapshots", "earlier snapshots", "counts", "made by", "read by", "ids"),
        *("spans", "sentences", "vectors", "rows", "keys", "self-test", "ledger", "withdrawn"),
        *("refreshes", "left over", "other files", "disk space", "corpus", "changes"),
    ]
    assert mended(world) == []


def test_only_a_deep_look_embeds(world: World) -> None:
    world.encoder.embedded.clear()
    examined(world)
    assert world.encoder.embedded == []
    checks = examine(world.data, world.made_by, world.folder, deep=True)
    assert {check.name: check.severity for check in checks}["embedding"] == "ok"
    assert world.encoder.embedded


def test_where_nothing_is_the_command_is_named(world: World, tmp_path: Path) -> None:
    world.data = tmp_path / "nowhere"
    checks = examined(world)
    assert bad(checks) == {"pointer": "error", "changes": "warning"}
    assert "`paperknife refresh`" in checks["pointer"].line
    assert not world.data.exists()
    with pytest.raises(SnapshotMissing, match="`paperknife refresh`"):
        mended(world)
    assert not world.data.exists()


def test_an_empty_directory_is_said_to_be_one(world: World, tmp_path: Path) -> None:
    world.data = tmp_path / "empty"
    world.data.mkdir()
    checks = examined(world)
    assert bad(checks) == {"pointer": "error", "ledger": "warning", "changes": "warning"}
    assert mended(world) == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damage_of_what_is_in_service_goes_back_to_what_is_whole(world: World) -> None:
    folder = served(world)
    flip(folder / "passages.npy")
    (folder / "sentence-words" / "rows.json").unlink()
    checks = examined(world)
    assert bad(checks) == {"snapshots": "error"}
    assert checks["snapshots"].samples == (
        f"{folder.name}/passages.npy: is not what its manifest says",
        f"{folder.name}/sentence-words/rows.json: missing",
    )
    other = next(name for name in world.kept() if name != folder.name)
    assert mended(world) == [
        f"put snapshot {other} into service, the last published that is whole",
        f"removed snapshot {folder.name}, which is damaged and not in service",
        f"wrote the ledger anew from snapshot {other}",
    ]
    assert bad(examined(world)) == {"changes": "warning"}
    assert current(world.data) == other
    # Which a refresh mends.
    world.refresh()
    assert bad(examined(world)) == {}


def test_where_nothing_is_whole_a_refresh_has_to_mend_it(world: World) -> None:
    for name in world.kept():
        flip(path_of(world.data, name) / "documents.jsonl")
    named = current(world.data)
    (other,) = set(world.kept()) - {named}
    assert mended(world) == [
        f"removed snapshot {other}, which is damaged and not in service",
    ]
    assert current(world.data) == named
    checks = examined(world)
    assert bad(checks)["snapshots"] == "error"
    assert "`paperknife refresh` makes it anew" in checks["snapshots"].line
    world.refresh()
    assert bad(examined(world)) == {}


def test_damage_of_an_earlier_snapshot_is_a_warning(world: World) -> None:
    old = world.kept()[1]
    (path_of(world.data, old) / "manifest.sha256").write_text("0")
    checks = examined(world)
    assert bad(checks) == {"earlier snapshots": "warning"}
    (sample,) = checks["earlier snapshots"].samples
    assert sample.startswith(f"{old}/manifest.json: is not what manifest.sha256 says")
    assert mended(world) == [f"removed snapshot {old}, which is damaged and not in service"]
    assert bad(examined(world)) == {}


@pytest.mark.parametrize("pointer", [None, "", "no id", "0" * 16])
def test_a_pointer_that_names_nothing_is_mended(world: World, pointer: str | None) -> None:
    newest = current(world.data)
    if pointer is None:
        (world.data / "CURRENT").unlink()
    else:
        (world.data / "CURRENT").write_text(pointer)
    checks = examined(world)
    assert checks["pointer"].severity == "error"
    assert mended(world)[0] == (
        f"put snapshot {newest} into service, the last published that is whole"
    )
    assert bad(examined(world)) == {}
    assert current(world.data) == newest


def rewrite_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    path.with_name("manifest.sha256").write_text(f"{hash_of(path)}  manifest.json\n")


def test_counts_that_do_not_agree_are_found(world: World) -> None:
    counts = json.loads((served(world) / "manifest.json").read_text())["counts"]
    rewrite_manifest(served(world), counts=counts | {"passages": counts["passages"] + 1})
    checks = examined(world)
    assert bad(checks)["counts"] == "error"
    assert "passages" in checks["counts"].line
    assert mended(world)


def test_another_version_is_named_and_left_alone(world: World) -> None:
    for name in world.kept():
        rewrite_manifest(path_of(world.data, name), layout=99)
    checks = examined(world)
    assert checks["made by"].severity == "error"
    assert "layout 99" in checks["made by"].line
    assert "`paperknife refresh`" in checks["made by"].line
    kept = world.kept()
    assert mended(world) == []
    assert world.kept() == kept


def test_another_recipe_and_other_readers_are_named(world: World) -> None:
    other = MadeBy(world.encoder, {"finder": "another"})
    limits = Limits(pages=1_000)
    checks = {c.name: c for c in examine(world.data, other, world.folder, limits)}
    assert bad(checks) == {"made by": "error", "read by": "warning"}
    assert "answering.finder" in checks["made by"].line
    for name in ("made by", "read by"):
        assert "`paperknife refresh`" in checks[name].line
    assert list(repair(world.data, other)) == []


def break_ledger(world: World) -> None:
    (world.data / LEDGER).write_bytes(b"no database " * 500)


def lose_ledger(world: World) -> None:
    (world.data / LEDGER).unlink()


def forge_ledger(world: World) -> None:
    world.ledger("UPDATE files SET sha256 = 'another' WHERE file = 'kestleshire.md'")
    world.ledger("DELETE FROM files WHERE file = 'empty.txt'")


def leave_ledger_behind(world: World) -> None:
    point(world.data, world.kept()[1])


@pytest.mark.parametrize(
    ("damage", "severity", "samples"),
    [
        (break_ledger, "error", ()),
        (lose_ledger, "warning", ()),
        (forge_ledger, "error", ("empty.txt", "kestleshire.md")),
        (leave_ledger_behind, "warning", ("brannock.md",)),
    ],
)
def test_a_ledger_that_is_not_the_snapshots_is_written_anew(
    world: World, damage: Callable[[World], None], severity: str, samples: tuple[str, ...]
) -> None:
    damage(world)
    check = examined(world)["ledger"]
    assert (check.severity, check.samples) == (severity, samples)
    assert mended(world) == [f"wrote the ledger anew from snapshot {current(world.data)}"]
    assert examined(world)["ledger"].severity == "ok"


def test_rolled_back_is_no_error(world: World) -> None:
    roll_back(world.data, world.made_by)
    assert worst(examined(world).values()) == "warning"


def test_a_refresh_that_died_is_marked(world: World) -> None:
    dead = new_report()
    elsewhere = new_report("waiting").model_copy(update={"host": f"not {socket.gethostname()}"})
    for report in (dead, elsewhere):
        Reports(world.data).write(report)
    check = examined(world)["refreshes"]
    assert (check.severity, check.samples) == ("warning", (dead.id,))
    assert mended(world) == [f"marked refresh {dead.id} as failed"]
    assert Reports(world.data).get(dead.id).state == "failed"
    assert examined(world)["refreshes"].severity == "ok"


def test_what_dead_writers_left_is_removed(world: World) -> None:
    (world.data / "snapshots/.writing").mkdir()
    (world.data / "snapshots/.writing/passages.npy").write_bytes(b"half")
    (world.data / "snapshots/.file").write_text("a file, and no folder")
    old = [".CURRENT", ".corpus.json.new", "refreshes/.x.json.new"]
    for name in (*old, ".just-now.new"):
        (world.data / name).write_text("half")
    for name in old:
        os.utime(world.data / name, (time.time() - 100,) * 2)
    left = ["snapshots/.file", "snapshots/.writing", *old]
    check = examined(world)["left over"]
    assert (check.severity, check.samples) == ("warning", tuple(left))
    assert mended(world) == [f"removed {name}, which a dead writer left" for name in left]
    assert not any((world.data / name).exists() for name in left)
    assert (world.data / ".just-now.new").exists()
    assert bad(examined(world)) == {}


def test_what_is_not_paperknifes_is_said_and_left_alone(world: World) -> None:
    names = ["notes.txt", "refreshes/notes", "snapshots/old"]
    for name in names:
        (world.data / name).write_text("notes")
    check = examined(world)["other files"]
    assert (check.severity, check.samples) == ("warning", tuple(names))
    assert mended(world) == []
    assert all((world.data / name).exists() for name in names)


def withdraw_and_die(world: World, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    wanted = next(
        check.document
        for check in Reports(world.data).newest().added  # type: ignore[union-attr]
        if check.file == "brannock.md"
    )
    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(Killed):
            world.refresh(str(wanted))


def test_a_withdrawal_that_ended_too_early_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw_and_die(world, monkeypatch, "index.refreshing.purge")
    held = next(name for name in world.kept() if name != current(world.data))
    check = examined(world)["withdrawn"]
    assert (check.severity, check.line.startswith("1 withdrawn")) == ("warning", True)
    assert held in check.samples
    assert f"removed snapshot {held}, which held a withdrawn letter" in mended(world)
    assert words_on_disk(world, "Homes are warm.") == []
    assert bad(examined(world)) == {}


def test_a_withdrawn_letter_that_is_still_served_needs_a_refresh(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw_and_die(world, monkeypatch, "index.withdrawing.content_hash")
    check = examined(world)["withdrawn"]
    assert (check.severity, check.samples) == ("error", ("brannock.md",))
    assert "`paperknife refresh`" in check.line
    mended(world)
    assert examined(world)["withdrawn"].severity == "error"
    world.refresh()
    assert bad(examined(world)) == {}


def test_a_full_disk_is_a_warning(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(world.data)._replace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    check = examined(world)["disk space"]
    assert check.severity == "warning"
    assert check.line.startswith("1 MB are free")


def test_what_is_new_in_the_corpus_is_said(world: World) -> None:
    world.write("new.md", letter("Port Brannock", "Schools are near."))
    world.write("kestleshire.md", letter("Kestleshire", "Plans are vague."))
    (world.folder / "2024/wexley.md").rename(world.folder / "wexley.md")
    (world.folder / "again.md").unlink()
    check = examined(world)["changes"]
    assert check.severity == "warning"
    assert "1 new, 1 changed, 1 moved, 1 removed" in check.line
    assert check.samples == (
        *("new: new.md", "changed: kestleshire.md", "moved: wexley.md", "removed: again.md"),
    )


def test_a_corpus_that_is_gone_or_unknown_is_said(world: World, tmp_path: Path) -> None:
    check = examined(world, tmp_path / "gone")["corpus"]
    assert (check.severity, "does not exist" in check.line) == ("error", True)
    checks = {check.name: check for check in examine(world.data, world.made_by)}
    assert bad(checks) == {"corpus": "warning"}
    assert "changes" not in checks


def test_beside_a_refresh_what_it_writes_is_not_judged(world: World) -> None:
    Reports(world.data).write(new_report())
    with writing(world.data):
        (world.data / "snapshots/.writing").mkdir()
        checks = examined(world)
        with pytest.raises(RefreshRunning):
            mended(world)
    assert bad(checks) == {}
    assert "a refresh is running" in checks["state"].line
    assert "ledger" not in checks


def test_a_snapshot_that_is_replaced_while_it_is_opened_is_not_blamed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer, older = world.kept()
    point(world.data, older)
    real = snapshots.open_whole

    def open_whole(folder: Path) -> object:
        if folder.name == older:
            point(world.data, newer)
            shutil.rmtree(folder)
        return real(folder)

    monkeypatch.setattr(module, "open_whole", open_whole)
    checks = {check.name: check for check in examine(world.data, world.made_by, world.folder)}
    assert bad(checks) == {}
    assert newer in checks["pointer"].line


def test_a_pointer_that_goes_while_its_snapshot_is_opened_is_no_other_snapshot(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_whole(folder: Path) -> object:
        (world.data / "CURRENT").unlink()
        raise SnapshotDamaged(f"{folder}: damaged")

    monkeypatch.setattr(module, "open_whole", open_whole)
    found = module._served(world.data)
    assert (found.snapshot, str(found.problem)) == (None, f"{found.folder}: damaged")


def test_an_earlier_snapshot_that_is_removed_while_it_is_looked_at_is_not_blamed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, older = directory.damage, world.kept()[1]

    def damage(folder: Path) -> list[str]:
        if folder.name == older:
            shutil.rmtree(folder)
        return real(folder)

    monkeypatch.setattr(module, "damage", damage)
    checks = {check.name: check for check in examine(world.data, world.made_by, world.folder)}
    assert bad(checks) == {}


def test_what_is_gone_takes_no_room_and_is_not_left_over(tmp_path: Path) -> None:
    assert directory._size(tmp_path / "gone") == 0
    assert not directory._is_old(tmp_path / "gone")


def test_a_disk_that_fails_while_it_is_mended_is_one_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (world.data / "CURRENT").unlink()

    def full(data: Path, name: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.doctor.repairing.point", full)
    with pytest.raises(SnapshotError, match="data: No space left on device"):
        mended(world)
