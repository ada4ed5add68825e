"""Whose letter it is: the authority as the letter names it, and that name in its canonical form."""

import re
from collections import Counter

from documents.metadata.gazetteer import recognise, strip_council
from documents.model import Block

# No more than nine words: a list of names of any length must not be tried from each of its words.
_NAME = (
    r"[A-Z][\w’'.-]{0,40}"
    r"(?:,?\s(?:(?:and|upon|on|of|in|with|&)\s(?:the\s)?)?[A-Z][\w’'.-]{0,40}){0,8}"
)
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
    # "Focused visit to Kent"
    re.compile(rf"\b[Vv]isit\sto\s(?P<name>{_NAME})$"),
    # "Improvements at Kent"
    re.compile(rf"\b(?:at|in|for)\s(?P<name>{_NAME})$"),
)
# "Inspection of Sandwell Children's Trust": a name that counts only where it is known
_KNOWN = re.compile(rf"\b(?:[Ii]nspection|[Vv]isit)\s(?:of|to)\s(?:the\s)?(?P<name>{_NAME})")
_COUNCIL = re.compile(
    rf"^(?P<name>{_NAME}?)"
    r"\s(?:(?:Metropolitan|City|County|District|Borough|Unitary|Council|Authority)\b\s?)+$"
    rf"|^(?P<reversed>{_NAME}),?\s(?:City|County)\sof$"
    rf"|^(?P<of>(?:London|Royal|City)\s(?:Borough\s)?(?:of\s)?{_NAME})$"
)
_RUNNING = re.compile(
    rf"\b(?P<name>{_NAME}){_CHILDRENS_SERVICES}|\b(?P<council>{_NAME})\s[Cc]ouncil\b"
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
    """The name that documents are filed under.

    For an authority on the list that is its name there, in whichever form it is written ("Hull
    City Council" is "Kingston upon Hull"); for any other, what is written, without what kind of
    council it is and with "and" for "&".
    """
    known = {authority.name for authority in recognise(written)}
    if len(known) == 1:
        return known.pop()
    name = strip_council(written.replace("’", "'"))
    return re.sub(r"\s+", " ", name.replace("&", "and")).removesuffix("'s").strip()


def _plausible(name: str) -> bool:
    first = re.split(r"[\s’']", name)[0]
    return first not in _NOT_NAMES and canonical_name(name) not in ("", *_NOT_NAMES)


def find_authority(text: str, blocks: tuple[Block, ...]) -> tuple[int, int] | None:
    """The span of the authority's name: in a heading, else in the first lines, else the one that
    the text names most often as having children's services. None where it names none."""
    headings = [b for b in blocks if b.kind == "heading" and b.page in (None, 1)][:8]
    lines = headings + [b for b in blocks if b.kind == "paragraph" and b.end - b.start < 160][:12]
    for pattern in (*_TITLES, _COUNCIL, _KNOWN):
        for block in lines:
            if pattern is _TITLES[-1] and block not in headings[:2]:
                continue
            span = _named(pattern, text, block)
            if span:
                return span
    first = next((b for b in blocks if not text[b.start : b.end].startswith("Inspection")), None)
    if first and _is_bare_name(text[first.start : first.end]):
        name = text[first.start : first.end]
        if recognise(name) or name in text[first.end :]:
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
    if pattern is _KNOWN and len({a.name for a in recognise(match.group(group))}) != 1:
        return None
    return block.start + start, block.start + end


def _is_bare_name(words: str) -> bool:
    return bool(re.fullmatch(_NAME, words)) and len(words.split()) <= 5 and _plausible(words)


def _most_named(text: str) -> tuple[int, int] | None:
    """The name that comes most often, where it comes first."""
    counts: Counter[str] = Counter()
    where: dict[str, tuple[int, int]] = {}
    written_small = set(re.findall(r"\b[a-z]+\b", text))
    for match in _RUNNING.finditer(text):
        group = "name" if match["name"] else "council"
        start, end = match.span(group)
        # "But Aldermere children’s services": the word that only begins the sentence goes.
        while " " in text[start:end] and text[start:end].split()[0].lower() in written_small:
            start += text[start:end].index(" ") + 1
        name = canonical_name(text[start:end])
        if _plausible(text[start:end]):
            counts[name] += 1
            where.setdefault(name, (start, end))
    if not counts:
        return None
    # By number, then by name, so that a tie is always decided alike.
    return where[min(counts, key=lambda name: (-counts[name], name))]
