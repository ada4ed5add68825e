"""What a question itself says: whose letters, of what kind, of what years it asks.

The way to a better one is the ``Understanding`` protocol: anything that turns a question into
``Understood`` can take the place of ``PlainUnderstanding``.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from documents import Document, DocumentKind
from qa.schema import Understood

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_POSSESSIVE = re.compile(r"['’`]s\b|['’`]")
_NO_WORD = re.compile(r"[^\w]+")
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    ("focused visit", re.compile(r"\bfocus+ed visits?\b")),
    ("monitoring visit", re.compile(r"\bmonitoring visits?\b")),
    ("assurance visit", re.compile(r"\bassurance visits?\b")),
    (
        "joint targeted area inspection",
        re.compile(r"\bjoint targeted area inspections?\b|\bjtai\b"),
    ),
)


class Understanding(Protocol):
    """Turns a question into what it says of authorities, kinds and times."""

    def understand(self, question: str) -> Understood:
        """What the question says; fields that it does not speak of are empty."""
        ...


class PlainUnderstanding:
    """Knows the authorities of the corpus by their names, kinds by theirs, and years.

    Nothing is guessed: a name counts where it stands whole in the question, and a longer name
    before a shorter one within it ("Cheshire West and Chester" is not "Chester").
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        """Learn the names from the documents' metadata."""
        names = {
            document.metadata.authority
            for document in documents
            if document.metadata.authority is not None
        }
        # Longest first, so that what is within a longer name is not found again.
        ordered = sorted(names, key=lambda name: (-len(name), name))
        self._names = {_folded(name): name for name in reversed(ordered)}
        self._pattern = re.compile(
            rf"\b(?:{'|'.join(re.escape(_folded(name)) for name in ordered)})\b"
            if names
            else r"(?!)"
        )

    def understand(self, question: str) -> Understood:
        """What the question says."""
        folded = _folded(question)
        found = {self._names[match.group()] for match in self._pattern.finditer(folded)}
        years = sorted(int(year) for year in _YEAR.findall(question))
        return Understood(
            authorities=sorted(found),
            kinds=[kind for kind, pattern in _KINDS if pattern.search(folded)],
            since=date(years[0], 1, 1) if years else None,
            until=date(years[-1], 12, 31) if years else None,
        )


def _folded(text: str) -> str:
    """Lower case, "&" as "and", possessives and punctuation gone, words apart by one space."""
    plain = _POSSESSIVE.sub("", text.lower().replace("&", " and "))
    return _NO_WORD.sub(" ", plain).strip()
