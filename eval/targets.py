"""What the reading of a corpus has to reach, and whether it does."""

from collections.abc import Iterator

from eval.catalogue import CatalogueResult, FieldScore
from eval.reading import LEAST_WHOLE, Proof
from qa.schema import Strict

LEAST_F1 = 0.99
LEAST_SHARE = 0.99
MOST_TIMES_PDFTOTEXT = 6.0
MOST_MEGABYTES = 600.0
MOST_GROWTH = 1.25
"""Measurements of the same work differ by as much; what grows with the corpus grows by more."""

_ALL_RIGHT = ("authority", "published_year")


class Target(Strict):
    """A figure beside its bound, both for people, and whether it keeps to it."""

    figure: str
    value: str
    bound: str
    met: bool


class Report(Strict):
    """All that the command found, for machines. It quotes no letter."""

    proof: Proof
    targets: tuple[Target, ...]


def targets(proof: Proof) -> tuple[Target, ...]:
    """Every target of what was measured, in the order of the tables."""
    return tuple(_targets(proof))


def _targets(proof: Proof) -> Iterator[Target]:
    if proof.wholeness:
        for name, share in (
            ("recall", proof.wholeness.recall),
            ("precision", proof.wholeness.precision),
        ):
            yield _at_least(f"words, least {name} of a document", share, LEAST_WHOLE)
    once = len(proof.furniture.once)
    yield Target(
        figure="furniture that comes but once",
        value=str(once),
        bound="0",
        met=once == 0,
    )
    if proof.boundaries:
        by_group = {score.group: score for score in proof.boundaries.scores}
        # What was mended by its errors proves nothing: the other documents count, if there are any.
        score = by_group.get("fold test") or by_group["all"]
        yield _at_least(f"boundaries of units, F1, {score.group}", score.f1, LEAST_F1)
    if proof.catalogue:
        yield from _fields(proof.catalogue)
    if proof.checked:
        yield from (_share(f"{field.field}, by hand", field, 1.0) for field in proof.checked.fields)
    if proof.speed:
        yield _at_most("times as long as pdftotext", proof.speed.ratio, MOST_TIMES_PDFTOTEXT)
        if proof.speed.peak_megabytes is not None:
            yield _at_most("peak memory, MB", proof.speed.peak_megabytes, MOST_MEGABYTES)
    if proof.scale:
        yield _at_most("growth of the cost per page", proof.scale.growth, MOST_GROWTH)


def _fields(catalogue: CatalogueResult) -> Iterator[Target]:
    for field in catalogue.fields:
        least = 1.0 if field.field in _ALL_RIGHT else LEAST_SHARE
        yield _share(f"{field.field}, corrected", field, least)


def _share(figure: str, field: FieldScore, least: float) -> Target:
    return Target(
        figure=figure,
        value=f"{field.right_corrected} of {field.values}",
        bound="all" if least == 1 else f"at least {least:.0%}",
        met=field.right_corrected >= least * field.values,
    )


def _at_least(figure: str, value: float, bound: float) -> Target:
    return Target(
        figure=figure, value=f"{value:.4f}", bound=f"at least {bound}", met=value >= bound
    )


def _at_most(figure: str, value: float, bound: float) -> Target:
    return Target(figure=figure, value=f"{value:.2f}", bound=f"at most {bound}", met=value <= bound)
