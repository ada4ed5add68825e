"""Threads of a server beside its requests: they end with it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LAST_STEP = 10.0  # seconds that a thread has to see that it is to end


@contextmanager
def in_background(name: str, run: Callable[[threading.Event], None]) -> Iterator[None]:
    """While it lasts, ``run`` is under way in a thread of its own; the event that it is given says
    that it is to end."""
    stop = threading.Event()
    # One that hangs in a system call must not keep the process: whatever it is at stands a kill.
    thread = threading.Thread(target=run, args=(stop,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LAST_STEP)
