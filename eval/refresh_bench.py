"""What a refresh costs that finds little that is new, beside the full build of the same letters."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.table import Table

from documents import CorpusError
from documents.corpus import corpus_files
from eval.processes import peak_memory
from index import RefreshStatus
from qa.schema import Strict
from qa.settings import variable

Progress = Callable[[str, int, int], None]

_PROGRAM = [sys.executable, "-c", "from eval.cli import main; main()"]
_LEFT_OUT = 4  # letters: one to add, one to change another into, two for the server
_LOOK = 0.2  # seconds between two looks whether a refresh is done


class Refresh(Strict):
    """One ``paperknife refresh`` in a process of its own: the seconds from its start to its end,
    those that processors worked for it and what it started, the ratio of both to the full build's,
    and the most megabytes that they held together, None where the system has no /proc. On a machine
    that does other things as well, the ratio of the processors' seconds is the one that stands."""

    seconds: float
    ratio: float
    processor_seconds: float
    processor_ratio: float
    peak_megabytes: float | None


class Serving(Strict):
    """A server that is asked: the most megabytes that it and its workers held while it did nothing
    else, while it refreshed as well with one new letter, and their ratio; None where the system has
    no /proc. Then, asked nothing, the seconds of its refresh with one new letter, for which nothing
    has to be loaded, and their ratio to the full build's."""

    alone_megabytes: float | None
    refreshing_megabytes: float | None
    ratio: float | None
    one_new_seconds: float
    one_new_ratio: float


class Refreshing(Strict):
    """The refreshes of one corpus one after the other: all of it but four letters into a fresh
    data directory, then with nothing new, one more letter, one that has become another, the new one
    in another folder, and without it; then those of a server."""

    letters: int
    full: Refresh
    nothing_new: Refresh
    one_new: Refresh
    one_changed: Refresh
    one_moved: Refresh
    one_removed: Refresh
    serving: Serving


def measure_refreshing(
    corpus: Path, questions: Sequence[str], progress: Progress | None = None
) -> Refreshing:
    """Measure the refreshes of a copy of ``corpus``, and a server that is asked the questions.
    Raises CorpusError where it has not letters enough."""
    files = sorted(corpus_files(corpus), key=lambda path: (path.stat().st_size, path.name))
    if len(files) <= _LEFT_OUT + 1:
        raise CorpusError(f"{corpus}: has {len(files)} files; at least {_LEFT_OUT + 2} are needed")
    # Neither the shortest nor the longest.
    middle = len(files) // 2 - 1
    new, other, *served = left_out = files[middle : middle + _LEFT_OUT]
    with tempfile.TemporaryDirectory(prefix="paperknife-bench-") as place:
        letters, data = Path(place, "letters"), Path(place, "data")
        for file in files:
            if file not in left_out:
                _copy(file, letters / file.relative_to(corpus))
        changed = letters / files[0].relative_to(corpus)
        added = letters / new.relative_to(corpus)
        moved = letters / "elsewhere" / new.name
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("a full build", lambda: None),
            ("nothing new", lambda: None),
            ("one new letter", lambda: _copy(new, added)),
            ("one changed", lambda: _copy(other, changed)),
            ("one moved", lambda: _move(added, moved)),
            ("one removed", moved.unlink),
        )
        found: list[Refresh] = []
        for done, (name, change) in enumerate(steps):
            if progress:
                progress(name, done, len(steps) + 1)
            change()
            found.append(_timed(letters, data, found[0] if found else None))
        if progress:
            progress("a server", len(steps), len(steps) + 1)
        serving = _serving(data, questions, served, letters, found[0])
        if progress:
            progress("a server", len(steps) + 1, len(steps) + 1)
    full, nothing, one_new, one_changed, one_moved, one_removed = found
    return Refreshing(
        letters=len(files) - _LEFT_OUT,
        full=full,
        nothing_new=nothing,
        one_new=one_new,
        one_changed=one_changed,
        one_moved=one_moved,
        one_removed=one_removed,
        serving=serving,
    )


def table(measured: Refreshing) -> Table:
    """The measurements for people."""
    shown = Table(title=f"refreshes of {measured.letters} letters")
    shown.add_column("")
    for column in ("seconds", "of a full build", "processor", "of a full build", "peak MB"):
        shown.add_column(column, justify="right")
    for name, refresh in (
        ("a full build", measured.full),
        ("nothing new", measured.nothing_new),
        ("one new letter", measured.one_new),
        ("one changed", measured.one_changed),
        ("one moved", measured.one_moved),
        ("one removed", measured.one_removed),
    ):
        shown.add_row(
            name,
            f"{refresh.seconds:.1f}",
            f"{refresh.ratio:.1%}",
            f"{refresh.processor_seconds:.1f}",
            f"{refresh.processor_ratio:.1%}",
            f"{refresh.peak_megabytes or 0:.0f}",
        )
    serving = measured.serving
    shown.add_row(
        "one new, in a server", f"{serving.one_new_seconds:.1f}", f"{serving.one_new_ratio:.1%}"
    )
    if serving.ratio is not None:
        alone, both = serving.alone_megabytes, serving.refreshing_megabytes
        shown.add_row("a server that is asked", "", "", "", "", f"{alone:.0f}")
        shown.add_row(f"and refreshes ({serving.ratio:.2f} of it)", "", "", "", "", f"{both:.0f}")
    return shown


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)


def _move(file: Path, to: Path) -> None:
    to.parent.mkdir(exist_ok=True)
    file.replace(to)


def _timed(letters: Path, data: Path, full: Refresh | None) -> Refresh:
    command = [*_PROGRAM, "refresh", "--corpus", str(letters), "--data", str(data), "--json"]
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        # Not what the system says of it at its end: that is never less than this process held.
        with peak_memory(process.pid) as peak:
            said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CorpusError(said.strip().rpartition("\n")[2])
    worked = used.ru_utime + used.ru_stime
    return Refresh(
        seconds=seconds,
        ratio=seconds / (full.seconds if full else seconds),
        processor_seconds=worked,
        processor_ratio=worked / (full.processor_seconds if full else worked),
        peak_megabytes=max(peak, default=None),
    )


def _serving(
    data: Path, questions: Sequence[str], new: Sequence[Path], letters: Path, full: Refresh
) -> Serving:
    """``new`` are two letters that come into the folder ``letters`` of the server's corpus."""
    key = secrets.token_urlsafe()
    with _server(data, key) as (process, client):

        def ask() -> None:
            for question in questions:
                client.post("/v1/ask", json={"question": question}).raise_for_status()

        def refreshed(letter: Path, meanwhile: Callable[[], object]) -> float:
            _copy(letter, letters / letter.name)
            headers = {"Authorization": f"Bearer {key}"}
            asked = client.post("/v1/refreshes", headers=headers).raise_for_status()
            return _seconds(client, asked.headers["Location"], meanwhile)

        ask()
        with peak_memory(process.pid) as alone:
            ask()
        with peak_memory(process.pid) as refreshing:
            refreshed(new[0], ask)
        seconds = refreshed(new[1], lambda: None)
    known = bool(alone and refreshing)
    return Serving(
        alone_megabytes=max(alone, default=None),
        refreshing_megabytes=max(refreshing, default=None),
        ratio=max(refreshing) / max(alone) if known else None,
        one_new_seconds=seconds,
        one_new_ratio=seconds / full.seconds,
    )


def _seconds(client: httpx.Client, address: str, meanwhile: Callable[[], object]) -> float:
    """How long a refresh of a server takes, which is waited for."""

    def report_now() -> RefreshStatus:
        return RefreshStatus.model_validate_json(client.get(address).raise_for_status().content)

    while (report := report_now()).state in ("waiting", "running"):
        meanwhile()
        time.sleep(_LOOK)
    if report.state != "done" or report.ended is None:
        raise CorpusError(report.problem or "the refresh of the server failed")
    return (report.ended - report.started).total_seconds()


@contextmanager
def _server(data: Path, key: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [*_PROGRAM, "serve", "--data", str(data), "--port", "0"]
    environment = os.environ | {variable("api_key"): key}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip().rpartition(" ")[2]
            with httpx.Client(base_url=address, timeout=600) as client:
                yield process, client
        finally:
            process.terminate()
