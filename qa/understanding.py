"""What a question itself says: whose letters, of what kind and time, what it asks for; and what is
left of it to be looked for.

The way to a better one is the ``Understanding`` protocol: anything that turns a question into a
``Meaning`` can take the place of ``PlainUnderstanding``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from documents import MONTHS, Document, DocumentKind
from qa.abbreviations import Abbreviations
from qa.asking import asks_for
from qa.naming import Names
from qa.schema import Understood
from qa.spelling import Spelling
from qa.times import read_times
from qa.words import Vocabulary

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
_LIST = re.compile(r"[\s,]*(?:\b(?:and|or)\b|&)?\s*")
_LOOSE = re.compile(r"\s+(?=[?!.,;:)])|[\s,;:]+(?=[?!.])|(?<=[,;:])(?:\s*[,;:])+|^[\s,;:.–—-]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question taken apart. ``topic`` is what is left of it without the authorities and times
    that it names: all letters of an authority have its name in them, so that the name says
    nothing of which sentence answers.

    ``letters`` are the ids of the documents that the times it names mean; None where it names
    none that would tell one document from another. Those in ``earlier`` it only looks back to.
    """

    understood: Understood
    topic: str
    letters: frozenset[str] | None = None
    earlier: frozenset[str] = frozenset()


class Understanding(Protocol):
    """Turns a question into what it says of authorities, kinds and times, and its topic."""

    def understand(self, question: str, among: Sequence[Document] | None = None) -> Meaning:
        """What the question says; fields that it does not speak of are empty. ``among`` are the
        documents that the user's own filters leave open, all where None: "last year" and "the
        latest inspection" are meant of them."""
        ...


class PlainUnderstanding:
    """Knows authorities by all their names, times and visits by theirs, the abbreviations that the
    letters explain, and the words that they are written in.

    Nothing is guessed: what could be two things is left as it stands. Safe to share between
    threads; the same question always means the same.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        """Learn names, words and abbreviations from the documents: once for a snapshot."""
        self._documents = tuple(documents)
        names = {d.metadata.authority for d in self._documents if d.metadata.authority is not None}
        vocabulary = Vocabulary(document.text for document in self._documents)
        self._names = Names(names, vocabulary)
        self._abbreviations = Abbreviations(self._documents, vocabulary)
        self._spelling = Spelling(
            vocabulary,
            [*self._names.names, *((month.lower(),) for month in MONTHS)],
            self._abbreviations.shorts,
        )

    def understand(self, question: str, among: Sequence[Document] | None = None) -> Meaning:
        """What the question says."""
        mended, corrected = self._spelling.mend(question)
        named = self._names.find(mended)
        kinds = [kind for kind, pattern in _KINDS if pattern.search(mended)]
        meant = self._open(named.authorities, self._documents if among is None else among)
        places = len(named.spans) + len(named.unknown)
        compares = asks_for(mended, places=places, periods=0) == "comparison"
        times = read_times(
            _blanked(mended, named.spans),  # "the latest Aldermere inspection"
            kinds,
            meant,
            named=bool(named.authorities),
            compares=compares and places < 2,
        )
        left = _without(mended, [*named.spans, *times.spans]) or mended
        topic, expanded = self._abbreviations.expand(left, named.authorities)
        understood = Understood(
            authorities=list(named.authorities),
            unknown_authorities=list(named.unknown),
            kinds=kinds,
            since=times.since,
            until=times.until,
            times=list(times.said),
            asks_for=asks_for(mended, places=places, periods=times.points),
            expanded=expanded,
            corrected=corrected,
        )
        return Meaning(understood, topic, times.letters, times.earlier)

    @staticmethod
    def _open(names: Sequence[str], documents: Sequence[Document]) -> Sequence[Document]:
        """The documents of the authorities named, or all where none of these is named."""
        own = [document for document in documents if document.metadata.authority in names]
        return own or documents


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in some places of it: all others stay where they are."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places in their order, those of a list ("2015, 2017 and 2025") as one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or _LIST.fullmatch(text, joined[-1][1], start)):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without some places of it, tidied; empty where no word is left."""
    parts = []
    last = 0
    for start, end in _joined(text, sorted(spans)):
        parts.append(text[last:start])
        last = end
    left = _SPACE.sub(" ", " ".join([*parts, text[last:]])).strip()
    left = _LOOSE.sub("", left).strip(" ,;:")
    return left if any(character.isalnum() for character in left) else ""
