"""Plots as SVG that stands in a page: with a text that says what is in them, and no colour that
would be the only one to say it."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eval.calibration import Reliability, Values
from eval.figures import Figure

_INK = "#1d1b17"
_MAIN = "#1f4e79"
_OTHER = "#5c564b"
_LINES = ("-", "--", "-.", ":")
_DOCTYPE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ID = re.compile(r'(?<= id=")|(?<=href="#)|(?<=url\(#)')
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)


def reliability_plot(found: Reliability, name: str) -> str:
    """What was said beside what came true, with a bar of how many predictions each bin has."""
    with _styled():
        canvas = Canvas(figsize=(4.2, 4.6), layout="constrained")
        above, below = canvas.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        above.plot((0, 1), (0, 1), color=_OTHER, linestyle=":", label="if it were exact")
        above.plot(found.said, found.true, color=_MAIN, marker="o", label="as it was")
        above.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share that came true")
        above.legend(frameon=False, loc="upper left")
        below.bar(found.said, found.counts, width=0.05, color=_MAIN)
        below.set(xlabel="confidence", ylabel="how many")
        return _svg(canvas, f"Reliability of {name}: the table below has the same numbers.")


def risk_plot(curves: Mapping[str, Values]) -> str:
    """The share of wrong answers as more of the questions are answered, a line to a system."""
    with _styled():
        canvas = Canvas(figsize=(6.4, 4.2), layout="constrained")
        axes = canvas.subplots()
        for number, (name, risks) in enumerate(curves.items()):
            coverage = [(place + 1) / len(risks) for place in range(len(risks))]
            axes.plot(
                coverage,
                risks,
                label=name,
                color=_MAIN if number == 0 else _OTHER,
                linewidth=2 if number == 0 else 1.2,
                linestyle=_LINES[number % len(_LINES)],
            )
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set(xlabel="coverage: share of the questions answered, the surest first")
        axes.set(ylabel="risk: share of these not answered rightly")
        axes.legend(frameon=False)
        return _svg(canvas, "Risk and coverage; AURC in the table of figures is the area below.")


def bars_plot(rows: Mapping[str, Figure], label: str, most: float | None = None) -> str:
    """A bar with its interval for each row, the first at the top."""
    with _styled():
        canvas = Canvas(figsize=(6.4, 0.8 + 0.36 * len(rows)), layout="constrained")
        axes = canvas.subplots()
        values = [figure.value for figure in rows.values()]
        axes.barh(list(rows), values, color=_MAIN, alpha=0.35, edgecolor=_MAIN, xerr=None)
        _whiskers(axes, list(rows.values()))
        axes.invert_yaxis()
        axes.set(xlabel=label, xlim=(0, most))
        return _svg(canvas, f"{label}: the table below has the same numbers.")


@contextmanager
def _styled() -> Iterator[None]:
    style = mpl.rc_context(
        {
            "svg.fonttype": "none",  # text stays text, to be read and searched for
            "svg.hashsalt": "paperknife",  # the same plot has the same ids
            "font.family": "sans-serif",
            "font.size": 10,
            "text.color": _INK,
            "axes.edgecolor": _OTHER,
            "axes.labelcolor": _INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": _INK,
            "ytick.color": _INK,
        }
    )
    with style:
        yield


def _whiskers(axes: Axes, rows: Sequence[Figure]) -> None:
    for place, figure in enumerate(rows):
        if figure.low is not None and figure.high is not None:
            axes.plot((figure.low, figure.high), (place, place), color=_INK, linewidth=1.4)


def _svg(canvas: Canvas, text: str) -> str:
    """The plot as an element of a page, named for those who do not see it."""
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    svg = _METADATA.sub("", _DOCTYPE.sub("", buffer.getvalue(), count=1))
    # Several plots stand in one page, and the ids of each are those of all others.
    svg = _ID.sub(f"p{hashlib.sha256(text.encode()).hexdigest()[:8]}-", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{text}" ', 1)
