"""``paperknife proofread``: how right the letters of a corpus are read."""

from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from qa import options, terminal
from qa.cli import settings_of
from qa.settings import variable

CatalogueOption = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        envvar=variable("catalogue"),
        help="A table (CSV) of what is known of the letters (docs/evaluation.md).",
    ),
]
LabelsOption = Annotated[
    Path | None,
    typer.Option(
        "--labels",
        envvar=variable("labels"),
        help="A file of labelled boundaries. Without it: those of twenty public reports.",
    ),
]
CheckedOption = Annotated[
    Path | None,
    typer.Option(
        "--checked",
        envvar=variable("checked"),
        help="A table (CSV) that people read in the letters. Without it: that of 25 reports.",
    ),
]
ErrorsOption = Annotated[
    bool,
    typer.Option(
        "--errors",
        envvar=variable("errors"),
        help="Show the text around each boundary that is wrong.",
    ),
]
SpeedOption = Annotated[
    bool,
    typer.Option(
        "--speed", envvar=variable("speed"), help="Also measure the time beside pdftotext's."
    ),
]
ScaleOption = Annotated[
    bool,
    typer.Option(
        "--scale",
        envvar=variable("scale"),
        help="Also measure the cost per page of 10, 100 and 1,000 documents; takes minutes.",
    ),
]


def proofread(
    corpus: options.CorpusOption = None,
    catalogue: CatalogueOption = None,
    labels: LabelsOption = None,
    checked: CheckedOption = None,
    errors: ErrorsOption = False,
    speed: SpeedOption = False,
    scale: ScaleOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Say how right the letters are read: words, boundaries, metadata, and the time it takes."""
    from rich.console import Console

    from documents import read_corpus
    from eval import reading, reading_report, reading_speed, targets
    from eval.catalogue import known_mistakes, read_table
    from eval.windows import read_windows

    own = Path(str(files("eval"))) / "labels"
    try:
        windows = read_windows(labels or own / "boundaries.jsonl")
        people = read_table(checked or own / "checked.csv")
        rows = read_table(catalogue) if catalogue else None
        mistakes = known_mistakes()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    settings = settings_of(corpus=corpus)
    folder = settings.corpus
    with terminal.progress_bars() as progress:
        read = read_corpus(folder, partial(progress, "reading"), settings.limits)
        proof = reading.prove(
            folder,
            read,
            windows=windows,
            catalogue=rows,
            mistakes=mistakes,
            checked=people,
            progress=partial(progress, "comparing words"),
        )
    pdfs = [document for document in read.documents if document.format == "pdf"]
    try:
        with terminal.progress_bars() as progress:
            if speed:
                progress("measuring the time", 0, 1)
                measured = reading_speed.measure_speed(folder, [pdf.file for pdf in pdfs])
                proof = proof.model_copy(update={"speed": measured})
                progress("measuring the time", 1, 1)
            if scale:
                progress("measuring the cost per page", 0, 1)
                copied = [(folder / pdf.file, len(pdf.pages)) for pdf in pdfs]
                proof = proof.model_copy(update={"scale": reading_speed.measure_scale(copied)})
                progress("measuring the cost per page", 1, 1)
    except ValueError as error:
        terminal.fail(str(error))
    found = targets.targets(proof)
    if as_json:
        typer.echo(targets.Report(proof=proof, targets=found).model_dump_json(indent=2))
    else:
        console = Console()
        for shown in reading_report.tables(proof, found):
            console.print(shown)
        for line in (
            *reading_report.notes(proof),
            *reading_report.errors(proof, reading.by_file(read), errors),
        ):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not all(target.met for target in found):
        raise typer.Exit(1)
