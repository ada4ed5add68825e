import json
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import JsonValue

from documents import Corpus, SnapshotDamaged, SnapshotMismatch, SnapshotMissing, UnknownDocument
from documents.disk import hash_of
from index import (
    PASSAGE_DTYPE,
    SENTENCE_DTYPE,
    Encoder,
    Snapshot,
    build_snapshot,
    open_snapshot,
)
from index.context import passage_text, sentence_text
from index.passages import cut_passages
from tests.index.letters import Letter, caseload_letter, fostering_letter, small_corpus

ANSWERING: dict[str, JsonValue] = {"finder": "plain", "threshold": 0.25, "chosen_on": ["samples"]}


@pytest.fixture
def built(tmp_path: Path, encoder: Encoder) -> Snapshot:
    return build_snapshot(small_corpus(), tmp_path, encoder, ANSWERING)


def folder_of(data: Path) -> Path:
    return data / "snapshots" / (data / "CURRENT").read_text().strip()


def test_what_is_opened_is_what_was_read(tmp_path: Path, encoder: Encoder, built: Snapshot) -> None:
    opened = open_snapshot(tmp_path, encoder, ANSWERING)
    corpus = small_corpus()
    assert opened.documents == built.documents == corpus.documents
    assert opened.failures == corpus.failures
    assert opened.manifest == built.manifest
    assert opened.manifest.answering == ANSWERING
    assert opened.manifest.encoder.sha256 == encoder.sha256
    assert opened.manifest.created.tzinfo is not None
    for one, other in (
        (opened.passages, built.passages),
        (opened.sentences, built.sentences),
        (opened.sentence_vectors, built.sentence_vectors),
    ):
        assert np.array_equal(one, other)


def test_every_row_points_at_its_words(built: Snapshot) -> None:
    assert built.passages.dtype == PASSAGE_DTYPE
    assert built.sentences.dtype == SENTENCE_DTYPE
    expected = [
        (number, passage.section, passage.start, passage.end)
        for number, document in enumerate(built.documents)
        for passage in cut_passages(document)
    ]
    rows = built.passages[["document", "section", "start", "end"]].tolist()
    assert rows == expected
    for row, passage in enumerate(built.passages):
        inside = built.sentences[passage["first"] : passage["last"]]
        assert (inside["passage"] == row).all()
        assert inside["start"][0] == passage["start"]
        assert inside["end"][-1] == passage["end"]
    for number, index, start, end in built.sentences[
        ["document", "index", "start", "end"]
    ].tolist():
        sentence = built.documents[number].sentences[index]
        assert (sentence.start, sentence.end) == (start, end)


def test_vectors_and_words_are_those_of_their_rows(built: Snapshot, encoder: Encoder) -> None:
    documents = built.documents
    passages = [passage_text(d, passage) for d in documents for passage in cut_passages(d)]
    sentences = [
        sentence_text(documents[number], documents[number].sentences[index])
        for number, index in built.sentences[["document", "index"]].tolist()
    ]
    np.testing.assert_allclose(built.sentence_vectors, encoder.encode(sentences), atol=1e-6)
    _, nearest = built.passage_vectors.search(encoder.encode(passages), 1)
    assert nearest[:, 0].tolist() == list(range(len(passages)))
    for row, text in enumerate(passages):
        assert int(np.argmax(built.passage_lexical.scores(text))) == row
    for row, text in enumerate(sentences):
        assert int(np.argmax(built.sentence_lexical.scores(text))) == row


def test_a_document_is_found_by_its_id(built: Snapshot) -> None:
    assert built.document("oakley-2023") == caseload_letter()
    with pytest.raises(UnknownDocument, match="no document has the id 'nowhere'"):
        built.document("nowhere")


def test_nothing_of_a_snapshot_can_be_written_to(built: Snapshot) -> None:
    for array in (built.passages, built.sentences, built.sentence_vectors):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


def test_what_is_cut_off_while_it_is_served_is_served_as_it_was(
    tmp_path: Path, encoder: Encoder
) -> None:
    data = tmp_path / "data"
    made = build_snapshot(small_corpus(), data, encoder, ANSWERING)
    held = open_snapshot(data, encoder, ANSWERING)
    assert held.manifest == made.manifest
    for path in folder_of(data).rglob("*.*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)
    # Of a file that is mapped, no error would come of this but the end of the process.
    assert all(math.isclose(vector @ vector, 1, abs_tol=1e-5) for vector in held.sentence_vectors)
    assert held.sentence_lexical.scores("private fostering").max() > 0
    assert held.passage_vectors.reconstruct(0).shape == (encoder.dimension,)


def test_the_order_of_the_files_makes_no_difference(tmp_path: Path, encoder: Encoder) -> None:
    corpus = small_corpus()
    turned = Corpus(corpus.documents[::-1], corpus.failures)
    one = build_snapshot(corpus, tmp_path / "one", encoder, ANSWERING)
    other = build_snapshot(turned, tmp_path / "other", encoder, ANSWERING)
    assert one.manifest.id == other.manifest.id
    assert one.manifest.files == other.manifest.files
    assert one.manifest.created != other.manifest.created


@pytest.mark.parametrize("change", ["document", "failure", "answering"])
def test_the_id_changes_with_what_it_stands_for(
    tmp_path: Path, encoder: Encoder, built: Snapshot, change: str
) -> None:
    corpus, answering = small_corpus(), dict(ANSWERING)
    if change == "document":
        first = replace(corpus.documents[0], file="moved/elmshire.txt")
        corpus = replace(corpus, documents=(first, *corpus.documents[1:]))
    elif change == "failure":
        corpus = replace(corpus, failures=())
    else:
        answering["threshold"] = 0.3
    other = build_snapshot(corpus, tmp_path / "other", encoder, answering)
    assert other.manifest.id != built.manifest.id


@pytest.mark.parametrize("corpus", [Corpus((), ()), Corpus((Letter().document("bare"),), ())])
def test_a_corpus_without_a_sentence_makes_a_sound_snapshot(
    tmp_path: Path, encoder: Encoder, corpus: Corpus
) -> None:
    build_snapshot(corpus, tmp_path, encoder, ANSWERING)
    opened = open_snapshot(tmp_path, encoder, ANSWERING)
    assert opened.documents == corpus.documents
    assert opened.passages.shape == opened.sentences.shape == (0,)
    assert opened.sentence_vectors.shape == (0, encoder.dimension)
    assert opened.passage_vectors.ntotal == 0
    assert opened.passage_lexical.scores("late checks").shape == (0,)


def test_a_data_directory_without_a_snapshot_says_how_to_make_one(
    tmp_path: Path, encoder: Encoder
) -> None:
    (tmp_path / "a file").write_text("")
    for data in (tmp_path, tmp_path / "nowhere", tmp_path / "a file"):
        with pytest.raises(SnapshotMissing, match="holds no snapshot; `paperknife refresh`"):
            open_snapshot(data, encoder, ANSWERING)


def flipped(content: bytes) -> bytes:
    """With a bit of the byte in the middle turned; with one byte where there is none."""
    middle = len(content) // 2
    return content[:middle] + bytes([(content or b" ")[middle] ^ 1]) + content[middle + 1 :]


def test_a_changed_byte_is_found_in_every_file(
    tmp_path: Path, encoder: Encoder, built: Snapshot
) -> None:
    folder = folder_of(tmp_path)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.relative_to(folder).as_posix() for path in paths} == {
        "manifest.json",
        "manifest.sha256",
        *built.manifest.files,
    }
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(flipped(content))
        with pytest.raises(SnapshotDamaged, match="refresh") as raised:
            open_snapshot(tmp_path, encoder, ANSWERING)
        assert path.name in str(raised.value)
        path.write_bytes(content)
    open_snapshot(tmp_path, encoder, ANSWERING)


def test_a_missing_file_is_named(tmp_path: Path, encoder: Encoder, built: Snapshot) -> None:
    folder = folder_of(tmp_path)
    for name in ("manifest.json", "manifest.sha256", *built.manifest.files):
        path = folder / name
        path.rename(path.with_name("aside"))
        with pytest.raises(SnapshotDamaged, match="missing") as raised:
            open_snapshot(tmp_path, encoder, ANSWERING)
        assert path.name in str(raised.value)
        path.with_name("aside").rename(path)


@pytest.mark.parametrize("content", ["", "../../elsewhere", "0123456789abcdeX", "é"])
def test_a_pointer_that_is_no_id_is_damage(
    tmp_path: Path, encoder: Encoder, built: Snapshot, content: str
) -> None:
    (tmp_path / "CURRENT").write_text(content, encoding="utf-8")
    with pytest.raises(SnapshotDamaged, match=r"CURRENT: is not a snapshot's id"):
        open_snapshot(tmp_path, encoder, ANSWERING)


def test_a_pointer_that_cannot_be_read_is_damage(
    tmp_path: Path, encoder: Encoder, built: Snapshot
) -> None:
    (tmp_path / "CURRENT").unlink()
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(SnapshotDamaged, match=r"CURRENT: cannot be read \(Is a directory\)"):
        open_snapshot(tmp_path, encoder, ANSWERING)


def test_a_pointer_to_nothing_is_damage(tmp_path: Path, encoder: Encoder, built: Snapshot) -> None:
    (tmp_path / "CURRENT").write_text("0" * 16)
    with pytest.raises(SnapshotDamaged, match="0000: missing, though CURRENT names it"):
        open_snapshot(tmp_path, encoder, ANSWERING)


def rewrite_manifest(data: Path, **changes: object) -> None:
    """Changes fields of the manifest and keeps its own hash right."""
    path = folder_of(data) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    path.with_name("manifest.sha256").write_text(f"{hash_of(path)}  manifest.json\n")


def test_another_answering_recipe_is_refused(
    tmp_path: Path, encoder: Encoder, built: Snapshot
) -> None:
    with pytest.raises(SnapshotMismatch, match=r"answering\.threshold.*`paperknife refresh`"):
        open_snapshot(tmp_path, encoder, ANSWERING | {"threshold": 0.3})


def test_another_encoder_is_refused(tmp_path: Path, encoder: Encoder, built: Snapshot) -> None:
    rewrite_manifest(tmp_path, encoder={"name": encoder.name, "sha256": "0" * 64})
    with pytest.raises(SnapshotMismatch, match=r"\(encoder\); `paperknife refresh`"):
        open_snapshot(tmp_path, encoder, ANSWERING)


def test_another_layout_is_refused_whatever_its_fields(
    tmp_path: Path, encoder: Encoder, built: Snapshot
) -> None:
    rewrite_manifest(tmp_path, layout=99, novelty="a field of the future")
    with pytest.raises(SnapshotMismatch, match=r"layout 99.*`paperknife refresh`"):
        open_snapshot(tmp_path, encoder, ANSWERING)


@pytest.mark.parametrize("changes", [{"novelty": 1}, {"created": "yesterday"}, {"counts": None}])
def test_a_manifest_that_makes_no_sense_is_damage(
    tmp_path: Path, encoder: Encoder, built: Snapshot, changes: dict[str, object]
) -> None:
    rewrite_manifest(tmp_path, **changes)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json: cannot be understood"):
        open_snapshot(tmp_path, encoder, ANSWERING)


@pytest.mark.parametrize("name", ["documents", "failures", "passages", "sentences"])
def test_counts_are_compared(tmp_path: Path, encoder: Encoder, built: Snapshot, name: str) -> None:
    counts = built.manifest.counts.model_dump()
    rewrite_manifest(tmp_path, counts=counts | {name: counts[name] + 1})
    with pytest.raises(SnapshotDamaged, match=rf"{name}\.\w+: \d rows, but its manifest says \d"):
        open_snapshot(tmp_path, encoder, ANSWERING)


def test_a_letter_keeps_every_character(tmp_path: Path, encoder: Encoder) -> None:
    words = 'Naïve “quotes” – 12% of 𝒳\u2028 and \u00a0spaces\ttabs \\ " \x00.'
    document = Letter(words).paragraph(words).document()
    build_snapshot(Corpus((document,), ()), tmp_path, encoder, ANSWERING)
    assert open_snapshot(tmp_path, encoder, ANSWERING).documents == (document,)


def test_documents_are_ordered_by_id(built: Snapshot) -> None:
    assert [document.id for document in built.documents] == [
        fostering_letter().id,
        caseload_letter().id,
    ]
