"""From questions and letters to trained weights, with their card: the encoder's, then the
reranker's."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from documents import Document, EncoderError, QuestionSetError
from documents.disk import write_whole
from eval.batches import EncoderPlan, Plan
from eval.card import Card, Data, Made, page, read_card, versions
from eval.checkpoint import FILE, Beginning, read_checkpoint, write_checkpoint
from eval.encoder_training import EncoderTraining
from eval.pairs import Lesson, Material
from eval.pairs import hold_out as held_out_of
from eval.passage_choice import nearest_passages
from eval.questions import QuestionFile
from eval.reranker_training import RerankerPlan, RerankerTraining
from eval.training import Progress, State, Training
from index import Encoder
from index.encoder import BASE
from index.tuned import CARD, WEIGHTS, WeightsIdentity, write_tuned
from qa.reranker import RERANKER_WEIGHTS

ENCODER_NAME = f"{BASE.name}, tuned"
RERANKER_NAME = f"{BASE.name} as a reranker"
PAGE = "card.md"
_EVERY = 50  # steps, some minutes on two cores


@dataclass(frozen=True)
class Course:
    """What a training is given beside its plan. ``files`` are those of the questions, ``hold_out``
    the share of the documents on which nothing is learnt; checkpoints are kept in ``out`` after
    ``every`` so many steps."""

    files: Sequence[QuestionFile]
    material: Material
    out: Path
    hold_out: float = 0.15
    seed: int = 0
    resume: bool = False
    every: int = _EVERY


def check_out(out: Path, *, resume: bool) -> None:
    """Makes the folder for the weights, and makes sure of what is in it before hours are spent.

    Raises EncoderError if a training is to be resumed there and none was broken off, or one was
    and it is not to be resumed.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / FILE
    if resume and not checkpoint.is_file():
        raise EncoderError(f"{checkpoint}: missing; without --resume training begins anew")
    if checkpoint.exists() and not resume:
        raise EncoderError(
            f"{checkpoint}: of a training that was broken off; --resume goes on with it,"
            " without the file training begins anew"
        )


def tune_encoder(
    base: Encoder, course: Course, plan: EncoderPlan, progress: Progress | None = None
) -> Card:
    """Trains the encoder on the questions that sentences answer, and writes
    ``encoder.safetensors``, ``card.json`` and ``card.md``; the card.

    On one machine the same course and plan give the same bytes. Raises EncoderError if ``base`` is
    tuned already, or a checkpoint is not of this training; QuestionSetError if nothing is left to
    learn from.
    """
    lessons, held = held_out_of(course.material.lessons, course.hold_out, course.seed)
    training = EncoderTraining(base, lessons, course.material, plan, course.seed)
    stage = _Stage(ENCODER_NAME, WEIGHTS, _identity(base))
    return _tune(training, stage, course, plan, _data(course, lessons, held), progress)


def tune_reranker(
    encoder: Encoder,
    documents: Sequence[Document],
    course: Course,
    plan: RerankerPlan,
    progress: Progress | None = None,
    begin_from: Path | None = None,
) -> Card:
    """Trains the reranker, from the layers of ``encoder`` or the weights in ``begin_from``, also on
    the questions that nothing answers, and writes ``reranker.safetensors``, ``card.json`` and
    ``card.md``; the card.

    ``documents`` are those of the material. On one machine the same course and plan give the same
    bytes. Raises as ``tune_encoder`` and ``Reranker.begun_from`` do, and QuestionSetError if
    ``begin_from`` may have learnt from a document that is held out.
    """
    documents = sorted(documents, key=lambda document: document.id)
    answered, held = held_out_of(course.material.lessons, course.hold_out, course.seed)
    if begin_from:
        _check_begun(begin_from, held)
    unanswered = tuple(
        lesson
        for lesson in course.material.unanswered
        if lesson.scope and not {*lesson.files, *lesson.scope} & set(held)
    )
    lessons = (*answered, *unanswered)
    told = progress and partial(progress, "embedding for wrong passages")
    nearest = nearest_passages(
        lessons,
        course.material,
        documents,
        lambda texts: encoder.encode(texts, told),
        plan.nearest,
        without=held,
    )
    lessons = tuple(lesson for lesson in lessons if lesson.id in nearest)
    if not lessons:
        raise QuestionSetError("no question is left whose letters are here")
    training = RerankerTraining(
        encoder,
        lessons,
        course.material,
        documents,
        nearest,
        plan,
        course.seed,
        begin_from=begin_from,
    )
    stage = _Stage(RERANKER_NAME, RERANKER_WEIGHTS, training.begun_from, _identity(encoder))
    return _tune(training, stage, course, plan, _data(course, lessons, held), progress)


@dataclass(frozen=True)
class _Stage:
    """What is trained: its name, the name of its file, and which weights it began as; for the
    reranker also the encoder that found the wrong passages."""

    name: str
    file: str
    begun_from: WeightsIdentity
    encoder: WeightsIdentity | None = None


def _identity(encoder: Encoder) -> WeightsIdentity:
    return WeightsIdentity(name=encoder.name, sha256=encoder.sha256)


def _check_begun(weights: Path, held: Sequence[str]) -> None:
    """Makes sure that what is held out now was held out when these weights were trained."""
    if learnt := sorted(set(held) - set(read_card(weights.with_name(CARD)).data.held_out)):
        raise QuestionSetError(
            f"{weights}: may have learnt from {', '.join(learnt)}, which would be held out now;"
            " questions on the same documents, with the same share and seed, hold out the same"
        )


def _data(course: Course, lessons: Sequence[Lesson], held: Sequence[str]) -> Data:
    material = course.material
    return Data(
        questions=tuple(course.files),
        counts=material.counts,
        documents=material.documents,
        letters=material.letters,
        hold_out=course.hold_out,
        held_out=tuple(held),
        learnt_from=len(lessons),
    )


def _tune(
    training: Training,
    stage: _Stage,
    course: Course,
    plan: Plan,
    data: Data,
    progress: Progress | None,
) -> Card:
    """Runs a training to its end and writes its weights and their card."""
    out, weights = course.out, course.out / stage.file
    beginning = _beginning(stage, data, plan, course.seed, training.runs_on)
    checkpoint = out / FILE
    if course.resume:
        training.restore(read_checkpoint(checkpoint, beginning))

    def keep(state: State) -> None:
        write_checkpoint(checkpoint, state, beginning)

    state = training.run(keep, course.every, progress)
    tensors = training.tensors()
    sha256 = write_tuned(weights, tensors, BASE.sha256)
    card = Card(
        weights=WeightsIdentity(name=stage.name, sha256=sha256),
        base=BASE,
        tensors=len(tensors),
        bytes=weights.stat().st_size,
        data=data,
        made=Made(
            begun_from=stage.begun_from,
            encoder=stage.encoder,
            seed=course.seed,
            plan=plan.model_dump(mode="json"),
            steps=training.steps,
            runs_on=training.runs_on,
            losses=tuple(state.losses),
            final_loss=round(state.loss, 4),
            versions=versions(),
        ),
    )
    write_whole(out / CARD, (card.model_dump_json(indent=2) + "\n").encode())
    write_whole(out / PAGE, page(card, stage.file).encode())
    checkpoint.unlink()
    return card


def _beginning(stage: _Stage, data: Data, plan: Plan, seed: int, runs_on: str) -> Beginning:
    """What a training that is resumed must have been begun with."""
    made_of = {
        "questions": data.model_dump_json(include={"questions", "counts"}),
        "letters": data.letters,
        "hold-out": data.model_dump_json(include={"hold_out", "held_out"}),
        "seed": str(seed),
        "base weights": stage.begun_from.sha256,
        "encoder": stage.encoder.sha256 if stage.encoder else "",
        "processor": runs_on,
        "versions": json.dumps(versions(), sort_keys=True),
    }
    return made_of | {name: str(value) for name, value in plan.model_dump().items()}
