"""Reports of refreshes, which any process can read while one of them writes."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from documents import UnknownRefresh
from index import ChangedFile, RefreshReport, Reports, new_report
from index.reports import Teller


def ended_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def report_of(number: int, **changes: object) -> RefreshReport:
    """One that began so many seconds after the others."""
    started = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number)
    name = f"{started:%Y%m%dT%H%M%S}-{number:08x}"
    return new_report().model_copy(
        update={"id": name, "started": started, "state": "done", **changes}
    )


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    report = new_report().model_copy(update={"added": (ChangedFile(file="é.pdf"),)})
    reports = Reports(tmp_path)
    reports.write(report)
    assert Reports(tmp_path).get(report.id) == report
    assert (report.host, report.process) == (socket.gethostname(), os.getpid())
    assert [path.name for path in (tmp_path / "refreshes").iterdir()] == [f"{report.id}.json"]


@pytest.mark.parametrize("wanted", ["20260301T000000-00000000", "../CURRENT", "", "é"])
def test_an_unknown_report_is_one_error(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "CURRENT").write_text("{}")
    with pytest.raises(UnknownRefresh):
        Reports(tmp_path).get(wanted)


def test_a_report_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    reports.write(report_of(1))
    (tmp_path / "refreshes" / f"{report_of(2).id}.json").mkdir()
    assert reports.known() == [report_of(1)]


def test_without_a_refresh_there_is_no_report(tmp_path: Path) -> None:
    reports = Reports(tmp_path / "nowhere")
    assert reports.newest() is reports.running() is None
    assert reports.dead() == []
    reports.tidy()
    assert not (tmp_path / "nowhere").exists()


def test_the_newest_is_the_one_that_began_last(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    for number in (2, 3, 1):
        reports.write(report_of(number, state="running" if number == 2 else "done"))
    (tmp_path / "refreshes" / "20270301T000000-00000000.json").write_text("{}")  # damaged
    newest, running = reports.newest(), reports.running()
    assert newest is not None
    assert running is not None
    assert (newest, running) == (report_of(3), report_of(2, state="running"))


def test_what_says_that_it_is_running_under_the_lock_is_dead(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    gone = ended_process()
    states = {
        1: report_of(1, state="running"),
        2: report_of(2, state="waiting", process=gone),
        3: report_of(3, state="waiting"),
        4: report_of(4, state="waiting", process=gone, host="another.example"),
        5: report_of(5, state="waiting", process=1),
        6: report_of(6),
    }
    for report in states.values():
        reports.write(report)
    assert {report.id for report in reports.dead()} == {states[1].id, states[2].id}
    reports.tidy()
    assert reports.dead() == []
    for number, report in states.items():
        after = reports.get(report.id)
        if number in (1, 2):
            assert after.state == "failed"
            assert after.problem == "its process ended before it was done"
            assert after.ended is not None
        else:
            assert after == report


def test_another_users_process_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(process: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refused)
    Reports(tmp_path).write(report_of(1, state="waiting"))
    assert Reports(tmp_path).dead() == []


def test_only_the_last_reports_are_kept(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    for number in range(103):
        reports.write(report_of(number))
    reports.tidy()
    assert len(list((tmp_path / "refreshes").iterdir())) == 100
    assert reports.newest() == report_of(102)
    with pytest.raises(UnknownRefresh):
        reports.get(report_of(2).id)
    assert reports.get(report_of(3).id) == report_of(3)


def test_a_teller_says_how_far_it_is(tmp_path: Path) -> None:
    reports, heard = Reports(tmp_path), list[tuple[str, int, int]]()
    waiting = new_report("waiting")
    teller = Teller(reports, waiting, lambda *told: heard.append(told))
    assert reports.get(waiting.id).state == "running"
    for done in range(3):
        teller.tell("reading", done, 2)
    after = reports.get(waiting.id)
    # Twice a second at most, and each stage as it begins.
    assert (after.stage, after.done, after.total) == ("reading", 0, 2)
    teller.tell("embedding passages", 1, 7)
    assert reports.get(waiting.id).stage == "embedding passages"
    assert heard == [("reading", n, 2) for n in range(3)] + [("embedding passages", 1, 7)]
    done_report = teller.done(snapshot="0" * 16, unchanged=3)
    assert reports.get(waiting.id) == done_report
    assert (done_report.state, done_report.stage, done_report.unchanged) == ("done", None, 3)
    assert done_report.ended is not None
    assert done_report.ended >= done_report.started


def test_a_failure_is_told_with_its_reason(tmp_path: Path) -> None:
    reports = Reports(tmp_path)
    teller = Teller(reports, new_report())
    teller.failed("no room")
    newest = reports.newest()
    assert newest is not None
    assert (newest.state, newest.problem) == ("failed", "no room")


def test_a_failure_that_cannot_be_written_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reports = Reports(tmp_path)
    teller = Teller(reports, new_report())

    def full(self: Reports, report: RefreshReport) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Reports, "write", full)
    teller.failed("no room")
    assert "no room (No space left on device)" in caplog.text
    running = reports.running()
    assert running is not None
