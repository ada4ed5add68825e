import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.baselines import Baseline, baselines, fuse
from eval.questions import Question
from index import Encoder, Snapshot

CHECKS = "Are checks of private foster carers late?"


def question(text: str, document: str | None = None) -> Question:
    return Question(
        id="q",
        question=text,
        type="fact",
        answerable=False,
        gold=(),
        document=document,
    )


@pytest.fixture(scope="module")
def by_name(snapshot: Snapshot, encoder: Encoder) -> dict[str, Baseline]:
    return {baseline.name: baseline for baseline in baselines(snapshot, encoder)}


@pytest.mark.parametrize("name", ["BM25 sentences", "dense sentences", "fused sentences"])
def test_the_sentence_that_says_it_comes_first(
    by_name: dict[str, Baseline], snapshot: Snapshot, name: str
) -> None:
    reply = by_name[name].answer(question(CHECKS))
    best = reply.answers[0]
    assert (best.file, best.text) == ("ashford.md", "Checks of private foster carers are late.")
    assert snapshot.document(best.document_id).text[best.start : best.end] == best.text
    assert reply.confidence == best.score
    assert reply.refused is None
    assert reply.milliseconds is not None
    assert reply.milliseconds > 0
    assert reply.candidates is not None
    assert len(reply.candidates) == len(snapshot.sentences)
    assert reply.answers == reply.candidates[:5]
    scores = [span.score for span in reply.candidates]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("name", ["BM25 sentences", "dense sentences", "fused sentences"])
def test_a_question_of_one_document_is_asked_of_that_alone(
    by_name: dict[str, Baseline], name: str
) -> None:
    reply = by_name[name].answer(question(CHECKS, "bexley.md"))
    assert reply.candidates
    assert {span.file for span in reply.candidates} == {"old/bexley.md"}
    assert "prompt and thorough" in reply.answers[0].text


def test_a_document_that_is_not_there_gives_no_answer(by_name: dict[str, Baseline]) -> None:
    reply = by_name["BM25 sentences"].answer(question(CHECKS, "dover.md"))
    assert reply.answers == ()
    assert reply.confidence == 0


def test_the_dense_baseline_knows_the_bare_sentences_alone(
    by_name: dict[str, Baseline], snapshot: Snapshot, encoder: Encoder
) -> None:
    asked = "What must the council improve?"
    reply = by_name["dense sentences"].answer(question(asked))
    assert reply.candidates is not None
    bare = encoder.encode([span.text for span in reply.candidates]) @ encoder.encode([asked])[0]
    assert [span.score for span in reply.candidates] == pytest.approx(bare.tolist(), abs=1e-5)
    # What the snapshot embedded has the words that introduce the bullets: it is another ranking.
    kept = np.sort(snapshot.sentence_vectors @ encoder.encode([asked])[0])[::-1]
    assert not np.allclose(kept, np.sort(bare)[::-1], atol=1e-3)


def test_reciprocal_rank_fusion_by_hand() -> None:
    # Words rank rows 2, 0 and know neither 1 nor 3; meaning ranks 1, 2, 0, 3.
    fused = fuse(np.array([1.0, 0.0, 5.0, 0.0]), np.array([0.3, 0.9, 0.5, -0.2]))
    expected = [1 / 62 + 1 / 63, 1 / 61, 1 / 61 + 1 / 62, 1 / 64]
    assert fused.tolist() == pytest.approx(expected)


@given(st.lists(st.tuples(st.floats(0, 9), st.floats(-1, 1)), min_size=1, max_size=20))
def test_a_row_that_no_ranking_puts_lower_is_not_lower(rows: list[tuple[float, float]]) -> None:
    by_words, by_meaning = np.array(rows).T
    fused = fuse(by_words, by_meaning)
    for one, first in enumerate(rows):
        for other, second in enumerate(rows):
            if first[0] > second[0] and first[1] > second[1]:
                assert fused[one] > fused[other]
