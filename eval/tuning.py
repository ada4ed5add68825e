"""From questions and letters to tuned weights of the encoder, with their card."""

import json
from collections.abc import Sequence
from pathlib import Path

from documents import EncoderError
from eval.batches import Plan
from eval.card import Card, Data, Made, page, versions
from eval.checkpoint import FILE, Beginning, read_checkpoint, write_checkpoint
from eval.pairs import Material
from eval.pairs import hold_out as held_out_of
from eval.questions import QuestionFile
from eval.training import Progress, State, Training
from index import Encoder
from index.encoder import BASE
from index.tuned import CARD, WEIGHTS, WeightsIdentity, replace_file, write_tuned

NAME = f"{BASE.name}, tuned"
PAGE = "card.md"
_EVERY = 50  # steps, about four minutes on two cores


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


def tune(
    base: Encoder,
    files: Sequence[QuestionFile],
    material: Material,
    plan: Plan,
    out: Path,
    *,
    hold_out: float = 0.15,
    seed: int = 0,
    resume: bool = False,
    every: int = _EVERY,
    progress: Progress | None = None,
) -> Card:
    """Trains on the lessons of the material and writes ``encoder.safetensors``, ``card.json`` and
    ``card.md`` into ``out``. The same base, material, plan, share held out and seed give the same
    bytes on the same machine, also where it was broken off and resumed from the checkpoint in
    ``out``, which is written after ``every`` so many steps and taken away at the end.

    Raises EncoderError if the checkpoint is not of this training or if training fails, and
    QuestionSetError if nothing is left to learn from.
    """
    lessons, held = held_out_of(material.lessons, hold_out, seed)
    data = Data(
        questions=tuple(files),
        counts=material.counts,
        documents=material.documents,
        letters=material.letters,
        hold_out=hold_out,
        held_out=held,
        learnt_from=len(lessons),
    )
    training = Training(base, lessons, material, plan, seed)
    beginning = _beginning(base, data, plan, seed, training.runs_on)
    checkpoint = out / FILE
    if resume:
        training.restore(read_checkpoint(checkpoint, beginning))

    def keep(state: State) -> None:
        write_checkpoint(checkpoint, state, beginning)

    state = training.run(keep, every, progress)
    tensors = training.tensors()
    sha256 = write_tuned(out / WEIGHTS, tensors, base.sha256)
    card = Card(
        weights=WeightsIdentity(name=NAME, sha256=sha256),
        base=BASE,
        tensors=len(tensors),
        bytes=(out / WEIGHTS).stat().st_size,
        data=data,
        made=Made(
            seed=seed,
            plan=plan,
            steps=training.steps,
            runs_on=training.runs_on,
            losses=tuple(state.losses),
            final_loss=round(state.loss, 4),
            versions=versions(),
        ),
    )
    replace_file(out / CARD, (card.model_dump_json(indent=2) + "\n").encode())
    replace_file(out / PAGE, page(card).encode())
    checkpoint.unlink()
    return card


def _beginning(base: Encoder, data: Data, plan: Plan, seed: int, runs_on: str) -> Beginning:
    """What a training that is resumed must have been begun with."""
    made_of = {
        "questions": data.model_dump_json(include={"questions", "counts"}),
        "letters": data.letters,
        "hold-out": data.model_dump_json(include={"hold_out", "held_out"}),
        "seed": str(seed),
        "base weights": base.sha256,
        "processor": runs_on,
        "versions": json.dumps(versions(), sort_keys=True),
    }
    return made_of | {name: str(value) for name, value in plan.model_dump().items()}
