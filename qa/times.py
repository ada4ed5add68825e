"""Which letters a question means by the times and visits that it names."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from documents import Document, DocumentKind
from qa.occasions import Occasion, by_authority, day_of, occasions
from qa.periods import Period, periods

_NUMBER_WORDS = "one two three four five six seven eight nine ten"
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS.split(), start=1)}
_RELATIVE = re.compile(
    rf"\b(?:(?<!the\s)(?P<year>last|this)\s+year(?!\s+group)"
    rf"|(?:(?:in|over|during)\s+)?the\s+(?:last|past)\s+(?P<many>\d+|{'|'.join(_NUMBERS)}|few)\s+years"
    rf"|(?P<ago>\d+|a|{'|'.join(_NUMBERS)})\s+years?\s+ago)\b",
    re.IGNORECASE,
)
_ALWAYS = re.compile(
    r"\b(?:over|across|throughout)\s+(?:the\s+years|time|all\s+(?:of\s+)?(?:its|the|their)"
    r"\s+(?:inspections|reports|visits)|(?:its|their)\s+(?:\w+\s+)?(?:inspections|reports|visits))\b",
    re.IGNORECASE,
)
# Words that lead to a time and go with it.
_LEAD = re.compile(
    r"\b(?:according\s+to|going\s+by|as\s+of|by\s+the\s+time\s+of|at\s+the\s+time\s+of|set\s+against"
    r"|compared\s+with|by|in|at|on|during|since|of|from|to|until|between|and|for|after|before"
    r"|within|over)\s+(?:(?:the|its|their|that)\s+)?$",
    re.IGNORECASE,
)
_LEADS_ITSELF = re.compile(
    r"(?:between|from|since|after|before|prior|until|up|during|in|over)\b", re.IGNORECASE
)
_FOLLOWING = re.compile(
    r"\s+(?:(?:full|standard|short|ofsted|focus+ed|monitoring|assurance)\s+)*(?:re-?)?(?:inspections?|reports?|visits?|letters?)\b",
    re.IGNORECASE,
)
# Before a time that is only looked back to: "compared with 2019", "Given what they saw in 2016, …"
_LOOKS_BACK = re.compile(
    r"(?:^\W*(?:given|after|following|despite)\b[^,]*"
    r"|\b(?:compared\s+(?:with|to)|set\s+against|rather\s+than)\s+(?:[\w'’-]+\s+){0,4}"
    r"|\bthat\b[^,]*\b(?:told|said|saw|found|raised|warned)\b[^,]*)$",
    re.IGNORECASE,
)
# Around the days named, where no letter is of them exactly: a report that does not print when it
# was published came out some weeks after the visit.
_BEFORE = timedelta(days=120)
_AFTER = timedelta(days=31)
_FEW = 3


@dataclass(frozen=True, slots=True)
class Times:
    """What a question says of times.

    ``since`` and ``until`` bound all of it; ``said`` are the words that say so, ``points`` how many
    of them have a beginning and an end. ``letters`` are the ids of the documents that are meant,
    which may be none; None where no time is named that would tell one from another. Those in
    ``earlier``, some of them, are only looked back to: what is asked is of the others. ``spans``
    are the places of the words that can go.
    """

    since: date | None
    until: date | None
    said: tuple[str, ...]
    points: int
    letters: frozenset[str] | None
    earlier: frozenset[str]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One time that is named: where, what days, and which documents it means."""

    start: int
    end: int
    since: date | None
    until: date | None
    meant: tuple[Document, ...]
    closed: bool


def read_times(
    question: str,
    kinds: Sequence[DocumentKind],
    documents: Sequence[Document],
    *,
    named: bool = False,
    compares: bool = False,
) -> Times:
    """The times that a question names, among the documents that are open to it.

    "Last year" counts from the newest of the documents; "the latest inspection" is the latest of
    each authority. A month or season means the letters of visits in it or published in it, or else
    those of about that time, or else those of that year: of each authority where the question has
    ``named`` them. A kind of visit that the question names counts with each of its times. A
    question that ``compares`` and names one time compares it with all that came later.
    """
    said = [*_dated(question, documents, each=named)]
    said += _relative(question, documents, each=named)
    within = _before(said, documents)
    said += map(_at, occasions(question, within))
    closed = [one for one in said if one.closed]
    counting = closed or said
    letters = {
        document.id
        for one in counting
        for document in one.meant
        if not (one.closed and kinds) or document.metadata.kind in kinds
    }
    if compares and len(closed) == 1 and closed[0].since:
        since = closed[0].since
        letters |= {d.id for d in documents if letters and _overlaps(d, since, None)}
    always = [(m.start(), m.end()) for m in _ALWAYS.finditer(question)]
    bounds = counting if any(one.since or one.until for one in counting) else said
    return Times(
        since=_bound(min, [one.since for one in bounds]),
        until=_bound(max, [one.until for one in bounds]),
        said=tuple(
            " ".join(question[start:end].split())
            for start, end in sorted([*((one.start, one.end) for one in said), *always])
        ),
        points=len(closed),
        letters=frozenset(letters) if said else None,
        earlier=_looked_back_to(question, counting) & letters,
        spans=tuple(_widened(question, one.start, one.end) for one in said) + tuple(always),
    )


def _looked_back_to(question: str, said: Sequence[_Said]) -> frozenset[str]:
    """The ids of the documents of times that are only looked back to, where there are others."""
    back, asked = set[str](), set[str]()
    for one in said:
        looks_back = _LOOKS_BACK.search(question[: one.start])
        (back if looks_back else asked).update(document.id for document in one.meant)
    return frozenset(back - asked if asked else ())


def _dated(question: str, documents: Sequence[Document], *, each: bool) -> Iterable[_Said]:
    for period in periods(question):
        yield _named(period, documents, each=each)


def _named(period: Period, documents: Sequence[Document], *, each: bool) -> _Said:
    groups = by_authority(documents) if each else [documents]
    meant = tuple(d for group in groups for d in _within(period.since, period.until, group))
    return _Said(period.start, period.end, period.since, period.until, meant, period.closed)


def _within(
    since: date | None, until: date | None, documents: Sequence[Document]
) -> Sequence[Document]:
    """The documents of some days; where there are none, those of about these days or years."""
    spans = [(since, until)]
    if since and until:
        spans += [
            (since - _BEFORE, until + _AFTER),
            (date(since.year, 1, 1), date(until.year, 12, 31)),
        ]
    found = ([d for d in documents if _overlaps(d, *span)] for span in spans)
    return next(filter(None, found), [])


def _relative(question: str, documents: Sequence[Document], *, each: bool) -> Iterable[_Said]:
    """Times that are counted from the newest of the documents."""
    matches = list(_RELATIVE.finditer(question))
    newest = max((day for d in documents if (day := day_of(d))), default=None)
    for match in matches if newest else ():
        assert newest is not None
        if match["year"]:
            first = last = newest.year - (match["year"].lower() == "last")
        elif match["ago"]:
            first = last = newest.year - _number(match["ago"])
        else:
            first, last = newest.year - _number(match["many"]), newest.year
        period = Period(date(first, 1, 1), date(last, 12, 31), match.start(), match.end())
        yield _named(period, documents, each=each)


def _at(occasion: Occasion) -> _Said:
    days = [day for d in occasion.meant if (day := day_of(d))]
    first, last = min(days, default=None), max(days, default=None)
    return _Said(occasion.start, occasion.end, first, last, occasion.meant, closed=True)


def _before(said: Sequence[_Said], documents: Sequence[Document]) -> Sequence[Document]:
    """The documents before the day that the question does not look beyond, if it names one."""
    ends = [one.until for one in said if one.until and not one.since]
    if not ends:
        return documents
    return [d for d in documents if (day_of(d) or date.max) <= min(ends)]


def _overlaps(document: Document, since: date | None, until: date | None) -> bool:
    """Whether the visit or the publication is within some days."""
    about = document.metadata
    spans = [(about.published, about.published)] if about.published else []
    if about.visited:
        spans.append((about.visited.first, about.visited.last))
    if about.published_year and not spans:
        spans.append((date(about.published_year, 1, 1), date(about.published_year, 12, 31)))
    return any(
        (until is None or first <= until) and (since is None or last >= since)
        for first, last in spans
    )


def _number(word: str) -> int:
    word = word.lower()
    if word in ("a", "few"):
        return 1 if word == "a" else _FEW
    return _NUMBERS.get(word) or min(int(word), 1000)


def _bound(choose: Callable[[list[date]], date], days: Sequence[date | None]) -> date | None:
    """The outermost of the days; None where one of them has no end."""
    given = [day for day in days if day]
    return choose(given) if given and len(given) == len(days) else None


def _widened(question: str, start: int, end: int) -> tuple[int, int]:
    """With the words that lead to a time, and then with the visit or report that it is of."""
    if not _LEADS_ITSELF.match(question, start):
        lead = _LEAD.search(question, 0, start)
        if lead is None:
            return start, end
        start = lead.start()
    following = _FOLLOWING.match(question, end)
    return start, following.end() if following else end
