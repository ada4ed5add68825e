"""When a letter was published: the day where it prints one, and the year wherever it is known.

Many reports print no date but a copyright line, and that may be of the year before: the report of
an inspection in November, published in January. The file's own date decides then, where the two
agree; a file that was saved again years later does not.
"""

import re
from collections.abc import Sequence
from datetime import date

from documents.metadata.dates import find_date
from documents.metadata.people import DEAR
from documents.model import Block, ReadFrom, Visited

_HEAD = 4000  # characters in which a letter says when it was published
_PUBLISHED = re.compile(
    r"(?:^|\bReport )(?:(?:[Ff]irst |[Dd]ate )?[Pp]ublished|(?:[Dd]ate of )?[Pp]ublication)"
    r"(?: on| date)?:?\s+(?=\d)",
    re.MULTILINE,
)
_COPYRIGHT = re.compile(r"\bCrown copyright\s+(?P<year>20\d\d)\b", re.IGNORECASE)


def find_published(text: str, blocks: Sequence[Block]) -> tuple[date, ReadFrom] | None:
    """The date that stands alone above a letter's "Dear …", or that after "published"."""
    dear = DEAR.search(text)
    written = find_lone_date(text, [b for b in blocks if dear and b.start <= dear.start()])
    match = _PUBLISHED.search(text, 0, _HEAD)
    if written is None and match:
        found = find_date(text, match.end(), match.end() + 20)
        written = (found.first, ReadFrom(found.start, found.end)) if found else None
    return written


def find_lone_date(text: str, blocks: Sequence[Block]) -> tuple[date, ReadFrom] | None:
    """The first of these blocks that is a date and nothing else."""
    for block in blocks:
        found = find_date(text, block.start, block.end)
        if found and (found.start, found.end) == (block.start, block.end):
            return found.first, ReadFrom(found.start, found.end)
    return None


def find_year(
    text: str,
    published: tuple[date, ReadFrom] | None,
    visited: Visited | None,
    made: date | None,
) -> tuple[int, ReadFrom] | None:
    """The year of publication: that of the printed date; else that in which the file was made, if
    it is the copyright line's or the one after it (with no such line, the visit's or the one after
    it) and the visit was over; else the copyright line's, unless the visit was later. None where
    nothing says it.
    """
    if published:
        return published[0].year, published[1]
    lines = list(_COPYRIGHT.finditer(text))
    line = lines[-1] if lines else None
    earliest = int(line["year"]) if line else visited.last.year if visited else None
    if (
        made
        and earliest
        and made.year - earliest in (0, 1)
        and (visited is None or visited.last <= made)
    ):
        return made.year, ReadFrom(None, None, "the file's own date")
    if line and earliest and (visited is None or visited.last.year <= earliest):
        return earliest, ReadFrom(*line.span())
    return None
