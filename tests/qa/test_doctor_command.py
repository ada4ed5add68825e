"""``paperknife doctor`` as a person and as a machine calls it."""

import json
import shutil
from pathlib import Path

import pytest

from index.store import current, path_of
from qa.service import Service
from tests.qa.test_cli import Run, one_line, run, usage

__all__ = ["run"]


def test_what_is_well_ends_with_0(run: Run, samples_service: Service) -> None:
    shown = run("doctor")
    assert shown.exit_code == 0, shown.output
    machine = json.loads(run("doctor", "--json").stdout)
    assert (machine["worst"], machine["repaired"]) == ("ok", [])
    for check in machine["checks"]:
        assert set(check) == {"name", "severity", "line", "samples"}
        assert check["line"] in shown.stdout
    assert f"{len(machine['checks'])} checks are well, 0 warn, 0 fail." in shown.stdout
    served = samples_service.answerer.snapshot.manifest.id
    assert f"snapshot {served} is in service" in shown.stdout


def test_it_takes_its_options_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEEP", "REPAIR", "JSON"):
        monkeypatch.setenv(f"PAPERKNIFE_{name}", "1")
    result = run("doctor")
    assert result.exit_code == 0, result.output
    names = [check["name"] for check in json.loads(result.stdout)["checks"]]
    assert "embedding" in names


def test_warnings_end_with_0(run: Run, small_service: Service) -> None:
    (small_service.corpus / "[bold]new\x1b[2J.txt").write_text("Homes are warm.\n")
    data = small_service.settings.data
    result = run("doctor", data=data)
    assert result.exit_code == 0, result.output
    assert "1 new; `paperknife refresh` reads them" in result.stdout
    assert "new: [bold]new" in result.stdout
    assert "\x1b" not in result.stdout
    assert "1 warn, 0 fail." in result.stdout
    assert json.loads(run("doctor", "--json", data=data).stdout)["worst"] == "warning"


def test_the_corpus_is_the_recorded_one_or_the_one_that_is_given(
    run: Run, small_service: Service, tmp_path: Path
) -> None:
    data, gone = small_service.settings.data, tmp_path / "gone"
    assert f"{small_service.corpus} can be read" in run("doctor", data=data).stdout
    other = run("doctor", "--corpus", str(gone), data=data)
    assert other.exit_code == 1
    assert f"{gone}: the corpus folder does not exist" in other.stdout
    (data / "corpus.json").unlink()
    unknown = run("doctor", data=data)
    assert unknown.exit_code == 0
    assert "--corpus names it" in unknown.stdout


def test_an_error_ends_with_1_and_what_needs_no_guessing_is_repaired(
    run: Run, small_service: Service
) -> None:
    data = small_service.settings.data
    (small_service.corpus / "news.txt").unlink()
    small_service.refresh()
    damaged = current(data)
    (path_of(data, damaged) / "passages.npy").write_bytes(b"")
    found = run("doctor", data=data)
    assert found.exit_code == 1
    assert f"{damaged}/passages.npy: is not what its manifest says" in found.stdout
    assert json.loads(run("doctor", "--json", data=data).stdout)["worst"] == "error"
    repaired = run("doctor", "--repair", data=data)
    assert repaired.exit_code == 0, repaired.output
    assert f"removed snapshot {damaged}, which is damaged and not in service" in repaired.stdout
    assert f"snapshot {current(data)} is in service" in repaired.stdout
    assert json.loads(run("doctor", "--repair", "--json", data=data).stdout)["repaired"] == []


def test_a_directory_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("doctor", data=tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "holds no snapshot; `paperknife refresh` makes one" in result.stdout
    one_line(run("doctor", "--repair", data=tmp_path / "nowhere"), "holds no snapshot")
    assert not (tmp_path / "nowhere").exists()


def test_an_unknown_option_is_a_usage_error(run: Run) -> None:
    usage(run("doctor", "--mend"), "--mend")


def test_a_directory_that_was_moved_is_as_sound(
    run: Run, small_service: Service, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(small_service.settings.data, moved)
    assert json.loads(run("doctor", "--json", data=moved).stdout)["worst"] == "ok"
