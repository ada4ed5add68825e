"""When a refresh is worth while: something changed in the corpus folder, or a file is to be tried
again. What changed is decided by the files' contents; that the system tells of a change only says
when to look."""

import logging
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from documents import PaperknifeError
from documents.corpus import IGNORE_FILE
from index import Reports
from index.store import is_being_written
from qa.service import Service

_LOG = logging.getLogger(__name__)
_TOGETHER = 1_600  # milliseconds in which changes are taken together
_QUIET = 400  # milliseconds without another change that end them earlier
_TICK = 1_000  # milliseconds
_LOOK = 300.0  # seconds between looks where the file system told of nothing
_AGAIN = 60.0  # seconds at least between refreshes that only try again


def occasions(service: Service, stop: Event) -> Iterator[None]:
    """Yields each time when a refresh would find something, until it is to stop: soon after a file
    was added, changed, moved or removed, when a failure is to be tried again, and after a look
    every few minutes, since not every file system tells of changes. What hinders a look is logged
    once, and looked at again."""
    changed, told, again = False, "", 0.0
    for signal in _signals(service, stop):
        changed = changed or signal
        # Of what has changed, the refresh that is running may take care.
        if is_being_written(service.settings.data):
            continue
        due = time.monotonic() >= again and _is_due(service)
        try:
            needed = due or (changed and _is_changed(service))
        except (PaperknifeError, OSError) as problem:
            if str(problem) != told:
                told = str(problem)
                _LOG.error("the corpus cannot be looked at: %s", told)
            continue
        changed, told = False, ""
        if needed:
            again = time.monotonic() + _AGAIN
            yield


def _is_changed(service: Service) -> bool:
    found = service.planned()
    return any((found.added, found.changed, found.moved, found.removed))


def _is_due(service: Service) -> bool:
    """Whether a failure of the last refresh that was done is to be tried again by now."""
    last = Reports(service.settings.data).last_done()
    now = datetime.now(UTC)
    return last is not None and any(
        failure.retry_at is not None and failure.retry_at <= now for failure in last.failed
    )


def _signals(service: Service, stop: Event) -> Iterator[bool]:
    """Yields all the time, and True when it is worth looking."""
    while not stop.is_set():
        folder, begun = service.source, time.monotonic()
        worth = True  # also of what changed before anybody watched
        try:
            with closing(_watched(folder, stop)) as changes:
                for change in changes:
                    yield worth or change
                    worth = False
                    # Made anew: the folder may be another by now, under the same name.
                    if time.monotonic() >= begun + _LOOK:
                        break
        except OSError as problem:  # no folder, or the system's limit on watches
            _LOG.warning("%s: cannot be watched (%s)", folder, problem)
            there = folder.is_dir()
            yield True
            while not stop.wait(_TICK / 1000) and folder.is_dir() == there:
                if time.monotonic() >= begun + _LOOK:
                    break
                yield False


def _watched(folder: Path, stop: Event) -> Generator[bool]:
    if not folder.is_dir():  # the library passes over one that is not there
        raise FileNotFoundError("the folder does not exist")
    for found in watch(
        folder,
        watch_filter=partial(_counts, folder),
        debounce=_TOGETHER,
        step=_QUIET,
        stop_event=stop,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        yield bool(found)


def _counts(folder: Path, change: Change, path: str) -> bool:
    """Whether a path may be one of the corpus."""
    if not Path(path).is_relative_to(folder):
        return True
    inside = Path(path).relative_to(folder)
    return inside.name == IGNORE_FILE or not any(part.startswith(".") for part in inside.parts)
