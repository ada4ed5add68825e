"""The report as one page that needs nothing else: figures, plots, and every wrong answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from eval import plots, showing
from eval.calibration import Reliability, Values, answers_said, questions_said, reliability, risks
from eval.faults import FAULTS, Fault, fault
from eval.figures import Figure, stages
from eval.judging import Judged, is_right
from eval.questions import Question, Quote
from eval.run import Run, SystemResult
from eval.systems import Reply, Span
from qa import wording

_TEMPLATES = Environment(
    loader=PackageLoader("eval"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"understood": wording.understood, "capital": wording.capital}
_TEMPLATES.globals |= {
    "number": showing.number,
    "between": showing.between,
    "difference": showing.difference,
    "names": showing.names,
    "plural": wording.plural,
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question that went wrong: why, what was replied, of each answer whether it is right, and
    of each gold quote at which rank of the candidates it is."""

    fault: Fault
    question: Question
    reply: Reply
    answers: tuple[tuple[Span, bool], ...]
    gold: tuple[tuple[Quote, int | None], ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Whether some predictions came true: the plot, and what it was drawn from."""

    heading: str
    says: str
    plot: str
    bins: tuple[tuple[int, float, float], ...]


def page(run: Run, judged: Sequence[Judged]) -> str:
    """The report as HTML. It holds its styles, its script and its plots, and loads nothing.

    It quotes questions, letters and gold in full: it belongs where those may lie.
    """
    first = run.systems[0]
    wrong = wrong_answers(first.name, judged)
    steps = stages(first.outcomes)
    curves = _curves(run.systems)
    return _TEMPLATES.get_template("report.html").render(
        run=run,
        first=first,
        calibrated=_calibrated(first),
        risk_plot=plots.risk_plot(curves) if curves else None,
        by_type={
            name: plots.bars_plot(rows, f"{name} by type of question", 1)
            for name in ("hit@1", "hit@5")
            if (rows := _of_types(first, name))
        },
        steps=steps,
        steps_plot=_steps_plot(steps),
        wrong=wrong,
        classes=FAULTS,
        types=sorted({one.question.type for one in wrong}),
        counts=Counter((one.fault, one.question.type) for one in wrong),
    )


def wrong_answers(system: str, judged: Sequence[Judged]) -> list[Wrong]:
    """Every question that a system got wrong, in the order in which they were asked."""
    found: list[Wrong] = []
    for case in judged:
        reply, outcome = case.replies[system]
        why = fault(outcome)
        if why is not None:
            answers = tuple((span, is_right(span, case.question.gold)) for span in reply.answers)
            gold = case.question.gold
            ranks = outcome.found_at or (None,) * len(gold)
            both = tuple(zip(gold, ranks, strict=True))
            found.append(Wrong(why, case.question, reply, answers, both))
    return found


def _calibrated(first: SystemResult) -> list[Calibrated]:
    """The reliability of both confidences, where the system's are probabilities."""
    if any(outcome.probabilities is None for outcome in first.outcomes):
        return []
    return [
        _calibration(
            "Confidence of a question",
            "That one of the first five answers is right; never so where the letters do not say.",
            reliability(*questions_said(first.outcomes)),
        ),
        _calibration(
            "Confidence of an answer",
            "That this answer is right: each of the first five answers to each question.",
            reliability(*answers_said(first.outcomes)),
        ),
    ]


def _calibration(heading: str, says: str, found: Reliability) -> Calibrated:
    bins = zip(found.counts.tolist(), found.said.tolist(), found.true.tolist(), strict=True)
    plot = plots.reliability_plot(found, wording.capital(heading))
    return Calibrated(heading, says, plot, tuple(bins))


def _curves(systems: Sequence[SystemResult]) -> dict[str, Values]:
    """The risk curve of each system. Those that are equally sure of every question have the same
    level line, and one that gives no answer is wrong wherever it answers: neither is drawn."""
    return {
        result.name: risks(*questions_said(result.outcomes))
        for result in systems
        if len({outcome.confidence for outcome in result.outcomes}) > 1
    }


def _of_types(first: SystemResult, name: str) -> dict[str, Figure]:
    return {kind: found[name] for kind, found in first.by_type.items() if name in found}


def _steps_plot(steps: Mapping[str, Mapping[str, Figure]]) -> str | None:
    medians = {step: found["p50 ms"] for step, found in steps.items()}
    return plots.bars_plot(medians, "median milliseconds of each step") if medians else None
