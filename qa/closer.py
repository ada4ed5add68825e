"""The candidates' best passages are read closely: by the reranker, which is too slow for all."""

from dataclasses import replace

import numpy as np

from index import Snapshot
from qa.candidates import FEATURES, Candidates, Query
from qa.finder import WeightedFinder
from qa.recipe import Weights
from qa.reranker import Reranker, passage_text_of

_READ, _ANSWERS = FEATURES.index("read"), FEATURES.index("answers")


class CloseReader:
    """Reads the passages of one snapshot with a question. Safe to share between threads."""

    def __init__(
        self, snapshot: Snapshot, reranker: Reranker, retrieval: Weights, passages: int
    ) -> None:
        """``retrieval`` weighs the candidates before they are read; the ``passages`` of the best
        are read."""
        self._snapshot = snapshot
        self._reranker = reranker
        self._before = WeightedFinder(retrieval)
        self._passages = passages

    def read(self, query: Query, candidates: Candidates) -> Candidates:
        """The same candidates, with what the reranker says of those in the best passages."""
        snapshot = self._snapshot
        of_candidate = snapshot.sentences["passage"][candidates.rows]
        likely = self._before.probabilities(query, candidates)
        order = np.lexsort((candidates.rows, -likely))
        chosen = list(dict.fromkeys(of_candidate[order].tolist()))[: self._passages]
        features = candidates.features.copy()
        features[:, [_READ, _ANSWERS]] = 0
        texts = [
            passage_text_of(
                snapshot.documents[int(snapshot.passages["document"][row])],
                snapshot.passages[row],
                snapshot.sentences,
            )
            for row in chosen
        ]
        for row, scores in zip(chosen, self._reranker.scores(query.topic, texts), strict=True):
            own = np.flatnonzero(of_candidate == row)
            places = candidates.rows[own] - int(snapshot.passages["first"][row])
            features[own, _READ] = 1
            features[own, _ANSWERS] = scores[places]
        return replace(candidates, features=features)
