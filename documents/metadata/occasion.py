"""The occasion of a letter: what kind of visit, under which framework, on which days, and which of
several; and for a news item, which has no occasion of its own, whose it tells of."""

import re
from collections.abc import Sequence

from documents.metadata.dates import find_span
from documents.metadata.people import DEAR
from documents.model import Block, DocumentKind, ReadFrom, Visited

_HEAD = 4000  # characters in which a letter says what it is
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    ("joint targeted area inspection", re.compile(r"\bjoint targeted area inspection\b", re.I)),
    ("monitoring visit", re.compile(r"\bmonitoring visit\b", re.I)),
    ("assurance visit", re.compile(r"\bassurance visit\b", re.I)),
    ("focused visit", re.compile(r"\bfocused visit\b", re.I)),
    ("inspection", re.compile(r"\binspection of\b|\binspection dates?\b", re.I)),
)
_VISITED = re.compile(
    r"\b(?:[Ii]nspection|[Vv]isit) dates?:?\s+"
    # Not "since the last inspection, on …", which is another one's day.
    r"|(?<!last )(?<!previous )(?<!earlier )"
    r"\b(?:[Vv]isit(?:ed|s)?|[Ii]nspect(?:ed|ion)|gave us|given to|came to)\b[^.\n]{0,160}?"
    r"\b(?:on|from|between)\s+(?=\d)"
    # "Between 3 July 2017 and 7 July 2017, four inspectorates undertook a joint inspection"
    r"|^(?:Between|From|On)\s+(?=\d[^.\n]{5,200}?\b(?:inspect|visit))",
    re.MULTILINE,
)
_ILACS = re.compile(
    r"\bILACS\b|\binspection of (?:[^.\n]{3,60} )?(?:local authority )?children[’']?s"
    r" (?:social care )?services\b",
    re.I,
)
# The frameworks that came before it, as the titles of their reports name them.
_EARLIER = (
    (
        "SIF",
        re.compile(
            r"\bsingle inspection framework\b|\binspection of services for children in need\b", re.I
        ),
    ),
    (
        "safeguarding and looked after children",
        re.compile(r"\binspection of safeguarding and looked after children", re.I),
    ),
    ("looked after children", re.compile(r"\binspection of looked after children", re.I)),
    (
        "protection of children",
        re.compile(
            r"\binspection of (?:[^.\n]{3,60} )?arrangements for the protection of children", re.I
        ),
    ),
)
# Days from the first to the last: Monday to Friday of one week, or of the next.
_FORMS = (("short", range(3, 6)), ("standard", range(8, 13)))
_LENGTH = re.compile(r"\b(?P<length>short|standard) inspection\b", re.I)
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_NUMBER = rf"(?P<number>{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_VISIT = r"(?:(?:ILACS|Ofsted|full|quarterly) )?(?:monitoring|focused|assurance) visit"
_NUMBERED = (
    # A title: "Third monitoring visit to …"
    re.compile(rf"^(?:The )?{_NUMBER} {_VISIT}\b", re.M | re.I),
    # "This was the third monitoring visit since …"; not "at the time of the second …"
    re.compile(rf"\b(?:This|It|The visit) (?:was|is) the {_NUMBER} {_VISIT}\b", re.I),
    re.compile(
        rf"\b(?:findings|outcome|report|letter) (?:of|from|on|about) (?:the|our|your) "
        rf"{_NUMBER} {_VISIT}\b",
        re.I,
    ),
)
_OCCASION = (
    r"(?:(?:re-)?inspection|(?:focused|monitoring|assurance) visit|joint targeted area inspection)"
)
_DAYS = r"(?:\d{1,2}\b[^.\n]{0,30}? )?(?:[A-Z][a-z]{2,8} )?20\d\d"
_SPOKEN_OF = (
    # A line that is nothing but the title of a report
    re.compile(rf"^(?P<words>{_OCCASION} (?:of|to) [^.:\n]{{3,100}})$", re.M | re.I),
    # "… following an inspection of children's services in June 2021"
    re.compile(
        r"(?<!since )\b(?:a|an|its|their|the)(?: (?:recent|new|latest|short|standard|full))* "
        rf"(?P<words>{_OCCASION}(?: (?:of|to|at|into) [^.,;\n]{{3,80}}?)? (?:in|on|from) {_DAYS})",
        re.I,
    ),
    re.compile(
        rf"\b(?:following|after) (?:a|an|its|their)(?: (?:recent|new|latest|short|standard|full))* "
        rf"(?P<words>{_OCCASION}(?: (?:of|to|at|into) [^.,;\n]{{3,80}})?)",
        re.I,
    ),
)


def find_visited(text: str) -> tuple[Visited, ReadFrom] | None:
    """The first and last day of the visit, as the head of a letter says them."""
    for match in _VISITED.finditer(text, 0, _HEAD):
        written = find_span(text, match.end(), match.end() + 90)
        if written and written.start - match.end() < 12:
            days = Visited(written.first, written.last)
            return days, ReadFrom(written.start, written.end)
    return None


def find_kind(
    text: str, title: str, title_read: ReadFrom, *, dated: bool, published: bool
) -> tuple[DocumentKind, ReadFrom]:
    """What kind of document this is: by its title, else by the head of a letter or report.

    ``dated`` says that it names the days of a visit, ``published`` that it prints its own day: a
    text that speaks of visits and has neither, nor a salutation, is a news item.
    """
    head = text[:_HEAD]
    is_letter = bool(DEAR.search(head))
    for kind, pattern in _KINDS:
        match = pattern.search(title)
        if match and (is_letter or dated or kind != "inspection" or _names_report(title)):
            if title_read.start is None:
                return kind, ReadFrom(None, None, "the title")
            start = title_read.start + match.start()
            return kind, ReadFrom(start, start + len(match.group()))
    for kind, pattern in _KINDS if is_letter or (dated and published) else ():
        match = pattern.search(head)
        if match:
            return kind, ReadFrom(*match.span())
    if dated and not is_letter and re.search(r"\bInspection dates?\b", head):
        return "inspection", ReadFrom(None, None, "the dates of an inspection")
    speaks = re.search(r"\b(?:Ofsted|[Ii]nspect(?:ors?|ion))\b", head)
    return "news" if speaks else "other", ReadFrom(None, None, "the text as a whole")


def _names_report(title: str) -> bool:
    """Whether a title is that of a report, "Inspection of … children's services", and no more."""
    patterns = (_ILACS, *(pattern for _, pattern in _EARLIER))
    return any(
        match.start() <= len("Re-") for pattern in patterns if (match := pattern.search(title))
    )


def find_framework(
    text: str, kind: DocumentKind, visited: Visited | None
) -> tuple[str, ReadFrom] | None:
    """The framework that the visit was carried out under, by the first name of one in the head.

    An ILACS inspection that does not say so is short or standard by its length: a short one has
    one week on site, a standard one two. One of another length is neither, as far as it says.
    """
    if kind == "news":
        return None
    found = [(name, match) for name, p in _EARLIER if (match := p.search(text, 0, _HEAD))]
    match = _ILACS.search(text, 0, _HEAD)
    if match:
        found.append(("ILACS", match))
    if not found:
        return None
    name, match = min(found, key=lambda item: item[1].start())
    if name != "ILACS" or kind != "inspection":
        return name, ReadFrom(*match.span())
    length = _LENGTH.search(text, 0, _HEAD)
    if length:
        return f"ILACS {length['length'].lower()}", ReadFrom(*length.span())
    days = (visited.last - visited.first).days if visited else None
    form = next((form for form, lengths in _FORMS if days in lengths), None)
    if form is None:
        return "ILACS", ReadFrom(*match.span())
    return f"ILACS {form}", ReadFrom(None, None, "the length of the visit")


def find_visit_number(text: str, kind: DocumentKind) -> tuple[int, ReadFrom] | None:
    """Which visit of several this is: 3 for "the third monitoring visit since …"."""
    if not kind.endswith("visit"):
        return None
    for pattern in _NUMBERED:
        match = pattern.search(text, 0, _HEAD)
        if match:
            written = match["number"].lower()
            number = _ORDINALS.index(written) + 1 if written in _ORDINALS else int(written[:-2])
            return number, ReadFrom(*match.span("number"))
    return None


def find_spoken_of(
    text: str, blocks: Sequence[Block], kind: DocumentKind, title_read: ReadFrom
) -> tuple[str, ReadFrom] | None:
    """The words by which a news item names the inspection or visit that it tells of, as far as it
    does: the title of its report, else a phrase with its day or year, else "an inspection of …".

    "Since the previous inspection in 2015" names another one.
    """
    if kind != "news":
        return None
    for pattern in _SPOKEN_OF:
        for match in pattern.finditer(text):
            start, end = match.span("words")
            if title_read.start is not None and title_read.start <= start < (title_read.end or 0):
                continue
            if not any(b.boilerplate and b.start <= start < b.end for b in blocks):
                return match["words"], ReadFrom(start, end)
    return None
