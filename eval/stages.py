"""Where the time of a question goes, seen from outside: the product measures nothing itself."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from time import perf_counter
from typing import Any

from index import Encoder
from qa.candidates import Retriever
from qa.closer import CloseReader
from qa.finder import WeightedFinder
from qa.understanding import PlainUnderstanding

STEPS: Mapping[str, tuple[type, str]] = {
    "understand": (PlainUnderstanding, "understand"),
    "encode": (Encoder, "encode"),
    "retrieve": (Retriever, "candidates"),
    "read": (CloseReader, "read"),
    "find": (WeightedFinder, "probabilities"),
}
"""The method in which each step of the answerer is taken."""
REST = "compose"


class Watch:
    """Times the steps of the answerer.

    While it watches, the methods of STEPS are wrapped, for the whole process: nothing else may ask
    at that time. The wrapping costs some millionths of a second for each call.
    """

    def __init__(self) -> None:
        """Nothing is timed yet."""
        self._milliseconds: dict[str, float] = {}
        # What the steps within the one that is under way have taken: that is not its own time.
        self._within: list[float] = []

    @contextmanager
    def watching(self) -> Iterator[dict[str, float]]:
        """Gives a dictionary that holds, once the block has ended, the milliseconds of each step
        and, as REST, of all that the block did besides. A step that another calls is not counted
        in that one as well; their sum is what the whole block took."""
        self._milliseconds = dict.fromkeys((*STEPS, REST), 0.0)
        originals = {step: getattr(owner, method) for step, (owner, method) in STEPS.items()}
        for step, (owner, method) in STEPS.items():
            setattr(owner, method, self._timed(step, originals[step]))
        try:
            with self._step(REST):
                yield self._milliseconds
        finally:
            for step, (owner, method) in STEPS.items():
                setattr(owner, method, originals[step])

    def _timed(self, step: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def timed(*arguments: object, **named: object) -> object:
            with self._step(step):
                return method(*arguments, **named)

        return timed

    @contextmanager
    def _step(self, step: str) -> Iterator[None]:
        self._within.append(0.0)
        began = perf_counter()
        try:
            yield
        finally:
            took = (perf_counter() - began) * 1000
            self._milliseconds[step] += took - self._within.pop()
            if self._within:
                self._within[-1] += took
