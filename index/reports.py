"""What each refresh found and did: one file each in ``DATA/refreshes``, written whole or not at
all, so that any process, on any host, can say how far a refresh is."""

import logging
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from documents import UnknownRefresh
from documents.disk import write_whole
from index.store import is_being_written

Progress = Callable[[str, int, int], None]
RefreshState = Literal["waiting", "running", "done", "failed"]

_LOG = logging.getLogger(__name__)
_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}")
_MOST = 100  # reports that are kept
_TOLD_EVERY = 0.5  # seconds


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChangedFile(_Strict):
    """A file of the corpus. ``document`` is the id of its document, or of the one that it is a copy
    of; None where it could not be read or has gone. ``was`` is the name it had before it moved."""

    file: str
    document: str | None = None
    was: str | None = None


class FailedFile(_Strict):
    """A file that is not among the documents, and why. ``retry_at`` is when it is tried again where
    the reason may pass; the others are when they change."""

    file: str
    problem: str
    transient: bool
    copy_of: str | None = None
    retry_at: datetime | None = None


class RefreshStatus(_Strict):
    """One refresh, as anybody may know of it. ``stage``, ``done`` and ``total`` say how far it is;
    ``snapshot`` is what it published, or found to be right, and ``previous`` what was in service
    before. ``problem`` is why it failed; then nothing was changed, unless it had published
    ``snapshot`` by then: the next refresh does what was left to do."""

    id: str
    state: RefreshState
    started: datetime
    ended: datetime | None = None
    stage: str | None = None
    done: int = 0
    total: int = 0
    snapshot: str | None = None
    previous: str | None = None
    added: tuple[ChangedFile, ...] = ()
    changed: tuple[ChangedFile, ...] = ()
    moved: tuple[ChangedFile, ...] = ()
    removed: tuple[ChangedFile, ...] = ()
    unchanged: int = 0
    failed: tuple[FailedFile, ...] = ()
    problem: str | None = None


class RefreshReport(RefreshStatus):
    """One refresh as it is kept: also which process does it."""

    host: str
    process: int


class Reports:
    """The reports of a data directory."""

    def __init__(self, data: Path) -> None:
        """Nothing is written before ``write``."""
        self._data = data
        self._folder = data / "refreshes"

    def get(self, refresh: str) -> RefreshReport:
        """The report of this id. Raises UnknownRefresh."""
        try:
            if not _ID.fullmatch(refresh):
                raise UnknownRefresh(refresh)
            return RefreshReport.model_validate_json(self._path(refresh).read_bytes())
        except (OSError, ValidationError) as problem:
            raise UnknownRefresh(refresh) from problem

    def newest(self) -> RefreshReport | None:
        """The report that was begun last."""
        return next(iter(self.known()), None)

    def last_done(self) -> RefreshReport | None:
        """The report of the last refresh that was done."""
        return next((report for report in self._from_the_last() if report.state == "done"), None)

    def running(self) -> RefreshReport | None:
        """The one that says it is running; whether it is, only the lock tells."""
        return next((report for report in self.known() if report.state == "running"), None)

    def settled(self, report: RefreshReport) -> RefreshReport:
        """A report as it is true now: one that says it is running while nobody writes the data
        directory is of a process that has died, and so is one that waits for a turn that its
        process, on this host, does not live to have."""
        if report.state == "running" and not is_being_written(self._data):
            report = self.get(report.id)  # it may have ended between the two looks
            return _died(report) if report.state == "running" else report
        return _died(report) if _waits_in_vain(report) else report

    def write(self, report: RefreshReport) -> None:
        """Puts a report in the place of the one of the same id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(report.id), report.model_dump_json(indent=2).encode())

    def dead(self) -> list[RefreshReport]:
        """Those that will come to no end of their own, if nobody is writing: that say they are
        running, or wait for it in a process of this host that is not there any more."""
        return [
            report for report in self.known() if report.state == "running" or _waits_in_vain(report)
        ]

    def fail(self, refresh: str, problem: str) -> None:
        """Writes into the report of this id that it has failed, and why. Raises UnknownRefresh."""
        update = {"state": "failed", "ended": datetime.now(UTC), "problem": problem}
        self.write(self.get(refresh).model_copy(update=update))

    def tidy(self) -> None:
        """Only for the writer of the data directory: says of the dead that they are, and keeps only
        the last reports."""
        for report in self.dead():
            self.write(_died(report))
        for number, report in enumerate(self.known()):
            if number >= _MOST:
                self._path(report.id).unlink(missing_ok=True)

    def known(self) -> list[RefreshReport]:
        """All of them, the last begun first."""
        key = attrgetter("started", "id")
        return sorted(self._from_the_last(), key=key, reverse=True)

    def _from_the_last(self) -> Iterator[RefreshReport]:
        """Each in its turn, in the order of ids, which begin with the second."""
        names = sorted(self._folder.glob("*.json"), reverse=True) if self._folder.is_dir() else []
        for path in names:
            try:
                yield self.get(path.stem)
            except UnknownRefresh:  # damaged, or removed in between
                continue

    def _path(self, refresh: str) -> Path:
        return self._folder / f"{refresh}.json"


def new_report(state: RefreshState = "running") -> RefreshReport:
    """The report of a refresh that begins now."""
    now = datetime.now(UTC)
    return RefreshReport(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        state=state,
        started=now,
        host=socket.gethostname(),
        process=os.getpid(),
    )


def _died(report: RefreshReport) -> RefreshReport:
    problem = "its process ended before it was done"
    update = {"state": "failed", "ended": datetime.now(UTC), "problem": problem}
    return report.model_copy(update=update)


def _waits_in_vain(report: RefreshReport) -> bool:
    """Whether its process was one of this host, and is no more."""
    if report.state != "waiting" or report.host != socket.gethostname():
        return False
    try:
        os.kill(report.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's, and alive
        return False
    return False


class Teller:
    """Says how far a refresh is: to its report, twice a second at most, and to whoever listens."""

    def __init__(
        self, reports: Reports, report: RefreshReport, progress: Progress | None = None
    ) -> None:
        """The refresh is running from here on."""
        self._reports = reports
        self._progress = progress
        self._report = report.model_copy(update={"state": "running"})
        self._told = time.monotonic()
        reports.write(self._report)

    def tell(self, stage: str, done: int, total: int) -> None:
        """So much of a stage is done."""
        if self._progress is not None:
            self._progress(stage, done, total)
        now = time.monotonic()
        if stage != self._report.stage or now >= self._told + _TOLD_EVERY:
            self._told = now
            update = {"stage": stage, "done": done, "total": total}
            self._report = self._report.model_copy(update=update)
            self._reports.write(self._report)

    def published(self, snapshot: str, previous: str | None) -> None:
        """What is in service from here on, even if what is left to do fails."""
        update = {"snapshot": snapshot, "previous": previous}
        self._report = self._report.model_copy(update=update)

    def done(self, **found: object) -> RefreshReport:
        """The refresh is done; ``found`` are the fields of its report."""
        return self._end(state="done", stage=None, done=0, total=0, **found)

    def failed(self, problem: str) -> None:
        """The refresh has failed, and why. On a full disk that may not be written; then the next
        refresh says that this one ended."""
        try:
            self._end(state="failed", problem=problem)
        except OSError as unwritten:
            _LOG.warning("refresh %s: %s (%s)", self._report.id, problem, unwritten.strerror)

    def _end(self, **update: object) -> RefreshReport:
        self._report = self._report.model_copy(update={"ended": datetime.now(UTC), **update})
        self._reports.write(self._report)
        return self._report
