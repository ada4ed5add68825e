"""The plain baselines: every sentence of the snapshot ranked by words, by meaning, or by both."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from eval.metrics import CANDIDATES, DEPTH
from eval.questions import Question, file_name
from eval.systems import Reply, Span
from index import Encoder, Lexical, Snapshot

Scores = NDArray[np.floating]
Scorer = Callable[[str], Scores]
Progress = Callable[[int, int], None]

RRF_K = 60


class Baseline:
    """Ranks sentences by a score, one for each row of the snapshot; equals stay in their order.

    Its confidence is the score of the best sentence. It never refuses.
    """

    def __init__(self, name: str, snapshot: Snapshot, scorer: Scorer) -> None:
        """Rank the sentences of ``snapshot``; the scorer gives one score to each row of them."""
        self.name = name
        self._snapshot = snapshot
        self._scorer = scorer
        files = [file_name(document.file) for document in snapshot.documents]
        self._files = np.array(files, dtype=np.str_)[snapshot.sentences["document"]]

    def answer(self, question: Question) -> Reply:
        """Answer as System says."""
        started = perf_counter()
        scores = self._scorer(question.question)
        if question.document is None:
            rows = np.arange(len(scores))
        else:
            rows = np.flatnonzero(self._files == question.document)
        best = rows[np.argsort(-scores[rows], kind="stable")[:CANDIDATES]]
        milliseconds = (perf_counter() - started) * 1000
        spans = tuple(self._span(int(row), float(scores[row])) for row in best)
        return Reply(
            answers=spans[:DEPTH],
            confidence=spans[0].score if spans else 0.0,
            refused=None,
            candidates=spans,
            milliseconds=milliseconds,
        )

    def _span(self, row: int, score: float) -> Span:
        sentence = self._snapshot.sentences[row]
        document = self._snapshot.documents[sentence["document"]]
        start, end = int(sentence["start"]), int(sentence["end"])
        return Span(document.id, document.file, start, end, document.text[start:end], score)


def baselines(
    snapshot: Snapshot, encoder: Encoder, progress: Progress | None = None
) -> list[Baseline]:
    """BM25, dense and fused ranking over the bare sentences of a snapshot; ``encoder`` is the base
    encoder, as it was published.

    They have an index of their own, without the context that the snapshot keeps beside a
    sentence: they are what Paperknife has to beat, so they share as little with it as they can.
    """
    texts = [
        " ".join(snapshot.documents[document].text[start:end].split())
        for document, start, end in snapshot.sentences[["document", "start", "end"]].tolist()
    ]
    lexical = Lexical.build(texts)
    vectors = encoder.encode(texts, progress)

    def dense(query: str) -> Scores:
        scores: Scores = vectors @ encoder.encode([query])[0]
        return scores

    def fused(query: str) -> Scores:
        return fuse(lexical.scores(query), dense(query))

    return [
        Baseline("BM25 sentences", snapshot, lexical.scores),
        Baseline("dense sentences", snapshot, dense),
        Baseline("fused sentences", snapshot, fused),
    ]


def fuse(lexical: Scores, dense: Scores) -> Scores:
    """Reciprocal rank fusion, k = 60, of two scores of the same rows.

    A row without a word of the query (lexical score 0) has no place in the lexical ranking.
    """
    by_words = np.where(lexical > 0, 1 / (RRF_K + _ranks(lexical)), 0.0)
    return by_words + 1 / (RRF_K + _ranks(dense))


def _ranks(scores: Scores) -> NDArray[np.int64]:
    """The rank of each row from 1, highest score first, equals in their order."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks
