"""What a letter says of itself: whose, what kind, when, by whom, with what judgements.

Every value is read from a span of the text, or says how it was inferred; what the letter does not
say stays None. Each finder returns its value with where it was read, or None; they are put together
here.
"""

import re
from dataclasses import dataclass, field
from typing import TypeVar

from documents.canonical import Canonical
from documents.draft import Reading
from documents.judgements import find_judgements
from documents.metadata.authorities import canonical_name, find_authority
from documents.metadata.occasion import (
    find_framework,
    find_kind,
    find_spoken_of,
    find_visit_number,
    find_visited,
)
from documents.metadata.people import find_addressee, find_inspectors
from documents.metadata.publication import find_lone_date, find_published, find_year
from documents.model import Block, Judgement, Metadata, ReadFrom

_TELLING = re.compile(r"\b(?:inspection|visit|review)\b", re.IGNORECASE)
# A title that is set as running text is: "Inspection of services for …"
_TITLE = re.compile(
    r"^(?:(?:Re-)?[Ii]nspection of|Joint targeted area inspection of"
    r"|(?:[A-Z]\w+ )?(?:[Ff]ocused|[Mm]onitoring|[Aa]ssurance) visit (?:to|of))\b[^.:]{3,160}$"
)
_TITLE_HEADINGS = 6  # headings among which the title is
_TITLE_BLOCKS = 12  # blocks among which the title is, where no heading tells
_NEWS_HEAD = 6  # blocks among which a news item prints its day

_T = TypeVar("_T")


@dataclass(slots=True)
class _Sources:
    """Where the values were read, kept as they are found."""

    read_from: dict[str, ReadFrom] = field(default_factory=dict)

    def keep(self, name: str, found: tuple[_T, ReadFrom] | None) -> _T | None:
        """The value alone; its source is noted under the name of its field."""
        if found is None:
            return None
        self.read_from[name] = found[1]
        return found[0]


def read_metadata(reading: Reading, canonical: Canonical, file: str) -> Metadata:
    """The metadata of an assembled document. ``file`` gives a title where the text has none."""
    text, blocks = canonical.text, canonical.blocks
    sources = _Sources()
    title, title_read = _title(text, blocks, reading, file)
    visited = find_visited(text)
    published = find_published(text, blocks)
    kind, kind_read = find_kind(
        text, title, title_read, dated=visited is not None, published=published is not None
    )
    if kind == "news":
        # A news item tells of a visit; it is none itself.
        visited = None
        published = published or find_lone_date(text, blocks[:_NEWS_HEAD])
    days = visited[0] if visited else None
    authority = find_authority(text, blocks)
    as_written = text[slice(*authority)] if authority else None
    if authority:
        sources.read_from["authority"] = ReadFrom(*authority)
        sources.read_from["authority_as_written"] = ReadFrom(*authority)
    sources.read_from |= {"title": title_read, "kind": kind_read}
    sources.read_from["language"] = ReadFrom(
        None, None, "the file's own properties" if reading.language else "the publisher's language"
    )
    if reading.url:
        sources.read_from["url"] = ReadFrom(None, None, "the page's canonical link")
    return Metadata(
        title=title,
        authority=canonical_name(as_written) if as_written else None,
        authority_as_written=as_written,
        kind=kind,
        framework=sources.keep("framework", find_framework(text, kind, days)),
        published=sources.keep("published", published),
        visited=sources.keep("visited", visited),
        inspectors=sources.keep("inspectors", find_inspectors(text)) or (),
        addressee=sources.keep("addressee", find_addressee(text, blocks)),
        judgements=sources.keep("judgements", _judgements(text, blocks)) or (),
        language=(reading.language or "en").split("-")[0].lower(),
        url=reading.url,
        published_year=sources.keep(
            "published_year", find_year(text, published, days, reading.made)
        ),
        visit_number=sources.keep("visit_number", find_visit_number(text, kind)),
        speaks_of=sources.keep("speaks_of", find_spoken_of(text, blocks, kind, title_read)),
        read_from=sources.read_from,
    )


def _judgements(
    text: str, blocks: tuple[Block, ...]
) -> tuple[tuple[Judgement, ...], ReadFrom] | None:
    judgements = find_judgements(text, blocks)
    if not judgements:
        return None
    return judgements, ReadFrom(judgements[0].start, max(j.end for j in judgements))


def _title(
    text: str, blocks: tuple[Block, ...], reading: Reading, file: str
) -> tuple[str, ReadFrom]:
    """The heading that says what the document is, else a line above all headings that does, else
    the first heading, else what the file says."""
    headings = [b for b in blocks if b.kind == "heading"][:_TITLE_HEADINGS]
    telling = [b for b in headings if _TELLING.search(text[b.start : b.end])]
    above = headings[0].start if headings else len(text)
    first = [b for b in blocks[:_TITLE_BLOCKS] if b.start < above]
    lines = [b for b in first if _TITLE.match(text[b.start : b.end])]
    for block in (*telling, *lines, *headings):
        return text[block.start : block.end], ReadFrom(block.start, block.end)
    if reading.title and reading.title.strip():
        return reading.title.strip(), ReadFrom(None, None, "the file's own properties")
    name = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return name, ReadFrom(None, None, "the file's name")
