"""Which facts a question asks for: an inspector, a date, a grade, what a short form stands for."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from documents import DocumentKind
from qa.grades import areas_asked, is_more, plain
from qa.schema import Understood
from qa.words import shouted

FactKind = Literal[
    "grade",
    "lead inspector",
    "inspectors",
    "visited",
    "published",
    "addressee",
    "framework",
    "kind",
    "stands for",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that letters may state.

    ``of`` is the area of a grade ("leaders", "care leavers", …), or the short form in small
    letters that stands for something. ``among`` limits it to letters of a kind.
    """

    kind: FactKind
    of: str = ""
    among: DocumentKind | None = None


_PAPER = r"\b(?:reports?|letters?|findings|inspection|judgements?|visit)\b"
_WHEN = (
    r"(?:^\W*when\b|\b(?:what|which)\s(?:dates?|days?|month|year)\b|\bdates?\sof\b|\bwhen\W*$"
    r"|\bhow\s(?:long|old)\b)"
)
# Each is asked for where both patterns are found and nothing is left beside them.
_WORDS: tuple[tuple[FactKind, str, str], ...] = (
    (
        "lead inspector",
        r"(?<!\bdeputy\s)\blead\sinspectors?(?:'s)?\b|\b(?:who|which\sinspectors?)\b.*?"
        r"\b(?:led|leads?(?!\sinspector)|ran|head(?:ed|s)?|in\scharge\sof|wrote|signed)\b",
        rf"\b(?:inspect\w*|visit(?:s|ed)?|ofsted(?:'s)?|team\s(?:that|which|who))\b|{_PAPER}",
    ),
    (
        "inspectors",
        r"^\W*(?:who|which\sinspectors|(?:what|list)\b.*\bnames\sof)\b"
        r"(?:.*\b(?:carried\sout|made|conducted|undertook|on\sthe)\b)?",
        r"\binspect(?:ors?|ed)\b|\binspection(?:\steam)?\b|\bvisit(?:ed)?\b",
    ),
    (
        "published",
        rf"{_WHEN}.*?\b(?:publish(?:ed)?|c[oa]mes?\sout|issued?|released?|appear(?:ed)?)\b",
        _PAPER,
    ),
    ("published", r"\bdates?\sof\b", r"\b(?:reports?|letters?|publication)\b"),
    (
        "visited",
        _WHEN,
        r"\b(?:inspect\w*|visit(?:s|ed)?|ofsted)\b(?:.*\b(?:t[ao]{1,2}ke?\splace|happen(?:ed)?"
        r"|c[ao]me|carr(?:y|ied)\sout|made?|go|went|in|there|start(?:ed)?|end(?:ed)?)\b)*",
    ),
    (
        "addressee",
        r"\bwhom\b|\bwho\b(?=.*\bto\b)|\bwhich\sperson\b|\baddressees?\b",
        r"\b(?:address(?:ed)?|written|writ(?:e|ing)|wrote|sent|send|addressees?)\b",
    ),
    (
        "framework",
        r"\b(?:what|which)\b.*\bframeworks?\b",
        r"\binspect(?:ed|ions?)\b|\bvisit\b",
    ),
    (
        "kind",
        r"\b(?:what|which)\s(?:kinds?|sorts?|types?)\sof\b",
        r"\b(?:inspection|visit|letter|report|document)\b",
    ),
)
_ASKED = tuple((kind, re.compile(asks), re.compile(about)) for kind, asks, about in _WORDS)
_BESIDE = frozenset(
    """
    inspecting last lasted dates date day days month take took place carried carry out made make
    conducted undertaken person people failed latest most recent published over go went into used
    under use social care focused monitoring assurance joint targeted
    """.split()  # noqa: SIM905
)
_DATES = ("published", "visited")
_VERB = re.compile(r"\b(?:was|were|is|did)\b")
_WHO_LED = re.compile(r"\W*who\s(?:led|ran|headed|wrote|signed)\W*")
_CLAUSES = re.compile(
    r"[?.;!]+|,?\sand\s(?=(?:what|who|when|how|why|where|on\swhat|did|does|was|were)\b)",
    re.IGNORECASE,
)
_STANDS = (
    # Tried in this order; the group is what has the short forms in it.
    re.compile(
        r"\b(?:do|does|did|is|are)\s([^,:;?]{2,60}?)\s(?:stand\sfor|short\sfor|mean(?=\sin\b|\W*$)"
        r"|an?\s(?:abbreviation|acronym)\s(?:of|for))\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*([^,:;?]{2,60}?)(?:\sstands?\sfor\b|\W+what\s(?:do|does)\s"
        r"(?:that|it|this|they|the\s(?:letters|initials))\s(?:stand\sfor|mean)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:full\s(?:name|form)|abbreviation|acronym|initials)\s(?:of|for)\s([^,:;?]{2,60})",
        re.IGNORECASE,
    ),
    re.compile(r"^\W*(?:who\sor\s)?what(?:\sis|\sare|'s)\s([^,:;?]{2,40})\W*$", re.IGNORECASE),
)
_SURE = re.compile(r"\bstands?\sfor\b|\bshort\sfor\b|\babbreviation\b|\bacronym\b|\bfull\s", re.I)
_BESIDE_SHORT = frozenset(
    # "S" is what is left of a possessive in capitals.
    ("a", "an", "the", "and", "or", "s", "letters", "initials", "abbreviation", "acronym", "term")
)
_WORD = re.compile(r"[^\W_]+(?:['&/-][^\W_]+)*")


class FactQuestions:
    """Reads which facts a question asks for."""

    def __init__(self, shorts: Iterable[str]) -> None:
        """``shorts`` are the short forms that letters explain, in small letters."""
        self._shorts = frozenset(shorts)

    def asked(self, topic: str, understood: Understood) -> tuple[Fact, ...]:
        """The facts that a question asks for, each once; its topic may have short forms expanded
        and authorities and times taken away."""
        text = topic
        for short, long in understood.expanded.items():
            behind = rf"(?<=\b{re.escape(short)})(?P<many>s?)\s{re.escape(long)}\b"
            text = re.sub(behind, r"\g<many>", text, flags=re.IGNORECASE)
        kinds: tuple[DocumentKind | None, ...] = tuple(understood.kinds) or (None,)
        found: dict[Fact, None] = {}
        for clause in filter(None, map(str.strip, _CLAUSES.split(text))):
            for fact in self._of(clause, understood):
                for among in (None,) if fact.kind == "stands for" else kinds:
                    found[Fact(fact.kind, fact.of, among)] = None
        return tuple(found)

    def _of(self, clause: str, understood: Understood) -> list[Fact]:
        shorts = self._short_forms(clause, understood)
        if shorts:
            return [Fact("stands for", short) for short in shorts]
        text = plain(clause)
        times = plain(" ".join(understood.times))
        for kind, asks, about in _ASKED:
            # "When was the last inspection?" and "Who led the last one?" have lost their ends to
            # the times that they name.
            bare = _VERB.search(text) if kind in _DATES else _WHO_LED.fullmatch(text)
            named = about.search(text) or (bare and about.search(times))
            if asks.search(text) and named:
                left = about.sub(" ", asks.sub(" ", text))
                if not is_more(left, _BESIDE):
                    return [Fact(kind)]
        return [Fact("grade", area) for area in sorted(areas_asked(text, understood))]

    def _short_forms(self, clause: str, understood: Understood) -> list[str]:
        """The short forms that the clause asks the meaning of."""
        subjects = (match[1] for pattern in _STANDS if (match := pattern.search(clause)))
        expanded = {short.casefold() for short in understood.expanded}
        # What is written like a word counts where the question is surely about a short form.
        sure, loud = bool(_SURE.search(clause)), not shouted(clause)
        for subject in subjects:
            if found := self._named(subject, expanded, sure=sure, loud=loud):
                return found
        return []

    def _named(
        self, subject: str, expanded: Collection[str], *, sure: bool, loud: bool
    ) -> list[str]:
        """The short forms that a text names, if it holds nothing else."""
        found = []
        for word in _WORD.findall(subject):
            folded = word.casefold()
            short = folded if folded in self._shorts else folded.removesuffix("s")
            capitals = loud and sum(character.isupper() for character in word) > 1
            if short in self._shorts and (sure or capitals or short in expanded):
                found.append(short)
            elif folded not in _BESIDE_SHORT:
                return []
        return found
