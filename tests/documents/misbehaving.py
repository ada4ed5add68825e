"""A reader that does what the name of the file says. Worker processes import it from here."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from documents import deadline
from documents.files import read_file
from documents.limits import Limits
from documents.model import Document, Failure


class _UnpicklableError(Exception):
    """As some libraries have them: what it is made of is not what it is made again of."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"line {line}\ncolumn {column}")


def read(folder: Path, name: str, limits: Limits) -> Document | Failure:
    """Misbehaves as ``name`` says, and reads the file otherwise."""
    (folder / f".{name}.pid").write_text(str(os.getpid()))
    if name.startswith("segfault"):
        ctypes.string_at(0)
    elif name.startswith("exit"):
        os._exit(3)
    elif name.startswith("abort"):
        os.abort()
    elif name.startswith("hang"):
        # In a library, with the interpreter locked: no signal handler of Python's runs.
        ctypes.PyDLL(None).sleep(1000)
    elif name.startswith("recognise"):
        deadline.lift()
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        (folder / f".{name}.child").write_text(str(child.pid))
        time.sleep(1000)
    elif name.startswith("memory"):
        bytearray(limits.memory + 64 * 1024**2)
    elif name.startswith("mistake"):
        raise _UnpicklableError(3, 14)
    elif name.startswith("leave"):
        raise SystemExit("good-bye")
    elif name.startswith("noise"):
        print("noise")  # noqa: T201
        os.write(2, b"noise\n")
        os.system("echo noise")
    elif name.startswith("later"):
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
    elif name.startswith("slow"):
        time.sleep(0.5)
    return read_file(folder, name, limits)
