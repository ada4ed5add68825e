from dataclasses import replace

import numpy as np
import pytest

from documents import Corpus
from index import Snapshot, build_snapshot
from qa.candidates import FEATURES, Candidates, Query, Retriever
from qa.closer import CloseReader
from qa.recipe import Weights
from qa.reranker import passage_text_of
from qa.schema import Understood
from tests.index.encoders import short_encoder
from tests.index.letters import caseload_letter, fostering_letter
from tests.qa.rerankers import drawn_reranker

TOPIC = "Are checks of carers late?"
READ, ANSWERS = FEATURES.index("read"), FEATURES.index("answers")
RETRIEVAL = Weights(bias=-1.0, weights={"sentence_cosine": 5.0, "window_words": 1.0})


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    corpus = Corpus((fostering_letter(), caseload_letter()), ())
    return build_snapshot(corpus, tmp_path_factory.mktemp("closer"), short_encoder(), {"by": "us"})


@pytest.fixture(scope="module")
def query() -> Query:
    vector = short_encoder().encode([TOPIC])[0]
    return Query("Are checks of carers late in Elmshire?", TOPIC, Understood(), vector)


@pytest.fixture(scope="module")
def candidates(snapshot: Snapshot, query: Query) -> Candidates:
    return Retriever(snapshot, 50).candidates(query, np.ones(2, dtype=bool))


def closer(snapshot: Snapshot, passages: int) -> CloseReader:
    return CloseReader(snapshot, drawn_reranker(), RETRIEVAL, passages)


def test_what_is_read_has_the_rerankers_score_of_its_own_sentence(
    snapshot: Snapshot, query: Query, candidates: Candidates
) -> None:
    read = closer(snapshot, 50).read(query, candidates)
    assert len(read.rows) > 5
    for row, features in zip(read.rows, read.features, strict=True):
        passage = snapshot.passages[int(snapshot.sentences["passage"][row])]
        document = snapshot.documents[int(passage["document"])]
        text = passage_text_of(document, passage, snapshot.sentences)
        (scores,) = drawn_reranker().scores(TOPIC, [text])
        assert features[READ] == 1
        assert features[ANSWERS] == pytest.approx(scores[row - int(passage["first"])], abs=1e-4)


@pytest.mark.parametrize("passages", [1, 2])
def test_the_passages_of_the_best_candidates_are_read_and_no_others(
    snapshot: Snapshot, query: Query, candidates: Candidates, passages: int
) -> None:
    read = closer(snapshot, passages).read(query, candidates)
    own = snapshot.sentences["passage"][read.rows]
    logits = candidates.features[:, [FEATURES.index(name) for name in RETRIEVAL.weights]] @ [5, 1]
    best = dict.fromkeys(own[np.argsort(-logits, kind="stable")].tolist())
    assert set(own[read.features[:, READ] == 1]) == set(list(best)[:passages])
    unread = read.features[:, READ] == 0
    assert not read.features[unread, ANSWERS].any()
    assert unread.any()


def test_nothing_else_of_the_candidates_changes(
    snapshot: Snapshot, query: Query, candidates: Candidates
) -> None:
    before = candidates.features.copy()
    read = closer(snapshot, 2).read(query, candidates)
    assert np.array_equal(candidates.features, before)
    assert np.array_equal(read.rows, candidates.rows)
    assert np.array_equal(read.features[:, :READ], before[:, :READ])
    again = closer(snapshot, 2).read(query, read)
    assert np.array_equal(again.features, read.features)


def test_candidates_may_be_some_of_their_passage_or_none(
    snapshot: Snapshot, query: Query, candidates: Candidates
) -> None:
    every = closer(snapshot, 50).read(query, candidates)
    some = replace(candidates, rows=candidates.rows[1::2], features=candidates.features[1::2])
    read = closer(snapshot, 50).read(query, some)
    np.testing.assert_allclose(read.features, every.features[1::2], atol=1e-4)
    none = replace(candidates, rows=candidates.rows[:0], features=candidates.features[:0])
    assert closer(snapshot, 50).read(query, none).features.shape == (0, len(FEATURES))


def test_candidates_that_the_weights_do_not_tell_apart_are_read_in_the_order_of_the_corpus(
    snapshot: Snapshot, query: Query, candidates: Candidates
) -> None:
    alike = CloseReader(snapshot, drawn_reranker(), Weights(bias=0, weights={}), 1)
    read = alike.read(query, candidates)
    own = snapshot.sentences["passage"][read.rows]
    assert set(own[read.features[:, READ] == 1]) == {own[0]}
