"""A data directory is examined here: each invariant is a named check, and what can be mended
without guessing is."""

from index.doctor.checks import Check, Severity, worst
from index.doctor.examining import examine
from index.doctor.repairing import repair

__all__ = ["Check", "Severity", "examine", "repair", "worst"]
