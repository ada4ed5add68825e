"""``paperknife train``: tune the encoder on questions whose answers are known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa import options, terminal, wording
from qa.cli import settings_of
from qa.settings import variable

if TYPE_CHECKING:
    from eval.pairs import Material

_NAMED = 5  # questions, where many have the same fault
_MINED = 8

QuestionsOption = Annotated[
    list[Path],
    typer.Option(
        "--questions",
        envvar=variable("questions"),
        help="A file of questions to learn from. May be repeated.",
    ),
]
OutOption = Annotated[
    Path,
    typer.Option(
        "--out",
        envvar=variable("out"),
        help="The folder for encoder.safetensors, card.json and card.md, and for checkpoints.",
    ),
]
HoldOutOption = Annotated[
    float,
    typer.Option(
        "--hold-out",
        envvar=variable("hold_out"),
        min=0.0,
        max=0.9,
        help="The share of the documents on which nothing is learnt, so that `fit` can use them.",
    ),
]
EpochsOption = Annotated[
    int,
    typer.Option(
        "--epochs", envvar=variable("epochs"), min=1, help="How often each question has its turn."
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", envvar=variable("seed"), help="Decides all that is drawn.")
]
MineOption = Annotated[
    bool,
    typer.Option(
        "--mine",
        envvar=variable("mine"),
        help="After the first epoch, learn from the wrong sentences that lie nearest so far.",
    ),
]
ExactOption = Annotated[
    bool,
    typer.Option(
        "--float32",
        envvar=variable("float32"),
        help="Compute in float32 and not in bfloat16, which is faster where the processor has it.",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option(
        "--resume",
        envvar=variable("resume"),
        help="Go on from the checkpoint of a training that was broken off.",
    ),
]


def train(
    questions: QuestionsOption,
    out: OutOption,
    corpus: options.CorpusOption = None,
    hold_out: HoldOutOption = 0.15,
    epochs: EpochsOption = 3,
    seed: SeedOption = 0,
    mine: MineOption = False,
    float32: ExactOption = False,
    resume: ResumeOption = False,
) -> None:
    """Tune the encoder on questions whose answers are known; the weights get a card."""
    from functools import partial

    from documents import read_corpus
    from eval import pairs, tuning
    from eval.batches import Plan
    from eval.questions import read_questions
    from index import Encoder

    if mine and epochs == 1:
        raise typer.BadParameter("needs two epochs or more", param_hint="--mine")
    plan = Plan(
        epochs=epochs,
        mined=_MINED if mine else 0,
        precision="float32" if float32 else "bfloat16",
    )
    question_set = read_questions(questions)
    settings = settings_of(corpus=corpus)
    tuning.check_out(out, resume=resume)
    with terminal.progress_bars() as progress:
        read = read_corpus(settings.corpus, partial(progress, "reading"), settings.limits)
        material = pairs.gather(question_set, read, progress)
    for line in _unmatched(material):
        typer.echo(line, err=True)
    base = Encoder.load(tuned=None)
    with terminal.progress_bars() as progress:
        card = tuning.tune(
            base,
            question_set.files,
            material,
            plan,
            out,
            hold_out=hold_out,
            seed=seed,
            resume=resume,
            progress=progress,
        )
    typer.echo(card.model_dump_json(indent=2))


def _unmatched(material: "Material") -> list[str]:
    """A line for each kind of quote of which some match no sentence, and for the questions that
    are left out for it."""
    counts = material.counts
    lines = [
        f"{unmatched} of {wording.plural(every, f'{kind} quote')} match no sentence of the letters"
        for kind, unmatched, every in (
            ("gold", counts.gold_quotes_unmatched, counts.gold_quotes),
            ("tempting", counts.tempting_quotes_unmatched, counts.tempting_quotes),
        )
        if unmatched
    ]
    if ids := material.left_out:
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        named = ", ".join(ids[:_NAMED]) + more
        lines.append(f"{wording.plural(len(ids), 'question')} left out for that: {named}")
    return lines
