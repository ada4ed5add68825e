"""Misspelt words of a question, mended against the words of the letters.

The dictionary is symspellpy's list of English words: a word on it is right although no letter has
it ("fraction" is not "function"). docs/decisions.md has the figures.
"""

import re
import threading
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise

import Stemmer
from symspellpy import SymSpell, Verbosity

from qa.words import Vocabulary, fold, shouted

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORTEST = 5  # letters: what is shorter has too many neighbours, but within a name
_LONG = 8  # letters, from which two slips are mended instead of one
_USUAL = 5  # times that the letters must have a word before another is taken for it
_CLEAR = 20  # times as frequent as the next one that is as near


class Spelling:
    """Mends words that the letters do not have and that have one clear neighbour among theirs.

    Safe to share between threads: symspellpy compares words in buffers of its own, so that only
    one thread at a time may look one up.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        names: Collection[tuple[str, ...]],
        known: Collection[str],
    ) -> None:
        """``names`` are words of names, which a capitalised word may be mended to; ``known`` are
        other words, such as abbreviations, that are right as they are. All in small letters."""
        self._vocabulary = vocabulary
        self._names = frozenset(word for name in names for word in name if len(word) > 3)
        self._pairs = frozenset(pair for name in names for pair in pairwise(name))
        self._known = frozenset(known) | _english()
        self._stems = frozenset(_stems(vocabulary.words()))
        self._lock = threading.Lock()
        self._near = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        self._near_names = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word in sorted(self._names):
            self._near_names.create_dictionary_entry(word, max(vocabulary.count(word), 1))
        usual = {w for w in vocabulary.words() if vocabulary.count(w) >= _USUAL and len(w) > 3}
        for word in sorted(usual | self._names):
            self._near.create_dictionary_entry(word, max(vocabulary.count(word), 1))

    def mend(self, text: str) -> tuple[str, dict[str, str]]:
        """The text with its mends, and what was mended: each word as written and as mended.

        Numbers are left alone, and so are abbreviations and names that are not in ``names``.
        """
        mended: dict[str, str] = {}
        parts = []
        last = 0
        loud = shouted(text)
        words = list(_WORD.finditer(text))
        for number, match in enumerate(words):
            following = fold(words[number + 1][0]) if number + 1 < len(words) else ""
            right = self._mended(match[0], following, first=number == 0, loud=loud)
            if right is not None:
                end = match.start() + len(_bare(match[0]))
                parts += [text[last : match.start()], right]
                mended[_bare(match[0])] = right
                last = end
        return "".join([*parts, text[last:]]), mended

    def _mended(self, word: str, following: str, *, first: bool, loud: bool) -> str | None:
        bare = fold(word)
        # A word all of capitals among others is an abbreviation.
        if len(bare) < _SHORTEST - 1 or not bare.isalpha() or (word.isupper() and not loud):
            return None
        if self._right(bare):
            return None
        capital = word[0].isupper() and not first and not loud
        near = self._near_names if capital else self._near
        with self._lock:
            found = near.lookup(bare, Verbosity.CLOSEST, 2 if len(bare) >= _LONG else 1)
        terms: dict[str, int] = {o.term: o.count for o in found if o.term[0] == bare[0]}
        if len(bare) < _SHORTEST:
            terms = {term: n for term, n in terms.items() if (term, following) in self._pairs}
        best, *others = sorted(terms, key=lambda term: (-terms[term], term)) or [""]
        if not best or (others and terms[best] < _CLEAR * terms[others[0]]):
            return None
        return best.capitalize() if word[0].isupper() else best

    def _right(self, word: str) -> bool:
        """Whether there is nothing to mend."""
        if word in self._vocabulary or word in self._names or word in self._known:
            return True
        stem = _stems([word])[0]
        # "privat" is what is left of "private", and no form of it.
        return word.removesuffix("s") in self._names or (stem != word and stem in self._stems)


def _bare(word: str) -> str:
    """The word as it is written, without the end of a possessive."""
    return word[: len(word) - 2] if word[-2:] in ("'s", "’s") else word


def _stems(words: Iterable[str]) -> list[str]:
    # A stemmer of its own each time: one is not safe to share between threads.
    stems: list[str] = Stemmer.Stemmer("english").stemWords(list(words))
    return stems


@cache
def _english() -> frozenset[str]:
    """The words of the dictionary that symspellpy brings: one a line, with its frequency."""
    source = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    lines = source.read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.split(" ", 1)[0] for line in lines)
