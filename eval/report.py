"""The figures for people: tables in the terminal, and the files of a report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.changes import Change
from eval.faults import fault
from eval.figures import Figure
from eval.judging import Judged, is_right
from eval.questions import Question
from eval.report_page import page
from eval.run import RUN_FILE, Run
from eval.showing import between, difference, names, number
from eval.systems import Reply

QUESTIONS_FILE = "questions.jsonl"
PAGE_FILE = "report.html"
# A terminal has no room for all of them beside the types; the page has.
_OF_TYPES = ("hit@1", "hit@5", "MRR@5", "recall@50", "token F1", "served", "ECE questions")


def show(run: Run) -> None:
    """Print the figures, and what they are beside those of other times."""
    console = Console()
    console.print(figures_table(run), types_table(run))
    for system, found in (run.changes or {}).items():
        console.print(verdict_table(f"{system} against the earlier run", found))
    if run.changes == {}:
        console.print("No question is in both runs: there is nothing to compare.")
    for wording, found in (run.robustness or {}).items():
        console.print(verdict_table(f"{wording}, against the questions as they are", found))


def figures_table(run: Run) -> Table:
    """Every figure with its interval, a system to a column."""
    table = Table(title=f"{run.questions} questions, {run.snapshot.documents} documents")
    table.add_column("figure")
    for result in run.systems:
        table.add_column(result.name, justify="right")
    for name in names(result.figures for result in run.systems):
        table.add_row(name, *(_shown(name, result.figures.get(name)) for result in run.systems))
    return table


def types_table(run: Run) -> Table:
    """The figures of the first system by type of question, a type to a row."""
    first = run.systems[0]
    shown = [name for name in _OF_TYPES if any(name in found for found in first.by_type.values())]
    table = Table(title=f"{first.name} by type of question")
    table.add_column("type")
    table.add_column("questions", justify="right")
    for name in shown:
        table.add_column(name, justify="right")
    for kind, found in first.by_type.items():
        questions = sum(outcome.type == kind for outcome in first.outcomes)
        values = (f"{found[name].value:.3f}" if name in found else "–" for name in shown)
        table.add_row(kind, str(questions), *values)
    return table


def verdict_table(title: str, changes: Mapping[str, Change]) -> Table:
    """How each figure of a system differs from another time, over the questions of both."""
    table = Table(title=title)
    table.add_column("figure")
    for column in ("questions", "before", "now", "difference"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for name, change in changes.items():
        table.add_row(
            name,
            str(change.questions),
            f"{change.before:.3f}",
            f"{change.now:.3f}",
            "\n".join(difference(change)).rstrip(),
            change.verdict,
        )
    return table


def write_report(folder: Path, run: Run, judged: Sequence[Judged]) -> None:
    """Write ``run.json``, ``questions.jsonl`` and ``report.html`` into a folder, made where it is
    missing.

    The last two quote letters and gold in full: they belong where those may lie.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RUN_FILE).write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    with (folder / QUESTIONS_FILE).open("w", encoding="utf-8") as file:
        for case in judged:
            file.write(json.dumps(_case(case), ensure_ascii=False) + "\n")
    (folder / PAGE_FILE).write_text(page(run, judged), encoding="utf-8")


def _case(case: Judged) -> dict[str, object]:
    asked = case.question.model_dump(mode="json", exclude_none=True)
    systems = {
        name: _reply(case.question, reply)
        | {"right_at": outcome.right_at, "found_at": outcome.found_at, "fault": fault(outcome)}
        for name, (reply, outcome) in case.replies.items()
    }
    return asked | {"systems": systems}


def _reply(question: Question, reply: Reply) -> dict[str, object]:
    return {
        "confidence": reply.confidence,
        "refused": reply.refused,
        "milliseconds": reply.milliseconds,
        "understood": reply.understood and reply.understood.model_dump(mode="json"),
        "answers": [
            asdict(span) | {"right": is_right(span, question.gold)} for span in reply.answers
        ],
    }


def _shown(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{number(name, figure.value)}\n{between(name, figure)}".rstrip()
