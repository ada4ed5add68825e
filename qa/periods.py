"""Points and stretches of time as questions write them: "spring 2024", "between 2015 and 2018"."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from documents import MONTHS

# First and last month of what people call a part of a year; winter has two ends in one year.
_PARTS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "winter": (1, 12),
    "early": (1, 4),
    "mid": (5, 8),
    "late": (9, 12),
    "start": (1, 3),
    "beginning": (1, 3),
    "end": (10, 12),
}
_MONTH_NUMBERS = {
    form: number
    for number, name in enumerate(MONTHS, 1)
    for form in (name.lower(), name[:3].lower(), f"{name[:3].lower()}t")
}
_MONTH = "|".join(f"{name}|{name[:3]}t?\\b\\.?" for name in MONTHS)
_PART = "|".join(_PARTS)
_YEAR = r"(?:19|20)\d\d"
# Words before a year that say more of it, in any number: "the end of November 2021"
_POINT = (
    rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"(?:\b(?:{_PART}|{_MONTH})[\s,-]+(?:(?:of|in)\s+)?(?:the\s+)?)*\b{_YEAR}\b"
)
_OCCASION = (
    r"(?:\s+(?:full\s+|standard\s+|short\s+|joint\s+|focus+ed\s+|monitoring\s+|assurance\s+)*"
    r"(?:re-?)?(?:inspection|report|visit|letter)s?\b)"
)
_PANDEMIC = (
    r"(?:covid(?:[\s-]?19)?(?:\s+pandemic)?|(?:coronavirus\s+)?pandemic|(?:first\s+)?lockdowns?)"
)
_PANDEMIC_BEGAN = date(2020, 3, 16)  # the week in which visits stopped
_PANDEMIC_ENDED = date(2021, 7, 31)  # of the restrictions in England

_THE = r"(?:(?:the|its|their|that)\s+)?"
_WORD = r"[\w'’-]+"
# "After inspectors came in 2024" means what they wrote then, "after a flood in 2024" what followed.
_COMING = r"(?:\w*inspect|visit|ofsted|report|letter|c[ao]me\b|they\b|team\b)"

_PATTERN = re.compile(
    rf"\bbetween\s+{_THE}(?P<from1>{_POINT})\s+and\s+{_THE}(?P<to1>{_POINT})"
    rf"|(?:\bfrom\s+{_THE})?(?P<from2>{_POINT})(?:\s+\w+)?\s+(?:to|until|till|through\s+to|up\s+to)"
    rf"\s+{_THE}(?:\w+\s+of\s+)?(?P<to2>{_POINT})"
    rf"|(?P<from3>\b{_YEAR})\s?[-–/]\s?(?P<to3>{_YEAR}\b|\d\d\b)"
    rf"|\b(?P<bound>since|after|before|prior\s+to|until|up\s+to)\s+{_THE}(?P<what>{_POINT}|{_PANDEMIC})\b"
    rf"(?P<occasion>{_OCCASION})?"
    rf"|\bafter\s+(?:(?!{_COMING}){_WORD}\s+){{1,6}}?in\s+(?P<later>{_POINT})"
    rf"|\bduring\s+{_THE}(?P<during>{_PANDEMIC})\b"
    rf"|(?P<point>{_POINT})",
    re.IGNORECASE,
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days that a question speaks of, both included, without end where one is None; and where
    it does: ``question[start:end]``."""

    since: date | None
    until: date | None
    start: int
    end: int

    @property
    def closed(self) -> bool:
        """Whether it has a beginning and an end."""
        return self.since is not None and self.until is not None


def periods(question: str) -> Iterator[Period]:
    """The periods that a question names by their dates, in their order."""
    for match in _PATTERN.finditer(question):
        since, until = _days(match)
        if since is None or until is None or since <= until:
            start = match.start("later") if match["later"] else match.start()
            yield Period(since, until, start, match.end())


def _days(match: re.Match[str]) -> tuple[date | None, date | None]:
    for n in "12":
        if match[f"from{n}"]:
            return _point(match[f"from{n}"])[0], _point(match[f"to{n}"])[1]
    if match["from3"]:
        last = match["to3"]
        return _year(int(match["from3"]))[0], _year(int(match["from3"][: 4 - len(last)] + last))[1]
    if match["point"]:
        return _point(match["point"])
    if match["later"]:
        return _point(match["later"])[0], None
    if match["during"]:
        return _PANDEMIC_BEGAN, _PANDEMIC_ENDED
    first, last_day = _what(match["what"])
    bound = match["bound"].lower()
    if bound == "since":
        return first, None
    if match["occasion"]:
        # What came to light after or before an inspection stands in its own report.
        return first, last_day
    if bound == "after":
        return first, None
    if bound.startswith(("until", "up")):
        return None, last_day
    return None, first - _DAY


def _what(words: str) -> tuple[date, date]:
    if re.search(_YEAR, words):
        return _point(words)
    return _PANDEMIC_BEGAN, _PANDEMIC_ENDED


def _point(words: str) -> tuple[date, date]:
    """First and last day of a year, or of the month or part of it that is named with it."""
    parts = re.findall(r"[^\W\d_]+|\d+", words.lower())
    year = int(parts[-1])
    named: Callable[[str], int | None] = _MONTH_NUMBERS.get
    months = [month for part in parts if (month := named(part))]
    if months:
        return date(year, months[-1], 1), _last_day(year, months[-1])
    spans = [_PARTS[part] for part in parts if part in _PARTS]
    if not spans:
        return _year(year)
    # "late spring": the narrower of the two is the season
    first, last = min(spans, key=lambda span: span[1] - span[0])
    return date(year, first, 1), _last_day(year, last)


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
