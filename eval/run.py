"""A run of the evaluation as it is kept (run.json), and how two runs compare."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import ValidationError

from eval.metrics import LOWER_IS_BETTER, METRICS, Figure, Outcome, area, interval
from eval.questions import QuestionFile
from qa.schema import Strict

RUN_FILE = "run.json"


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


class Change(Strict):
    """A figure now and in an earlier run over the questions that both share.

    ``difference`` is now less before, with the 95% interval of a paired bootstrap; ``verdict`` is
    "better" or "worse" only where that interval leaves out 0.
    """

    before: float
    now: float
    difference: float
    low: float | None
    high: float | None
    questions: int
    verdict: Literal["better", "worse", "no clear difference"]


class Run(Strict):
    """All that an evaluation found. It names files and questions but quotes no letter.

    ``changes``, by system and figure, are those against an earlier run, if one was given.
    """

    layout: Literal[1] = 1
    created: datetime
    versions: dict[str, str]
    snapshot: SnapshotUsed
    question_files: tuple[QuestionFile, ...]
    questions: int
    systems: tuple[SystemResult, ...]
    changes: dict[str, dict[str, Change]] | None = None


def read_run(path: Path) -> Run:
    """Read a run from its file, or from the folder of a report.

    Raises ValueError with one line for a person if it is missing or is no run.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        return Run.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{file} is no run of the evaluation: {field} {first['msg']}") from error


def compare(now: Run, before: Run) -> dict[str, dict[str, Change]]:
    """How each system that is in both runs changed, by system and figure.

    Only questions with the same words, scope and gold in both count, each against itself. A system
    without such questions is left out. Latency is not compared: two runs had two machines' loads.
    """
    earlier = {result.name: result.outcomes for result in before.systems}
    found = {
        result.name: changes(result.outcomes, earlier[result.name])
        for result in now.systems
        if result.name in earlier
    }
    return {name: change for name, change in found.items() if change}


def changes(now: Sequence[Outcome], before: Sequence[Outcome]) -> dict[str, Change]:
    """How each figure of a system changed between two lists of outcomes."""
    by_fingerprint = {outcome.fingerprint: outcome for outcome in before}
    pairs = [(o, by_fingerprint[o.fingerprint]) for o in now if o.fingerprint in by_fingerprint]
    found: dict[str, Change] = {}
    for name, metric in METRICS.items():
        scored = [(metric(one), metric(other)) for one, other in pairs]
        values = np.array([(a, b) for a, b in scored if a is not None and b is not None])
        if len(values):
            found[name] = _change(
                name,
                (len(values),),
                lambda rows, values=values: float(np.mean(values[rows, 0])),
                lambda rows, values=values: float(np.mean(values[rows, 1])),
            )
    answerable = np.array([(a.confidence, b.confidence) for a, b in pairs if a.answerable])
    unanswerable = np.array([(a.confidence, b.confidence) for a, b in pairs if not a.answerable])
    if len(answerable) and len(unanswerable):
        found["AUROC"] = _change(
            "AUROC",
            (len(answerable), len(unanswerable)),
            lambda p, n: area(answerable[p, 0], unanswerable[n, 0]),
            lambda p, n: area(answerable[p, 1], unanswerable[n, 1]),
        )
    return found


def _change(
    name: str,
    sizes: tuple[int, ...],
    now: Callable[..., float],
    before: Callable[..., float],
) -> Change:
    every = [np.arange(size) for size in sizes]
    low, high = interval(sizes, lambda *rows: now(*rows) - before(*rows))
    verdict: Literal["better", "worse", "no clear difference"] = "no clear difference"
    if low is not None and high is not None and (low > 0 or high < 0):
        verdict = "better" if (low > 0) != (name in LOWER_IS_BETTER) else "worse"
    return Change(
        before=before(*every),
        now=now(*every),
        difference=now(*every) - before(*every),
        low=low,
        high=high,
        questions=sum(sizes),
        verdict=verdict,
    )
