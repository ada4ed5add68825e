"""A snapshot that was put together wrongly is found out before it serves."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from documents import Corpus, SnapshotDamaged
from index import Lexical, Snapshot, build_snapshot
from index.rows import rows_of
from index.selftest import check_snapshot, sample
from tests.index.encoders import Counting
from tests.index.letters import caseload_letter, fostering_letter


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    corpus = Corpus((fostering_letter(), caseload_letter()), ())
    return build_snapshot(corpus, tmp_path, Counting(), {})


def passage_vectors(snapshot: Snapshot) -> NDArray[np.float32]:
    found: NDArray[np.float32] = snapshot.passage_vectors.reconstruct_n(0, len(snapshot.passages))
    return found


def with_passage_vectors(snapshot: Snapshot, vectors: NDArray[np.float32]) -> Snapshot:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return replace(snapshot, passage_vectors=index)


def with_passage(snapshot: Snapshot, row: int, **fields: int) -> Snapshot:
    passages = snapshot.passages.copy()
    for name, value in fields.items():
        passages[name][row] += value
    return replace(snapshot, passages=passages)


def with_sentence(snapshot: Snapshot, row: int, **fields: int) -> Snapshot:
    sentences = snapshot.sentences.copy()
    for name, value in fields.items():
        sentences[name][row] += value
    return replace(snapshot, sentences=sentences)


def a_longer_passage_vector(snapshot: Snapshot) -> Snapshot:
    vectors = passage_vectors(snapshot)
    vectors[1] *= 1.001
    return with_passage_vectors(snapshot, vectors)


def a_vector_that_is_nearer_to_all(snapshot: Snapshot) -> Snapshot:
    vectors = passage_vectors(snapshot)
    vectors[-1] = 50 * vectors[0]
    return with_passage_vectors(snapshot, vectors)


def a_sentence_vector_of_nothing(snapshot: Snapshot) -> Snapshot:
    vectors = np.array(snapshot.sentence_vectors)
    vectors[2] = np.nan
    return replace(snapshot, sentence_vectors=vectors)


def words_of_other_passages(snapshot: Snapshot) -> Snapshot:
    texts = rows_of(snapshot.documents).passage_texts
    return replace(snapshot, passage_lexical=Lexical.build((*texts[1:], texts[0])))


def words_of_other_sentences(snapshot: Snapshot) -> Snapshot:
    texts = rows_of(snapshot.documents).sentence_texts
    return replace(snapshot, sentence_lexical=Lexical.build(texts[::-1]))


FAULTS: dict[str, tuple[Callable[[Snapshot], Snapshot], str]] = {
    "vector too long": (a_longer_passage_vector, "the vector of passage 1 has not unit length"),
    "vector nearer to all": (a_vector_that_is_nearer_to_all, "passage 0 is not found by its own"),
    "vector of nothing": (a_sentence_vector_of_nothing, "the vector of sentence 2 has not unit"),
    "span shifted into a word": (
        lambda s: with_passage(s, 1, start=1),
        "passage 1 is not found by each of its own words",
    ),
    "span shifted to a blank": (
        lambda s: with_sentence(s, 3, end=1),
        "the span of sentence 3 is not that of a text",
    ),
    "span of nothing": (lambda s: with_passage(s, 0, end=-(10**6)), "the span of passage 0"),
    "span of another document": (
        lambda s: with_sentence(s, 0, document=1),
        "sentence 0 is not found by each of its own words",
    ),
    "span of no document": (lambda s: with_passage(s, 0, document=2), "the span of passage 0"),
    "span before all documents": (lambda s: with_passage(s, 0, document=-1), "passage 0"),
    "words of other passages": (words_of_other_passages, "passage 0 is not found by each of its"),
    "words of other sentences": (words_of_other_sentences, "sentence 0 is not found by each of"),
}


def test_a_snapshot_as_it_should_be_passes(snapshot: Snapshot) -> None:
    check_snapshot(snapshot)


@pytest.mark.parametrize(("make", "problem"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found_and_named(
    snapshot: Snapshot, make: Callable[[Snapshot], Snapshot], problem: str
) -> None:
    with pytest.raises(SnapshotDamaged) as raised:
        check_snapshot(make(snapshot))
    assert str(raised.value).startswith(f"snapshot {snapshot.manifest.id}: ")
    assert problem in str(raised.value)


def test_a_snapshot_without_a_row_passes(tmp_path: Path) -> None:
    check_snapshot(build_snapshot(Corpus((), ()), tmp_path, Counting(), {}))


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 1000, 100_003])
def test_the_sample_is_spread_from_the_first_row_to_the_last(count: int) -> None:
    rows = sample(count)
    assert rows == sorted(set(rows))
    assert (rows[0], rows[-1]) == (0, count - 1)
    assert len(rows) == min(count, 16)
    gaps = {after - before for before, after in pairwise(rows)}
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_of_no_rows_there_is_no_sample() -> None:
    assert sample(0) == []
