"""BM25 over words: which rows share the words of a query, and how telling those words are."""

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.garbage import nothing_collected

# Chosen with the stop words on the development questions: short texts of much the same length
# gain from a low saturation and little correction for length (docs/decisions.md).
_K1 = 0.9
_B = 0.4
# The words that questions are made of. "No" and "not" carry meaning and stay.
_QUESTION_WORDS = (
    "a an and are at be been by can could did do does for had has have how in is it its of on"
    " or should that the there these this those to was were what when where which who whom whose"
    " why will with would"
)
_STOP = frozenset(_QUESTION_WORDS.split())
_APOSTROPHES = re.compile("['’‘ʼ＇`´]")
_WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
_HYPHEN = re.compile(r"[-‐‑]")
_ROWS = "rows.json"


def content_words(text: str) -> list[str]:
    """The words of ``text`` as they are matched: lower case, stemmed, without stop words.

    Apostrophes go ("children's" is "childrens"). A hyphenated word counts as its parts and as
    the whole ("well-being": well, being, wellbeing), so that all ways to write it meet.
    """
    # A stemmer of its own each time: one is not safe to share between threads.
    stemmed: list[str] = Stemmer.Stemmer("english").stemWords(_words(text))
    return stemmed


def _words(text: str) -> list[str]:
    """As ``content_words``, not stemmed."""
    found: list[str] = []
    folded = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text)).casefold()
    for match in _WORD.findall(folded):
        if match.isalnum():
            found.append(match)
        else:
            parts = _HYPHEN.split(match)
            found.extend((*parts, "".join(parts)))
    return [word for word in found if word not in _STOP]


def _stems(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The stem of each word of some rows: a corpus says the same few thousand again and again."""
    words = list({word for row in rows for word in row})
    return dict(zip(words, Stemmer.Stemmer("english").stemWords(words), strict=True))


class Lexical:
    """An immutable BM25 index of some rows of text."""

    def __init__(self, rows: int, bm25: bm25s.BM25 | None) -> None:
        """``bm25`` is None where no row has a word. ``build`` and ``load`` are the ways in."""
        self._rows = rows
        self._bm25 = bm25

    def __len__(self) -> int:
        """How many rows there are."""
        return self._rows

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """An index of ``texts``, one row each. The same texts give the same index."""
        with nothing_collected():
            return cls._build(texts)

    @classmethod
    def _build(cls, texts: Sequence[str]) -> Self:
        rows = [_words(text) for text in texts]
        stems = _stems(rows)
        # In sorted order, so that the files depend on the texts alone.
        numbers = {word: n for n, word in enumerate(sorted(set(stems.values())))}
        if not numbers:
            return cls(len(texts), None)
        bm25 = bm25s.BM25(k1=_K1, b=_B)
        number_of = {word: numbers[stem] for word, stem in stems.items()}
        ids = [[number_of[word] for word in row] for row in rows]
        bm25.index((ids, numbers), create_empty_token=False, show_progress=False)
        return cls(len(texts), bm25)

    def scores(self, query: str) -> NDArray[np.float32]:
        """The BM25 score of every row, shape (rows,), each at least 0. A query none of whose
        words is known scores 0 everywhere. A word that the query repeats counts once."""
        if self._bm25 is None:
            return np.zeros(self._rows, dtype=np.float32)
        # Sorted, because the order of a sum decides its last digit.
        ids = sorted(self._bm25.get_tokens_ids(sorted(set(content_words(query)))))
        scores: NDArray[np.float32] = self._bm25.get_scores_from_ids(ids)
        return scores

    def presence(
        self, query: str, rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        """Which of the query's words stand in each of some rows: shape (len(rows), words), and
        how telling each word is over all rows: shape (words,), log(1 + rows / rows with it).
        Only words that some row has are counted."""
        numbers = self._bm25.get_tokens_ids(sorted(set(content_words(query)))) if self._bm25 else []
        present = np.zeros((len(rows), len(numbers)), dtype=bool)
        telling = np.zeros(len(numbers), dtype=np.float32)
        for column, number in enumerate(sorted(numbers)):
            holders = self._holders(number)
            everywhere = np.zeros(self._rows, dtype=bool)
            everywhere[holders] = True
            present[:, column] = everywhere[rows]
            telling[column] = np.log1p(self._rows / max(len(holders), 1))
        return present, telling

    def _holders(self, number: int) -> NDArray[np.intp]:
        """The rows that have a word: its column in bm25s's matrix of scores."""
        assert self._bm25 is not None
        matrix = self._bm25.scores
        first, last = matrix["indptr"][number], matrix["indptr"][number + 1]
        holders: NDArray[np.intp] = matrix["indices"][first:last]
        return holders

    def save(self, folder: Path) -> None:
        """Writes the index into ``folder``, which is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        held = {"rows": self._rows, "words": self._bm25 is not None}
        (folder / _ROWS).write_text(json.dumps(held) + "\n", encoding="utf-8")
        if self._bm25 is not None:
            self._bm25.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The index that ``save`` wrote."""
        held = json.loads((folder / _ROWS).read_text(encoding="utf-8"))
        bm25 = bm25s.BM25.load(folder, mmap=False, load_corpus=False) if held["words"] else None
        return cls(held["rows"], bm25)
