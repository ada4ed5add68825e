"""Dates as letters write them: "23 and 24 July 2025", "Monday 26 February 2024 to 8 Mar 2024"."""

import re
from dataclasses import dataclass
from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST = 100  # days of a span that begins in one year and ends in the next
_FIRST_LETTERS = tuple(name[:3] for name in MONTHS)
# In full, or its first letters ("Sept", "Oct.")
_MONTH = "|".join(rf"{name}|{name[:3]}t?\b\.?" for name in MONTHS)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_DAY = rf"{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?"
_JOIN = r"\s*(?:to|and|until|,|-|–|—|\u2011|&)\s*(?:and\s+)?"
DATE = rf"(?P<day>{_DAY})\s+(?P<month>{_MONTH}),?\s+(?P<year>(?:19|20)\d\d)"
_DATE = re.compile(rf"\b{DATE}\b")
_SPAN = re.compile(
    rf"\b(?P<day1>{_DAY})(?:\s+(?P<month1>{_MONTH}))?(?:,?\s+(?P<year1>(?:19|20)\d\d))?"
    rf"(?:{_JOIN}|\s+)(?:(?:{_DAY})(?:\s+(?:{_MONTH}))?{_JOIN})*"
    rf"(?P<day>{_DAY})\s+(?P<month>{_MONTH}),?\s+(?P<year>(?:19|20)\d\d)\b"
)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """First and last day, and where in the text they are written."""

    first: date
    last: date
    start: int
    end: int


def _date(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), _FIRST_LETTERS.index(month[:3]) + 1, int(re.sub(r"\D", "", day)))
    except ValueError:
        return None  # "31 June": written, but not a day


def find_date(text: str, start: int, end: int) -> DateSpan | None:
    """The first single date in ``text[start:end]``."""
    for match in _DATE.finditer(text, start, end):
        day = _date(match["day"], match["month"], match["year"])
        if day:
            return DateSpan(day, day, match.start(), match.end())
    return None


def find_span(text: str, start: int, end: int) -> DateSpan | None:
    """The first span of days in ``text[start:end]``, or the first day, whichever comes first."""
    single = find_date(text, start, end)
    match = _SPAN.search(text, start, end)
    if match is None:
        return single
    last = _date(match["day"], match["month"], match["year"])
    month = match["month1"] or match["month"]
    first = _date(match["day1"], month, match["year1"] or match["year"])
    if first and last and first > last and not match["year1"]:
        # "12 December to 9 January 2023" began in the year before; "24 to 3 July" is a slip.
        before = _date(match["day1"], month, str(last.year - 1))
        first = before if before and (last - before).days < _LONGEST else None
    if first is None or last is None or first > last:
        return single
    if single and single.end < match.start():
        return single
    return DateSpan(first, last, match.start(), match.end())
