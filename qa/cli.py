"""The command line (docs/command-line.md). Exit codes: 0 done, 1 failed, 2 usage, 3 abstained."""

import errno
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ValidationError
from typer.core import TyperGroup

from documents import CorpusError, PaperknifeError
from qa import options, terminal
from qa.doctor_command import doctor
from qa.fetch_command import fetch
from qa.schema import AskRequest, DocumentList
from qa.settings import Settings, unknown_variables

if TYPE_CHECKING:
    # Loaded by the commands that need it: with it comes the encoder's library, which takes seconds.
    from qa.service import Service

ABSTAINED = 3


class _Group(TyperGroup):
    """Says every foreseen error in one line on stderr, whichever command raised it."""

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  its type is private to typer
        """Run a command; exit code 1 where it failed."""
        try:
            return super().invoke(ctx)
        except PaperknifeError as error:
            terminal.fail(str(error))
        except OSError as error:
            if error.filename is None or error.errno == errno.EPIPE:
                raise
            terminal.fail(f"{error.filename}: {error.strerror}")


app = typer.Typer(
    cls=_Group,
    help="Answers questions with the verbatim, cited words of inspection letters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def settings_of(**given: object) -> Settings:
    """The settings: what was given, and the environment or the default for each None. A value
    out of bounds is a usage error."""
    try:
        # Pydantic checks the values; their types are not known before.
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise options.usage_error(error) from error


def prepared(settings: Settings, *, fitting: bool = False, watched: bool = False) -> "Service":
    """The service with its snapshot, which is made first where there is none, with a bar. Where its
    letters are not as they were read, a line on stderr says so, unless they are ``watched``."""
    from qa.service import Service

    service = Service(settings, fitting=fitting)
    with terminal.progress_bars() as progress:
        service.prepare(progress)
    if not watched and (stale := _stale(service)):
        typer.echo(f"paperknife: {stale}", err=True)
    return service


def _stale(service: "Service") -> str:
    """What is not as it was when the letters were read; empty where all is."""
    try:
        counted = service.planned().counted
    except CorpusError as problem:
        return f"{problem}; what was read of it is served"
    if not counted:
        return ""
    return (
        f"{service.source} has changed since it was read: {counted}; until `paperknife refresh`,"
        " the answers are from the letters as they were"
    )


@app.callback()
def _check_environment(ctx: typer.Context) -> None:
    commands = getattr(ctx.command, "commands", {}).values()
    names = [param.envvar for command in commands for param in command.params]
    if lines := unknown_variables(name for name in names if isinstance(name, str)):
        raise typer.BadParameter("; ".join(lines), ctx=ctx)


@app.command()
def serve(
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    host: options.HostOption = None,
    port: options.PortOption = None,
    watch: options.WatchOption = False,
) -> None:
    """Serve the page and the HTTP interface; build the index first where there is none."""
    settings = settings_of(corpus=corpus, data=data, host=host, port=port)
    from qa import listening  # loaded here: with it comes the server, which no other command needs

    listening.share_arenas()
    # The address first: a port in use is said at once, and not after the index is built.
    with listening.bound(settings.host, settings.port) as listener:
        service = prepared(settings, watched=watch)
        from qa.http import create_app

        listening.serve(create_app(service, watch=watch), listener, settings.host)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to ask.")],
    authority: options.AuthorityOption = None,
    kind: options.KindOption = None,
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    limit: options.LimitOption = None,
    order: options.OrderOption = None,
    min_confidence: options.MinConfidenceOption = None,
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Ask the letters a question; exit code 3 where they do not answer it."""
    fields = {
        "authorities": authority,
        "kinds": kind,
        "since": since,
        "until": until,
        "limit": limit,
        "order": order,
        "min_confidence": min_confidence,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        request = AskRequest.model_validate({"question": question, **given})
    except ValidationError as error:
        raise options.usage_error(error) from error
    response = prepared(settings_of(corpus=corpus, data=data)).answerer.ask(request)
    if as_json:
        typer.echo(response.model_dump_json(by_alias=True, indent=2))
    else:
        terminal.answers(response)
    if response.status == "abstained":
        raise typer.Exit(ABSTAINED)


@app.command()
def refresh(
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    dry_run: options.DryRunOption = False,
    watch: options.WatchOption = False,
    rollback: options.RollbackOption = False,
    retry: options.RetryOption = False,
    allow_empty: options.AllowEmptyOption = False,
    wait: options.WaitOption = 0.0,
    as_json: options.JsonOption = False,
) -> None:
    """Read what is new among the letters and put their new snapshot in the place of the old one."""
    given = {"--dry-run": dry_run, "--watch": watch, "--rollback": rollback}
    if len(chosen := [name for name, is_given in given.items() if is_given]) > 1:
        raise typer.BadParameter(f"{' and '.join(chosen)} do not go together")
    from qa import refresh_command
    from qa.service import Service

    service = Service(settings_of(corpus=corpus, data=data))
    if dry_run:
        refresh_command.show_plan(service, as_json=as_json)
    elif rollback:
        refresh_command.roll_back(service, as_json=as_json)
    else:
        choices = replace(service.choices, wait=wait, retry=retry, allow_empty=allow_empty)
        refresh_command.refresh(service, choices, as_json=as_json)
        if watch:
            refresh_command.go_on(service, replace(choices, retry=False), as_json=as_json)


@app.command()
def documents(
    document_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Only this one, in detail.")
    ] = None,
    authority: options.AuthorityOption = None,
    furniture: options.FurnitureOption = False,
    corpus: options.CorpusOption = None,
    data: options.DataOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """List what is on the shelf, and what could not be read, and why."""
    if furniture and document_id is None:
        raise typer.BadParameter("--furniture needs the ID of a document")
    settings = settings_of(corpus=corpus, data=data)
    snapshot = prepared(settings).answerer.snapshot
    from qa import shelf

    if document_id is None:
        found = shelf.items(snapshot, shelf.Filters(authorities=authority or ()))
        rows = [shelf.summary(item) for item in found]
        if as_json:
            _print_json(DocumentList(documents=rows, next_page_token=None))
        else:
            terminal.shelf(rows)
        return
    if furniture:
        lines = snapshot.document(document_id).furniture
        if as_json:
            typer.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
        else:
            terminal.furniture(lines)
        return
    detail = shelf.detail(shelf.find(snapshot, document_id))
    if as_json:
        _print_json(detail)
    else:
        terminal.document(detail)


def _print_json(model: BaseModel) -> None:
    typer.echo(model.model_dump_json(by_alias=True, indent=2))


app.command()(fetch)
app.command()(doctor)
