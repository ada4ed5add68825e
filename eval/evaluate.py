"""Asks several systems the same questions, side by side, and judges what they say."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from eval.baselines import baselines
from eval.figures import by_type, figures
from eval.gold import locate
from eval.judging import Judged, judge
from eval.questions import Question, QuestionSet, check_documents
from eval.robustness import ask_anew
from eval.run import Run, SnapshotUsed, SystemResult
from eval.systems import Paperknife, System, always
from index import Encoder, Snapshot
from qa.answerer import Answerer

Progress = Callable[[str, int, int], None]

LIBRARIES = (
    "torch",
    "sentence-transformers",
    "faiss-cpu",
    "bm25s",
    "scikit-learn",
    "ir-measures",
)
ALWAYS = {"always answer": False, "always refuse": True}


def ask_all(
    systems: Sequence[System],
    questions: Sequence[Question],
    progress: Callable[[int, int], None] | None = None,
) -> list[Judged]:
    """Put every question to every system in turn, so that all meet the same load of the machine.

    The first question is asked once beforehand and not counted: it pays for what is loaded late.
    """
    for system in systems:
        system.answer(questions[0])
    judged: list[Judged] = []
    for done, question in enumerate(questions, 1):
        replies = {system.name: system.answer(question) for system in systems}
        judged.append(
            Judged(question, {name: (r, judge(question, r)) for name, r in replies.items()})
        )
        if progress:
            progress(done, len(questions))
    return judged


def evaluate(
    question_set: QuestionSet,
    answerer: Answerer,
    encoder: Encoder,
    *,
    with_baselines: bool = True,
    robust: bool = False,
    progress: Progress | None = None,
) -> tuple[Run, list[Judged]]:
    """Evaluate the answerer, and the baselines over its snapshot: the figures, and every reply
    behind them.

    With ``robust``, the answerer is asked each question again in other wordings (``eval.perturb``).
    ``progress`` gets the name of a stage, how much of it is done, and how much there is. Raises
    QuestionSetError if the questions name a file that is not in the snapshot.
    """
    snapshot = answerer.snapshot
    check_documents(question_set.questions, snapshot)
    question_set = locate(question_set, snapshot.documents)
    systems: list[System] = [Paperknife(answerer)]
    if with_baselines:
        stage = partial(progress, "embedding for the baselines") if progress else None
        systems.extend(baselines(snapshot, encoder, stage))
    stage = partial(progress, "asking") if progress else None
    judged = ask_all(systems, question_set.questions, stage)
    if with_baselines:
        judged = [_with_always(case) for case in judged]
    robustness = None
    if robust:
        stage = partial(progress, "asking in other words") if progress else None
        robustness = ask_anew(systems[0], judged, snapshot.documents, stage)
    run = Run(
        created=datetime.now(UTC),
        versions={library: version(library) for library in LIBRARIES},
        snapshot=_used(snapshot),
        question_files=question_set.files,
        questions=len(judged),
        systems=tuple(_result(name, judged) for name in judged[0].replies),
        robustness=robustness,
    )
    return run, judged


def _used(snapshot: Snapshot) -> SnapshotUsed:
    return SnapshotUsed(
        id=snapshot.manifest.id,
        encoder=snapshot.manifest.encoder.name,
        documents=len(snapshot.documents),
        failures=len(snapshot.failures),
        passages=len(snapshot.passages),
        sentences=len(snapshot.sentences),
    )


def _result(name: str, judged: Sequence[Judged]) -> SystemResult:
    outcomes = tuple(case.replies[name][1] for case in judged)
    return SystemResult(
        name=name, figures=figures(outcomes), by_type=by_type(outcomes), outcomes=outcomes
    )


def _with_always(case: Judged) -> Judged:
    """The same with the two systems that have no judgement beside the first, whose answers they
    give or withhold."""
    own, _ = next(iter(case.replies.values()))
    replies = {name: always(own, refuse=refuse) for name, refuse in ALWAYS.items()}
    judged = {name: (reply, judge(case.question, reply)) for name, reply in replies.items()}
    return replace(case, replies=case.replies | judged)
