"""How politely and how patiently letters are fetched, and by which clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from documents.limits import Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """Bounds on what is asked of a server and taken from it. All times are in seconds.

    ``pause`` lies between the beginnings of two requests to one host. A letter is asked for
    ``attempts`` times at most, after about ``first_wait``, then twice that, and so on, with jitter;
    no wait, nor a Retry-After that is obeyed, is longer than ``longest_wait``. A server may be
    silent for ``silence``, and one attempt may take ``seconds``. A letter has at most ``max_bytes``
    and is behind at most ``redirects``. A host that failed with ``strikes`` letters in a row is
    asked for none of the others. Of a long download, what came is made sure of every
    ``checkpoint`` bytes.
    """

    pause: float = 1.0
    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 120.0
    silence: float = 30.0
    seconds: float = 600.0
    max_bytes: int = Limits().bytes
    redirects: int = 5
    strikes: int = 3
    checkpoint: int = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, counted from anywhere, and how to let it pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
