"""From a question to cited answers, or to an honest abstention: the steps, one after another."""

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from documents import Document
from index import Encoder, Snapshot
from qa.candidates import Candidates, Query, Retriever
from qa.citations import cite
from qa.closer import CloseReader
from qa.confidence import AnswerConfidence, Confidence, WeightedConfidence
from qa.finder import AnswerFinder, WeightedFinder
from qa.merging import Point, in_turns, merge
from qa.recipe import Recipe, Weights, recipe
from qa.reranker import Reranker
from qa.runs import Runs
from qa.schema import (
    Answer,
    AskRequest,
    AskResponse,
    Context,
    Nearest,
    Reason,
    SnapshotInfo,
    Understood,
)
from qa.shelf import Filters
from qa.understanding import PlainUnderstanding, Understanding

_NEAREST = 3
_DIGITS = 4  # of a confidence: what rounding in another batch could move is cut off


@dataclass(frozen=True)
class Evidence:
    """All that is known of a question before anything is judged: what was understood, which
    documents are open to it (one truth a document), and the candidates in them."""

    query: Query
    allowed: NDArray[np.bool_]
    candidates: Candidates


class Answerer:
    """Answers questions from one snapshot.

    Safe to share between threads: nothing of it changes. The same question gives the same
    answers, but for ``query_id`` and ``took_ms``. Each step can be another that keeps to its
    protocol.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        reranker: Reranker | None = None,
        *,
        made_by: Recipe | None = None,
        understanding: Understanding | None = None,
        finder: AnswerFinder | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        """``encoder`` is the one that the snapshot was made with; ``reranker`` by default the one
        in this package, over it."""
        self.snapshot = snapshot
        self._encoder = encoder
        self.recipe = made_by or recipe()
        self.understanding = understanding or PlainUnderstanding(snapshot.documents)
        self._finder = finder or WeightedFinder(self.recipe.finder)
        self._confidence = confidence or WeightedConfidence(self.recipe.confidence)
        self._of_answers = AnswerConfidence(self.recipe.answers)
        self._retriever = Retriever(snapshot, self.recipe.passages)
        self.reranker = reranker or Reranker.load(encoder)
        self._runs = Runs(snapshot.documents, snapshot.sentences)
        self._closer = self.closer(self.recipe.retrieval)
        manifest = snapshot.manifest
        self._info = SnapshotInfo(
            id=manifest.id,
            documents=len(snapshot.documents),
            passages=len(snapshot.passages),
            created=manifest.created,
        )

    def ask(self, request: AskRequest) -> AskResponse:
        """Cited answers, best first (or by date), or an abstention with its reason."""
        began = time.perf_counter()
        found = self.gather(request)
        query = found.query
        candidates = self._closer.read(query, found.candidates)
        probabilities = self._finder.probabilities(query, candidates)
        confidence = round(self._confidence.of(query, candidates, probabilities), _DIGITS)
        reason = self._reason(request, found.allowed, confidence)
        answers: list[Answer] = []
        if reason is None:
            floor = self.recipe.floor if request.min_confidence is None else 0.0
            points = self.points(query, candidates, probabilities, request.limit, floor)
            answers = self._answers(_in_order(points, request.order), confidence)
            least = request.min_confidence or 0.0
            answers = [answer for answer in answers if answer.confidence >= least]
            reason = None if answers else "no_evidence"
        return AskResponse(
            query_id=str(uuid.uuid4()),
            question=request.question,
            status="answered" if reason is None else "abstained",
            reason=reason,
            confidence=confidence,
            understood=query.understood,
            answers=answers,
            nearest=[] if reason is None else self._nearest(candidates, probabilities, confidence),
            snapshot=self._info,
            took_ms=round((time.perf_counter() - began) * 1000, 3),
        )

    def gather(self, request: AskRequest) -> Evidence:
        """What there is to judge before anything is read: the first part of ``ask``."""
        documents = self.snapshot.documents
        chosen = self._chosen(request)
        among = [document for document, fits in zip(documents, chosen, strict=True) if fits]
        meaning = self.understanding.understand(request.question, among)
        allowed = chosen & self._named(request, meaning.understood)
        vector = self._encoder.encode([meaning.topic])[0]
        # Where the user has chosen the documents, a time that none of them is of is an event's.
        letters = None if request.documents and not meaning.letters else meaning.letters
        query = Query(
            request.question, meaning.topic, meaning.understood, vector, letters, meaning.earlier
        )
        return Evidence(query, allowed, self._retriever.candidates(query, allowed))

    def points(
        self,
        query: Query,
        candidates: Candidates,
        probabilities: NDArray[np.float64],
        limit: int,
        floor: float = 0.0,
    ) -> list[Point]:
        """The ``limit`` best points that are not each other's twins, the best first, of the
        candidates whose probability is not below the floor."""
        ranked = self._ranked(candidates, probabilities)
        likely = takewhile(lambda point: point.probability >= floor, ranked)
        return merge(_compared(self._runs.join(likely), query.understood), limit)

    def closer(self, retrieval: Weights) -> CloseReader:
        """What reads the candidates that these weights prefer."""
        return CloseReader(self.snapshot, self.reranker, retrieval, self.recipe.read)

    def _chosen(self, request: AskRequest) -> NDArray[np.bool_]:
        """What the user's own filters leave open: one truth a document."""
        filters = Filters(request.authorities, request.kinds, request.since, request.until)
        chosen = set(request.documents)
        return np.array(
            [
                filters.fit(document) and (not chosen or document.id in chosen)
                for document in self.snapshot.documents
            ],
            dtype=bool,
        )

    def _named(self, request: AskRequest, understood: Understood) -> NDArray[np.bool_]:
        """What the authorities leave open that the question names: one truth a document. They
        narrow only where the user has not chosen authorities or documents himself; where there is
        no letter of any of them, nothing is left."""
        documents = self.snapshot.documents
        own_choice = bool(request.authorities or request.documents)
        if own_choice or not (understood.authorities or understood.unknown_authorities):
            return np.ones(len(documents), dtype=bool)
        named = set(understood.authorities)
        return np.array([document.metadata.authority in named for document in documents], bool)

    def _reason(
        self, request: AskRequest, allowed: NDArray[np.bool_], confidence: float
    ) -> Reason | None:
        if not self.snapshot.documents:
            return "empty_corpus"
        if not allowed.any():
            return "no_matching_documents"
        asked_for = request.min_confidence
        threshold = self.recipe.threshold if asked_for is None else asked_for
        return "no_evidence" if confidence < threshold else None

    def _ranked(
        self, candidates: Candidates, probabilities: NDArray[np.float64]
    ) -> Iterator[Point]:
        """The candidates as points, the most probable first; of equals the first in the corpus."""
        rounded = np.round(probabilities, _DIGITS + 2)
        order = np.lexsort((candidates.rows, -rounded))
        sentences, documents = self.snapshot.sentences, self.snapshot.documents
        for position in order:
            row = int(candidates.rows[position])
            number, _, _, start, end = sentences[row].item()
            document = documents[number]
            yield Point(document, row, start, end, float(rounded[position]))

    def _answers(self, points: Sequence[Point], question: float) -> list[Answer]:
        sure = self._of_answers.of(question, [point.probability for point in points])
        return [
            Answer(
                text=point.text,
                confidence=round(confidence, _DIGITS),
                citation=cite(point.document, point.start, point.end),
                context=self._context(point),
                also=[cite(twin.document, twin.start, twin.end) for twin in point.also],
            )
            for point, confidence in zip(points, sure, strict=True)
        ]

    def _context(self, point: Point) -> Context:
        passage = self.snapshot.passages[int(self.snapshot.sentences["passage"][point.row])]
        start, end = int(passage["start"]), int(passage["end"])
        return Context(text=point.document.text[start:end], start=start, end=end)

    def _nearest(
        self, candidates: Candidates, probabilities: NDArray[np.float64], question: float
    ) -> list[Nearest]:
        """The passages of the best candidates, each once."""
        points: dict[int, Point] = {}
        for point in self._ranked(candidates, probabilities):
            points.setdefault(int(self.snapshot.sentences["passage"][point.row]), point)
            if len(points) == _NEAREST:
                break
        sure = self._of_answers.of(question, [point.probability for point in points.values()])
        nearest: list[Nearest] = []
        for point, confidence in zip(points.values(), sure, strict=True):
            context = self._context(point)
            nearest.append(
                Nearest(
                    text=context.text,
                    confidence=round(confidence, _DIGITS),
                    citation=cite(point.document, context.start, context.end),
                )
            )
        return nearest


def _compared(points: Iterable[Point], understood: Understood) -> Iterable[Point]:
    """Where a comparison is asked for, the authorities take turns, or the letters of one."""
    if understood.asks_for != "comparison":
        return points
    if len(understood.authorities) > 1:
        return in_turns(points, lambda point: point.document.metadata.authority)
    return in_turns(points, lambda point: point.document.id)


def _in_order(points: list[Point], order: str) -> list[Point]:
    """By date the oldest first, what has no date last; else as they are, best first."""
    if order == "relevance":
        return points
    return sorted(points, key=lambda point: (_day(point.document), point.document.id, point.start))


def _day(document: Document) -> date:
    return document.metadata.day or date.max
