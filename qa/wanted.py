"""The kind of thing that a question wants (a percentage, an age, how many of what), and whether a
sentence gives one."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from documents import MONTHS
from index import content_words

Kind = Literal["percentage", "money", "age", "duration", "date", "rate", "count", "name"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wants. ``things`` are the stems of what is to be counted and of what else is
    called so; none where nothing is, or it does not say what."""

    kind: Kind
    things: frozenset[str] = frozenset()


def _any_of(words: str) -> str:
    return "|".join(words.split())


_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " thousand dozen"
)
_PARTS = "half halved third thirds quarter quarters fifth fifths double doubled twice"
_ORDINALS = "first second third fourth fifth sixth"
_NUMBER = rf"(?:\d[\d,.]*|\b(?:{_any_of(_WORDS)})\b)"
_UNIT = r"(?:minute|hour|day|night|week|fortnight|month|year|decade)s?"
_MONTH = _any_of(" ".join(MONTHS))
_SEASON = _any_of("spring summer autumn winter year years month months week weeks day days")
_ONCE = _any_of(
    "daily nightly weekly fortnightly monthly termly quarterly annual annually yearly every each"
    " once twice regular regularly frequent frequently frequency often seldom rarely always never"
    " sometimes per few low high"
)
_VERB = _any_of(
    "did do does was were is are will has have had can could would should took take takes got get"
    " gets went go goes live lives lived came come comes made make makes there in on at to who that"
    " with by from for of under over up back before when"
)
# White space counts in these only within "[ ]". The first kind that fits is it.
_ASKS: tuple[tuple[Kind, str], ...] = (
    (
        "percentage",
        r"""
        \bpercentages?\b | \b(?:what|which)\s(?:%|per\s?cent\b) | \bproportions?\b
        | \b(?:what|which)\s(?:\w+\s)?(?:fraction|share)\sof\b
        """,
    ),
    (
        "money",
        r"""
        \bhow\smuch\s(?:\w+\s){0,2}(?:money|cash|funding|funds|budget)\b | \bin\spounds\b | £
        | \bhow\smuch\b.*\b(?:cost\w*|earn\w*|owe[sd]?|spen[dt]\w*|get\spaid)\b
        """,
    ),
    ("age", r"\bhow\s(?:old|young)\b | \b(?:what|which)\sage\b(?!\s(?:groups?|ranges?))"),
    ("duration", rf"\bhow\slong\b | \bhow\smany\s(?:\w+\s)?{_UNIT}\b"),
    (
        "date",
        r"""
        (?:^|[,;]\s|\band\s)when\s(?:did|was|were|is|will)\b
        | \b(?:what|which)\s(?:dates?|days?|month|year)\b
        """,
    ),
    ("rate", r"\bhow\s(?:often|frequently)\b"),
    ("count", r"\bhow\smany\b | \b(?:what|which)\s(?:(?:is|was|were|are)\sthe\s)?number\sof\b"),
    (
        "name",
        r"""
        \bnames?\sof\b | \b(?:what|which)\b.*(?<!\blast\s)\bcalled\W*$
        | \bwhich\s(?:charity|company|firm|university|agency|organisation|provider|hotel)\b
        """,
    ),
)
_ASKED = tuple((kind, re.compile(words, re.IGNORECASE | re.VERBOSE)) for kind, words in _ASKS)
_COUNTED = re.compile(
    rf"\b(?:how\smany|number\sof)\s(?:(?:new|more|extra|of\s(?:its|their|the))\s)*"
    rf"(?!(?:{_VERB})\b)([\w’'/ -]+?)(?=\s(?:{_VERB})\b|[,.?!]|$)",
    re.IGNORECASE,
)
_SHARED = rf"\b(?:of|in)\s(?:\w+\s){{0,3}}?{_NUMBER}"
_GIVES: Mapping[Kind, str] = {
    "percentage": rf"%|\bper\s?cent\b|\b(?:{_any_of(_PARTS)}|none)\b|{_SHARED}",
    "money": r"£|\bpounds\b|\b(?:m|b)illion\b",
    "age": rf"\bage[ds]?\b|\byears?[\s-]olds?\b|\bbirthdays?\b|{_NUMBER}[\s-]years?\b"
    rf"|\b(?:of|turn\w*|reach\w*|become|at|to|are|until)\s{_NUMBER}(?!%)\b",
    "duration": rf"(?:{_NUMBER}|\b(?:an?|one|half|several|few|many|some)\b)[\W–-]*"
    rf"(?:\w+\W+){{0,2}}?{_UNIT}\b|\b(?:{_MONTH})\b|\b(?:19|20)\d\d\b",
    "date": rf"\b(?:{_SEASON}|{_MONTH}|recently|since)\b|\b(?:19|20)\d\d\b",
    "rate": rf"{_NUMBER}|\b(?:{_ONCE})\b",
    "count": rf"{_NUMBER}|\b(?:one|single|no|none|only|once|{_any_of(_PARTS)})\b",
    # What is written with a capital within a sentence, or in quotation marks.
    "name": r"(?<=[\w,;:]\s)(?!(?:Ofsted|Local|Authority|I|HMI|DCS)\b)[A-Z][\w’'-]+|[‘“'\"]\w",
}
_GIVEN = {
    kind: re.compile(words, 0 if kind == "name" else re.IGNORECASE)
    for kind, words in _GIVES.items()
}
# What one and the same count may be of, in other words.
_ALIKE = tuple(
    frozenset(content_words(words))
    for words in (
        "child children kid youngster young people person teenager boy girl baby infant sibling"
        " pupil lad lass runaway leaver adult",
        "worker staff practitioner post job vacancy employee",
        "foster carer household family families home placement",
        "case caseload child children family families",
        "time visit inspection occasion trip",
    )
)
_BESIDE = 4  # words between a number and what it counts


def wanted(topic: str) -> Wanted | None:
    """What the topic of a question wants; None for most, which want words and not a thing that
    can be known by its form."""
    kind = next((kind for kind, pattern in _ASKED if pattern.search(topic)), None)
    if kind != "count":
        return Wanted(kind) if kind else None
    counted = _COUNTED.search(topic)
    things = frozenset(content_words(counted[1])[-1:]) if counted else frozenset[str]()
    return Wanted(kind, things.union(*(group for group in _ALIKE if group & things)))


def gives(kind: Kind, text: str) -> bool:
    """Whether there is something of that kind in a sentence, whatever it is of."""
    return bool(_GIVEN[kind].search(text))


def counts(things: Collection[str], text: str) -> bool:
    """Whether a sentence has a number beside one of the things, which are stems."""
    return bool(_counting(tuple(sorted(things))).search(text))


@lru_cache(maxsize=64)
def _counting(things: tuple[str, ...]) -> re.Pattern[str]:
    number = rf"(?:{_NUMBER}|\b(?:one|single|no|none|both|only|{_any_of(_ORDINALS)})\b)"
    word = r"[\w’'-]+"
    thing = rf"\b(?:{'|'.join(map(re.escape, things))})"
    return re.compile(
        rf"{number}\W+(?:{word}\W+){{0,{_BESIDE}}}?{thing}"
        rf"|\b(?:numbers?|population)\sof\s(?:{word}\s){{0,{_BESIDE}}}?{thing}.*{_NUMBER}",
        re.IGNORECASE,
    )
