"""What a letter says of itself: whose, what kind, when, by whom, with what judgements.

Every value is read from a span of the text, or says how it was inferred; what the letter does not
say stays None.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from documents.authorities import canonical_name, find_authority
from documents.canonical import Canonical
from documents.dates import find_date, find_span
from documents.draft import Reading
from documents.marks import split_grade
from documents.model import Block, DocumentKind, Judgement, Metadata, ReadFrom, Visited

_HEAD = 4000  # characters in which a letter says what it is
_KINDS: tuple[tuple[DocumentKind, re.Pattern[str]], ...] = (
    ("joint targeted area inspection", re.compile(r"\bjoint targeted area inspection\b", re.I)),
    ("monitoring visit", re.compile(r"\bmonitoring visit\b", re.I)),
    ("assurance visit", re.compile(r"\bassurance visit\b", re.I)),
    ("focused visit", re.compile(r"\bfocused visit\b", re.I)),
    ("inspection", re.compile(r"\binspection of\b|\binspection dates?\b", re.I)),
)
_NAME = r"(?!H(?:er|is) Majesty)[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|[A-Z]\.?|de|van|von|der)){1,3}"
_LEAD = re.compile(rf"\bLead inspectors?:\s*(?P<names>{_NAME})")
_NAMES = rf"{_NAME}(?:,? (?:and )?{_NAME})*"
_TEAMS = (
    # "His Majesty's Inspectors for this visit were A and B"
    re.compile(
        r"(?:Inspectors?[^.:]{0,60}?(?:were|was)\s+|visit(?:ed)? was (?:carried out|made|led) by\s+"
        rf"|team (?:were|was)\s+)(?P<names>{_NAMES})"
    ),
    # "A led the visit, with B and C"
    re.compile(rf"(?P<names>{_NAME} led the (?:visit|inspection)(?:,? with {_NAMES})?)"),
    # "A, B and C, Her Majesty's Inspectors, carried out the visit"
    re.compile(
        rf"(?P<names>{_NAMES}),?(?: both| all)? H(?:er|is) Majesty[’']?s Inspectors,? "
        r"(?:carried out|made|led) the (?:visit|inspection)"
    ),
)
_BETWEEN_NAMES = re.compile(
    r"\s+led the (?:visit|inspection)(?:,? with\s+)?|,\s*(?:and\s+)?|\s+and\s+"
)
_TITLE_BEHIND = re.compile(r"\s+(?:(?:Her|His) Majesty[’']?s?\b.*|HMI\b.*|Ofsted\b.*)$")
_PUBLISHED = re.compile(r"(?:^|\bReport )[Pp]ublished(?: on| date)?:?\s+(?=\d)", re.MULTILINE)
_VISITED = re.compile(
    r"\b(?:[Ii]nspection|[Vv]isit) dates?:?\s+"
    # Not "since the last inspection, on …", which is another one's day.
    r"|(?<!last )(?<!previous )(?<!earlier )"
    r"\b(?:[Vv]isit(?:ed|s)?|[Ii]nspect(?:ed|ion)|gave us|given to|came to)\b[^.\n]{0,160}?"
    r"\b(?:on|from|between)\s+(?=\d)"
)
_DEAR = re.compile(r"^Dear (?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?(?P<name>[A-Z][\w’'-]+)", re.MULTILINE)
_ILACS = re.compile(
    r"\bILACS\b|\binspection of (?:[^.\n]{3,60} )?(?:local authority )?children[’']?s"
    r" (?:social care )?services\b",
    re.I,
)
_SIF = re.compile(
    r"\bsingle inspection framework\b|\binspection of services for children in need\b",
    re.I,
)
_LENGTH = re.compile(r"\b(?P<length>short|standard) inspection\b", re.I)
_ROLE = re.compile(
    r"\s(?=Interim\b|Executive\b|Director\b|Corporate\b|Strategic\b|Chief\b|Head\b|Acting\b|Assistant\b)"
)


@dataclass(slots=True)
class _Found:
    """Values with the places that they were read from, as they are found."""

    text: str
    read_from: dict[str, ReadFrom] = field(default_factory=dict)

    def note(self, name: str, start: int | None, end: int | None, how: str | None = None) -> None:
        self.read_from[name] = ReadFrom(start, end, how)


def read_metadata(reading: Reading, canonical: Canonical, file: str) -> Metadata:
    """The metadata of an assembled document. ``file`` gives a title where the text has none."""
    text, blocks = canonical.text, canonical.blocks
    found = _Found(text)
    title = _title(found, blocks, reading, file)
    judgements = _judgements(found, blocks)
    authority = find_authority(text, blocks)
    if authority:
        found.note("authority", *authority)
        found.note("authority_as_written", *authority)
    as_written = text[slice(*authority)] if authority else None
    visited = _visited(found)
    published = _published(found, blocks)
    kind = _kind(found, title, visited, published)
    if kind == "news":
        # A news item tells of a visit; it is none itself.
        visited = None
        found.read_from.pop("visited", None)
    inspectors = _inspectors(found)
    if reading.url:
        found.note("url", None, None, "the page's canonical link")
    found.note(
        "language", None, None, "the file" if reading.language else "the publisher's language"
    )
    return Metadata(
        title=title,
        authority=canonical_name(as_written) if as_written else None,
        authority_as_written=as_written,
        kind=kind,
        framework=_framework(found, kind, visited),
        published=published,
        visited=visited,
        inspectors=inspectors,
        addressee=_addressee(found, blocks),
        judgements=judgements,
        language=(reading.language or "en").split("-")[0].lower(),
        url=reading.url,
        read_from=found.read_from,
    )


def _title(found: _Found, blocks: tuple[Block, ...], reading: Reading, file: str) -> str:
    """The heading that says what the document is, else its first, else what the file says."""
    headings = [b for b in blocks if b.kind == "heading"][:6]
    telling = [
        b
        for b in headings
        if re.search(r"\b(inspection|visit|review)\b", found.text[b.start : b.end], re.I)
    ]
    for block in (telling or headings)[:1]:
        found.note("title", block.start, block.end)
        return found.text[block.start : block.end]
    if reading.title and reading.title.strip():
        found.note("title", None, None, "the file's own properties")
        return reading.title.strip()
    found.note("title", None, None, "the file's name")
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _judgements(found: _Found, blocks: tuple[Block, ...]) -> tuple[Judgement, ...]:
    judgements: list[Judgement] = []
    for block in blocks:
        cells = found.text[block.start : block.end].split("\t")
        if block.kind != "row" or block.boilerplate or len(cells) != 2:
            continue
        graded = split_grade(cells[1])
        if graded and not graded[0]:
            judgements.append(Judgement(cells[0], cells[1], block.start, block.end))
    if judgements:
        found.note("judgements", judgements[0].start, judgements[-1].end)
    return tuple(judgements)


def _published(found: _Found, blocks: tuple[Block, ...]) -> date | None:
    """The date that stands alone above a letter's "Dear …", or that after "published"."""
    written = None
    dear = _DEAR.search(found.text)
    for block in blocks if dear else ():
        if dear and block.start > dear.start():
            break
        alone = find_date(found.text, block.start, block.end)
        if alone and (alone.start, alone.end) == (block.start, block.end):
            written = alone
            break
    match = _PUBLISHED.search(found.text, 0, _HEAD)
    if written is None and match:
        written = find_date(found.text, match.end(), match.end() + 20)
    if written is None:
        return None
    found.note("published", written.start, written.end)
    return written.first


def _visited(found: _Found) -> Visited | None:
    for match in _VISITED.finditer(found.text, 0, _HEAD):
        written = find_span(found.text, match.end(), match.end() + 90)
        if written and written.start - match.end() < 12:
            found.note("visited", written.start, written.end)
            return Visited(written.first, written.last)
    return None


def _kind(
    found: _Found, title: str, visited: Visited | None, published: date | None
) -> DocumentKind:
    head = found.text[:_HEAD]
    is_letter = bool(_DEAR.search(head))
    for where, text in (("title", title), ("text", head)):
        if where == "text" and not (is_letter or (visited and published)):
            break  # a news item speaks of visits without being the letter of one
        for kind, pattern in _KINDS:
            match = pattern.search(text)
            if match and (where == "text" or is_letter or visited or kind != "inspection"):
                start = (
                    found.text.find(text[match.start() : match.end()]) if where == "text" else -1
                )
                origin = found.read_from["title"] if where == "title" else None
                if origin and origin.start is not None:
                    start = origin.start + match.start()
                if start >= 0:
                    found.note("kind", start, start + match.end() - match.start())
                else:
                    found.note("kind", None, None, "the title")
                return kind
    if visited and not is_letter and re.search(r"\bInspection dates?\b", head):
        found.note("kind", None, None, "the dates of an inspection")
        return "inspection"
    if re.search(r"\b(?:Ofsted|inspectors?|inspection)\b", head):
        found.note("kind", None, None, "speaks of an inspection and is no letter or report of one")
        return "news"
    found.note("kind", None, None, "none of the known kinds")
    return "other"


def _framework(found: _Found, kind: DocumentKind, visited: Visited | None) -> str | None:
    if kind == "news":
        return None
    match = _ILACS.search(found.text, 0, _HEAD)
    sif = _SIF.search(found.text, 0, _HEAD)
    if sif and (match is None or sif.start() < match.start()):
        found.note("framework", sif.start(), sif.end())
        return "SIF"
    if match is None:
        return None
    length = _LENGTH.search(found.text, 0, _HEAD)
    if kind != "inspection":
        found.note("framework", match.start(), match.end())
        return "ILACS"
    if length:
        found.note("framework", length.start(), length.end())
        return f"ILACS {length['length'].lower()}"
    if visited is None:
        return None
    # A short inspection has one week on site, a standard one two.
    found.note("framework", None, None, "the length of the visit")
    return "ILACS short" if (visited.last - visited.first).days <= 5 else "ILACS standard"


def _inspectors(found: _Found) -> tuple[str, ...]:
    for pattern in (_LEAD, *_TEAMS):
        match = pattern.search(found.text)
        if match:
            found.note("inspectors", match.start("names"), match.end("names"))
            names = _BETWEEN_NAMES.split(match["names"])
            return tuple(name for n in names if (name := _TITLE_BEHIND.sub("", n).strip()))
    return ()


def _addressee(found: _Found, blocks: tuple[Block, ...]) -> str | None:
    """The person above "Dear …" whose name has the name of the salutation in it."""
    dear = _DEAR.search(found.text)
    if dear is None:
        return None
    for block in (block for block in blocks if block.start < dear.start()):
        line = _ROLE.split(found.text[block.start : block.end])[0].rstrip(" ,")
        if dear["name"] in line.split() and len(line.split()) <= 5:
            found.note("addressee", block.start, block.start + len(line))
            return line
    found.note("addressee", dear.start("name"), dear.end("name"))
    return dear["name"]
