"""``paperknife doctor``: whether a data directory is sound, and what mends it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa import options, terminal
from qa.settings import variable

if TYPE_CHECKING:
    # Loaded when it is asked for: with it comes what takes a second or two.
    from index.doctor import Check

DeepOption = Annotated[
    bool,
    typer.Option(
        "--deep", envvar=variable("deep"), help="Also embed some texts again and compare them."
    ),
]
RepairOption = Annotated[
    bool,
    typer.Option(
        "--repair",
        envvar=variable("repair"),
        help="First mend what can be mended without guessing.",
    ),
]
_COLOURS = {"ok": "green", "warning": "yellow", "error": "bold red"}


def doctor(
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    deep: DeepOption = False,
    repair: RepairOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Check a data directory and say what is wrong; exit code 1 where something is."""
    from index import LateEncoder, MadeBy
    from index.doctor import examine, worst
    from index.doctor import repair as mend
    from qa.answering import ANSWERING
    from qa.cli import settings_of
    from qa.service import Service

    settings = settings_of(corpus=corpus, data=data)
    made_by = MadeBy(LateEncoder(), ANSWERING)
    repaired: list[str] = []
    for line in mend(settings.data, made_by) if repair else ():
        repaired.append(line)
        if not as_json:
            typer.echo(terminal.seen(line))
    source = Service(settings).read_from
    checks = list(examine(settings.data, made_by, source, settings.limits, deep=deep))
    found = worst(checks)
    if as_json:
        rows = [asdict(check) for check in checks]
        report = {"worst": found, "repaired": repaired, "checks": rows}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(checks)
    if found == "error":
        raise typer.Exit(1)


def _show(checks: Sequence["Check"]) -> None:
    """A row for each check, what it was found in below it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for check in checks:
        what = "\n".join([check.line, *(f"  {name}" for name in check.samples)])
        colour = _COLOURS[check.severity]
        # As text, since names of files may look like markup.
        table.add_row(Text(check.severity, colour), Text(check.name), Text(terminal.seen(what)))
    Console().print(table)
    counts = {
        severity: sum(check.severity == severity for check in checks) for severity in _COLOURS
    }
    typer.echo(f"{counts['ok']} checks are well, {counts['warning']} warn, {counts['error']} fail.")
