"""A run of the evaluation as it is kept (run.json), and how two runs compare."""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from eval.changes import Change, changes
from eval.figures import Figure
from eval.metrics import Outcome
from eval.questions import QuestionFile
from qa.schema import Strict

RUN_FILE = "run.json"
LAYOUT: Literal[2] = 2


class SnapshotUsed(Strict):
    """The snapshot that was asked."""

    id: str
    encoder: str
    documents: int
    failures: int
    passages: int
    sentences: int


class SystemResult(Strict):
    """One system's figures, over all questions and by type, and what they are made from."""

    name: str
    figures: dict[str, Figure]
    by_type: dict[str, dict[str, Figure]]
    outcomes: tuple[Outcome, ...]


class Run(Strict):
    """All that an evaluation found. It names files and questions but quotes no letter.

    ``changes``, by system and figure, are those against an earlier run, if one was given.
    ``robustness`` has, by the way in which the questions were worded anew, how the figures of the
    first system differ from those of the questions as they are; if it was asked for.
    """

    layout: Literal[2] = LAYOUT
    created: datetime
    versions: dict[str, str]
    snapshot: SnapshotUsed
    question_files: tuple[QuestionFile, ...]
    questions: int
    systems: tuple[SystemResult, ...]
    changes: dict[str, dict[str, Change]] | None = None
    robustness: dict[str, dict[str, Change]] | None = None


def read_run(path: Path) -> Run:
    """Read a run from its file, or from the folder of a report.

    Raises ValueError with one line for a person if it is missing, is no run, or is one of another
    layout: what an older one does not hold cannot be compared.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror or error}") from error
    try:
        held = json.loads(content)
    except ValueError as error:
        raise ValueError(f"{file} is no run of the evaluation: {error}") from error
    layout = held.get("layout") if isinstance(held, dict) else None
    if isinstance(layout, int) and layout != LAYOUT:
        raise ValueError(
            f"{file} has layout {layout}, and this program reads layout {LAYOUT}: ask the questions"
            " again with the program that it is to be compared with, at a version that writes it"
        )
    try:
        return Run.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{file} is no run of the evaluation: {field} {first['msg']}") from error


def compare(now: Run, before: Run) -> dict[str, dict[str, Change]]:
    """How each system that is in both runs changed, by system and figure.

    Only questions with the same words, scope and gold in both count, each against itself. A system
    without such questions is left out.
    """
    earlier = {result.name: result.outcomes for result in before.systems}
    found = {
        result.name: changes(result.outcomes, earlier[result.name])
        for result in now.systems
        if result.name in earlier
    }
    return {name: change for name, change in found.items() if change}
