"""The same question as other people would type it: in capitals, in a hurry, with a slip."""

import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from eval.matching import APOSTROPHES
from index import content_words

LEAST_LETTERS = 5
# Said aloud, these two are words.
_KEPT = "&%"
_WITHIN_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)")
_WORD = re.compile(r"[^\W\d_]+")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Wordings:
    """Words questions anew. The same question always comes out the same, whatever was asked
    before it."""

    def __init__(self, names: Iterable[str], seed: int = 0) -> None:
        """``names`` are those of the authorities: no slip falls into a word of theirs, and they
        stay whole among keywords. ``seed`` decides the slips."""
        given = sorted(set(names), key=lambda name: (-len(name), name))
        self._name = re.compile(
            "|".join(rf"\b{re.escape(name)}\b" for name in given) or "(?!)", re.IGNORECASE
        )
        self._words = {word.casefold() for name in given for word in _WORD.findall(name)}
        self._seed = seed

    def upper_case(self, question: str) -> str:
        """All in capitals."""
        return question.upper()

    def no_punctuation(self, question: str) -> str:
        """Without any mark: apostrophes go, words that another mark parts are parted by a blank.
        Points and commas within a number belong to it."""
        kept: list[str] = []
        within = {match.start() for match in _WITHIN_NUMBER.finditer(question)}
        for at, character in enumerate(question):
            mark = unicodedata.category(character).startswith("P")
            if not mark or character in _KEPT or at in within:
                kept.append(character)
            elif character not in APOSTROPHES:
                kept.append(" ")
        return " ".join("".join(kept).split())

    def one_typo(self, question: str) -> str:
        """One slip in one word of five letters or more that is in no authority's name: a letter
        dropped, doubled, struck beside its key, or two swapped."""
        words = [
            match
            for match in _WORD.finditer(question)
            if len(match[0]) >= LEAST_LETTERS and match[0].casefold() not in self._words
        ]
        if not words:
            return question
        drawn = random.Random(hashlib.sha256(f"{self._seed} {question}".encode()).digest())
        word = drawn.choice(words)
        return question[: word.start()] + slip(word[0], drawn) + question[word.end() :]

    def keywords_only(self, question: str) -> str:
        """Only the words that the index looks for, as they are written, and the names of
        authorities; no marks."""
        plain = self.no_punctuation(question)
        names = [match.span() for match in self._name.finditer(plain)]
        kept = [
            match[0]
            for match in re.finditer(r"\S+", plain)
            if content_words(match[0]) or any(start <= match.start() < end for start, end in names)
        ]
        return " ".join(kept)


WORDINGS: Mapping[str, Callable[[Wordings, str], str]] = {
    "upper case": Wordings.upper_case,
    "no punctuation": Wordings.no_punctuation,
    "one typo": Wordings.one_typo,
    "keywords only": Wordings.keywords_only,
}


def slip(word: str, drawn: random.Random) -> str:
    """The word with one slip of the fingers, which always makes it another; each kind of slip that
    it allows is as likely as the others. The word has two letters or more."""
    kinds = [slips for make in (_swapped, _dropped, _doubled, _beside) if (slips := make(word))]
    return drawn.choice(drawn.choice(kinds))


def _swapped(word: str) -> list[str]:
    return [
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    ]


def _dropped(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _doubled(word: str) -> list[str]:
    return [word[: at + 1] + word[at:] for at in range(len(word))]


def _beside(word: str) -> list[str]:
    """With one letter struck on the key to its left or right."""
    found: list[str] = []
    for at, letter in enumerate(word):
        for row in _ROWS:
            key = row.find(letter.lower())
            for near in (key - 1, key + 1):
                if key >= 0 and 0 <= near < len(row):
                    struck = row[near].upper() if letter.isupper() else row[near]
                    found.append(word[:at] + struck + word[at + 1 :])
    return found
