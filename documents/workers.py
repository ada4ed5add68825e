"""Files are read in processes of their own, so that a crash or a hang costs only one file.

The processes come from multiprocessing's fork server: it has the readers loaded and no threads, so
that a new one takes milliseconds and inherits nothing of a program that has an encoder running.
"""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from documents import deadline
from documents.files import failed_file, read_file
from documents.limits import Limits
from documents.model import Document, Failure

Outcome = Document | Failure
Read = Callable[[Path, str, Limits], Outcome]
_WAITING = 4  # files for each worker that are handed over before it asks
_PR_SET_PDEATHSIG = 1
_OUT_OF_MEMORY = (signal.SIGABRT, signal.SIGTRAP)  # how libraries such as PDFium end then
_LAUNCHING = threading.Lock()


def read_files(
    folder: Path,
    names: Sequence[str],
    limits: Limits,
    workers: int | None = None,
    read: Read = read_file,
) -> Generator[tuple[int, Outcome]]:
    """Reads files, paths within ``folder``; each outcome with the file's place among ``names``,
    as soon as it is there, in no order.

    ``workers`` is how many processes read: as many as there are processors without it. None of
    them outlives the iteration, whatever ends it. ``read`` reads a file in them; it is a function
    of a module.
    """
    left = dict(enumerate(names))
    count = min(workers or os.cpu_count() or 1, len(left))
    while left:
        try:
            yield from _read_some(folder, left, limits, count, read)
        except BrokenProcessPool:
            # A worker died between two files or while it handed one over: nobody knows which. One
            # worker at a time then tells the file.
            if count == 1:
                place, name = next(iter(left.items()))
                del left[place]
                yield place, failed_file(folder, name, limits, "the reader crashed")
            count = 1


def _read_some(
    folder: Path, left: dict[int, str], limits: Limits, workers: int, read: Read
) -> Generator[tuple[int, Outcome]]:
    """As ``read_files``; takes out of ``left`` what has an outcome. Raises BrokenProcessPool."""
    pool = ProcessPool(
        max_workers=workers,
        initializer=_begin,
        initargs=(limits.memory,),
        context=_Context(),
    )
    queue = iter(list(left.items()))
    running: dict[Future[Outcome], tuple[int, str]] = {}
    try:
        while left:
            while len(running) < workers * _WAITING and (item := next(queue, None)):
                running[_schedule(pool, read, folder, item[1], limits)] = item
            for task in wait(running, return_when=FIRST_COMPLETED).done:
                place, name = running.pop(task)
                outcome = _outcome(task, folder, name, limits)
                del left[place]
                yield place, outcome
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble does not type it
        pool.join()


def _schedule(
    pool: ProcessPool, read: Read, folder: Path, name: str, limits: Limits
) -> Future[Outcome]:
    longest = max(limits.seconds, limits.ocr_seconds)
    try:
        return pool.schedule(_read, args=(read, folder, name, limits), timeout=longest)
    except RuntimeError as error:  # it broke since it was asked last
        raise BrokenProcessPool from error


def _outcome(task: Future[Outcome], folder: Path, name: str, limits: Limits) -> Outcome:
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, BrokenProcessPool):
        raise error
    transient = False
    if isinstance(error, TimeoutError):
        # A machine that is busy today is not tomorrow.
        problem, transient = _stopped(max(limits.seconds, limits.ocr_seconds)), True
    elif isinstance(error, ProcessExpired):
        problem = _expired(error, limits)
        # SIGKILL comes from outside: from a system that has run out of memory.
        transient = -error.exitcode in (deadline.RINGS, signal.SIGKILL)
    else:  # what is no Exception in a worker, such as SystemExit
        problem = f"the reader failed ({type(error).__name__})"
    return failed_file(folder, name, limits, problem, transient=transient)


def _expired(error: ProcessExpired, limits: Limits) -> str:
    with suppress(ProcessLookupError):
        # What the reader has started, such as the recognition of a scan, ends with it.
        os.killpg(error.pid, signal.SIGKILL)
    code = error.exitcode
    if code == -deadline.RINGS:
        return _stopped(limits.seconds)
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    if -code in _OUT_OF_MEMORY:
        how += f"; it may need more than {_mebibytes(limits)} of memory"
    return f"the reader crashed ({how})"


def _mebibytes(limits: Limits) -> str:
    return f"{limits.memory // 1024**2:,} MiB"


def _stopped(seconds: float) -> str:
    return f"the reader was stopped after {seconds:g} second{'' if seconds == 1 else 's'}"


def _read(read: Read, folder: Path, name: str, limits: Limits) -> Outcome:
    """What a worker does for each file."""
    deadline.start(limits.seconds)
    try:
        return read(folder, name, limits)
    except MemoryError:
        problem = f"reading it needs more than {_mebibytes(limits)} of memory"
    except Exception as error:  # noqa: BLE001 - the last chance to say which file it was
        # A mistake in a reader costs one file, too. It cannot travel as it is: exceptions of
        # some libraries do not survive pickling and would take the whole pool with them.
        problem = f"the reader failed ({type(error).__name__}: {error})"
    finally:
        deadline.lift()
    return failed_file(folder, name, limits, problem)


def _begin(memory: int) -> None:
    """What a worker does first."""
    os.setsid()
    signal.signal(signal.SIGTERM, _end_all)
    deadline.begin_worker()
    # Libraries print to the terminal what is wrong with a file; the reader says it as well.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    if sys.platform == "linux":
        import resource

        # Ends with the fork server, and that with the program, even if that one is killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _end_all(number: int, frame: FrameType | None) -> None:
    """Ends a worker with all that it has started."""
    os.killpg(0, signal.SIGKILL)  # pragma: no cover - and with whoever counts it


class _Process(ForkServerProcess):
    """A worker that knows nothing of the program's main module. Importing it again would take
    longer than reading a letter, and run whatever a script does without asking."""

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:  # noqa: ANN401, N802  as multiprocessing has it
        with _LAUNCHING:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return ForkServerProcess._Popen(process_obj)
            finally:
                sys.modules["__main__"] = main


class _Context(ForkServerContext):
    """multiprocessing's fork server, with the readers loaded."""

    Process = _Process

    def __init__(self) -> None:
        super().__init__()
        self.set_forkserver_preload(
            [__name__, "documents.readers.formats", "documents.metadata.reading"]
        )
