"""The figures for people: tables in the terminal, and every reply in a file to read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from eval.evaluate import Judged, is_right
from eval.metrics import Figure
from eval.questions import Question
from eval.run import RUN_FILE, Change, Run
from eval.systems import Reply

QUESTIONS_FILE = "questions.jsonl"


def figures_table(run: Run) -> Table:
    """Every figure with its interval, a system to a column."""
    table = Table(title=f"{run.questions} questions, {run.snapshot.documents} documents")
    table.add_column("figure")
    for result in run.systems:
        table.add_column(result.name, justify="right")
    for name in _names(result.figures for result in run.systems):
        table.add_row(name, *(_shown(name, result.figures.get(name)) for result in run.systems))
    return table


def types_table(run: Run) -> Table:
    """The figures of the first system by type of question, a type to a row."""
    first = run.systems[0]
    names = _names(first.by_type.values())
    table = Table(title=f"{first.name} by type of question")
    table.add_column("type")
    table.add_column("questions", justify="right")
    for name in names:
        table.add_column(name, justify="right")
    for kind, found in first.by_type.items():
        questions = sum(outcome.type == kind for outcome in first.outcomes)
        values = (f"{found[name].value:.3f}" if name in found else "–" for name in names)
        table.add_row(kind, str(questions), *values)
    return table


def verdict_table(system: str, changes: Mapping[str, Change]) -> Table:
    """How each figure of a system changed since an earlier run, over the questions of both."""
    table = Table(title=f"{system} against the earlier run")
    table.add_column("figure")
    for column in ("questions", "before", "now", "difference"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for name, change in changes.items():
        difference = f"{change.difference:+.3f}"
        if change.low is not None and change.high is not None:
            difference += f"\n{change.low:+.3f} to {change.high:+.3f}"
        table.add_row(
            name,
            str(change.questions),
            f"{change.before:.3f}",
            f"{change.now:.3f}",
            difference,
            change.verdict,
        )
    return table


def write_report(folder: Path, run: Run, judged: Sequence[Judged]) -> None:
    """Write ``run.json`` and ``questions.jsonl`` into a folder, made where it is missing.

    The second quotes letters and gold in full: it belongs where those may lie.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RUN_FILE).write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    with (folder / QUESTIONS_FILE).open("w", encoding="utf-8") as file:
        for case in judged:
            file.write(json.dumps(_case(case), ensure_ascii=False) + "\n")


def _case(case: Judged) -> dict[str, object]:
    asked = case.question.model_dump(mode="json", exclude_none=True)
    systems = {
        name: _reply(case.question, reply) | {"right_at": outcome.right_at, "found": outcome.found}
        for name, (reply, outcome) in case.replies.items()
    }
    return asked | {"systems": systems}


def _reply(question: Question, reply: Reply) -> dict[str, object]:
    return {
        "confidence": reply.confidence,
        "refused": reply.refused,
        "milliseconds": reply.milliseconds,
        "answers": [
            asdict(span) | {"right": is_right(span, question.gold)} for span in reply.answers
        ],
    }


def _names(figures: Iterable[Mapping[str, Figure]]) -> list[str]:
    """The names of all figures, each once, in the order in which they first appear."""
    return list(dict.fromkeys(name for found in figures for name in found))


def _shown(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    digits = 1 if name.endswith(" ms") else 3
    value = f"{figure.value:.{digits}f}"
    if figure.low is None or figure.high is None:
        return value
    return f"{value}\n{figure.low:.{digits}f} to {figure.high:.{digits}f}"
