"""``paperknife fetch``: official letters from the catalogue into the corpus folder."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer
from pydantic import HttpUrl, TypeAdapter, ValidationError, model_validator

from qa import options, terminal
from qa.schema import Day, Strict
from qa.settings import Settings, variable

if TYPE_CHECKING:
    # Loaded when letters are fetched: no other command needs what comes with it.
    from documents.catalogue import Letter
    from documents.fetch import Policy

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--corpus",
        envvar=variable("corpus"),
        help="The folder to put the letters into. It must be given.",
    ),
]
CatalogueOption = Annotated[
    str | None,
    typer.Option(
        "--catalogue",
        envvar=variable("catalogue"),
        metavar="FILE-OR-ADDRESS",
        help="Another catalogue (CSV) than the one that comes with the program.",
    ),
]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        envvar=variable("base"),
        metavar="ADDRESS",
        help="Ask this server, such as https://mirror.example, in the place of the catalogue's.",
    ),
]
RateOption = Annotated[
    float,
    typer.Option(
        "--rate",
        envvar=variable("rate"),
        min=0.01,
        max=1000,
        help="At most so many requests a second.",
    ),
]
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", envvar=variable("dry_run"), help="Only say what would be asked for."),
]
OverwriteOption = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        envvar=variable("overwrite"),
        help="Also fetch letters whose file was changed or removed by hand.",
    ),
]


class _Days(Strict):
    """The first and the last day of publication that is wanted."""

    since: Day | None
    until: Day | None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is later than until")
        return self


def fetch(
    authority: options.AuthorityOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    catalogue: CatalogueOption = None,
    base: BaseOption = None,
    corpus: FolderOption = None,
    rate: RateOption = 1.0,
    dry_run: DryRunOption = False,
    overwrite: OverwriteOption = False,
    as_json: options.JsonOption = False,
) -> None:
    """Fetch official letters into the corpus; exit code 1 where one could not be had."""
    try:
        settings = Settings() if corpus is None else Settings(corpus=corpus)
        days = _Days.model_validate({"since": since, "until": until})
    except ValidationError as error:
        raise options.usage_error(error) from error
    if not settings.corpus_was_given:
        hint = f"--corpus or {variable('corpus')}"
        raise typer.BadParameter("must be given: the folder for the letters", param_hint=hint)
    server = _server(base) if base else None

    from documents import fetch as fetching
    from documents.catalogue import BUNDLED

    policy = fetching.Policy(pause=1 / rate, max_bytes=settings.max_bytes)
    letters = _wanted(_listed(catalogue, policy), authority or [], days.since, days.until)
    if dry_run:
        outcomes = fetching.plan(letters, settings.corpus, base=server, overwrite=overwrite)
    else:
        with terminal.progress_bars() as progress:
            outcomes = fetching.fetch(
                letters,
                settings.corpus,
                policy,
                base=server,
                overwrite=overwrite,
                progress=lambda done, total: progress("fetching letters", done, total),
            )
    if as_json:
        report = {
            "corpus": str(settings.corpus),
            "catalogue": catalogue or BUNDLED,
            "dry_run": dry_run,
            "letters": [outcome.model_dump(mode="json") for outcome in outcomes],
        }
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        terminal.fetched(outcomes)
    if any(outcome.state == "failed" for outcome in outcomes):
        raise typer.Exit(1)


def _listed(catalogue: str | None, policy: "Policy") -> "tuple[Letter, ...]":
    """The letters of the catalogue that was named: a file, an address, or none but ours."""
    from documents import fetch as fetching
    from documents.catalogue import bundled_catalogue, read_catalogue

    if catalogue is None:
        return bundled_catalogue()
    if catalogue.lower().startswith(("http://", "https://")):
        return fetching.fetch_catalogue(catalogue, policy)
    return read_catalogue(Path(catalogue))


def _wanted(
    letters: "tuple[Letter, ...]", authorities: list[str], since: date | None, until: date | None
) -> "tuple[Letter, ...]":
    from documents.catalogue import select

    try:
        return select(letters, authorities, since, until)
    except ValueError as error:
        hint = f"--authority or {variable('authority')}"
        raise typer.BadParameter(str(error), param_hint=hint) from error


def _server(base: str) -> str:
    """The address of a server, without anything below it."""
    try:
        url = TypeAdapter(HttpUrl).validate_python(base)
    except ValidationError as error:
        raise _bad_base(error.errors()[0]["msg"]) from error
    if (url.path or "/") != "/" or url.query or url.fragment or url.username or url.password:
        raise _bad_base("must be scheme, host and port only")
    return str(url)


def _bad_base(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=f"--base or {variable('base')}")
