"""How long the reader of a file may take: the alarm clock of a worker process.

The system rings it, not Python: a reader that hangs in a library ends all the same, and its
process with it. Outside a worker there is no alarm, and both functions do nothing.
"""

import signal

RINGS = signal.SIGALRM
_state = {"is_worker": False}


def begin_worker() -> None:
    """From here on this process is a worker, which an alarm may end."""
    signal.signal(RINGS, signal.SIG_DFL)
    _state["is_worker"] = True


def start(seconds: float) -> None:
    """End this process in so many seconds unless ``lift`` is called before."""
    if _state["is_worker"]:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def lift() -> None:
    """No alarm any more. Whoever recognises text on pictures calls this before: it takes longer
    than reading, and whoever started the worker allows for that."""
    if _state["is_worker"]:
        signal.setitimer(signal.ITIMER_REAL, 0)
