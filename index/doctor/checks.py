"""What a check of a data directory has found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["ok", "warning", "error"]
_SAMPLED = 5
_ORDER: tuple[Severity, ...] = ("ok", "warning", "error")


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant and whether it holds. An error is something that answers wrongly or not at all,
    or that the next refresh fails of; a warning is anything else that somebody may want to know.
    ``line`` says it for a person and names the command that mends it, ``samples`` are up to five
    ids, files or rows that it was found in."""

    name: str
    severity: Severity
    line: str
    samples: tuple[str, ...] = ()


def well(name: str, line: str) -> Check:
    """The invariant holds."""
    return Check(name, "ok", line)


def wrong(name: str, line: str, samples: Iterable[str] = ()) -> Check:
    """It does not, and that is an error."""
    return Check(name, "error", line, tuple(samples)[:_SAMPLED])


def doubtful(name: str, line: str, samples: Iterable[str] = ()) -> Check:
    """It does not, and that is a warning."""
    return Check(name, "warning", line, tuple(samples)[:_SAMPLED])


def judged(name: str, held: str, problem: str, faults: Sequence[str]) -> Check:
    """An error that is counted, where there are faults."""
    return wrong(name, f"{len(faults):,} {problem}", faults) if faults else well(name, held)


def worst(checks: Iterable[Check]) -> Severity:
    """The gravest of what was found."""
    return max((check.severity for check in checks), key=_ORDER.index, default="ok")
