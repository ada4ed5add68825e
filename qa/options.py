"""The options that commands share. Each is also a PAPERKNIFE_ variable of the same name."""

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from qa.settings import variable

_SOURCE = "ENVIRONMENT"
_OPTIONS = {"authorities": "authority", "kinds": "kind"}


def _several(
    ctx: typer.Context, param: typer.CallbackParam, value: list[str] | None
) -> list[str] | None:
    """The values of a repeated option. In its variable they stand between semicolons: names of
    authorities have blanks and commas in them."""
    source = ctx.get_parameter_source(param.name or "")
    if source is None or source.name != _SOURCE:
        return value
    given = os.environ[str(param.envvar)]
    return [part.strip() for part in given.split(";") if part.strip()]


CorpusOption = Annotated[
    Path | None,
    typer.Option(
        "--corpus",
        envvar=variable("corpus"),
        help="The folder of letters. Without it: the one in service, or else the samples.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar=variable("data"),
        help="The folder in which the snapshot is kept.",
        show_default=".paperknife",
    ),
]
HostOption = Annotated[
    str | None,
    typer.Option(
        "--host",
        envvar=variable("host"),
        help="The address to listen on.",
        show_default="127.0.0.1",
    ),
]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        envvar=variable("port"),
        help="The port to listen on; 0 takes any free one.",
        show_default="8000",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", envvar=variable("json"), help="Print JSON, for machines.")
]
AuthorityOption = Annotated[
    list[str] | None,
    typer.Option(
        "--authority",
        envvar=variable("authority"),
        callback=_several,
        help="Only letters about this authority. May be repeated.",
    ),
]
KindOption = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        envvar=variable("kind"),
        callback=_several,
        help='Only letters of this kind, such as "focused visit". May be repeated.',
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", envvar=variable("since"), help="Only letters of this day or later."),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", envvar=variable("until"), help="Only letters of this day or earlier."),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", envvar=variable("limit"), help="At most so many answers.", show_default="5"
    ),
]
OrderOption = Annotated[
    str | None,
    typer.Option(
        "--order",
        envvar=variable("order"),
        help="The order of answers: relevance or date.",
        show_default="relevance",
    ),
]
MinConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        envvar=variable("min_confidence"),
        help="The least confidence to answer with, 0 to 1; 0 answers whatever it is.",
    ),
]
FurnitureOption = Annotated[
    bool,
    typer.Option(
        "--furniture",
        envvar=variable("furniture"),
        help="With an ID: what was taken away as page furniture, page by page.",
    ),
]
WatchOption = Annotated[
    bool,
    typer.Option(
        "--watch",
        envvar=variable("watch"),
        help="Go on, and refresh whenever something changes in the folder of letters.",
    ),
]
DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        envvar=variable("dry_run"),
        help="Only say what is new, by the files' contents; nothing is read or written.",
    ),
]
RollbackOption = Annotated[
    bool,
    typer.Option(
        "--rollback",
        envvar=variable("rollback"),
        help="Put the snapshot into service again that was published before this one.",
    ),
]
RetryOption = Annotated[
    bool,
    typer.Option(
        "--retry",
        envvar=variable("retry"),
        help="Also try files again at once that failed for a reason that may have passed.",
    ),
]
AllowEmptyOption = Annotated[
    bool,
    typer.Option(
        "--allow-empty",
        envvar=variable("allow_empty"),
        help="A folder that has lost all its letters is meant so.",
    ),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        envvar=variable("wait"),
        min=0,
        metavar="SECONDS",
        help="How long to wait for another refresh that is running.",
    ),
]


def usage_error(error: ValidationError) -> typer.BadParameter:
    """The first thing that is wrong, under the name by which a person gave it."""
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return typer.BadParameter(message)
    field = str(first["loc"][0])
    if field == "question":
        return typer.BadParameter(message, param_hint="QUESTION")
    option = _OPTIONS.get(field, field)
    hint = variable(option)
    if not field.startswith("max_"):  # the limits on files are variables only
        hint = f"--{option.replace('_', '-')} or {hint}"
    return typer.BadParameter(message, param_hint=hint)
