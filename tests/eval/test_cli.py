"""The commands as a person or a machine calls them: output, exit codes, the environment."""

import json
import os
from pathlib import Path

import pytest

import eval
from eval.cli import main
from eval.run import Run as EvaluationRun
from eval.run import read_run
from tests.eval.conftest import Run

SETS = Path(eval.__path__[0]) / "questions"
KESTLESHIRE = str(SETS / "samples-kestleshire.jsonl")
QUICK = ("--questions", KESTLESHIRE, "--limit", "3", "--no-baselines")
# The set that is hardest: where all is answered rightly, nothing can be worse than before.
GATED = ("--questions", str(SETS / "samples-aldermere.jsonl"), "--no-baselines")


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


def test_other_wordings_are_asked_where_they_are_asked_for(run: Run) -> None:
    people = run("evaluate", *QUICK, "--robust")
    assert people.exit_code == 0, people.output
    for wording in ("upper case", "no punctuation", "one typo", "keywords only"):
        assert f"{wording}, against the questions as they are" in people.stdout
    machine = run("evaluate", *QUICK, "--json")
    assert EvaluationRun.model_validate_json(machine.stdout).robustness is None


def kept(run: Run, folder: Path, right: bool) -> Path:
    """A kept run of the quick questions, in which all were answered rightly, or none was."""
    assert run("evaluate", *GATED, "--report", str(folder)).exit_code == 0
    found = read_run(folder)
    system = found.systems[0]
    outcomes = tuple(
        outcome.model_copy(update={"right": tuple(right for _ in outcome.right)})
        for outcome in system.outcomes
    )
    changed = system.model_copy(update={"outcomes": outcomes})
    path = folder / "kept.json"
    path.write_text(found.model_copy(update={"systems": (changed,)}).model_dump_json(), "utf-8")
    return path


def test_the_gate_fails_where_answers_got_worse(run: Run, tmp_path: Path) -> None:
    path = kept(run, tmp_path, right=True)
    worse = run("evaluate", *GATED, "--gate", str(path))
    assert worse.exit_code == 1
    said = worse.stderr.splitlines()[-1]
    assert said.startswith("paperknife: worse than the run that is kept: hit@1 fell from 1.000 to ")
    # The figures are shown all the same.
    assert "hit@1" in worse.stdout


def test_the_gate_lets_better_answers_through(run: Run, tmp_path: Path) -> None:
    path = kept(run, tmp_path, right=False)
    better = run("evaluate", *GATED, PAPERKNIFE_GATE=str(path))
    assert better.exit_code == 0, better.output
    assert "worse" not in better.stderr


def test_the_gate_is_for_the_same_questions(run: Run, tmp_path: Path) -> None:
    path = kept(run, tmp_path, right=True)
    fewer = run("evaluate", *GATED, "--limit", "3", "--gate", str(path))
    assert fewer.exit_code == 2
    assert "is a run of 24 questions, and not of 3" in fewer.stderr
    held = json.loads(path.read_text(encoding="utf-8"))
    held["systems"][0]["outcomes"][0]["fingerprint"] = "another"
    path.write_text(json.dumps(held), encoding="utf-8")
    other = run("evaluate", *GATED, "--gate", str(path))
    assert other.exit_code == 2
    assert "the same files, but other questions or gold" in other.stderr


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
        (("evaluate", *QUICK, "--gate", "none.json"), 2, "evaluation.md says how a kept run"),
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
