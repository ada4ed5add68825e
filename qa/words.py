"""Words: of a question with their places, and of the letters with how often they stand there."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TOKEN = re.compile(r"&|[^\W_]+")
_POSSESSIVE = re.compile(r"'s$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a question: ``text[start:end]``, and its form that is compared."""

    folded: str
    written: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words and numbers of ``text``, cut at every other character; "&" is "and"."""
    return [
        Token("and" if m[0] == "&" else m[0].casefold(), m[0], m.start(), m.end())
        for m in _TOKEN.finditer(text)
    ]


def shouted(text: str) -> bool:
    """Whether capital letters say nothing: there are no small ones beside them."""
    return not any(c.islower() for c in text)


def fold(word: str) -> str:
    """A word without capitals and without the end that makes it a possessive."""
    return _POSSESSIVE.sub("", word.casefold().replace("’", "'"))


class Vocabulary:
    """The words of some texts: how often each stands there, in small letters and in all."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the words. One pass over the texts."""
        written: Counter[str] = Counter()
        for text in texts:
            written.update(_WORD.findall(text))
        self.written = written
        self._small: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        for word, count in written.items():
            # "children's" is known as it is, without its apostrophe and as "children".
            plain = word.casefold().replace("’", "'")
            for form in {plain.replace("'", ""), fold(word)}:
                self._all[form] += count
                if word.islower():
                    self._small[form] += count

    def __contains__(self, word: str) -> bool:
        """Whether a word in small letters stands anywhere, however it is capitalised."""
        return word in self._all

    def count(self, word: str) -> int:
        """How often it stands there, however it is capitalised."""
        return self._all[word]

    def small(self, word: str) -> int:
        """How often it stands there all in small letters."""
        return self._small[word]

    def ordinary(self, word: str) -> bool:
        """Whether it is mostly written in small letters, and so no name."""
        return self._small[word] * 2 > self._all[word]

    def words(self) -> Iterable[str]:
        """Every word once, in small letters."""
        return self._all.keys()
