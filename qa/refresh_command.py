"""What ``paperknife refresh`` does, and how it says so: to people, and to machines as JSON."""

import json
import signal
from threading import Event
from typing import TypedDict

import typer

from documents import PaperknifeError
from index import Changes, Choices, Refreshed, RefreshReport
from qa import terminal
from qa.service import Service
from qa.watching import occasions


class Found(TypedDict):
    """What a refresh finds, or would: files by name, those that moved with the name before."""

    added: list[str]
    changed: list[str]
    moved: list[dict[str, str | None]]
    removed: list[str]
    unchanged: int


def show_plan(service: Service, *, as_json: bool) -> None:
    """Prints what a refresh would find new. Raises CorpusError."""
    found = _planned(service.planned())
    if as_json:
        _print_json({"corpus": str(service.source), **found})
    else:
        typer.echo(f"A refresh of {service.source} would find:")
        _show(found)


def roll_back(service: Service, *, as_json: bool) -> None:
    """Puts the snapshot before the one in service into its place, and says which. Raises as
    ``index.roll_back``."""
    earlier = service.roll_back()
    if as_json:
        _print_json({"snapshot": earlier})
    else:
        typer.echo(f"Snapshot {earlier[:12]} is in service again; a refresh leads forward.")


def refresh(service: Service, choices: Choices, *, as_json: bool) -> None:
    """Refreshes, with a bar, and prints what was found. Raises as ``index.refresh``."""
    with terminal.progress_bars() as progress:
        refreshed = service.refresh(progress, choices)
    if as_json:
        _print_json(_as_json(refreshed, service))
        return
    snapshot = refreshed.snapshot
    count = f"{len(snapshot.documents):,} documents, {len(snapshot.passages):,} passages"
    typer.echo(f"Read {service.source}: {count}, snapshot {snapshot.manifest.id[:12]}.")
    _show(_reported(refreshed.report))
    terminal.left_out(snapshot.failures)


def go_on(service: Service, choices: Choices, *, as_json: bool) -> None:
    """Refreshes again whenever there is something new, until SIGTERM, which lets a refresh under
    way come to its end, or Ctrl-C. What fails is said, and tried again at the next change. Only
    for the main thread."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    typer.echo(f"Watches {service.source}; Ctrl-C ends it.", err=True)
    for _ in occasions(service, stop):
        try:
            refresh(service, choices, as_json=as_json)
        except PaperknifeError as problem:
            typer.echo(f"paperknife: {problem}", err=True)


def _show(found: Found) -> None:
    terminal.changes(
        [
            *(f"  added    {name}" for name in found["added"]),
            *(f"  changed  {name}" for name in found["changed"]),
            *(f"  moved    {entry['was']} → {entry['file']}" for entry in found["moved"]),
            *(f"  removed  {name}" for name in found["removed"]),
        ],
        ", ".join(
            [
                f"{len(found['added']):,} added",
                f"{len(found['changed']):,} changed",
                f"{len(found['moved']):,} moved",
                f"{len(found['removed']):,} removed",
                f"{found['unchanged']:,} unchanged",
            ]
        )
        + ".",
    )


def _planned(found: Changes) -> Found:
    return {
        "added": list(found.added),
        "changed": list(found.changed),
        "moved": [{"file": name, "was": was} for name, was in found.moved.items()],
        "removed": list(found.removed),
        "unchanged": len(found.unchanged),
    }


def _reported(report: RefreshReport) -> Found:
    return {
        "added": [entry.file for entry in report.added],
        "changed": [entry.file for entry in report.changed],
        "moved": [{"file": entry.file, "was": entry.was} for entry in report.moved],
        "removed": [entry.file for entry in report.removed],
        "unchanged": report.unchanged,
    }


def _as_json(refreshed: Refreshed, service: Service) -> dict[str, object]:
    snapshot, report = refreshed.snapshot, refreshed.report
    return {
        "refresh": report.id,
        "snapshot": snapshot.manifest.id,
        "previous": report.previous,
        "created": snapshot.manifest.created.isoformat(),
        "corpus": str(service.source),
        "documents": len(snapshot.documents),
        "passages": len(snapshot.passages),
        "sentences": len(snapshot.sentences),
        **_reported(report),
        "failures": [
            {"file": failure.file, "problem": failure.problem, "copy_of": failure.copy_of}
            for failure in snapshot.failures
        ],
    }


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
