"""The command: what it prints, and what it says with its exit code."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval import reading_speed
from eval.cli import app
from eval.reading_speed import Scale, ScalePoint, Speed
from eval.targets import Report
from qa.settings import SAMPLES
from tests.eval.labelling import FIRST_PARAGRAPH, IMPROVE, SAMPLE, window, write_windows

Run = Callable[..., Result]

CATALOGUE = f"file,authority,overall_effectiveness\n{SAMPLE},Aldermere,good\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    shutil.copy(SAMPLES / SAMPLE, folder / SAMPLE)
    return folder


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*arguments: str, **environment: str) -> Result:
        wide = {"COLUMNS": "400", "TERMINAL_WIDTH": "400", "PAPERKNIFE_CORPUS": str(folder)}
        return CliRunner().invoke(app, ["proofread", *arguments], env=wide | environment)

    return run


@pytest.fixture
def known(tmp_path: Path) -> tuple[str, ...]:
    """Options that name a catalogue and labels of the letter; what people read is the same."""
    labels = write_windows(tmp_path / "labels.jsonl", [window(IMPROVE), window(FIRST_PARAGRAPH)])
    table = tmp_path / "catalogue.csv"
    table.write_text(CATALOGUE, encoding="utf-8")
    return ("--labels", str(labels), "--catalogue", str(table), "--checked", str(table))


def test_the_samples_meet_their_targets(run: Run) -> None:
    result = run("--corpus", str(SAMPLES))
    assert result.exit_code == 0, result.output
    assert "12 documents" in result.stdout
    assert "words, least recall of a document" in result.stdout
    assert "Furniture: " in result.stdout
    # Our labels are of other letters.
    assert "boundaries" not in result.stdout
    assert "Metadata" not in result.stdout
    assert "reading" in result.stderr


def test_every_figure_stands_beside_its_target(run: Run, known: tuple[str, ...]) -> None:
    result = run(*known)
    assert result.exit_code == 0, result.output
    for words in (
        "boundaries of units, F1, fold test",
        "at least 0.99 ",
        "authority, corrected",
        "1 of 1",
        "overall_effectiveness, by hand",
        "0 windows not found",
    ):
        assert words in result.stdout
    assert " NO " not in result.stdout


def test_a_target_that_is_missed_ends_with_1_and_names_the_error(
    run: Run, known: tuple[str, ...], tmp_path: Path
) -> None:
    divided = [*IMPROVE[:3], "The oversight of children", "who are living in unregistered homes."]
    write_windows(tmp_path / "labels.jsonl", [window(divided), window(FIRST_PARAGRAPH, page=3)])
    (tmp_path / "catalogue.csv").write_text(CATALOGUE.replace("good", "inadequate"), "utf-8")
    result = run(*known)
    assert result.exit_code == 1
    assert f"boundary: {SAMPLE}, p. 1, fold test: start missing, at " in result.stdout
    assert "1 windows not found" in result.stdout
    assert f"catalogue: {SAMPLE}, overall_effectiveness: inadequate; read: Good" in result.stdout
    assert "The oversight of children |who are living" not in result.stdout
    shown = run(*known, "--errors")
    assert shown.exit_code == 1
    assert "The oversight of children |who are living" in shown.stdout


def test_json_for_machines_quotes_no_letter(run: Run, known: tuple[str, ...]) -> None:
    result = run(*known, "--json")
    assert result.exit_code == 0, result.output
    report = Report.model_validate_json(result.stdout)
    assert all(target.met for target in report.targets)
    assert report.proof.boundaries
    assert report.proof.boundaries.scores[0].boundaries == 20
    assert "Families" not in result.stdout
    assert run(*known, PAPERKNIFE_JSON="1").stdout == result.stdout


def test_speed_and_scale_are_measured_where_they_are_asked_for(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[object] = []

    def speed(where: Path, pdfs: list[str]) -> Speed:
        measured.append((where, pdfs))
        return Speed(
            files=1,
            rounds=5,
            seconds=9.0,
            pdftotext_seconds=1.0,
            ratio=9.0,
            low=8.5,
            high=9.5,
            peak_megabytes=123.0,
        )

    def scale(files: list[tuple[Path, int]]) -> Scale:
        measured.append(files)
        point = ScalePoint(
            documents=1000, pages=4000, seconds=1, processor_seconds=2, milliseconds_per_page=0.5
        )
        return Scale(points=(point,), growth=1.0)

    monkeypatch.setattr(reading_speed, "measure_speed", speed)
    monkeypatch.setattr(reading_speed, "measure_scale", scale)
    result = run("--speed", "--scale")
    assert result.exit_code == 1  # nine times as long as pdftotext
    assert measured == [(folder, [SAMPLE]), [(folder / SAMPLE, 4)]]
    for words in ("9.00 times, 8.50 to 9.50 in 5 rounds", "peak memory, MB", "123.00", "4,000"):
        assert words in result.stdout
    found = json.loads(run("--speed", "--json").stdout)
    assert found["proof"]["speed"]["ratio"] == 9
    assert found["proof"]["scale"] is None


def test_without_a_pdf_there_is_no_speed(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for option in ("--speed", "--scale"):
        result = run("--corpus", str(empty), option)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no PDF" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("--labels", "none.jsonl"), 2, "none.jsonl: No such file"),
        (("--catalogue", "none.csv"), 2, "none.csv: No such file"),
        (("--checked", "none.csv"), 2, "none.csv: No such file"),
        (("--limit", "3"), 2, "No such option"),
    ],
)
def test_bad_input_is_one_clear_message(
    run: Run, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (exit_code, ""), result.output
    assert message in result.stderr
    assert "Traceback" not in result.output
