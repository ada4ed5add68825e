"""Outcomes of questions, made by hand."""

from datetime import UTC, datetime

from eval.figures import by_type, figures
from eval.metrics import DEPTH, Outcome
from eval.questions import QuestionFile
from eval.run import Run, SnapshotUsed, SystemResult


def outcome(
    number: int,
    right_at: int | None = None,
    *,
    answerable: bool = True,
    confidence: float = 0.5,
    probabilities: tuple[float, ...] | None = None,
    refused: bool | None = False,
    found_at: tuple[int | None, ...] | None = None,
    token_f1: float | None = None,
    milliseconds: float | None = 10,
    kind: str = "fact",
) -> Outcome:
    """An outcome with five answers, or as many as have probabilities; one of them is right."""
    answers = DEPTH if probabilities is None else len(probabilities)
    return Outcome(
        id=f"q{number}",
        fingerprint=f"f{number}",
        type=kind,
        answerable=answerable,
        right=tuple(rank == right_at for rank in range(1, answers + 1)),
        probabilities=probabilities,
        confidence=confidence,
        refused=refused,
        found_at=found_at,
        token_f1=token_f1,
        milliseconds=milliseconds,
    )


def run_of(
    systems: dict[str, list[Outcome]], files: tuple[QuestionFile, ...] = (), questions: int = 3
) -> Run:
    """A run with these outcomes."""
    return Run(
        created=datetime(2026, 1, 1, tzinfo=UTC),
        versions={},
        snapshot=SnapshotUsed(
            id="s", encoder="e", documents=1, failures=0, passages=1, sentences=1
        ),
        question_files=files,
        questions=questions,
        systems=tuple(
            SystemResult(
                name=name,
                figures=figures(outcomes),
                by_type=by_type(outcomes),
                outcomes=tuple(outcomes),
            )
            for name, outcomes in systems.items()
        ),
    )
