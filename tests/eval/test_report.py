import json
from pathlib import Path

import pytest
from rich.console import Console

from eval.changes import changes
from eval.evaluate import ask_all
from eval.judging import Judged
from eval.report import figures_table, show, types_table, verdict_table, write_report
from eval.run import Run, read_run
from tests.eval.outcomes import run_of
from tests.eval.replies import GOLD, LATE, PROMPT, Scripted, asked, reply, span


@pytest.fixture
def judged() -> list[Judged]:
    right, wrong = span("ashford.md", LATE), span("corby.md", "Plans are [bold]weak[/bold].")
    paperknife = Scripted(
        "paperknife",
        {"q1": reply(right, refused=False), "q2": reply(wrong, refused=True)},
    )
    plain = Scripted("plain", {"q1": reply(wrong), "q2": reply(wrong)})
    return ask_all([paperknife, plain], [asked(1, *GOLD), asked(2)])


@pytest.fixture
def run(judged: list[Judged]) -> Run:
    systems = {name: [case.replies[name][1] for case in judged] for name in ("paperknife", "plain")}
    return run_of(systems, questions=2)


def test_a_report_is_read_back_and_says_what_went_wrong(
    tmp_path: Path, run: Run, judged: list[Judged]
) -> None:
    write_report(tmp_path / "made" / "here", run, judged)
    assert read_run(tmp_path / "made" / "here") == run
    lines = (tmp_path / "made" / "here" / "questions.jsonl").read_text("utf-8").splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["question"] == "Question 1?"
    assert [quote["quote"] for quote in first["gold"]] == [LATE, PROMPT]
    best = first["systems"]["paperknife"]["answers"][0]
    assert (best["file"], best["text"], best["right"]) == ("ashford.md", LATE, True)
    assert first["systems"]["paperknife"]["right_at"] == 1
    assert first["systems"]["plain"]["answers"][0]["right"] is False
    assert second["systems"]["paperknife"]["refused"] is True
    assert first["systems"]["plain"]["fault"] == "not found"
    assert first["systems"]["paperknife"]["fault"] is None
    assert "Wrong answers" in (tmp_path / "made" / "here" / "report.html").read_text("utf-8")


def test_a_run_holds_no_word_of_a_letter_or_question(run: Run) -> None:
    kept = run.model_dump_json()
    for text in (LATE, PROMPT, "weak", "Question 1?", "ashford.md"):
        assert text not in kept


def shown(run: Run) -> list[str]:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(figures_table(run), types_table(run))
    return capture.get().splitlines()


def row(lines: list[str], name: str) -> list[str]:
    found = next(line for line in lines if line.strip("│ ").startswith(name))
    return [cell.strip() for cell in found.strip("│").split("│")]


def test_the_tables_show_each_figure_under_its_system(run: Run) -> None:
    lines = shown(run)
    assert row(lines, "hit@1") == ["hit@1", "1.000", "0.000"]
    # A system that does not refuse has no such figure.
    assert row(lines, "unanswerable refused") == ["unanswerable refused", "1.000", "–"]
    assert row(lines, "p50 ms")[:2] == ["p50 ms", "12.5"]
    assert row(lines, "fact")[:3] == ["fact", "1", "1.000"]


def test_the_verdict_shows_what_changed(run: Run) -> None:
    now, before = run.systems[0].outcomes, run.systems[1].outcomes
    console = Console(width=120)
    with console.capture() as capture:
        console.print(verdict_table("paperknife against itself", changes(now, before)))
    cells = row(capture.get().splitlines(), "hit@1")
    assert cells == ["hit@1", "1", "0.000", "1.000", "+1.000", "no clear difference"]


def test_all_that_was_compared_is_printed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = run.systems[0].outcomes
    change = changes(outcomes, outcomes)
    show(run.model_copy(update={"changes": {"plain": change}, "robustness": {"one typo": change}}))
    shown = capsys.readouterr().out
    assert "plain against the earlier run" in shown
    assert "one typo, against the questions as they are" in shown
    show(run.model_copy(update={"changes": {}}))
    assert "No question is in both runs" in capsys.readouterr().out
    show(run)
    assert "against" not in capsys.readouterr().out
