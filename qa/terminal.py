"""What people see in a terminal: failures, progress, answers with their citations, the shelf."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.style import Style

from documents import Failure, Furniture
from qa import wording
from qa.schema import AskResponse, Citation, DocumentDetail, DocumentSummary

if TYPE_CHECKING:
    # Loaded by the command that fetches: with them comes the HTTP client.
    from documents.fetch.outcome import Outcome, State

_STATES: tuple["State", ...] = (
    *("to fetch", "to check", "fetched", "updated", "unchanged", "left", "failed"),
)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


_MOST_CHANGES = 40


def fail(message: str) -> NoReturn:
    """One line on stderr and exit code 1."""
    typer.echo(f"paperknife: {message}", err=True)
    raise typer.Exit(1)


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """A callback that draws a bar for each stage on stderr; nothing is drawn until it is
    called."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, total: int) -> None:
        if not tasks:
            bars.start()
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    try:
        yield report
    finally:
        if tasks:
            bars.stop()


def answers(response: AskResponse) -> None:
    """Each answer with its confidence and its citation, or why there is none and what came
    nearest."""
    if response.reason is not None:
        _line(wording.reason(response.reason))
        if response.nearest:
            _line("The nearest passages, which are not answers:", "dim")
    for near in response.nearest:
        typer.echo()
        _line(near.text)
        _line(f"  {wording.percent(near.confidence)} · {_place(near.citation)}", "cyan")
    for answer in response.answers:
        typer.echo()
        _line(answer.text, "bold")
        _line(f"  {wording.percent(answer.confidence)} · {_place(answer.citation)}", "cyan")
        for other in answer.also:
            _line(f"  also: {_place(other)}", "dim")


def shelf(documents: Sequence[DocumentSummary]) -> None:
    """What was read, then what could not be read, and why."""
    read = [row for row in documents if row.status == "read"]
    failed = [row for row in documents if row.status == "failed"]
    for row in read:
        _line(f"{row.title}", "bold")
        when = wording.published(row.published, row.published_year)
        dated = f"published {when}" if when else "no date"
        _line(f"  {row.authority or 'no authority named'} · {row.kind} · {dated} · {row.file}")
        for copy in row.copies:
            _line(f"  the same letter: {copy}", "dim")
        if row.ocr:
            _line("  recognised on a scan; words may be misread", "yellow")
        if row.problem:
            _line(f"  {row.problem}", "yellow")
        _line(f"  {row.id}", "cyan")
    _line(f"{wording.plural(len(read), 'document')} read.")
    left_out([Failure(r.id, r.file, r.sha256, r.problem or "", r.copy_of) for r in failed])


def changes(lines: Sequence[str], counts: str) -> None:
    """What came, changed, moved or went, a line each up to a number, and how many did what."""
    for line in lines[:_MOST_CHANGES]:
        _line(line)
    if len(lines) > _MOST_CHANGES:
        _line(f"  and {len(lines) - _MOST_CHANGES:,} more; --json names all")
    _line(counts)


def left_out(failed: Sequence[Failure]) -> None:
    """The files whose letter is there already, and those that could not be read, with reasons."""
    copies = [failure for failure in failed if failure.copy_of]
    if copies:
        _line(f"{wording.plural(len(copies), 'file')} not counted, being copies:", "bold")
    for failure in copies:
        _line(f"  {failure.file}: {failure.problem}")
    unread = [failure for failure in failed if not failure.copy_of]
    if unread:
        _line(f"{wording.plural(len(unread), 'file')} could not be read:", "bold red")
    for failure in unread:
        _line(f"  {failure.file}: {wording.problem(failure)}")


def fetched(outcomes: Sequence["Outcome"]) -> None:
    """How many letters were fetched, how many are as they were, and why the others are not."""
    counts = Counter[str](outcome.state for outcome in outcomes)
    for state in ("to fetch", "to check"):
        for outcome in outcomes:
            if outcome.state == state:
                _line(f"  {state}: {outcome.file} · {outcome.authority} · {outcome.url}")
    said = [f"{count:,} {state}" for state in _STATES if (count := counts[state])]
    total = wording.plural(len(outcomes), "letter")
    _line(f"{total}: {', '.join(said)}." if said else "The catalogue has no such letter.")
    for state, heading, style in (
        ("left", "left alone; --overwrite fetches what was changed or removed:", "bold yellow"),
        ("failed", "could not be fetched:", "bold red"),
    ):
        if counts[state]:
            _line(f"{wording.plural(counts[state], 'letter')} {heading}", style)
        for outcome in outcomes:
            if outcome.state == state:
                _line(f"  {outcome.file}: {outcome.reason}")


def document(detail: DocumentDetail) -> None:
    """One item of the shelf with its judgements and sections."""
    shelf([detail])
    for judgement in detail.judgements:
        _line(f"  {judgement.area}: {judgement.grade}")
    for section in detail.sections:
        _line(f"  {'  ' * section.level}{section.heading or '(before the first heading)'}")


def furniture(lines: Sequence[Furniture]) -> None:
    """The lines that stand on the pages of a document and not in its text."""
    for line in lines:
        _line(f"{f'p. {line.page}' if line.page else '-'}  {line.text}")
    _line(f"{wording.plural(len(lines), 'line')} taken away as page furniture.", "dim")


def seen(text: str) -> str:
    """A text as a terminal may show it: what would move the cursor, colour the rest or turn it
    round, stands as U+FFFD."""
    return _UNSEEN.sub("\ufffd", text)


def _place(citation: Citation) -> str:
    """One line that says where to look: whose letter, of when, where in it, and the span."""
    parts = [citation.authority or citation.title, citation.kind]
    if citation.visited:
        visited = wording.days(citation.visited.first, citation.visited.last)
        parts.append(f"visited {visited}")
    when = wording.published(citation.published, citation.published_year)
    if when:
        parts.append(f"published {when}")
    if citation.page:
        parts.append(f"p. {citation.page}")
    if citation.section:
        parts.append(citation.section)
    if citation.paragraph:
        parts.append(f"paragraph {citation.paragraph}")
    if citation.ocr:
        parts.append("recognised on a scan")
    files = " = ".join([citation.file, *citation.copies])
    return " · ".join([*parts, f"{files} [{citation.start}-{citation.end}]"])


def _line(text: str, style: str | None = None) -> None:
    """A line as it is: letters have brackets in them, which are no markup. What would move the
    cursor, colour the rest or turn it round, stands as U+FFFD."""
    Console(soft_wrap=True).print(
        seen(text),
        style=Style.parse(style) if style else None,
        markup=False,
        highlight=False,
    )
