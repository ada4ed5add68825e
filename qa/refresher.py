"""The refreshes of a server, one after the other in a thread of their own, and the snapshots that
other processes publish."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event, Lock
from types import TracebackType
from typing import Self

from documents import PaperknifeError, RefreshRunning, UnknownRefresh
from documents.errors import RefreshStopped
from index import RefreshReport, Reports, new_report
from index.store import is_being_written
from qa.service import PATIENCE, Service

_LOG = logging.getLogger(__name__)
_ASKED_AGAIN = 1.0  # seconds between two tries
_LOOK = 1.0  # seconds between two looks at what is published


class Refresher:
    """Refreshes that are asked for, with a report each from the moment they are. Safe to share
    between threads; a context, at whose end what waits is given up, and what runs ends at its next
    step or is done."""

    def __init__(self, service: Service) -> None:
        """No thread is started before a refresh is asked for."""
        self._service = service
        self._reports = Reports(service.settings.data)
        self._thread = ThreadPoolExecutor(1, "refresher")
        self._lock = Lock()
        self._stopping = Event()
        # By what they withdraw, those that have not begun to look at the corpus.
        self._waiting: dict[tuple[str, ...], RefreshReport] = {}
        self._unfinished: set[str] = set()
        self._begun: str | None = None

    def __enter__(self) -> Self:
        """Nothing to do."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops; what was not done says so in its report."""
        self._stopping.set()
        self._thread.shutdown(cancel_futures=True)

    def ask(self, *withdraw: str) -> RefreshReport:
        """A refresh that begins when its turn comes: its report, with the state "waiting". One that
        withdraws the same and has not begun yet is that one. Raises OSError where the report cannot
        be written."""
        with self._lock:
            if (waiting := self._waiting.get(withdraw)) is not None:
                return waiting
            report = new_report("waiting")
            self._reports.write(report)
            self._waiting[withdraw] = report
            self._unfinished.add(report.id)
            job = self._thread.submit(self._refresh, report, withdraw)
        job.add_done_callback(partial(self._ended, report, withdraw))
        return report

    def check_idle(self) -> None:
        """Raises RefreshRunning, with its id, where one is running, here or in another process."""
        if self._is_written():
            other = self._reports.running()
            raise RefreshRunning("another refresh is running", other.id if other else self._begun)
        if (begun := self._begun) is not None:
            raise RefreshRunning("another refresh is running", begun)

    def report(self, refresh: str) -> RefreshReport:
        """The report of a refresh, of whichever process, as it is true now. One that is done is
        served here from then on. Raises UnknownRefresh."""
        return self._true_now(self._reports.get(refresh))

    def reports(self, most: int) -> list[RefreshReport]:
        """The reports of the last refreshes, the last first."""
        return [self._true_now(report) for report in self._reports.known()[:most]]

    def follow(self, stop: Event) -> None:
        """Until it is to stop, takes up what other processes publish, within a second or two."""
        told = ""
        while not stop.wait(_LOOK):
            try:
                # What this one publishes it takes up itself, and has open already.
                if self._begun is None:
                    self._service.take_up()
            except (PaperknifeError, OSError) as problem:
                if str(problem) != told:
                    told = str(problem)
                    _LOG.error("the published snapshot cannot be looked at: %s", told)

    def _true_now(self, report: RefreshReport) -> RefreshReport:
        if report.state != "done":
            return self._reports.settled(report)
        if report.id in self._unfinished:  # published, and about to be served
            return report.model_copy(update={"state": "running", "ended": None})
        self._service.take_up()
        return report

    def _is_written(self) -> bool:
        return is_being_written(self._service.settings.data)

    def _refresh(self, report: RefreshReport, withdraw: tuple[str, ...]) -> None:
        until = time.monotonic() + PATIENCE
        while not self._stopping.is_set():
            if not self._is_written():
                with self._lock:
                    self._waiting.pop(withdraw, None)
                    self._begun = report.id
                try:
                    self._service.refresh(self._told, report=report, withdraw=withdraw)
                    return
                except RefreshRunning:  # it came in between
                    with self._lock:
                        self._waiting.setdefault(withdraw, report)
                finally:
                    self._begun = None
            if time.monotonic() >= until:
                raise RefreshRunning("another refresh did not come to an end")
            self._stopping.wait(_ASKED_AGAIN)
        raise RefreshStopped("the server was stopped before it began")

    def _told(self, stage: str, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise RefreshStopped("the server was stopped before it was done; nothing was changed")

    def _ended(self, report: RefreshReport, withdraw: tuple[str, ...], job: "Future[None]") -> None:
        """However it ended, its report says so."""
        with self._lock:
            if self._waiting.get(withdraw) is report:
                del self._waiting[withdraw]
        if job.cancelled():
            self._failed(report, "the server was stopped before it began")
        elif isinstance(problem := job.exception(), PaperknifeError):
            self._failed(report, str(problem))
        elif problem is not None:
            _LOG.error("refresh %s ended with a fault", report.id, exc_info=problem)
            self._failed(report, "a fault of the program; the server's log has it")
        self._unfinished.discard(report.id)

    def _failed(self, report: RefreshReport, problem: str) -> None:
        _LOG.error("refresh %s failed: %s", report.id, problem)
        try:
            if self._reports.get(report.id).state in ("waiting", "running"):
                self._reports.fail(report.id, problem)
        except (UnknownRefresh, OSError) as lost:
            _LOG.error("refresh %s has no report: %s", report.id, lost)
