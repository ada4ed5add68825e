"""The whole command line: that of ``qa``, with the commands that measure."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from eval.proofread import proofread
from eval.train import train
from qa import options, terminal
from qa.cli import app, prepared, settings_of
from qa.settings import variable

__all__ = ["app", "main"]

QuestionsOption = Annotated[
    list[Path],
    typer.Option(
        "--questions",
        envvar=variable("questions"),
        help="A file of questions (docs/evaluation.md). May be repeated.",
    ),
]
BenchQuestionsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--questions",
        envvar=variable("questions"),
        help="A file of questions to ask. May be repeated. Without it: those on the samples.",
    ),
]
BaselinesOption = Annotated[
    bool,
    typer.Option(
        "--baselines/--no-baselines",
        envvar=variable("baselines"),
        help="Also ask the plain baselines: BM25, dense and fused ranking of sentences.",
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        envvar=variable("report"),
        help="A folder for run.json, and for report.html and questions.jsonl, which quote the"
        " letters.",
    ),
]
AgainstOption = Annotated[
    Path | None,
    typer.Option(
        "--against",
        envvar=variable("against"),
        help="The run.json of an earlier run, to compare with.",
    ),
]
RobustOption = Annotated[
    bool,
    typer.Option(
        "--robust",
        envvar=variable("robust"),
        help="Also ask in capitals, without punctuation, with a typo, and in keywords only.",
    ),
]
GateOption = Annotated[
    Path | None,
    typer.Option(
        "--gate",
        envvar=variable("gate"),
        help="The run.json that is kept of the same questions: end with 1 where answers got worse.",
    ),
]
FirstOption = Annotated[
    int | None,
    typer.Option(
        "--limit", envvar=variable("limit"), min=1, help="Only the first so many questions."
    ),
]
KeepOption = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        envvar=variable("keep"),
        help="An empty folder for the snapshot. Without it, the snapshot is taken away again.",
    ),
]
RefreshOption = Annotated[
    bool,
    typer.Option(
        "--refresh",
        envvar=variable("refresh"),
        help="Measure refreshes that find little that is new, beside a full build.",
    ),
]
ChooseOption = Annotated[
    list[Path],
    typer.Option(
        "--choose",
        envvar=variable("choose"),
        help="A file of other questions, on which the threshold is chosen. May be repeated.",
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", envvar=variable("out"), help="Where the recipe is written.")
]
SeedOption = Annotated[
    int, typer.Option("--seed", envvar=variable("seed"), help="Decides which questions are drawn.")
]
DrawnOption = Annotated[
    int | None,
    typer.Option(
        "--limit", envvar=variable("limit"), min=1, help="Draw so many of the questions to fit on."
    ),
]
HeldOutOption = Annotated[
    Path | None,
    typer.Option(
        "--held-out",
        envvar=variable("held_out"),
        help="The card.json of tuned weights: fit on none of the letters that they learnt from.",
    ),
]


@app.command()
def evaluate(
    questions: QuestionsOption,
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    baselines: BaselinesOption = True,
    robust: RobustOption = False,
    report: ReportOption = None,
    against: AgainstOption = None,
    gate: GateOption = None,
    limit: FirstOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Ask questions whose answers are known, and say how many are answered rightly."""
    from eval import evaluate as evaluation
    from eval.gate import fallen, read_kept
    from eval.questions import read_questions
    from eval.report import show, write_report
    from eval.run import compare, read_run
    from index import Encoder

    question_set = read_questions(questions).first(limit)
    with _usage("--against"):
        earlier = read_run(against) if against else None
    with _usage("--gate"):
        asked = question_set.files, len(question_set.questions)
        kept = read_kept(gate, *asked) if gate else None
    service = prepared(settings_of(corpus=corpus, data=data))
    with terminal.progress_bars() as progress:
        run, judged = evaluation.evaluate(
            question_set,
            service.answerer,
            Encoder.load(tuned=None) if baselines else service.encoder,
            with_baselines=baselines,
            robust=robust,
            progress=progress,
        )
    if earlier:
        run = run.model_copy(update={"changes": compare(run, earlier)})
    if report:
        write_report(report, run, judged)
    if as_json:
        typer.echo(run.model_dump_json(indent=2))
    else:
        show(run)
    if kept:
        with _usage("--gate"):
            lost = fallen(run, kept)
        if lost:
            terminal.fail(f"worse than the run that is kept: {'; '.join(lost)}")


@app.command()
def fit(
    questions: QuestionsOption,
    choose: ChooseOption,
    out: OutOption,
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    held_out: HeldOutOption = None,
    limit: DrawnOption = None,
    seed: SeedOption = 0,
) -> None:
    """Fit the weights of the answers on questions, and choose the threshold on others."""
    from eval import fit as fitting
    from eval.card import read_card
    from eval.questions import read_questions

    to_fit, other = read_questions(questions), read_questions(choose)
    held = frozenset(read_card(held_out).data.held_out) if held_out else None
    service = prepared(settings_of(corpus=corpus, data=data), fitting=True)
    with terminal.progress_bars() as progress:
        fitted = fitting.fit(
            service.answerer,
            to_fit,
            other,
            held_out=held,
            most=limit,
            seed=seed,
            progress=progress,
        )
    recipe = fitted.recipe.model_dump_json(indent=2)
    out.write_text(recipe + "\n", encoding="utf-8")
    typer.echo(recipe)
    for worth in fitted.worth or ("too few questions to say",):
        typer.echo(f"the confidence on letters that it was not fitted on, {worth}", err=True)


@app.command()
def bench(
    questions: BenchQuestionsOption = None,
    corpus: options.CorpusOption = None,
    keep: KeepOption = None,
    limit: FirstOption = None,
    refresh: RefreshOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Measure indexing and asking beside the bare encoder, in one run on this machine."""
    from rich.console import Console

    from eval import bench as benchmark
    from eval import refresh_bench
    from eval.questions import read_questions

    if keep and refresh:
        raise typer.BadParameter("--keep and --refresh do not go together")
    if keep and keep.exists() and any(keep.iterdir()):
        # A snapshot that is there already would be taken as it is, and nothing measured.
        raise typer.BadParameter(f"{keep} is not empty", param_hint="--keep")
    sets = questions or sorted(Path(str(files("eval"))).glob("questions/samples-*.jsonl"))
    asked = read_questions(sets).first(limit).questions
    folder = settings_of(corpus=corpus).corpus
    questioned = [q.question for q in asked]
    with terminal.progress_bars() as progress:
        if refresh:
            refreshing = refresh_bench.measure_refreshing(folder, questioned, progress)
            found, shown = refreshing.model_dump_json(indent=2), refresh_bench.table(refreshing)
        else:
            measured = benchmark.bench(folder, questioned, progress, keep)
            found, shown = measured.model_dump_json(indent=2), benchmark.table(measured)
    if as_json:
        typer.echo(found)
    else:
        Console().print(shown)


app.command()(proofread)
app.command()(train)


@contextmanager
def _usage(option: str) -> Iterator[None]:
    """Says a ValueError as a wrong use of an option."""
    try:
        yield
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def main() -> None:
    """Run the program. It ends with the exit code of its command."""
    # Python looks for garbage once more when it ends, among all that was loaded: a second.
    atexit.register(gc.freeze)
    app()
