"""What a question itself says: whose letters, of what kind, of what years; and what is left of it.

The way to a better one is the ``Understanding`` protocol: anything that turns a question into a
``Meaning`` can take the place of ``PlainUnderstanding``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from documents import MONTHS, Document, DocumentKind
from qa.schema import Understood

_SEASONS = ("spring", "summer", "autumn", "winter", "early", "late", "mid", "end of", "the")
_YEAR = r"\b(?:19|20)\d\d\b"
_WHEN = re.compile(
    rf"(?:\b(?:in|by|during|since|of|from|to|until|between|and|at|for)\s+)?"
    rf"(?:\b(?:{'|'.join((*_SEASONS, *MONTHS))})[\s-]+)*(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    ("focused visit", re.compile(r"\bfocus+ed visits?\b", re.I)),
    ("monitoring visit", re.compile(r"\bmonitoring visits?\b", re.I)),
    ("assurance visit", re.compile(r"\bassurance visits?\b", re.I)),
    (
        "joint targeted area inspection",
        re.compile(r"\bjoint targeted area inspections?\b|\bJTAI\b", re.I),
    ),
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question taken apart. ``topic`` is what is left of it without the authorities and years
    that it names: all letters of an authority have its name in them, so that the name says
    nothing of which sentence answers."""

    understood: Understood
    topic: str


class Understanding(Protocol):
    """Turns a question into what it says of authorities, kinds and times, and its topic."""

    def understand(self, question: str) -> Meaning:
        """What the question says; fields that it does not speak of are empty."""
        ...


class PlainUnderstanding:
    """Knows the authorities of the corpus by their names, kinds by theirs, and years.

    Nothing is guessed: a name counts where it stands whole in the question, and a longer name
    before a shorter one within it ("Cheshire West and Chester" is not "Chester").
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        """Learn the names from the documents' metadata."""
        names = {d.metadata.authority for d in documents if d.metadata.authority is not None}
        # Longest first, so that what is within a longer name is not found again.
        self._names = sorted(names, key=lambda name: (-len(name), name))
        every = "|".join(f"({_as_written(name)})" for name in self._names)
        self._pattern = re.compile(rf"\b(?:{every})\b(?:['’`]s?)?" if every else r"(?!)", re.I)

    def understand(self, question: str) -> Meaning:
        """What the question says."""
        found = {
            self._names[match.lastindex - 1]
            for match in self._pattern.finditer(question)
            if match.lastindex is not None
        }
        years = sorted(int(match["year"]) for match in _WHEN.finditer(question))
        understood = Understood(
            authorities=sorted(found),
            kinds=[kind for kind, pattern in _KINDS if pattern.search(question)],
            since=date(years[0], 1, 1) if years else None,
            until=date(years[-1], 12, 31) if years else None,
        )
        topic = _WHEN.sub(" ", self._pattern.sub(" ", question))
        return Meaning(understood, _SPACE.sub(" ", topic).strip() or question)


def _as_written(name: str) -> str:
    """A pattern of a name as people write it: with "&" for "and", hyphens or spaces."""
    words = re.split(r"[\s-]+", name)
    return r"[\s-]+".join("(?:and|&)" if w.lower() == "and" else re.escape(w) for w in words)
