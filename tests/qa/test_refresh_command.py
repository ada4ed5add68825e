"""``paperknife refresh``: what is new, in words and as JSON, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from index.store import current, writing
from qa.service import Service
from qa.terminal import changes
from tests.qa.conftest import LETTER
from tests.qa.test_cli import Run, one_line, run, usage

__all__ = ["run"]

ROOT = Path(__file__).parents[2]
NEW = "Dear Director\n\nThe new team for care leavers is settled.\n"


@pytest.fixture
def changed(small_service: Service, small_corpus: Path) -> Service:
    """A service whose corpus has changed in every way since it was read."""
    (small_corpus / "new.txt").write_text(NEW)
    (small_corpus / "marlow-vale.md").write_text(LETTER + "\nMore.\n", encoding="utf-8")
    (small_corpus / "news.txt").rename(small_corpus / "old news.txt")
    (small_corpus / "cut-off.pdf").unlink()
    return small_service


@pytest.mark.parametrize("command", [("documents",), ("ask", "What is private fostering?")])
def test_until_then_every_command_says_that_letters_have_changed(
    run: Run, changed: Service, command: tuple[str, ...]
) -> None:
    data = changed.settings.data
    assert changed.planned().counted == "1 new, 1 changed, 1 moved, 1 removed"
    (line,) = run(*command, data=data).stderr.splitlines()
    assert line.startswith(f"paperknife: {changed.source} has changed since it was read: 1 new, 1 ")
    run("refresh", data=data)
    assert run(*command, data=data).stderr == ""
    changed.source.rename(changed.source.with_name("gone"))
    (line,) = run(*command, data=data).stderr.splitlines()
    assert line.endswith("the corpus folder does not exist; what was read of it is served")


FOUND = {
    "added": ["new.txt"],
    "changed": ["marlow-vale.md"],
    "moved": [{"file": "old news.txt", "was": "news.txt"}],
    "removed": ["cut-off.pdf"],
    "unchanged": 0,
}
LINES = [
    "  added    new.txt",
    "  changed  marlow-vale.md",
    "  moved    news.txt → old news.txt",
    "  removed  cut-off.pdf",
    "1 added, 1 changed, 1 moved, 1 removed, 0 unchanged.",
]


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_plan_is_printed_and_nothing_is_written(run: Run, changed: Service) -> None:
    data = changed.settings.data
    before = files(data)
    shown = run("refresh", "--dry-run", data=data)
    assert (shown.exit_code, shown.stderr) == (0, ""), shown.output
    assert shown.stdout.splitlines()[1:] == LINES
    machine = json.loads(run("refresh", "--dry-run", "--json", data=data).stdout)
    assert machine == {"corpus": str(changed.corpus), **FOUND}
    assert files(data) == before


def test_a_plan_for_nothing_yet_has_everything(
    run: Run, small_corpus: Path, tmp_path: Path
) -> None:
    where = ("--corpus", str(small_corpus), "--dry-run", "--json")
    machine = json.loads(run("refresh", *where, data=tmp_path / "new").stdout)
    assert machine["added"] == ["cut-off.pdf", "marlow-vale.md", "news.txt"]
    assert not (tmp_path / "new").exists()


def test_a_refresh_says_what_it_found(run: Run, changed: Service) -> None:
    data = changed.settings.data
    before = current(data)
    shown = run("refresh", data=data)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines()[1:] == LINES
    machine = json.loads(run("refresh", "--json", data=data).stdout)
    assert machine["unchanged"] == 3
    assert not any(machine[name] for name in ("added", "changed", "moved", "removed"))
    assert (machine["snapshot"], machine["previous"]) == (current(data), current(data))
    assert before != current(data)
    assert machine["documents"] == 3


def test_a_refresh_as_json_says_the_same(run: Run, changed: Service) -> None:
    before = current(changed.settings.data)
    machine = json.loads(run("refresh", "--json", data=changed.settings.data).stdout)
    assert {name: machine[name] for name in FOUND} == FOUND
    assert machine["previous"] == before


def test_a_failure_is_named_once(run: Run, small_service: Service) -> None:
    (small_service.corpus / "empty.txt").write_bytes(b"")
    shown = run("refresh", data=small_service.settings.data).stdout
    assert shown.count("empty.txt: ") == 1
    assert "2 files could not be read:" in shown


def test_the_snapshot_before_is_put_into_service_again(run: Run, changed: Service) -> None:
    data = changed.settings.data
    first = current(data)
    run("refresh", data=data)
    second = current(data)
    shown = run("refresh", "--rollback", data=data)
    assert shown.exit_code == 0, shown.output
    assert first[:12] in shown.stdout
    assert current(data) == first
    one_line(run("refresh", "--rollback", data=data), "no snapshot is kept")
    run("refresh", data=data)
    assert current(data) == second
    assert json.loads(run("refresh", "--rollback", "--json", data=data).stdout) == {
        "snapshot": first
    }


def test_a_corpus_that_was_emptied_has_to_be_meant(run: Run, small_service: Service) -> None:
    data = small_service.settings.data
    for file in small_service.corpus.iterdir():
        file.unlink()
    one_line(run("refresh", data=data), "--allow-empty")
    assert len(json.loads(run("documents", "--json", data=data).stdout)["documents"]) == 3
    assert run("refresh", "--allow-empty", data=data).exit_code == 0


@pytest.mark.parametrize("more", [[], ["--wait", "0.1"], ["--rollback"]])
def test_while_another_one_runs_it_is_one_line(
    run: Run, small_service: Service, more: list[str]
) -> None:
    data = small_service.settings.data
    with writing(data):
        one_line(run("refresh", *more, data=data), "another refresh is running")


def test_retry_tries_again(run: Run, small_service: Service) -> None:
    machine = json.loads(
        run("refresh", "--retry", "--json", data=small_service.settings.data).stdout
    )
    assert machine["unchanged"] == 3


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--dry-run", "--watch"], ["--dry-run and --watch do not go together"]),
        (["--rollback", "--dry-run"], ["--dry-run and --rollback do not go together"]),
        (["--wait", "-1"], ["--wait"]),
        (["--wait", "long"], ["--wait"]),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(run: Run, more: list[str], words: list[str]) -> None:
    usage(run("refresh", *more), *words)


def test_every_option_is_a_variable(
    run: Run, changed: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RETRY", "ALLOW_EMPTY", "JSON"):
        monkeypatch.setenv(f"PAPERKNIFE_{name}", "1")
    monkeypatch.setenv("PAPERKNIFE_WAIT", "0.5")
    data = changed.settings.data
    assert json.loads(run("refresh", data=data).stdout)["added"] == ["new.txt"]
    with monkeypatch.context() as patch:
        patch.setenv("PAPERKNIFE_ROLLBACK", "1")
        assert json.loads(run("refresh", data=data).stdout).keys() == {"snapshot"}
    monkeypatch.setenv("PAPERKNIFE_DRY_RUN", "1")
    assert json.loads(run("refresh", data=data).stdout)["added"] == ["new.txt"]


def test_many_changes_are_cut_short_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    changes([f"  added    {number}.md" for number in range(50)], "50 added.")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 42
    assert lines[-2:] == ["  and 10 more; --json names all", "50 added."]


def test_watching_goes_on_until_it_is_ended(small_service: Service, small_corpus: Path) -> None:
    """A failure that is said and passes, a change, and SIGTERM."""
    data = small_service.settings.data
    command = [sys.executable, "-c", "from qa.cli import app; app()", "refresh", "--watch"]
    with subprocess.Popen(
        [*command, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline().startswith("Read "), process.communicate()[1]
            assert "3 unchanged" in process.stdout.readline()
            for line in process.stderr:
                if line.startswith("Watches "):
                    break
            kept = {path: path.read_bytes() for path in small_corpus.iterdir()}
            for path in kept:
                path.unlink()
            for line in process.stderr:
                if line.startswith("paperknife: "):
                    assert "--allow-empty" in line
                    break
            for path, content in kept.items():
                path.write_bytes(content)
            (small_corpus / "new.txt").write_text(NEW)
            for line in process.stdout:
                if line == "  added    new.txt\n":
                    break
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
            assert "Traceback" not in errors
            assert process.returncode == 0
        finally:
            process.kill()
