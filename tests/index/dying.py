"""``python -m tests.index.dying``: runs commands of Paperknife, each in a process of its own, which
kills itself where it is told to.

A line of standard input is a JSON list: at which of the calls that change the disk the process is
to die, or null; whether the file that was opened last for writing is then half written; and the
command. The answer is a line with what it ended with, as ``os.waitstatus_to_exitcode`` has it, and
how many such calls it made if it came to its end. The processes are forks of this one, so that each
finds its modules loaded.
"""

import builtins
import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import faiss
import numpy as np

import documents.corpus
from eval.cli import app
from qa.service import Service  # noqa: F401  loaded here, and not in each process
from tests.index.changing import read_here

_OWNERS = (
    (os, ("fsync", "utime", "replace", "rename", "unlink", "remove", "mkdir", "rmdir")),
    (np, ("save",)),
    (faiss, ("write_index",)),
)
_CALLS_OF_SQLITE = ("execute", "executemany", "executescript", "commit", "__exit__", "close")


class _Counter:
    """Counts the calls, and dies at one of them."""

    def __init__(self, last: int | None, torn: bool) -> None:
        self.last, self.torn = last, torn
        self.calls = 0
        self.written: str | None = None

    def call(self) -> None:
        if self.calls == self.last:
            if self.torn and self.written is not None:
                with suppress(FileNotFoundError):  # it has its name already
                    os.truncate(self.written, Path(self.written).stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        self.calls += 1


def _count(counter: _Counter) -> None:
    """From here on, the calls of this process count."""

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401  whatever it takes
            counter.call()
            if real is write_index:
                counter.written = str(arguments[1])
            return real(*arguments, **keywords)

        return call

    real_open, write_index = builtins.open, faiss.write_index

    def opened(file: Any, mode: str = "r", *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        if set(mode) & set("wax+") and isinstance(file, str | Path):
            counter.call()
            counter.written = str(file)
        return real_open(file, mode, *arguments, **keywords)

    class Connection(sqlite3.Connection):
        pass

    for name in _CALLS_OF_SQLITE:
        setattr(Connection, name, counted(getattr(sqlite3.Connection, name)))
    real_connect = sqlite3.connect
    for owner, names in _OWNERS:
        for name in names:
            setattr(owner, name, counted(getattr(owner, name)))
    setattr(builtins, "open", opened)  # noqa: B010  a name that mypy keeps as it is
    setattr(io, "open", opened)  # noqa: B010
    setattr(  # noqa: B010
        sqlite3, "connect", lambda *a, **k: real_connect(*a, factory=Connection, **k)
    )


def _run(last: int | None, torn: bool, command: Sequence[str], answer: int) -> NoReturn:
    counter = _Counter(last, torn)
    code = 1
    try:
        _count(counter)
        app(command, standalone_mode=False)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os.write(answer, str(counter.calls).encode())
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    # Processes that read letters take longer to start than such letters to read, and what they
    # write is not on the disk.
    setattr(documents.corpus, "read_files", read_here)  # noqa: B010
    answers = os.dup(1)
    os.dup2(2, 1)  # what the command prints is no answer
    for line in sys.stdin:
        last, torn, command = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _run(last, torn, command, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            calls = told.read().decode() or None
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        os.write(answers, (json.dumps([code, calls and int(calls)]) + "\n").encode())


if __name__ == "__main__":
    main()
