"""Asks several systems the same questions, side by side, and judges what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from eval.baselines import baselines
from eval.gold import locate
from eval.matching import matches
from eval.metrics import DEPTH, Outcome, by_type, figures
from eval.questions import Question, QuestionSet, Quote, check_documents, file_name
from eval.run import Run, SnapshotUsed, SystemResult
from eval.systems import Paperknife, Reply, Span, System
from index import Encoder, Snapshot
from qa.answerer import Answerer

Progress = Callable[[str, int, int], None]

LIBRARIES = ("torch", "sentence-transformers", "faiss-cpu", "bm25s", "scikit-learn")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and by system what it replied and what that is worth."""

    question: Question
    replies: dict[str, tuple[Reply, Outcome]]


def is_right(span: Span, gold: Sequence[Quote]) -> bool:
    """Whether a span says what a gold quote of its own document says."""
    name = file_name(span.file)
    return any(
        quote.document == name and quote.quote is not None and matches(span.text, quote.quote)
        for quote in gold
    )


def judge(question: Question, reply: Reply) -> Outcome:
    """What a reply to a question is worth."""
    right = (n for n, span in enumerate(reply.answers[:DEPTH], 1) if is_right(span, question.gold))
    return Outcome(
        id=question.id,
        fingerprint=question.fingerprint,
        type=question.type,
        answerable=question.answerable,
        right_at=next(right, None),
        confidence=reply.confidence,
        refused=reply.refused,
        found=_found(question, reply),
        milliseconds=reply.milliseconds,
    )


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
    progress: Progress | None = None,
) -> tuple[Run, list[Judged]]:
    """Evaluate the answerer, and the baselines over its snapshot: the figures, and every reply
    behind them.

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
    run = Run(
        created=datetime.now(UTC),
        versions={library: version(library) for library in LIBRARIES},
        snapshot=_used(snapshot),
        question_files=question_set.files,
        questions=len(judged),
        systems=tuple(_result(system.name, judged) for system in systems),
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


def _found(question: Question, reply: Reply) -> float | None:
    if reply.candidates is None or not question.answerable:
        return None
    hits = [any(is_right(s, (quote,)) for s in reply.candidates) for quote in question.gold]
    return sum(hits) / len(hits)
