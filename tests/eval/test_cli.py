"""The commands as a person or a machine calls them: output, exit codes, the environment."""

import json
import os
from pathlib import Path

import pytest

import eval
from eval.cli import main
from eval.run import Run as EvaluationRun
from tests.eval.conftest import Run

SETS = Path(eval.__path__[0]) / "questions"
KESTLESHIRE = str(SETS / "samples-kestleshire.jsonl")
QUICK = ("--questions", KESTLESHIRE, "--limit", "3", "--no-baselines")


def test_the_program_has_all_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["paperknife", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in ("serve", "ask", "refresh", "documents", "evaluate", "fit", "bench"):
        assert command in shown


def test_figures_for_people(run: Run) -> None:
    result = run("evaluate", "--questions", KESTLESHIRE, "--limit", "3")
    assert result.exit_code == 0, result.output
    assert "3 questions, 12 documents" in result.stdout
    for word in ("hit@1", "AUROC", "p95 ms", "BM25 sentences", "fused sentences"):
        assert (word in result.stdout) == (word != "AUROC")  # no unanswerable one among the three


def test_json_for_machines_holds_what_the_report_does(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", *QUICK, "--json", "--report", str(tmp_path / "report"))
    assert result.exit_code == 0, result.output
    found = EvaluationRun.model_validate_json(result.stdout)
    assert [system.name for system in found.systems] == ["paperknife"]
    assert found.questions == 3
    assert json.loads((tmp_path / "report" / "run.json").read_text("utf-8")) == json.loads(
        result.stdout
    )
    assert len((tmp_path / "report" / "questions.jsonl").read_text("utf-8").splitlines()) == 3


def test_against_an_earlier_run(run: Run, tmp_path: Path) -> None:
    assert run("evaluate", *QUICK, "--report", str(tmp_path)).exit_code == 0
    people = run("evaluate", *QUICK, "--against", str(tmp_path))
    assert people.exit_code == 0, people.output
    assert "paperknife against the earlier run" in people.stdout
    assert "no clear difference" in people.stdout
    machine = run("evaluate", *QUICK, "--against", str(tmp_path / "run.json"), "--json")
    changes = EvaluationRun.model_validate_json(machine.stdout).changes
    assert changes is not None
    assert changes["paperknife"]["hit@5"].difference == 0


def test_against_a_run_of_other_questions(run: Run, tmp_path: Path) -> None:
    assert run("evaluate", *QUICK, "--report", str(tmp_path)).exit_code == 0
    others = str(SETS / "samples-others.jsonl")
    result = run("evaluate", "--questions", others, *QUICK[2:], "--against", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "No question is in both runs" in result.stdout


def test_several_files_and_their_variable(run: Run) -> None:
    names = ["samples-kestleshire.jsonl", "samples-others.jsonl"]
    paths = os.pathsep.join(str(SETS / name) for name in names)
    result = run("evaluate", *QUICK[2:], "--json", PAPERKNIFE_QUESTIONS=paths)
    assert result.exit_code == 0, result.output
    files = EvaluationRun.model_validate_json(result.stdout).question_files
    assert [file.name for file in files] == names


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("evaluate",), 2, "Missing option '--questions'"),
        (("evaluate", "--questions", "none.jsonl"), 1, "paperknife: none.jsonl: No such file"),
        (("evaluate", *QUICK, "--limit", "0"), 2, "--limit"),
        (("evaluate", *QUICK, "--against", "none.json"), 2, "none.json: No such file"),
        (("bench", "--questions", "none.jsonl"), 1, "paperknife: none.jsonl: No such file"),
        (("bench", "--corpus", "no-such-folder", "--limit", "1"), 1, "no-such-folder"),
    ],
)
def test_bad_input_is_one_clear_message(
    run: Run, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (exit_code, ""), result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_gold_that_is_not_in_the_corpus_fails_before_anything_is_asked(
    run: Run, tmp_path: Path
) -> None:
    gold = [{"document": "elsewhere.pdf", "quote": "Visits are late."}]
    question = {"id": "q", "question": "Late?", "type": "fact", "answerable": True, "gold": gold}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(question), encoding="utf-8")
    result = run("evaluate", "--questions", str(path))
    assert result.exit_code == 1
    assert result.stderr == "paperknife: question q: elsewhere.pdf is not in this corpus\n"


def test_a_report_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("evaluate", *QUICK, "--report", str(tmp_path / "file"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(tmp_path / "file") in result.stderr.splitlines()[-1]
