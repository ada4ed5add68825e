"""Whether an answer is right: compared by words, since extractions differ in every other way."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
# Typewritten, typeset, the opening mark that some software prints instead, and the letter.
APOSTROPHES = "'’‘ʼ"
_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES)

MIN_F1 = 0.5
MIN_WORDS_WITHIN = 5


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text: runs of a-z and 0-9 after lower-casing and dropping apostrophes."""
    # Kept, because each quote is compared with every candidate and each of them with many quotes.
    return tuple(_WORD.findall(text.lower().translate(_NO_APOSTROPHES)))


def token_f1(one: Sequence[str], other: Sequence[str]) -> float:
    """Harmonic mean of precision and recall over words, each counted as often as it occurs."""
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def contains(long: Sequence[str], short: Sequence[str]) -> bool:
    """Whether the words of ``short`` stand in ``long`` one after the other, without a gap."""
    return bool(short) and f" {' '.join(short)} " in f" {' '.join(long)} "


def matches(answer: str, quote: str) -> bool:
    """Whether the words of an answer are those of a gold quote, or nearly.

    They are if the token F1 is at least 0.5; if the answer contains the quote and is at most three
    times as long (which needs no test of its own: its F1 is then at least 2n / (3n + n) = 0.5); or
    if the answer has five words or more and lies within the quote.
    """
    given, gold = words(answer), words(quote)
    return token_f1(given, gold) >= MIN_F1 or (
        len(given) >= MIN_WORDS_WITHIN and contains(gold, given)
    )
