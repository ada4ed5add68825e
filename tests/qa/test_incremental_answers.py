"""The answers from a snapshot that came to be step by step are those from a fresh build: the same
ones in the same order, with confidences to four decimals."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Choices, Encoder, MadeBy, Snapshot, refresh
from qa.answerer import Answerer
from qa.answering import ANSWERING
from qa.reranker import Reranker
from qa.schema import AskRequest, AskResponse
from tests.index.changing import VARIANTS, assert_same, fresh_build, letter, read_here, write_state
from tests.qa.clients import QUESTIONS

NAMES = ("a.txt", "b.txt", "c.md", "deep/d.txt")
states = st.dictionaries(
    st.sampled_from(NAMES),
    st.builds(
        lambda number, variant: letter(number, variant).encode(),
        st.integers(0, 3),
        st.integers(0, VARIANTS - 1),
    ),
    min_size=1,
)


@pytest.fixture(scope="module")
def reranker(encoder: Encoder) -> Reranker:
    return Reranker.load(encoder)


def told(response: AskResponse) -> tuple[dict[str, Any], list[float]]:
    """What a response says that does not depend on when it was asked, and its confidences."""
    said = response.model_dump(mode="json", exclude={"query_id", "took_ms"})
    said["snapshot"].pop("created")
    confidences = [said.pop("confidence")]
    confidences += [answer.pop("confidence") for answer in said["answers"]]
    return said, confidences


def test_answers_are_those_of_a_fresh_build(
    tmp_path: Path, encoder: Encoder, reranker: Reranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.corpus.read_files", read_here)
    corpus, data = tmp_path / "corpus", tmp_path / "data"
    made_by = MadeBy(encoder, ANSWERING)

    def answers(snapshot: Snapshot) -> list[tuple[dict[str, Any], list[float]]]:
        answerer = Answerer(snapshot, encoder, reranker)
        requests = (AskRequest(question=question, min_confidence=0) for question in QUESTIONS)
        return [told(answerer.ask(request)) for request in requests]

    @settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(states, min_size=2, max_size=4))
    def check(history: list[dict[str, bytes]]) -> None:
        shutil.rmtree(data, ignore_errors=True)
        corpus.mkdir(exist_ok=True)
        for state in history:
            write_state(corpus, state)
            grown = refresh(corpus, data, made_by, Choices(allow_empty=True)).snapshot
        fresh = fresh_build(corpus, tmp_path / "fresh", encoder, ANSWERING)
        assert_same(grown, fresh)
        for (said, confidences), (expected, others) in zip(
            answers(grown), answers(fresh), strict=True
        ):
            assert said == expected
            assert confidences == pytest.approx(others, abs=1e-4)

    check()
