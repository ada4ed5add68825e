"""Abbreviations that the letters explain: "independent reviewing officers (IROs)".

Found as Schwartz and Hearst do ("A simple algorithm for identifying abbreviation definitions in
biomedical text", 2003): the letters of the short form, from the last to the first, each in the
words before the bracket, the first of them at the beginning of a word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from documents import Document
from qa.words import Vocabulary, shouted

_BRACKET = re.compile(r"\(([A-Za-z][\w&/’'-]{1,9})\)")
_BRACKET_BEHIND = re.compile(r"\b([A-Za-z][\w&/’'-]{1,9}) \(([^()]{5,120})\)")
_OPENING = str.maketrans('‘“"', "   ")
_WORDS_BEFORE = re.compile(r"[^\s()\[\].;:!?]+(?:\s[^\s()\[\].;:!?]+)*\s?$")
_WORD = re.compile(r"[^\W_][\w&/-]*")
_REACH = 120  # characters before a bracket that its long form is looked for in
_LITTLE = frozenset(("a", "an", "and", "for", "in", "of", "or", "the", "to", "with"))
_USED = 5  # times that the letters use a short form on its own before it stands for the long one
_SHARE = 0.02  # of the letters that explain a short form before it stands for any authority's


def long_form(short: str, before: str) -> str | None:
    """The words at the end of ``before`` that ``short`` stands for, or None: the shortest run of
    whole words whose beginnings are its letters in their order, or else that has these letters
    and begins with the first of them. None begins with a little word ("and")."""
    letters = [character for character in short.lower() if character.isalnum()]
    for initials in (True, False):
        found = _run(letters, before, initials=initials)
        # One word that has the letters in it ("Ofsted") is no long form of them.
        if found and 2 <= len(found.split()) <= min(len(short) + 5, len(short) * 2):
            return found
    return None


def _run(letters: list[str], before: str, *, initials: bool) -> str | None:
    position = len(before)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and not (
            before[position].lower() == letters[index]
            and (not initials or position == 0 or not before[position - 1].isalnum())
            and (index > 0 or _begins_a_word(before, position))
        ):
            position -= 1
        if position < 0:
            return None
    return before[position:].strip()


def _begins_a_word(text: str, position: int) -> bool:
    if position > 0 and not text[position - 1].isspace():
        return False
    return text[position:].split(maxsplit=1)[0].lower() not in _LITTLE


@dataclass(frozen=True, slots=True)
class _Pair:
    start: int
    end: int
    short: str
    long: str


class Abbreviations:
    """What short forms stand for, as the letters themselves say."""

    def __init__(self, documents: Collection[Document], vocabulary: Vocabulary) -> None:
        """Learn them from the documents; ``vocabulary`` is that of the same documents."""
        everywhere: defaultdict[str, Counter[str]] = defaultdict(Counter)
        theirs: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        explained: Counter[tuple[str, str]] = Counter()  # in so many documents
        for document in documents:
            pairs = [(found.short, found.long) for found in definitions(document.text)]
            explained.update({(short, _singular(long)) for short, long in pairs})
            for short, long in pairs:
                everywhere[short][long] += 1
                theirs[document.metadata.authority or "", short][long] += 1
        self._long = {short: _commonest(longs) for short, longs in everywhere.items()}
        self._their_long = {key: _commonest(longs) for key, longs in theirs.items()}
        # In small letters: those that are no ordinary words ("mash", not "care").
        self._folded = {
            short.casefold(): short
            for short in sorted(self._long, reverse=True)
            if not vocabulary.small(short.casefold())
        }
        self._short: dict[str, str] = {}
        self._their_short: dict[tuple[str, str], str] = {}
        for (authority, short), long in sorted(self._their_long.items()):
            used = vocabulary.written[short] + vocabulary.written[short + "s"]
            if used - everywhere[short].total() >= _USED:
                self._their_short[authority, long] = short
                if explained[short, _singular(long)] >= _SHARE * len(documents):
                    self._short[long] = short
        longs = {long for _, long in self._their_short}
        every = "|".join(re.escape(long) for long in sorted(longs, key=lambda s: (-len(s), s)))
        self._pattern = re.compile(rf"\b(?P<long>{every})s?\b" if every else r"(?!)", re.IGNORECASE)

    @property
    def shorts(self) -> Collection[str]:
        """The short forms in small letters, of one and of many ("iro", "iros")."""
        return {form for short in self._long for form in (short.casefold(), f"{short.casefold()}s")}

    def expand(self, text: str, authorities: Collection[str]) -> tuple[str, dict[str, str]]:
        """The text with what a short form stands for put behind it, and the short form behind a
        long one; and these pairs, by their short forms.

        What letters of ``authorities`` say counts before what others do. A short form that is an
        ordinary word as well ("CARE") counts in capitals only. A short form is put behind a long
        one where many letters explain it, or those of ``authorities``, and use it.
        """
        parts = []
        last = 0
        pairs: dict[str, str] = {}
        plain = text.lower().replace("’", "'")
        longs = list(self._longs_in(plain, authorities))
        said = {pair.long for pair in longs}
        for pair in sorted([*self._shorts_in(text, authorities), *longs], key=lambda p: p.start):
            if pair.short in pairs:
                continue
            pairs[pair.short] = pair.long
            is_long = pair in longs
            if (pair.long not in said) if not is_long else (pair.short.lower() not in plain):
                parts += [text[last : pair.end], f" {pair.short if is_long else pair.long}"]
                last = pair.end
        return "".join([*parts, text[last:]]), pairs

    def _shorts_in(self, text: str, authorities: Collection[str]) -> Iterator[_Pair]:
        loud = shouted(text)
        for match in _WORD.finditer(text):
            word = match[0]
            for form in (word, word[:-1] if word[-1] in "sS" else word):
                exact = form in self._long and not loud
                short = form if exact else self._folded.get(form.casefold())
                if short is not None:
                    own = [self._their_long.get((name, short)) for name in sorted(authorities)]
                    long = next(filter(None, own), self._long[short])
                    yield _Pair(match.start(), match.end(), short, long)
                    break

    def _longs_in(self, plain: str, authorities: Collection[str]) -> Iterator[_Pair]:
        for match in self._pattern.finditer(plain):
            long = match["long"]
            own = [self._their_short.get((name, long)) for name in sorted(authorities)]
            short = next(filter(None, own), self._short.get(long))
            if short is not None:
                yield _Pair(match.start(), match.end(), short, long)


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form and what it stands for in small letters, where ``text[start:end]`` says so."""

    short: str
    long: str
    start: int
    end: int


def definitions(text: str) -> Iterator[Definition]:
    """Each place of a text that explains a short form, with the one in brackets or the other; the
    short form is of one where it says that it is of many ("IROs"), and then so is what it stands
    for. First those with the short form in brackets."""
    for match in _BRACKET.finditer(text):
        short, many = _short_form(match[1])
        words = _WORDS_BEFORE.search(text, max(0, match.start() - _REACH), match.start())
        before = words[0].translate(_OPENING) if words and short else ""
        long = long_form(short, before) if before else None
        if words and long is not None:
            start = words.start() + before.rindex(long)
            yield Definition(short, _tidy(long, many=many), start, match.end())
    for match in _BRACKET_BEHIND.finditer(text):
        short, many = _short_form(match[1])
        within = match[2].translate(_OPENING).strip()
        if short and long_form(short, within) == within:
            yield Definition(short, _tidy(within, many=many), match.start(), match.end())


def _short_form(word: str) -> tuple[str, bool]:
    """What may be a short form, of one, and whether it was of many; empty if it cannot be one."""
    short = re.sub(r"['’]s?$", "", word).replace("’", "'")
    many = short.endswith("s") and short[:-1].isupper()
    short = short[:-1] if many else short
    return short if sum(character.isupper() for character in short) > 1 else "", many


def _tidy(long: str, *, many: bool) -> str:
    plain = " ".join(long.lower().replace("’", "'").strip("'").split())
    return _singular(plain) if many else plain


def _singular(long: str) -> str:
    if long.endswith("ies"):
        return f"{long.removesuffix('ies')}y"
    return long.removesuffix("s") if not long.endswith("ss") else long


def _commonest(counts: Counter[str]) -> str:
    """The most frequent, one and many counted together; of equals the first by the alphabet, so
    that it is always the same."""
    together: Counter[str] = Counter()
    for long, count in counts.items():
        together[_singular(long)] += count
    best = min(together, key=lambda one: (-together[one], one))
    forms = (long for long in counts if _singular(long) == best)
    return min(forms, key=lambda long: (-counts[long], long))
