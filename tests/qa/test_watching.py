"""A server that watches refreshes by itself when a file comes, changes, moves or goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from watchfiles import Change

from index import FailedFile, Reports, new_report
from index.store import writing
from qa import watching
from qa.http import create_app
from qa.service import Service
from tests.qa.conftest import LETTER, serving, soon

NEW = "Dear Director\n\nThe new team for care leavers is settled.\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_TOGETHER", 200)
    monkeypatch.setattr(watching, "_QUIET", 50)
    monkeypatch.setattr(watching, "_TICK", 50)


@contextmanager
def watched(service: Service) -> Iterator[list[None]]:
    """The occasions as they come."""
    found: list[None] = []
    stop = threading.Event()

    def collect() -> None:
        for occasion in watching.occasions(service, stop):
            found.append(occasion)

    thread = threading.Thread(target=collect)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def nothing_for(seconds: float, found: list[None], count: int) -> None:
    threading.Event().wait(seconds)
    assert len(found) == count


def served(client: httpx.Client) -> dict[str, str]:
    rows = client.get("/v1/documents").json()["documents"]
    return {row["file"]: row["sha256"] for row in rows}


def test_letters_that_come_change_move_and_go_are_served(
    small_service: Service, small_corpus: Path
) -> None:
    with serving(create_app(small_service, watch=True)) as client:
        before = served(client)
        (small_corpus / "new.txt").write_text(NEW)
        soon(lambda: "new.txt" in served(client))
        first = served(client)["new.txt"]
        (small_corpus / "new.txt").write_text(NEW + "\nMore is said.\n")
        soon(lambda: served(client)["new.txt"] != first)
        second = served(client)["new.txt"]
        (small_corpus / "sub").mkdir()
        (small_corpus / "new.txt").rename(small_corpus / "sub" / "moved.txt")
        soon(lambda: served(client).get("sub/moved.txt") == second)
        assert "new.txt" not in served(client)
        (small_corpus / "sub" / "moved.txt").unlink()
        soon(lambda: served(client) == before)
        done = client.get("/v1/refreshes").json()["refreshes"]
        assert {entry["was"] for report in done for entry in report["moved"]} == {"new.txt"}


def test_what_changed_before_anybody_watched_is_noticed(small_service: Service) -> None:
    (small_service.corpus / "marlow-vale.md").write_text(LETTER + "\nMore.\n", encoding="utf-8")
    with watched(small_service) as found:
        soon(lambda: len(found) == 1)


def test_what_is_no_change_of_the_corpus_is_no_occasion(small_service: Service) -> None:
    with watched(small_service) as found:
        (small_service.corpus / ".paperknife-upload").write_text(NEW)
        (small_service.corpus / "news.txt").touch()
        nothing_for(1.0, found, 0)


def test_while_somebody_writes_it_is_not_looked(small_service: Service) -> None:
    with watched(small_service) as found:
        with writing(small_service.settings.data):
            (small_service.corpus / "new.txt").write_text(NEW)
            nothing_for(1.0, found, 0)
        soon(lambda: len(found) == 1)


def test_a_failure_is_tried_again_when_its_time_comes_and_not_all_the_time(
    small_service: Service,
) -> None:
    reports = Reports(small_service.settings.data)

    def failed(retry_at: datetime | None) -> None:
        failure = FailedFile(file="a.pdf", problem="is locked", transient=True, retry_at=retry_at)
        report = new_report().model_copy(update={"state": "done", "failed": (failure,)})
        for earlier in reports.known():
            (small_service.settings.data / "refreshes" / f"{earlier.id}.json").unlink()
        reports.write(report)

    now = datetime.now(UTC)
    failed(now + timedelta(hours=1))
    with watched(small_service) as found:
        nothing_for(0.5, found, 0)
        failed(None)
        nothing_for(0.5, found, 0)
        failed(now - timedelta(seconds=1))
        soon(lambda: len(found) == 1)
        # Its refresh is under way, or has failed: it is not asked for each second.
        nothing_for(0.5, found, 1)


def test_a_folder_that_is_gone_is_logged_once_and_watched_when_it_is_back(
    small_service: Service, small_corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = small_corpus.with_name("elsewhere")
    small_corpus.rename(elsewhere)
    with watched(small_service) as found:
        soon(lambda: "cannot be watched" in caplog.text)
        soon(lambda: "cannot be looked at" in caplog.text)
        nothing_for(0.5, found, 0)
        elsewhere.rename(small_corpus)
        (small_corpus / "new.txt").write_text(NEW)
        soon(lambda: len(found) == 1)
    assert caplog.text.count("cannot be looked at") == 1


def test_where_the_file_system_tells_nothing_it_is_looked_from_time_to_time(
    small_service: Service, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(folder: Path, change: Change, path: str) -> bool:
        return False

    monkeypatch.setattr(watching, "_counts", deaf)
    monkeypatch.setattr(watching, "_LOOK", 0.3)
    with watched(small_service) as found:
        nothing_for(0.6, found, 0)
        (small_corpus / "new.txt").write_text(NEW)
        soon(lambda: len(found) > 0)


def test_where_the_system_watches_no_more_folders_it_is_looked_from_time_to_time(
    small_service: Service,
    small_corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refused(*folders: Path, **options: object) -> Iterator[set[object]]:
        raise OSError(28, "OS file watch limit reached")
        yield set()

    monkeypatch.setattr(watching, "watch", refused)
    monkeypatch.setattr(watching, "_LOOK", 0.3)
    with watched(small_service) as found:
        soon(lambda: "watch limit reached" in caplog.text)
        nothing_for(0.6, found, 0)
        (small_corpus / "new.txt").write_text(NEW)
        soon(lambda: len(found) > 0)


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("a.pdf", True),
        ("sub/a.pdf", True),
        (".paperknifeignore", True),
        (".a.pdf", False),
        (".git/config", False),
        ("sub/.paperknife-0123", False),
        ("", True),
        ("../elsewhere", True),
    ],
)
def test_hidden_files_are_none_of_the_corpus(tmp_path: Path, path: str, counts: bool) -> None:
    where = tmp_path.parent / "elsewhere" if path.startswith("..") else tmp_path / path
    assert watching._counts(tmp_path, Change.added, str(where)) is counts
