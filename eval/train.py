"""``paperknife train``: the encoder and the reranker learn from questions whose answers are
known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
StageArgument = Annotated[
    Literal["encoder", "reranker"],
    typer.Argument(help="What to train: first the encoder, then the reranker from its layers."),
]
OutOption = Annotated[
    Path,
    typer.Option(
        "--out",
        envvar=variable("out"),
        help="The folder for the weights, card.json and card.md, and for checkpoints.",
    ),
]
EncoderOption = Annotated[
    Path | None,
    typer.Option(
        "--encoder",
        envvar=variable("encoder"),
        help="The encoder.safetensors that the reranker begins from.",
        show_default="the packaged one",
    ),
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        envvar=variable("from"),
        help="The reranker.safetensors that the reranker goes on from.",
        show_default="the encoder's layers",
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
    int | None,
    typer.Option(
        "--epochs",
        envvar=variable("epochs"),
        min=1,
        help="How often each question has its turn.",
        show_default="3 for the encoder, 2 for the reranker",
    ),
]
RateOption = Annotated[
    float | None,
    typer.Option(
        "--rate",
        envvar=variable("rate"),
        min=1e-7,
        max=1e-2,
        help="The highest learning rate of the layers.",
        show_default="1e-4 for the encoder, 8e-5 for the reranker",
    ),
]
AnswerableOption = Annotated[
    float | None,
    typer.Option(
        "--answerable",
        envvar=variable("answerable"),
        min=0.01,
        max=1.0,
        help="Reranker: the share of the answerable questions that has a turn in each epoch.",
        show_default="1.0",
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
        help="Encoder: after the first epoch, learn from the wrong sentences that lie nearest.",
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
    stage: StageArgument,
    questions: QuestionsOption,
    out: OutOption,
    corpus: options.CorpusOption = None,
    encoder: EncoderOption = None,
    begin_from: FromOption = None,
    hold_out: HoldOutOption = 0.15,
    epochs: EpochsOption = None,
    rate: RateOption = None,
    answerable: AnswerableOption = None,
    seed: SeedOption = 0,
    mine: MineOption = False,
    float32: ExactOption = False,
    resume: ResumeOption = False,
) -> None:
    """Train the encoder or the reranker on questions whose answers are known."""
    from functools import partial

    from documents import read_corpus
    from eval import pairs, tuning
    from eval.batches import EncoderPlan
    from eval.questions import read_questions
    from eval.reranker_training import RerankerPlan
    from index import Encoder

    if mine and (stage != "encoder" or epochs == 1):
        raise typer.BadParameter("is for the encoder, in two epochs or more", param_hint="--mine")
    rerankers = {"--encoder": encoder, "--from": begin_from, "--answerable": answerable}
    for option, value in rerankers.items():
        if value is not None and stage != "reranker":
            raise typer.BadParameter("is for the reranker", param_hint=option)
    given = {
        "epochs": epochs,
        "rate": rate,
        "answerable": answerable,
        "precision": "float32" if float32 else None,
    }
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    question_set = read_questions(questions)
    settings = settings_of(corpus=corpus)
    tuning.check_out(out, resume=resume)
    with terminal.progress_bars() as progress:
        read = read_corpus(settings.corpus, partial(progress, "reading"), settings.limits)
        material = pairs.gather(question_set, read, progress)
    for line in _unmatched(material):
        typer.echo(line, err=True)
    course = tuning.Course(question_set.files, material, out, hold_out, seed, resume)
    with terminal.progress_bars() as progress:
        if stage == "encoder":
            plan = EncoderPlan(mined=_MINED if mine else 0, **chosen)
            card = tuning.tune_encoder(Encoder.load(tuned=None), course, plan, progress)
        else:
            begun_from = Encoder.load(tuned=encoder or "packaged")
            reranker_plan = RerankerPlan(**chosen)
            card = tuning.tune_reranker(
                begun_from, read.documents, course, reranker_plan, progress, begin_from
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
