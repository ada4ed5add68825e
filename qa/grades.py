"""Areas of judgement and their grades, in the words of tables, of sentences and of questions.

All are read in the same way: what names the area, what grades or asks, and the words that say
nothing beside them are taken away. If a word is left, it is about something else: "how are pathway
plans rated?" asks for no grade of the table.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from qa.schema import Understood

OVERALL = "overall"
EVERY_AREA = "every area"


@dataclass(frozen=True, slots=True)
class Stated:
    """A grade ("good", "require", …) and the areas that a sentence gives it."""

    areas: frozenset[str]
    grade: str


_PEOPLE = r"(?:children|young\s(?:people|adults)|youngsters|kids|those|people)"
# The names of areas in tables since 2013, and the everyday words for the same. In this order:
# "leaving care" is not "in care".
_AREAS = tuple(
    (name, re.compile(words, re.VERBOSE))
    for name, words in (
        ("board", r"\b(?:local\s)?safeguarding\s(?:children'?s?\s)?boards?\b | \blscb\b"),
        (
            "leaders",
            r"""
            \b(?:the\simpact\sof\s)?leader(?:s|ship)\b
            (?:\son\ssocial\swork\spractice\swith\schildren\sand\sfamilies\b)?
            (?:,?\s(?:and\s)?management\b)? (?:,?\s(?:and\s)?governance\b)?
            | \b(?:bosses|(?:people|those)\sin\scharge|top\steam)\b
            """,
        ),
        (
            "help and protection",
            r"""
            \b(?:in\s)?need(?:s|ing)?\s(?:of\s)?(?:help|protection)(?:\s(?:and|or)\sprotection)?\b
            | \bhelp(?:ing)?\s(?:and|or)\sprotect(?:ion|ing)\b
            | \bkeep(?:ing|s)?\s(?:children|them|kids|youngsters)\ssafe\b | \bsafeguarding\b
            """,
        ),
        (
            "care leavers",
            rf"""
            \bcare\sleavers?\b | \bleav(?:ing|e)\scare\b | \bleft\scare\b
            | \bcare[- ]experienced\s{_PEOPLE}\b | \bmoving\s(?:on\sfrom|out\sof)\scare\b
            """,
        ),
        (
            "children in care",
            rf"""
            \b{_PEOPLE}\s(?:it\s)?look(?:s|ed)\safter\b | \blook(?:ed|ing)[- ]after\b
            | \bin\s(?:its\s)?care\b | \bcared[- ]for\s{_PEOPLE}\b
            | \b(?:achieving\s)?permanence\b
            """,
        ),
        ("adoption", r"\badoptions?(?:\sperformance)?\b"),
        (OVERALL, r"\boverall(?:\seffectiveness)?\b"),
    )
)
_GRADE = re.compile(r"\b(outstanding|inadequate|good|requires?\simprovement(?:\sto\sbe\sgood)?)\b")
_WHOLE = re.compile(r"\b(?:council|authority|children's\s(?:social\scare\s)?services)\b")
_GRADED = re.compile(
    r"\bgrad(?:e|es|ed|ing)\b|\bratings?\b|\boverall\seffectiveness\b"
    r"|\b(?:what|which|overall|the|higher|lower|same)\smarks?\b"
)
_RATED = re.compile(
    r"\brated\b|(?<!what )(?<!which )(?<!the )\brate\b(?!\sof)|\bjudged?\b|\bjudge?ments?\b"
    r"|\bverdict\b|\bscored?\b|\bfare[sd]?\b|\bwhat\s(?:was|were)\sthe\s(?:outcome|result)s?\b"
    r"|\bwhat\s(?:did|has|have)\s(?:it\s|they\s)?(?:get|got)\b(?!\s(?:better|worse)\b)"
)
_AREA_ITSELF = re.compile(r"\bareas?\b|\b(?:grades|ratings|judge?ments)\b")
_IS_IT = re.compile(r"^\W*(?:was|were|is|are|has|have|had|did)\b")
_WORD = re.compile(r"[^\W_]+(?:['&/-][^\W_]+)*")
_MOST_WORDS = 30  # of a sentence that gives a grade and says nothing else


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say nothing beside a fact: of questions in general, and of inspections.
_FILLERS = _words(
    """
    a an the of for to in on at by with from as about and or its their his her it that this these
    those they there what which how who whom whose when was were is are be been did does do has
    have had me us tell give gave given get got gets name please exactly exact each every
    inspection inspections inspected inspectors inspector inspect ofsted ofsted's report reports
    letter letters visit visits visited team council council's authority authority's local borough
    royal county city trust children's services service s
    """
)
_BESIDE_STATED = _words(
    """
    experience experiences progress effectiveness quality performance children young people
    families who social care summary now
    """
)
_BESIDE_ASKED = _BESIDE_STATED | _words(
    """
    receive received receives award awarded awards hand handed out come came away earn earned hold
    held achieve achieved end ended up go went gone move moved change changed improve improved
    work works working practice impact influence provision support adults youngsters kids section
    area areas higher lower better worse than between over years time then still finding them
    permanent homes helping keeping helped one where not four trace
    """
)


def plain(text: str) -> str:
    """Small letters, one apostrophe, single spaces: the form that all of these words are in."""
    return " ".join(text.lower().replace("’", "'").split())


def is_more(text: str, beside: Collection[str]) -> bool:
    """Whether a plain text has words that are neither empty of meaning nor among ``beside``."""
    return any(word not in _FILLERS and word not in beside for word in _WORD.findall(text))


def grade_of(text: str) -> str | None:
    """The grade that a text gives, by its first word without an "s" ("require"); None where it
    gives none, or several."""
    found = {match[1].split()[0].rstrip("s") for match in _GRADE.finditer(plain(text))}
    return found.pop() if len(found) == 1 else None


def areas_of(text: str) -> frozenset[str]:
    """The areas of judgement that a text names. OVERALL only where it names no other."""
    return _split_areas(plain(text))[0]


def stated_grade(text: str, names: str) -> Stated | None:
    """The grade that a sentence gives to areas, if it says nothing else; ``names`` are words that
    are no more than its authority's name."""
    if text.count(" ") >= _MOST_WORDS or (grade := grade_of(text)) is None:
        return None
    whole = plain(text)
    areas, left = _split_areas(whole)
    if not areas and _WHOLE.search(whole):
        areas = frozenset((OVERALL,))
    if not areas or is_more(_ungraded(left), _BESIDE_STATED | set(_WORD.findall(plain(names)))):
        return None
    return Stated(areas, grade)


def areas_asked(text: str, understood: Understood) -> frozenset[str]:
    """The areas whose grade a plain text asks for: EVERY_AREA where it asks which, none where it
    asks for no grade or for one of something else."""
    areas, left = _split_areas(text)
    graded = _GRADED.search(text)
    if not (graded or _RATED.search(left) or (_IS_IT.match(text) and _GRADE.search(left))):
        return frozenset()
    if is_more(_ungraded(left), _BESIDE_ASKED):
        return frozenset()
    if areas:
        return areas
    if _AREA_ITSELF.search(text):
        return frozenset((EVERY_AREA,))
    whole = graded or understood.authorities or _WHOLE.search(text)
    return frozenset((OVERALL,)) if whole else frozenset()


def _split_areas(text: str) -> tuple[frozenset[str], str]:
    """The areas that a plain text names, and the text without their names."""
    found = set()
    for name, pattern in _AREAS:
        text, count = pattern.subn(" ", text)
        if count:
            found.add(name)
    return frozenset(found - {OVERALL} or found), text


def _ungraded(text: str) -> str:
    return _RATED.sub(" ", _GRADED.sub(" ", _GRADE.sub(" ", text)))
