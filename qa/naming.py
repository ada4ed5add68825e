"""Whose letters a question asks for: authorities by any of their names, and where these stand."""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from documents.metadata.gazetteer import Authority, known_authorities
from qa.words import Token, Vocabulary, shouted, tokens

_SHORT_WORDS = {
    "north": ("n", "nth"),
    "south": ("s", "sth"),
    "east": ("e",),
    "west": ("w",),
    "saint": ("st",),
    "bedfordshire": ("beds",),
    "berkshire": ("berks",),
    "buckinghamshire": ("bucks",),
    "cambridgeshire": ("cambs",),
    "derbyshire": ("derbys",),
    "gloucestershire": ("glos", "gloucs"),
    "hampshire": ("hants",),
    "herefordshire": ("herefs",),
    "hertfordshire": ("herts",),
    "lancashire": ("lancs",),
    "leicestershire": ("leics",),
    "lincolnshire": ("lincs",),
    "northamptonshire": ("northants",),
    "nottinghamshire": ("notts",),
    "oxfordshire": ("oxon",),
    "shropshire": ("salop",),
    "staffordshire": ("staffs",),
    "warwickshire": ("warks",),
    "wiltshire": ("wilts",),
    "worcestershire": ("worcs",),
    "yorkshire": ("yorks",),
}
# Names that are words as well, whether or not the letters use them.
_WORDS = frozenset(("barking", "bath", "beds", "bury", "reading", "staffs", "stoke"))
_COUNCIL = frozenset(
    ("city", "county", "borough", "metropolitan", "district", "unitary", "royal", "local")
)
_COUNCIL_ENDS = frozenset(("council", "councils", "authority", "borough", "mbc", "mdc", "cc"))
_PREPOSITION = re.compile(
    r"\b(?:in|within|at|across|of|to|for|by|from|with|about)\s+$", re.IGNORECASE
)
_KIND_BEFORE = re.compile(
    r"(?:\bthe\s+)?\b(?:LB|(?:(?:London|Royal|Metropolitan)\s+)?(?:Borough|City|County)\s+of"
    r"|Council\s+of\s+the)\s+$",
    re.IGNORECASE,
)
# Bodies that have the name of a place and are not its council.
_BODIES = (
    "police constabulary fire nhs ambulance hospital hospitals university college football airport"
    " prison crown magistrates cathedral ccg icb"
)
_OTHER_BODIES = frozenset(_BODIES.split())
_GAP = re.compile(r"[\s.,‐‑-]{0,3}")
_POSSESSIVE = re.compile(r"['’`]s?\b|['’`]")
_WIDE = re.compile(r"[-‐‑]wide\b", re.IGNORECASE)
_PARTS = re.compile(r",\s|\s(?:and|with)\s")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The authorities of the corpus that a question names, those it names of which there is no
    letter, and the places of the words that name the former and can go."""

    authorities: tuple[str, ...]
    unknown: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    key: Key
    start: int
    end: int
    weak: bool


class Names:
    """Every name of every authority: of the list, and of the corpus where the list has it not."""

    def __init__(self, authorities: Collection[str], vocabulary: Vocabulary) -> None:
        """``authorities`` are those of the corpus, as its documents are filed."""
        self._corpus = frozenset(authorities)
        self._vocabulary = vocabulary
        self._meant: defaultdict[Key, set[str]] = defaultdict(set)
        listed = known_authorities()
        for authority in listed:
            for name in (authority.name, *authority.aliases):
                for key in _keys(name):
                    self._meant[key].add(authority.name)
        for name in sorted(self._corpus):
            for key in _keys(name):
                self._meant[key].add(name)
        self._successors = _successors(listed)
        self._add_parts()
        # A trust that has no place in its name is known by its capitals alone.
        self._trusts = {
            trust.replace("’", "'"): {a.name for a in listed if trust in a.providers}
            for authority in listed
            for trust in authority.providers
            if not any(a.name in trust for a in listed)
        }
        self._longest = max(map(len, self._meant))

    @property
    def names(self) -> Collection[Key]:
        """All names, each as its words in small letters."""
        return self._meant.keys()

    def find(self, question: str) -> Named:
        """What a question names. A longer name counts before a shorter one within it. Several
        authorities of one name are all meant; one that has given way means those that followed.
        """
        found = list(self._found(question))
        if any(not one.weak for one in found):
            found = [one for one in found if not one.weak]
        authorities: set[str] = set()
        unknown: set[str] = set()
        spans = []
        for one in found:
            meant = self._meant[one.key]
            known = self._resolve(meant)
            authorities |= known
            if known:
                spans.append((one.start, one.end))
            elif not one.weak:
                unknown |= meant
        plain = question.replace("’", "'")
        for trust, meant in self._trusts.items():
            if trust in plain:
                authorities |= self._resolve(meant)
        return Named(tuple(sorted(authorities)), tuple(sorted(unknown)), tuple(spans))

    def _found(self, question: str) -> Iterator[_Found]:
        words = tokens(question)
        loud = shouted(question)
        at = 0
        while at < len(words):
            count = self._length(words, at, question)
            if not count:
                at += 1
                continue
            key = tuple(word.folded for word in words[at : at + count])
            key = key if key in self._meant else (*key[:-1], key[-1].removesuffix("s"))
            start, end, following, council = _extent(question, words, at, count)
            last = words[at + count - 1]
            owned = _POSSESSIVE.match(question, last.end) is not None
            if key in self._parts and owned and _titled(words, following, loud=loud):
                at += count
                continue
            if _WIDE.match(question, end):
                at += count
                continue
            if self._is_name(words, at, key, loud=loud, certain=council or owned):
                weak = following < len(words) and words[following].folded in _OTHER_BODIES
                yield _Found(key, start, end, weak or self._within_a_name(question, words, at, key))
            at += count

    def _length(self, words: list[Token], at: int, question: str) -> int:
        """How many words from ``at`` on are the longest name that begins there; 0 for none."""
        longest = 1
        while longest < self._longest and at + longest < len(words):
            gap = question[words[at + longest - 1].end : words[at + longest].start]
            if not _GAP.fullmatch(gap):
                break
            longest += 1
        for count in range(longest, 0, -1):
            key = tuple(word.folded for word in words[at : at + count])
            if key in self._meant:
                return count
            # "Bristols": without the apostrophe
            owner = (*key[:-1], key[-1].removesuffix("s"))
            if owner != key and owner in self._meant and key[-1] not in self._vocabulary:
                return count
        return 0

    def _is_name(self, words: list[Token], at: int, key: Key, *, loud: bool, certain: bool) -> bool:
        """Whether words that can be a name are one here: an ordinary word ("reading") has to be
        a council's, or to have a capital that the beginning of the question does not explain."""
        if len(key) > 1 or not (key[0] in _WORDS or self._vocabulary.ordinary(key[0])):
            return True
        return certain or (at > 0 and not loud and words[at].written[0].isupper())

    def _within_a_name(self, question: str, words: list[Token], at: int, key: Key) -> bool:
        """Whether a place of which there is no letter is a part of another name ("Ann Sutton")."""
        if self._resolve(self._meant[key]) or at == 0 or len(key) > 1:
            return False
        before = words[at - 1]
        adjacent = question[before.end : words[at].start] == " "
        return adjacent and at > 1 and before.written.istitle() and not question.istitle()

    def _resolve(self, meant: Iterable[str]) -> set[str]:
        """The authorities of the corpus that are meant by names of the list."""
        own = set(meant)
        followed = {s for name in own for s in self._successors.get(name, ())}
        return (own | followed) & self._corpus

    def _add_parts(self) -> None:
        """ "Fulham" for "Hammersmith and Fulham", where no other authority is called so."""
        parts: defaultdict[Key, set[str]] = defaultdict(set)
        for name in self._corpus:
            pieces = _PARTS.split(name)
            for piece in pieces if len(pieces) > 1 else []:
                for key in _keys(piece):
                    parts[key].add(name)
        self._parts = frozenset(key for key in parts if key not in self._meant)
        for key in self._parts:
            self._meant[key] = parts[key]


def _titled(words: list[Token], following: int, *, loud: bool) -> bool:
    """Whether a word like those of a title follows: "Chelsea's Choice" is a play."""
    return not loud and following < len(words) and words[following].written.istitle()


def _extent(question: str, words: list[Token], at: int, count: int) -> tuple[int, int, int, bool]:
    """Where a name begins and ends with what kind of council it is and what makes it a possessive,
    which word follows, and whether a kind of council stands there."""
    kind = _KIND_BEFORE.search(question, 0, words[at].start)
    start = kind.start() if kind else words[at].start
    council = kind is not None
    following = at + count
    end = words[following - 1].end
    run = following
    while run < len(words) and words[run].folded in _COUNCIL | _COUNCIL_ENDS:
        if question[words[run - 1].end : words[run].start] != " ":
            break
        run += 1
        if words[run - 1].folded in _COUNCIL_ENDS:
            following, end, council = run, words[run - 1].end, True
    if owner := _POSSESSIVE.match(question, end):
        end = owner.end()
        if following < len(words) and words[following].start < end:
            following += 1
    elif preposition := _PREPOSITION.search(question, 0, start):
        # "in Kent" goes, and of "in Kent's care" the name alone
        start = preposition.start()
    return start, end, following, council


def _keys(name: str) -> set[Key]:
    """The words of a name in the ways that people write them."""
    words = [token.folded for token in tokens(name.replace("’s", "s").replace("'s", "s"))]
    ways = [_ways(word, alone=len(words) == 1) for word in words]
    return set(itertools.product(*ways))


def _ways(word: str, *, alone: bool) -> tuple[str, ...]:
    short = _SHORT_WORDS.get(word, ())
    short = tuple(way for way in short if len(way) > 3) if alone else short
    boro = (word.removesuffix("ugh"),) if word.endswith("borough") and word != "borough" else ()
    return (word, *short, *boro)


def _successors(listed: Iterable[Authority]) -> dict[str, tuple[str, ...]]:
    """Those that followed an authority that is no more; none where one of its name followed."""
    return {a.name: a.successors for a in listed if a.last and a.name not in a.successors}
