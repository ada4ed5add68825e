"""Visits that a question names by their place among the others, and the inspections whose grades
stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from documents import Document

_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_NOUN = (
    r"(?P<noun>(?:(?:full|standard|short|ofsted|ilacs|sif)\s+)*(?:re-?)?"
    r"(?:inspections?|reports?|letters?|ones?|(?:(?P<sort>focus+ed|monitoring|assurance)\s+)?visits?))\b"
)
_LATEST = r"(?:very\s+)?(?:latest|most\s+recent|newest|last)"
_EARLIER = r"previous|preceding|penultimate|last\s+but\s+one|earlier|prior"
_OCCASION = re.compile(
    rf"\b(?P<since>since\s+)?(?:(?:the|its|their|\w+['’]s?)\s+)?(?:(?P<latest>{_LATEST})|(?P<earlier>{_EARLIER})"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)})|(?P<oldest>earliest|oldest))\s+(?:\d\w*\s+)?{_NOUN}"
    # Of "visited" only by inspectors: social workers visit children.
    # Alone "inspected" stays: it says what is asked for.
    r"|\b(?:when|since)\s+(?:it|they)\s+(?:was|were)\s+(?:last|most\s+recently)\s+(?P<clause>inspected)\b"
    r"|\b(?:last|most\s+recently)\b(?=\s+(?P<verb>inspected\b|visited\s+by\s+(?:ofsted|inspectors)\b))",
    re.IGNORECASE,
)
# A grade stands until the next inspection: "the current rating", "How is it rated now?"
_STANDING = re.compile(
    rf"\b(?:(?:current|{_LATEST})(?=\s+(?:(?:ofsted|overall)\s+)*(?:ratings?|grades?|judge?ments?"
    r"|effectiveness)\b)|(?:right\s+)?now|currently|at\s+present|at\s+the\s+moment|these\s+days"
    r"|nowadays)\b",
    re.IGNORECASE,
)
_GRADED = re.compile(
    r"\b(?:rated|ratings?|graded?|grades|judged|judge?ments?|overall\s+effectiveness)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where it is named in a question, and the documents that are meant, which may be none."""

    start: int
    end: int
    meant: tuple[Document, ...]


def occasions(question: str, documents: Sequence[Document]) -> Iterator[Occasion]:
    """The visits among the documents: "the previous inspection", "its second monitoring visit"; of
    each authority. A grade that is asked for as it is now is that of the latest inspection."""
    visits = [document for document in documents if document.metadata.kind != "news"]
    for match in _OCCASION.finditer(question):
        meant = [document for each in by_authority(visits) for document in _chosen(match, each)]
        if meant or not match["ordinal"]:
            yield Occasion(match.start(), match.end(), tuple(meant))
    for match in _STANDING.finditer(question) if _GRADED.search(question) else ():
        latest = [_inspections(each)[-1] for each in by_authority(visits)]
        yield Occasion(match.start(), match.end(), tuple(latest))


def by_authority(documents: Sequence[Document]) -> Iterable[list[Document]]:
    """The dated documents of each authority, the oldest first."""
    dated = [d for d in documents if day_of(d)]
    dated.sort(key=lambda d: (d.metadata.authority or "", day_of(d) or date.min, d.id))
    for _, own in groupby(dated, key=lambda d: d.metadata.authority):
        yield list(own)


def day_of(document: Document) -> date | None:
    """The day that a document is ordered by."""
    about = document.metadata
    return about.day or (date(about.published_year, 12, 31) if about.published_year else None)


def _chosen(match: re.Match[str], documents: list[Document]) -> list[Document]:
    """Of one authority's documents, the oldest first, those that are meant."""
    sort, noun = match["sort"], (match["noun"] or match["clause"] or match["verb"]).lower()
    if sort:
        kind = f"{'focused' if sort.lower().startswith('focus') else sort.lower()} visit"
        documents = [d for d in documents if d.metadata.kind == kind]
    elif "inspect" in noun:
        documents = _inspections(documents)
    if match["since"] and not match["oldest"] and not match["ordinal"]:
        # What came since the last time is in the newest letter.
        return documents[-1:]
    if match["latest"] or match["clause"] or match["verb"]:
        return documents[-1:]
    if match["oldest"]:
        return documents[:1]
    if match["ordinal"]:
        return _counted(documents, _ORDINALS[match["ordinal"].lower()])
    return documents[:-1] if noun.endswith("s") else documents[-2:-1]


def _inspections(documents: list[Document]) -> list[Document]:
    """Those of inspections, or all where there are none."""
    return [d for d in documents if d.metadata.kind == "inspection"] or documents


def _counted(documents: list[Document], number: int) -> list[Document]:
    """The one with that number: as it says of itself, or else as it comes."""
    own = [d for d in documents if d.metadata.visit_number == number]
    if own or any(d.metadata.visit_number for d in documents):
        return own
    return documents[number - 1 : number]
