"""A gate against worse answers: a run beside one that is kept for the same questions."""

from collections.abc import Sequence
from pathlib import Path

from eval.changes import changes
from eval.questions import QuestionFile
from eval.run import Run, read_run
from eval.showing import difference

GUARDED = ("hit@1", "hit@5", "MRR@5", "AUROC")


def read_kept(path: Path, asked: Sequence[QuestionFile], questions: int) -> Run:
    """The run that is kept in ``path``, if it is of the ``questions`` that are in the files
    ``asked``.

    Raises ValueError with one line for a person if it is missing, no run, or of other questions:
    a gate that compares a part of them would let through what the rest has lost.
    """
    try:
        kept = read_run(path)
    except ValueError as error:
        raise ValueError(f"{error}. docs/evaluation.md says how a kept run is made") from error
    held = {file.sha256: file.name for file in kept.question_files}
    now = {file.sha256: file.name for file in asked}
    if differing := sorted({(held | now)[sha256] for sha256 in held.keys() ^ now.keys()}):
        raise ValueError(
            f"{path} is a run of other questions: {', '.join(differing)} differ or are in one alone"
        )
    if kept.questions != questions:
        raise ValueError(f"{path} is a run of {kept.questions} questions, and not of {questions}")
    return kept


def fallen(now: Run, kept: Run) -> list[str]:
    """The figures of GUARDED that the first system has lost, each by more than its noise: with the
    95% interval of the paired difference wholly below 0. One line a figure, for a person.

    Raises ValueError if the kept run has no such system, or other gold for the same questions.
    """
    system = now.systems[0]
    before = {result.name: result.outcomes for result in kept.systems}.get(system.name)
    if before is None:
        raise ValueError(f"the run that is kept has no system {system.name!r}")
    if {o.fingerprint for o in before} != {o.fingerprint for o in system.outcomes}:
        raise ValueError("the run that is kept has the same files, but other questions or gold")
    found = changes(system.outcomes, before)
    return [
        f"{name} fell from {change.before:.3f} to {change.now:.3f}"
        f" ({' '.join(difference(change)).replace(' ', ', 95% ', 1)})"
        for name in GUARDED
        if (change := found.get(name)) is not None and change.verdict == "worse"
    ]
