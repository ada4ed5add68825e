"""Figures as people read them, in the terminal and on the page."""

from collections.abc import Iterable, Mapping

from eval.changes import Change
from eval.figures import Figure


def number(name: str, value: float) -> str:
    """The value of a figure: milliseconds to one decimal, what lies between 0 and 1 to three."""
    return f"{value:.1f}" if name.endswith(" ms") else f"{value:.3f}"


def between(name: str, figure: Figure | None) -> str:
    """The interval of a figure; empty where it has none."""
    if figure is None or figure.low is None or figure.high is None:
        return ""
    return f"{number(name, figure.low)} to {number(name, figure.high)}"


def difference(change: Change) -> tuple[str, str]:
    """A difference with its sign, and its interval; that is empty where there is none."""
    value = f"{change.difference:+.3f}"
    if change.low is None or change.high is None:
        return value, ""
    return value, f"{change.low:+.3f} to {change.high:+.3f}"


def names(figures: Iterable[Mapping[str, object]]) -> list[str]:
    """The names of all figures, each once, in the order in which they first appear."""
    return list(dict.fromkeys(name for found in figures for name in found))
