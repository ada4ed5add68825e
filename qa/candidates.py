"""The sentences that may answer a question, with what is known of each: the finder's evidence."""

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from index import Snapshot, content_words
from qa.facts import Facts
from qa.schema import Understood
from qa.wanted import counts, gives, wanted


@dataclass(frozen=True)
class Query:
    """A question as the steps behind its understanding see it. ``topic`` is what is left of
    ``text`` without what was understood, ``vector`` the topic's. ``letters`` are the ids of the
    documents that the times it names mean; None where nobody has looked which. Those in ``earlier``
    it only looks back to."""

    text: str
    topic: str
    understood: Understood
    vector: NDArray[np.float32]  # shape (384,), unit length
    letters: frozenset[str] | None = None
    earlier: frozenset[str] = frozenset()


_EARLIER = 0.5  # as much of another time is what is only looked back to

RETRIEVED = (
    "sentence_cosine",
    "passage_cosine",
    "neighbour_cosine",
    "own_cosine",
    "sentence_bm25",
    "passage_bm25",
    "window_words",
    "rare_words",
    "other_time",
    "states_fact",
    "lacks_kind",
    "lacks_count",
    "is_bullet",
    "is_row",
    "introduces",
    "log_words",
)
READ = ("read", "answers")
FEATURES = RETRIEVED + READ
"""What is known of a candidate: from its retrieval, and from reading its passage.

Cosines are with the topic: of the sentence, its passage, the mean of its neighbours, and of what
the sentence says beyond its passage (its component at right angles to it). BM25 is divided by the
number of words asked for. ``window_words`` is the share of the topic's words, weighted by how
telling they are, in the sentence and its neighbours; ``rare_words`` weighs those in the sentence by
how few sentences of its passage have them. ``other_time``: the question names times, and the
document is none that they mean; half where it is one that is only looked back to. ``states_fact``:
the question asks for a fact that was read from here (``qa.facts``). ``lacks_kind``: the question
wants a percentage, a date or another kind of thing, and the sentence has none; ``lacks_count``: it
says what is to be counted, and no number stands beside that (``qa.wanted``). ``introduces``: it
ends in a colon, and what follows says the rest. ``read``: the reranker has read it with its
passage, and ``answers`` is what it says of it; 0 where it has not.
"""


@dataclass(frozen=True)
class Candidates:
    """Sentences of a snapshot. ``rows`` are their rows in ``snapshot.sentences``, shape (n,);
    ``features`` has a column for each of FEATURES, shape (n, len(FEATURES)). Nothing of READ is
    known before ``qa.closer``."""

    rows: NDArray[np.intp]
    features: NDArray[np.float32]


class Retriever:
    """Hybrid retrieval over one snapshot: dense and lexical, passages first, then sentences."""

    def __init__(self, snapshot: Snapshot, passages: int) -> None:
        """``passages`` are taken from each of the two rankings of passages."""
        self._snapshot = snapshot
        self._passages = passages
        sentences, documents = snapshot.sentences, snapshot.documents
        parents = [documents[row["document"]] for row in sentences]
        own = [doc.sentences[row["index"]] for doc, row in zip(parents, sentences, strict=True)]
        kinds = [doc.blocks[s.block].kind for doc, s in zip(parents, own, strict=True)]
        texts = [doc.text[s.start : s.end] for doc, s in zip(parents, own, strict=True)]
        self._texts = texts
        # What has lost its beginning or its end is context, not an answer.
        self._eligible = np.array([not sentence.fragment for sentence in own], dtype=bool)
        self._fixed = np.array(
            [
                (
                    kind == "bullet",
                    kind == "row",
                    text.rstrip().endswith(":"),
                    np.log(max(len(text.split()), 1)),
                )
                for kind, text in zip(kinds, texts, strict=True)
            ],
            dtype=np.float32,
        ).reshape(len(own), 4)
        self._facts = Facts(documents, sentences)
        self._years = [_years(snapshot, number) for number in range(len(documents))]

    def candidates(self, query: Query, allowed: NDArray[np.bool_]) -> Candidates:
        """Sentences of the best passages of the documents that ``allowed`` (one truth a
        document) is true for, in the order of the snapshot."""
        snapshot = self._snapshot
        lexical = snapshot.passage_lexical.scores(query.topic)
        open_to = np.flatnonzero(allowed[snapshot.passages["document"]])
        stating = self._stating(query, allowed)
        best = np.unique(
            np.concatenate(
                [
                    _nearest(snapshot.passage_vectors, query.vector, open_to, self._passages),
                    _top(open_to, lexical, self._passages),
                    snapshot.sentences["passage"][stating].astype(np.intp),
                ]
            )
        )
        firsts, lasts = snapshot.passages["first"][best], snapshot.passages["last"][best]
        rows = np.concatenate(
            [np.arange(0), *(np.arange(f, n) for f, n in zip(firsts, lasts, strict=True))]
        )
        # For each candidate, which of the best passages is its own.
        own = np.repeat(np.arange(len(best)), lasts - firsts)
        columns = [
            *self._dense(query, rows, best, own),
            *self._lexical(query, rows, lexical[best], own),
            self._other_time(query, snapshot.sentences["document"][rows]),
            np.isin(rows, stating).astype(np.float32),
            *self._lacks(query.topic, rows),
        ]
        unread = np.zeros((len(rows), len(READ)))
        features = np.column_stack([*columns, self._fixed[rows], unread]).astype(np.float32)
        eligible = self._eligible[rows]
        return Candidates(rows[eligible], features[eligible])

    def _stating(self, query: Query, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
        """The rows that state a fact that is asked for, in the letters that are meant."""
        asked = self._facts.asked(query.topic, query.understood)
        if query.letters is not None:
            allowed = allowed & self._among(query.letters)
        return self._facts.rows(asked, allowed)

    def _dense(
        self,
        query: Query,
        rows: NDArray[np.intp],
        best: NDArray[np.intp],
        own: NDArray[np.intp],
    ) -> list[NDArray[np.float32]]:
        """The cosines of FEATURES."""
        vectors = self._snapshot.sentence_vectors[rows]
        passages = self._snapshot.passage_vectors.reconstruct_batch(best)
        of_sentence = vectors @ query.vector
        of_passage = (passages @ query.vector)[own]
        between = np.einsum("ij,ij->i", vectors, passages[own])
        return [
            of_sentence,
            of_passage,
            _neighbours(of_sentence, own),
            of_sentence - of_passage * between,
        ]

    def _lexical(
        self,
        query: Query,
        rows: NDArray[np.intp],
        passage_bm25: NDArray[np.float32],
        own: NDArray[np.intp],
    ) -> list[NDArray[np.float32]]:
        """BM25 and words of FEATURES."""
        words = self._snapshot.sentence_lexical
        # BM25 grows with the number of words asked for; a share of it can be compared.
        asked = max(len(set(content_words(query.topic))), 1)
        present, telling = words.presence(query.topic, rows)
        window = present.copy()
        beside = (own[1:] == own[:-1])[:, np.newaxis]
        window[1:] |= present[:-1] & beside
        window[:-1] |= present[1:] & beside
        sizes = np.bincount(own)[own, np.newaxis]
        holders = np.zeros((own.max(initial=-1) + 1, present.shape[1]), dtype=np.float32)
        np.add.at(holders, own, present)
        rarity = np.log((sizes + 1) / (holders[own] + 0.5))
        return [
            words.scores(query.topic)[rows] / asked,
            passage_bm25[own] / asked,
            (window * telling).sum(axis=1) / max(float(telling.sum()), 1e-6),
            (present * rarity).sum(axis=1) / asked,
        ]

    def _lacks(self, topic: str, rows: NDArray[np.intp]) -> list[NDArray[np.float32]]:
        """Whether each sentence lacks the kind of thing that is wanted, and the count."""
        lacking = np.zeros((2, len(rows)), dtype=np.float32)
        if asked := wanted(topic):
            texts = [self._texts[row] for row in rows]
            lacking[0] = [not gives(asked.kind, text) for text in texts]
            if asked.things:
                lacking[1] = [not counts(asked.things, text) for text in texts]
        return list(lacking)

    def _other_time(self, query: Query, documents: NDArray[np.int32]) -> NDArray[np.float32]:
        if query.letters is not None:
            other: NDArray[np.float32] = (~self._among(query.letters)).astype(np.float32)
            other[self._among(query.earlier)] = _EARLIER
            return other[documents]
        understood = query.understood
        if understood.since is None or understood.until is None:
            return np.zeros(len(documents), dtype=np.float32)
        asked = range(understood.since.year, understood.until.year + 1)
        elsewhen = [not years & set(asked) for years in self._years]
        return np.array(elsewhen, dtype=np.float32)[documents]

    def _among(self, letters: frozenset[str]) -> NDArray[np.bool_]:
        """Which documents are those of these ids: one truth a document."""
        return np.array([document.id in letters for document in self._snapshot.documents], bool)


def _years(snapshot: Snapshot, number: int) -> set[int]:
    about = snapshot.documents[number].metadata
    days = [about.published] + ([about.visited.first, about.visited.last] if about.visited else [])
    return {day.year for day in days if day}


def _nearest(
    vectors: faiss.Index, query: NDArray[np.float32], rows: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """The ``count`` of ``rows`` whose vectors are nearest to the query's: exact, by FAISS."""
    count = min(count, len(rows))
    if not count:
        return rows
    # FAISS adds its keyword arguments at run time.
    chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
    _, found = vectors.search(query[np.newaxis], count, params=chosen)
    nearest: NDArray[np.intp] = found[0]
    return nearest


def _top(rows: NDArray[np.intp], scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """The ``count`` rows of the highest scores; of equal ones the earlier."""
    if len(rows) <= count:
        return rows
    order = np.lexsort((rows, -scores[rows]))
    return rows[order[:count]]


def _neighbours(cosines: NDArray[np.float32], passages: NDArray[np.intp]) -> NDArray[np.float32]:
    """The mean cosine of the sentences beside each one within its passage; 0 where alone."""
    if not len(cosines):
        return cosines
    same = passages[1:] == passages[:-1]
    total = np.zeros_like(cosines)
    count = np.zeros_like(cosines)
    total[1:] += np.where(same, cosines[:-1], 0)
    total[:-1] += np.where(same, cosines[1:], 0)
    count[1:] += same
    count[:-1] += same
    mean: NDArray[np.float32] = (total / np.maximum(count, 1)).astype(np.float32)
    return mean
