"""Who inspected, and to whom the letter is addressed.

Reports name their inspectors behind labels ("Lead inspector: …", "Team inspectors: …", at the
beginning or the end); letters name them in a sentence. What stands behind a name (HMI, "Ofsted
Inspector", "seconded") is no part of it.
"""

import re
from collections.abc import Sequence

from documents.model import Block, ReadFrom

_NOT_NAMES = (
    "His|Her|Majesty|HMI|HMIs|SHMI|AI|OI|Senior|Ofsted|Social|Care|Regional|Regulatory|Inspectors?"
    "|Inspection|Director|Officer|Deputy|Lead|Team|Shadow|Associate|Contracted|Seconded|Manager"
    "|Supernumerary|Quality|Data|Analyst|Designate|Children|Children[’']s|Education|Further"
    "|Schools|Years|Assistant|Principal|The|This|Council|Authority|Services|Any|Dear|Yours"
)
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_WORD = rf"(?!(?:{_NOT_NAMES})\b)[{_CAPITAL}][\w’'-]{{0,30}}\w"
_INITIAL = rf"[{_CAPITAL}]\.?(?![\w’'-])"
_NAME = rf"(?:{_WORD}|{_INITIAL})(?: (?:{_WORD}|{_INITIAL}|de|van|von|der|la|du)){{0,3}}? {_WORD}"
_NAME += rf"(?! (?:{_WORD}))"
_STYLE = r"(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof(?:essor)?)\.? )?"
_OFFICE = (
    r"(?:(?:Senior|Regional|Deputy|Assistant|Specialist|Lead|Social Care|Early Years|Schools"
    r"|(?:Further )?Education|Regulatory|Associate|Additional|Contracted|[Ss]econded) )*"
    r"(?:S?HMIs?|AI|OI|Director|[Ii]nspectors?|H(?:er|is) Majesty[’'‘]?s? [Ii]nspectors?"
    r"(?: \(HMIs?\))?|Ofsted [Ii]nspectors?(?: \(OI\))?)"
    r"(?:,? (?:[Dd]esignate|Social Care|Schools))*"
)
_BEHIND = rf"(?:,? \(?{_OFFICE}\)?(?![\w’']))*"
_PERSON = re.compile(rf"{_STYLE}(?P<name>{_NAME}){_BEHIND}")
_AND = re.compile(r"[,;]\s*(?:and\s+)?|\s+and\s+|\s+&\s+")

_LABEL = re.compile(
    r"(?:^|(?<=[.;] ))(?P<role>Lead|Reporting|Deputy lead|Deputy|Team|Shadow|Supernumerary"
    r"|Associate|Additional|Assistant|Seconded|Contracted|Support|The inspection)?"
    r"(?(role) (?:inspectors?|team)|Inspectors?)(?: on site)?(?P<colon>\s*:)?\s+",
    re.MULTILINE | re.IGNORECASE,
)
_LEADS = ("lead", "reporting")
_BEFORE_NAMES = (
    # "His Majesty's Inspectors for this visit were A and B"
    re.compile(r"\b[Ii]nspectors?\b[^.:\n]{0,60}?\b(?:were|was):? (?=[A-Z])"),
    # "The visit was carried out by Her Majesty's Inspectors A and B"
    re.compile(
        r"(?<!last )(?<!previous )(?<!earlier )\b(?:[Vv]isit(?:ed)?|[Ii]nspection)\b"
        r"(?: to [^.,\n]{1,60})? was (?:carried out|made|led|undertaken|conducted) by "
        r"(?:(?:two|three|four|five|six) (?:of )?)?"
        r"(?:H(?:er|is) Majesty[’']?s [Ii]nspectors?(?: \(HMIs?\))?[,:]? )?(?=[A-Z])"
    ),
    re.compile(r"\bteam (?:were|was|consisted of):? (?=[A-Z])"),
)
_ONE = rf"{_STYLE}{_NAME}{_BEHIND}"
_NAMES_FIRST = (
    # "A led the visit, with B and C"
    re.compile(
        rf"(?P<names>{_ONE}) led the (?:visit|inspection)(?:,? (?:with|supported by) (?P<more>))?"
    ),
    # "A, B and C, Her Majesty's Inspectors, carried out the visit"
    re.compile(
        rf"(?P<names>{_ONE}(?:(?:, (?:and )?| and ){_ONE}){{0,9}})"
        rf"(?:,? (?:both|all))?{_BEHIND},? (?:carried out|made|undertook|conducted) "
        r"(?:the|this|a) (?:\w+ )?(?:visit|inspection)"
    ),
)
_SIGNED = re.compile(
    rf"^Yours (?:sincerely|faithfully),?\s+(?P<names>{_NAME}),?\s+(?={_OFFICE}\b)", re.MULTILINE
)

_HONOURED = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Professor|Cllr|Councillor)\.? )"
DEAR = re.compile(rf"^Dear {_HONOURED}?(?P<name>[{_CAPITAL}][\w’'-]+)", re.MULTILINE)
_OFFICES = (
    r"(?:Interim|Executive|Director|Corporate|Strategic|Chief|Head|Acting|Assistant|Statutory)\b"
)
_OFFICE_BEHIND = re.compile(rf"\s(?={_OFFICES})")
_NOBODY = re.compile(rf"{_OFFICES}|(?:Sir|Madam|Colleagues?|All|Lead|Parents?|Children|Young)\b")


def find_inspectors(text: str) -> tuple[tuple[str, ...], ReadFrom] | None:
    """The inspectors, lead first and the others as they are named; None where none are.

    The span begins with the first name and ends with the last.
    """
    found = _labelled(text) or _in_a_sentence(text)
    if not found:
        return None
    names = tuple(dict.fromkeys(text[start:end] for start, end in found))
    first = min(start for start, _ in found)
    last = max(end for _, end in found)
    return names, ReadFrom(first, last)


def _labelled(text: str) -> list[tuple[int, int]]:
    """The names behind labels, lead first. One that comes twice (on the first page and with the
    team) counts where it comes last."""
    found: dict[str, tuple[bool, int, int]] = {}
    for label in _LABEL.finditer(text):
        people = _people(text, label.end())
        if people and not (label["colon"] or _ends_line(text, label.end(), people[-1][1])):
            continue  # "Lead inspector Wren Abbot said": running text
        is_lead = (label["role"] or "").lower() in _LEADS
        for start, end in people:
            found[text[start:end]] = (not is_lead, start, end)
    return [(start, end) for _, start, end in sorted(found.values())]


def _ends_line(text: str, start: int, end: int) -> bool:
    behind = re.compile(rf"{_BEHIND}\.?$", re.MULTILINE).match(text, end)
    return "\n" not in text[start:end] and behind is not None


def _people(text: str, position: int) -> list[tuple[int, int]]:
    """The spans of the names in a list that begins at a position."""
    people: list[tuple[int, int]] = []
    while person := _PERSON.match(text, position):
        people.append(person.span("name"))
        between = _AND.match(text, person.end())
        if between is None:
            break
        position = between.end()
    return people


def _in_a_sentence(text: str) -> list[tuple[int, int]]:
    for pattern in _BEFORE_NAMES:
        for match in pattern.finditer(text):
            people = _people(text, match.end())
            if people:
                return people
    for pattern in (*_NAMES_FIRST, _SIGNED):
        named = pattern.search(text)
        if named:
            people = _people(text, named.start("names"))
            more = named.groupdict().get("more")
            return people if more is None else people + _people(text, named.end())
    return []


def find_addressee(text: str, blocks: Sequence[Block]) -> tuple[str, ReadFrom] | None:
    """The person above "Dear …" whose name has the name of the salutation in it, else that name;
    None where there is no salutation, or one to nobody by name."""
    dear = DEAR.search(text)
    if dear is None or _NOBODY.match(dear["name"]):
        return None
    for block in (block for block in blocks if block.start < dear.start()):
        line = _OFFICE_BEHIND.split(text[block.start : block.end])[0].rstrip(" ,")
        name = re.sub(rf"^{_HONOURED}", "", line)
        if dear["name"] in name.split() and len(name.split()) <= 5:
            start = block.start + len(line) - len(name)
            return name, ReadFrom(start, start + len(name))
    return dear["name"], ReadFrom(*dear.span("name"))
