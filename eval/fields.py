"""What can be compared with a catalogue: what a document says of each field, and when two values
are the same. Names count by their letters alone; the areas of judgement go by other names in each
framework, and are known by the words that stay."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from documents import Document

Read = Callable[[Document], str | None]
Same = Callable[[str, str], bool]

_NOT_LETTERS = re.compile(r"[^a-z]")


def _letters(value: str) -> str:
    return _NOT_LETTERS.sub("", value.casefold().replace("&", "and"))


def _same_text(value: str, found: str) -> bool:
    return value == found


def _same_name(value: str, found: str) -> bool:
    return _letters(value) == _letters(found)


def _same_names(value: str, found: str) -> bool:
    return [_letters(name) for name in value.split(";")] == [
        _letters(name) for name in found.split(";")
    ]


def _same_framework(value: str, found: str) -> bool:
    """Catalogues shorten: "short" is "ILACS short"."""
    return bool(value) == bool(found) and _letters(found).endswith(_letters(value))


def _same_grade(value: str, found: str) -> bool:
    """Catalogues shorten: "Requires improvement" is "Requires improvement to be good"."""
    return bool(value) == bool(found) and _letters(found).startswith(_letters(value))


def _grade(*areas: str, but: str = "$^") -> Read:
    """The grade of the first area whose name has one of these words (the sooner named count more)
    and none of ``but``."""

    def read(document: Document) -> str | None:
        for area in areas:
            for judgement in document.metadata.judgements:
                name = judgement.area.casefold()
                if re.search(area, name) and not re.search(but, name):
                    return judgement.grade
        return None

    return read


def _visited(which: Literal["first", "last"]) -> Read:
    def read(document: Document) -> str | None:
        visited = document.metadata.visited
        return getattr(visited, which).isoformat() if visited else None

    return read


def _published(document: Document) -> str | None:
    published = document.metadata.published
    return published.isoformat() if published else None


def _published_year(document: Document) -> str | None:
    year = document.metadata.published_year
    return str(year) if year else None


FIELDS: Mapping[str, tuple[Read, Same]] = {
    "authority": (lambda document: document.metadata.authority, _same_name),
    "published_year": (_published_year, _same_text),
    "published": (_published, _same_text),
    "inspected_from": (_visited("first"), _same_text),
    "inspected_to": (_visited("last"), _same_text),
    "framework": (lambda document: document.metadata.framework, _same_framework),
    "lead_inspector": (lambda document: next(iter(document.metadata.inspectors), None), _same_name),
    "inspectors": (lambda document: "; ".join(document.metadata.inspectors), _same_names),
    "overall_effectiveness": (
        _grade("overall effectiveness", "overall", r"^children.?s services in\b"),
        _same_grade,
    ),
    "impact_of_leaders": (_grade("impact of leaders", "leadership"), _same_grade),
    "help_and_protection": (_grade("help and protection"), _same_grade),
    "in_care": (_grade(r"\bin care\b", "looked after"), _same_grade),
    "care_leavers": (_grade("care leavers", but=r"\bin care\b|looked after"), _same_grade),
    "adoption_performance": (_grade("adoption"), _same_grade),
    "lscb": (_grade("safeguarding children board"), _same_grade),
}
"""The columns that are compared: what a document says of each, and when that is the same."""
