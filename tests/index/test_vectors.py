from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from documents import Corpus
from index import Snapshot, build_snapshot
from index.tuned import WeightsIdentity
from index.vectors import KnownVectors, keys_of
from tests.index.encoders import Counting
from tests.index.letters import caseload_letter, fostering_letter

BOTH = Corpus((fostering_letter(), caseload_letter()), ())
ONE = Corpus((fostering_letter(),), ())


def build(corpus: Corpus, data: Path, recipe: str = "one") -> tuple[Snapshot, list[str]]:
    encoder = Counting()
    return build_snapshot(corpus, data, encoder, {"recipe": recipe}), encoder.embedded


def test_what_has_not_changed_is_not_embedded_again(tmp_path: Path) -> None:
    first, embedded = build(ONE, tmp_path)
    assert embedded
    second, embedded = build(ONE, tmp_path, recipe="other")
    assert embedded == []
    assert np.array_equal(first.sentence_vectors, second.sentence_vectors)
    assert first.manifest.id != second.manifest.id


def test_a_new_letter_costs_its_own_texts_alone(tmp_path: Path) -> None:
    build(ONE, tmp_path / "grown")
    grown, embedded = build(BOTH, tmp_path / "grown")
    fresh, all_of_it = build(BOTH, tmp_path / "fresh")
    _, own = build(Corpus((caseload_letter(),), ()), tmp_path / "own")
    assert sorted(embedded) == sorted(own)
    assert len(embedded) < len(all_of_it)
    assert grown.sentence_vectors == pytest.approx(np.array(fresh.sentence_vectors), abs=1e-5)
    for row in range(len(fresh.passages)):
        assert grown.passage_vectors.reconstruct(row) == pytest.approx(
            fresh.passage_vectors.reconstruct(row), abs=1e-5
        )


@pytest.mark.parametrize("name", ["sentence-vectors.npy", "passages.faiss", "passage-keys.npy"])
def test_vectors_in_a_damaged_file_are_not_taken(tmp_path: Path, name: str) -> None:
    first, _ = build(ONE, tmp_path)
    path = tmp_path / "snapshots" / first.manifest.id / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    second, embedded = build(ONE, tmp_path, recipe="other")
    assert embedded
    fresh, _ = build(ONE, tmp_path / "fresh")
    assert second.sentence_vectors == pytest.approx(np.array(fresh.sentence_vectors), abs=1e-5)


def test_vectors_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    build(ONE, tmp_path)
    other = Counting(WeightsIdentity(name="another", sha256="0" * 64))
    known = KnownVectors(tmp_path, other)
    texts = ["Checks of carers are late."]
    known.embed(texts, keys_of(texts))
    assert other.embedded == ["Checks of carers are late."]


def test_a_snapshot_whose_manifest_is_gone_counts_as_not_there(tmp_path: Path) -> None:
    first, _ = build(ONE, tmp_path)
    (tmp_path / "snapshots" / first.manifest.id / "manifest.json").unlink()
    _, embedded = build(ONE, tmp_path, recipe="other")
    assert embedded


def test_texts_are_told_apart_by_their_keys() -> None:
    keys = keys_of(["Checks are late.", "Checks are late", "Checks are late."])
    assert keys.shape == (3, 16)
    assert np.array_equal(keys[0], keys[2])
    assert not np.array_equal(keys[0], keys[1])
    assert keys_of([]).shape == (0, 16)


def test_only_what_is_embedded_counts_as_progress(tmp_path: Path) -> None:
    build(ONE, tmp_path)
    heard: list[tuple[str, int, int]] = []
    told: Callable[[str, int, int], None] = lambda *one: heard.append(one)  # noqa: E731
    build_snapshot(BOTH, tmp_path, Counting(), {"recipe": "one"}, told)
    totals = {stage: total for stage, _, total in heard if stage.startswith("embedding")}
    fresh: list[tuple[str, int, int]] = []
    build_snapshot(
        BOTH, tmp_path / "fresh", Counting(), {"recipe": "one"}, lambda *one: fresh.append(one)
    )
    everything = {stage: total for stage, _, total in fresh if stage.startswith("embedding")}
    assert all(0 < totals[stage] < everything[stage] for stage in everything)
