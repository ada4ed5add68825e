"""How the page says things to people: dates, confidence, reasons, addresses of spans."""

from datetime import date

from documents import Failure
from qa.schema import AsksFor, Citation, Reason, Understood

_CONFIDENCE = (
    (0.9, "very high"),
    (0.7, "high"),
    (0.5, "fair"),
    (0.25, "low"),
    (0.0, "very low"),
)

_REASONS: dict[Reason, str] = {
    "no_evidence": "Nothing that was found in them answers the question well enough to be quoted.",
    "no_matching_documents": (
        "No letter on the shelf fits what the question and the filters ask for, so none was "
        "searched. The filters were not widened."
    ),
    "empty_corpus": "The shelf is empty: no letter could be read.",
}
_ASKS_FOR: dict[AsksFor, str] = {
    "judgement": "asking for a judgement",
    "number": "asking for a number",
    "date": "asking for a date",
    "name": "asking for a name",
    "reason": "asking for a reason",
    "list": "asking for a list",
    "comparison": "asking for a comparison",
}


def confidence(probability: float) -> str:
    """A probability in words, for the start or the middle of a sentence."""
    return next(f"{word} confidence" for least, word in _CONFIDENCE if probability >= least)


def percent(probability: float) -> str:
    """A probability as a percentage that never rounds a doubt away: 0.999 is "99%"."""
    if 0 < probability < 0.01:
        return "under 1%"
    return f"{int(probability * 100 + 1e-9)}%"


def reason(code: Reason) -> str:
    """Why there is no answer, in everyday words."""
    return _REASONS[code]


def understood(read: Understood) -> str:
    """What the question itself was taken to say; empty where it was taken as it stands."""
    parts = []
    if read.authorities:
        parts.append(f"about {', '.join(read.authorities)}")
    if read.unknown_authorities:
        names = ", ".join(read.unknown_authorities)
        parts.append(f"naming {names}, of which no letter is on the shelf")
    if read.kinds:
        parts.append(f"in letters of the kind {', '.join(read.kinds)}")
    if read.since:
        parts.append(f"from {day(read.since)}")
    if read.until:
        parts.append(f"up to {day(read.until)}")
    if read.asks_for in _ASKS_FOR:
        parts.append(_ASKS_FOR[read.asks_for])
    parts += [f"{short} for “{long}”" for short, long in read.expanded.items()]
    parts += [f"“{wrong}” spelt “{right}”" for wrong, right in read.corrected.items()]
    return "; ".join(parts)


def day(value: date) -> str:
    """A date as letters write it: "3 July 2018"."""
    return f"{value.day} {value:%B %Y}"


def published(day_of: date | None, year: int | None) -> str | None:
    """When a letter was published, as far as it is known: "3 July 2018", "2018", or None."""
    return day(day_of) if day_of else str(year) if year else None


def days(first: date, last: date) -> str:
    """A run of days without repeating what they share: "23 to 24 July 2025"."""
    if first == last:
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def capital(text: str) -> str:
    """The text with a capital first letter and nothing else changed."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 letter", "1,200 letters"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def span_address(document_id: str, start: int, end: int) -> str:
    """The reading view with a span marked: by the server, and by the script from the fragment."""
    return f"/documents/{document_id}?start={start}&end={end}#s{start}-{end}"


def citation_address(citation: Citation) -> str:
    """The reading view with a citation's span marked."""
    return span_address(citation.document_id, citation.start, citation.end)


def problem(failure: Failure) -> str:
    """Why a file could not be read, without the name that stands beside it."""
    return failure.problem.removeprefix(f"{failure.file}: ")
