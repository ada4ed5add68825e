"""Whose letter it is: the authority as the letter names it, and that name in its canonical form."""

import re
from collections import Counter

from documents.model import Block

_NAME = r"[A-Z][\w’'.-]*(?:,?\s(?:(?:and|upon|on|of|in|with|&)\s(?:the\s)?)?[A-Z][\w’'.-]*)*"
_CHILDRENS_SERVICES = (
    r"(?:\slocal\sauthority)?(?:’s|'s)?\s[Cc]hildren(?:[’'`]?s)?[’']?\s(?:social\scare\s)?services"
)
_TITLES = (
    # "Inspection of Kent local authority children's services"
    re.compile(
        r"\b(?:[Ii]nspection|[Vv]isit|[Aa]rea\sinspection)\s(?:of|to|at|in)\s"
        rf"(?P<name>{_NAME}){_CHILDRENS_SERVICES}"
    ),
    # "Focused visit to Kent County Council"
    re.compile(
        rf"\b(?:[Ii]nspection|[Vv]isit)\s(?:of|to|at|in)\s(?:the\s)?(?P<name>{_NAME})"
        r"\s(?:[Cc]ouncil|local\sauthority)\b"
    ),
    # A press page: the name, a colon and the occasion.
    re.compile(rf"^(?P<name>{_NAME}?)\s*:\s*(?:[Ii]nspection|[Ff]ocused|[Mm]onitoring)"),
    # "Improvements at Kent"
    re.compile(rf"\b(?:at|in|for)\s(?P<name>{_NAME})$"),
)
_COUNCIL = re.compile(
    rf"^(?P<name>{_NAME}?)"
    r"\s(?:(?:Metropolitan|City|County|District|Borough|Unitary|Council|Authority)\b\s?)+$"
    rf"|^(?P<reversed>{_NAME}),?\s(?:City|County)\sof$"
    rf"|^(?P<of>(?:London|Royal|City)\s(?:Borough\s)?(?:of\s)?{_NAME})$"
)
_RUNNING = re.compile(
    rf"\b(?P<name>{_NAME}){_CHILDRENS_SERVICES}|\b(?P<council>{_NAME})\s[Cc]ouncil\b"
)
_PREFIX = re.compile(
    r"^(?:The\s|the\s)?"
    r"(?:(?:London|Royal|Metropolitan)\sBorough\sof\s|(?:Royal\s)?Borough\sof\s"
    r"|City\sof\s|County\sof\s|Council\sof\sthe\s)*"
)
_SUFFIX = re.compile(
    r"(?:,?\s(?:City\sof$|County\sof$|Metropolitan|City|County|District|Borough|Unitary|Council"
    r"|Authority|MBC|CC|Combined|local\sauthority|[Cc]ouncil))+$"
)
# Words that begin a heading or an office, and so no name.
_NOT_NAMES = frozenset(
    {
        *("Inspection", "Ofsted", "Director", "Executive", "Assistant", "Head", "Interim", "Local"),
        *("Safeguarding", "Children", "Review", "Dear", "The", "This", "His", "Her", "Majesty"),
        *("National", "Department", "Improvements", "Headline", "Focused", "Monitoring", "Visit"),
    }
)


def canonical_name(written: str) -> str:
    """The name without what kind of council it is: "Derbyshire County Council" is "Derbyshire"."""
    name = _PREFIX.sub("", written.replace("’", "'").strip())
    name = _SUFFIX.sub("", name)
    # "City of York Council" and "York" are one, and so are "&" and "and".
    return re.sub(r"\s+", " ", name.replace("&", "and")).removesuffix("'s").strip()


def _plausible(name: str) -> bool:
    first = re.split(r"[\s’']", name)[0]
    return first not in _NOT_NAMES and canonical_name(name) not in ("", *_NOT_NAMES)


def find_authority(text: str, blocks: tuple[Block, ...]) -> tuple[int, int] | None:
    """The span of the authority's name: in a heading, else in the first lines, else the one that
    the text names most often as having children's services. None where it names none."""
    headings = [b for b in blocks if b.kind == "heading" and b.page in (None, 1)][:8]
    lines = headings + [b for b in blocks if b.kind == "paragraph" and b.end - b.start < 160][:12]
    for pattern in (*_TITLES, _COUNCIL):
        for block in lines:
            if pattern is _TITLES[-1] and block not in headings[:2]:
                continue
            span = _named(pattern, text, block)
            if span:
                return span
    first = next((b for b in blocks if not text[b.start : b.end].startswith("Inspection")), None)
    if first and _is_bare_name(text[first.start : first.end]):
        return first.start, first.end
    return _most_named(text)


def _named(pattern: re.Pattern[str], text: str, block: Block) -> tuple[int, int] | None:
    match = pattern.search(text[block.start : block.end])
    if match is None:
        return None
    group = next(name for name, value in match.groupdict().items() if value)
    start, end = match.span(group)
    if pattern is _COUNCIL:
        end = match.end()
    if not _plausible(match.group(group)):
        return None
    return block.start + start, block.start + end


def _is_bare_name(words: str) -> bool:
    return bool(re.fullmatch(_NAME, words)) and len(words.split()) <= 5 and _plausible(words)


def _most_named(text: str) -> tuple[int, int] | None:
    """The name that comes most often, where it comes first."""
    counts: Counter[str] = Counter()
    where: dict[str, tuple[int, int]] = {}
    for match in _RUNNING.finditer(text):
        group = "name" if match["name"] else "council"
        start, end = match.span(group)
        # "But Aldermere children’s services": the word that only begins the sentence goes.
        while " " in text[start:end] and re.search(
            rf"\b{text[start:end].split()[0].lower()}\b", text
        ):
            start += text[start:end].index(" ") + 1
        name = canonical_name(text[start:end])
        if _plausible(text[start:end]):
            counts[name] += 1
            where.setdefault(name, (start, end))
    if not counts:
        return None
    # By number, then by name, so that a tie is always decided alike.
    return where[min(counts, key=lambda name: (-counts[name], name))]
