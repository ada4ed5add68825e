"""The refreshes of a server: one after the other, each with a report that tells the truth."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from documents import RefreshRunning, UnknownRefresh
from index import Encoder, RefreshReport, Reports, new_report
from index.store import current, is_being_written, writing
from qa import refresher as module
from qa.background import in_background
from qa.refresher import Refresher
from qa.service import Service
from qa.settings import Settings
from tests.qa.conftest import Gate, soon

NEW = "Dear Director\n\nThe new team for care leavers is settled.\n"


def state(refresher: Refresher, report: RefreshReport) -> str:
    return refresher.report(report.id).state


def add(service: Service, name: str, text: str = NEW) -> None:
    (service.corpus / name).write_text(text, encoding="utf-8")


def identity(service: Service) -> str:
    return service.answerer.snapshot.manifest.id


def test_one_that_is_asked_for_waits_runs_and_is_served_once_it_is_done(
    small_service: Service, gate: Gate
) -> None:
    before = identity(small_service)
    add(small_service, "new.txt")
    with Refresher(small_service) as refresher:
        report = refresher.ask()
        assert report.state == "waiting"
        assert gate.reached.wait(60)
        assert state(refresher, report) == "running"
        assert identity(small_service) == before
        gate.open.set()
        soon(lambda: state(refresher, report) == "done")
        done = refresher.report(report.id)
        assert identity(small_service) == done.snapshot != before
        assert [entry.file for entry in done.added] == ["new.txt"]


def test_what_is_asked_for_twice_while_it_waits_is_one(small_service: Service, gate: Gate) -> None:
    add(small_service, "new.txt")
    document = small_service.answerer.snapshot.documents[0].id
    with Refresher(small_service) as refresher:
        first = refresher.ask()
        assert gate.reached.wait(60)
        # The first may have listed the folder already.
        second = refresher.ask()
        assert second.id != first.id
        assert refresher.ask().id == second.id
        other = refresher.ask(document)
        assert other.id not in (first.id, second.id)
        assert refresher.ask(document).id == other.id
        gate.open.set()
        soon(lambda: state(refresher, other) == "done")
        assert [report.id for report in refresher.reports(2)] == [other.id, second.id]
        assert state(refresher, second) == "done"
    assert document not in [d.id for d in small_service.answerer.snapshot.documents]


def test_one_waits_for_another_process(
    small_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASKED_AGAIN", 0.05)
    add(small_service, "new.txt")
    with Refresher(small_service) as refresher:
        with writing(small_service.settings.data):
            report = refresher.ask()
            assert refresher.ask().id == report.id
            assert state(refresher, report) == "waiting"
        soon(lambda: state(refresher, report) == "done")


def test_one_that_was_overtaken_waits_again(
    small_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ASKED_AGAIN", 0.05)
    # Whoever looks sees nobody at it, and yet another one comes first.
    monkeypatch.setattr(module, "is_being_written", lambda data: False)
    overtaken = threading.Event()
    real = Service.refresh

    def refresh(*arguments: object, **named: object) -> object:
        try:
            return real(*arguments, **named)  # type: ignore[arg-type]
        except RefreshRunning:
            overtaken.set()
            raise

    monkeypatch.setattr(Service, "refresh", refresh)
    with Refresher(small_service) as refresher:
        with writing(small_service.settings.data):
            report = refresher.ask()
            assert overtaken.wait(60)
        soon(lambda: state(refresher, report) == "done")


def test_one_does_not_wait_for_ever(
    small_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    with Refresher(small_service) as refresher, writing(small_service.settings.data):
        report = refresher.ask()
        soon(lambda: state(refresher, report) == "failed")
        assert "did not come to an end" in str(refresher.report(report.id).problem)


def test_while_one_runs_here_another_is_refused_with_its_id(
    small_service: Service, gate: Gate
) -> None:
    add(small_service, "new.txt")
    with Refresher(small_service) as refresher:
        refresher.check_idle()
        report = refresher.ask()
        assert gate.reached.wait(60)
        with pytest.raises(RefreshRunning) as refused:
            refresher.check_idle()
        assert refused.value.refresh == report.id
        gate.open.set()


def test_one_that_has_begun_and_holds_nothing_yet_is_running(
    small_service: Service, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(small_service, "new.txt")
    with Refresher(small_service) as refresher:
        report = refresher.ask()
        assert gate.reached.wait(60)
        monkeypatch.setattr(module, "is_being_written", lambda data: False)
        with pytest.raises(RefreshRunning) as refused:
            refresher.check_idle()
        assert refused.value.refresh == report.id
        gate.open.set()


def test_while_one_runs_elsewhere_another_is_refused_with_its_id(small_service: Service) -> None:
    reports = Reports(small_service.settings.data)
    with Refresher(small_service) as refresher, writing(small_service.settings.data):
        with pytest.raises(RefreshRunning) as refused:
            refresher.check_idle()
        assert refused.value.refresh is None
        report = new_report()
        reports.write(report)
        with pytest.raises(RefreshRunning) as refused:
            refresher.check_idle()
        assert refused.value.refresh == report.id
        assert state(refresher, report) == "running"


def test_a_report_of_a_process_that_has_died_says_so(small_service: Service) -> None:
    reports = Reports(small_service.settings.data)
    refresher = Refresher(small_service)
    ran = subprocess.Popen([sys.executable, "-c", "pass"])
    ran.wait()
    running = new_report()
    waiting = new_report("waiting").model_copy(update={"process": ran.pid})
    here = new_report("waiting")
    elsewhere = waiting.model_copy(update={"id": new_report().id, "host": "another-host"})
    somebodys = new_report("waiting").model_copy(update={"process": 1})
    for report in (running, waiting, here, elsewhere, somebodys):
        reports.write(report)
    assert state(refresher, running) == "failed"
    assert "its process ended" in str(refresher.report(running.id).problem)
    assert state(refresher, waiting) == "failed"
    for report in (here, elsewhere, somebodys):
        assert state(refresher, report) == "waiting"
    # The next refresh writes down what is true.
    small_service.refresh()
    assert reports.get(running.id).state == reports.get(waiting.id).state == "failed"
    assert reports.get(here.id).state == "waiting"


def test_what_ended_between_two_looks_has_not_died(small_service: Service) -> None:
    reports = Reports(small_service.settings.data)
    report = new_report()
    reports.write(report.model_copy(update={"state": "done"}))
    assert reports.settled(report).state == "done"


def test_somebody_elses_process_lives(
    small_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(process: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", denied)
    report = new_report("waiting")
    assert Reports(small_service.settings.data).settled(report) is report


def test_a_failure_is_in_its_report_and_the_next_one_runs(
    small_service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    corpus = small_service.corpus
    corpus.rename(corpus.with_name("elsewhere"))
    with Refresher(small_service) as refresher:
        report = refresher.ask()
        soon(lambda: state(refresher, report) == "failed")
        assert "does not exist" in str(refresher.report(report.id).problem)
        assert f"refresh {report.id} failed" in caplog.text
        corpus.with_name("elsewhere").rename(corpus)
        again = refresher.ask()
        soon(lambda: state(refresher, again) == "done")


def test_an_unknown_letter_is_a_failure(small_service: Service) -> None:
    with Refresher(small_service) as refresher:
        report = refresher.ask("no-such-letter")
        soon(lambda: state(refresher, report) == "failed")
        assert "no-such-letter" in str(refresher.report(report.id).problem)


def test_a_fault_ends_nothing_but_its_refresh(
    small_service: Service,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> None:
        raise ZeroDivisionError("secret")

    add(small_service, "new.txt")
    with Refresher(small_service) as refresher:
        with monkeypatch.context() as patch:
            patch.setattr(encoder, "encode", broken)
            report = refresher.ask()
            soon(lambda: state(refresher, report) == "failed")
            soon(lambda: "fault" in str(refresher.report(report.id).problem))
        assert "secret" not in str(refresher.report(report.id).problem)
        assert "ZeroDivisionError: secret" in caplog.text
        again = refresher.ask()
        soon(lambda: state(refresher, again) == "done")


def test_a_report_that_was_lost_is_logged(
    small_service: Service, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    with Refresher(small_service) as refresher:
        with writing(small_service.settings.data):
            report = refresher.ask("no-such-letter")
            (small_service.settings.data / "refreshes" / f"{report.id}.json").unlink()
            caplog.set_level(logging.ERROR)
            refresher.__exit__(None, None, None)
        assert f"refresh {report.id} has no report" in caplog.text
    with pytest.raises(UnknownRefresh):
        refresher.report(report.id)


def test_at_the_end_what_runs_and_what_waits_say_that_they_were_given_up(
    small_service: Service, gate: Gate
) -> None:
    before = identity(small_service)
    add(small_service, "new.txt")
    refresher = Refresher(small_service)
    running = refresher.ask()
    assert gate.reached.wait(60)
    waiting = refresher.ask()
    ending = threading.Thread(target=refresher.__exit__, args=(None, None, None))
    ending.start()
    soon(lambda: state(refresher, waiting) == "failed")
    gate.open.set()
    ending.join()
    assert state(refresher, running) == "failed"
    for report in (running, waiting):
        assert "the server was stopped" in str(refresher.report(report.id).problem)
    assert current(small_service.settings.data) == before
    assert not is_being_written(small_service.settings.data)
    assert small_service.refresh().report.added


def test_the_end_does_not_wait_for_another_process(small_service: Service) -> None:
    refresher = Refresher(small_service)
    with writing(small_service.settings.data):
        report = refresher.ask()
        refresher.__exit__(None, None, None)
        assert state(refresher, report) == "failed"


def test_a_server_follows_what_another_process_publishes(
    small_service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK", 0.02)
    other = Service(Settings(data=small_service.settings.data), encoder)
    other.prepare()
    held = small_service.answerer
    add(small_service, "new.txt")
    with in_background("follower", Refresher(small_service).follow):
        published = other.refresh().snapshot.manifest.id
        soon(lambda: identity(small_service) == published)
    assert held.snapshot.manifest.id != published


def test_what_hinders_following_is_logged_once_and_passes(
    small_service: Service,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "_LOOK", 0.02)
    data = small_service.settings.data
    follower = Service(Settings(data=data), encoder)
    follower.prepare()
    add(small_service, "new.txt")
    published = small_service.refresh().snapshot.manifest.id
    record: Path = data / "corpus.json"
    kept = record.read_bytes()
    record.unlink()
    record.mkdir()
    with in_background("follower", Refresher(follower).follow):
        soon(lambda: "cannot be looked at" in caplog.text)
        looked = threading.Event()
        assert not looked.wait(0.2)
        record.rmdir()
        record.write_bytes(kept)
        soon(lambda: identity(follower) == published)
    assert caplog.text.count("cannot be looked at") == 1


def test_who_hears_that_a_refresh_is_done_is_answered_from_it(
    small_service: Service, encoder: Encoder
) -> None:
    """Also by a server that did not do it, and has not looked yet."""
    other = Service(Settings(data=small_service.settings.data), encoder)
    other.prepare()
    add(small_service, "new.txt")
    report = small_service.refresh().report
    assert Refresher(other).report(report.id).state == "done"
    assert identity(other) == report.snapshot
