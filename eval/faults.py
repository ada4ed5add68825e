"""The wrong answers, each in one class: what a person reads to see where to begin."""

from collections.abc import Mapping
from typing import Literal

from eval.metrics import Outcome

Fault = Literal["refused", "answered", "later", "candidate", "not found"]

FAULTS: Mapping[Fault, str] = {
    "refused": "refused, though the letters answer",
    "answered": "answered, though the letters do not say",
    "later": "a right answer comes second to fifth",
    "candidate": "a right answer is a candidate, but not among the first five",
    "not found": "no right answer is among the candidates",
}


def fault(outcome: Outcome) -> Fault | None:
    """What is wrong with what a system made of a question, as a user would meet it; None where
    the right answer came first, or a question without one was refused."""
    if not outcome.answerable:
        return None if outcome.refused else "answered"
    if outcome.refused:
        return "refused"
    if outcome.right_at == 1:
        return None
    if outcome.right_at is not None:
        return "later"
    return "candidate" if any(outcome.found_at or ()) else "not found"
