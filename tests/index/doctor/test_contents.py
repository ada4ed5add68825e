"""Whatever is wrong in a snapshot is found by the check that is named after it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Corpus, Document, Failure, Judgement, ReadFrom, Sentence
from index import Snapshot, build_snapshot
from index.doctor import Check, worst
from index.doctor.checks import doubtful, well, wrong
from index.doctor.contents import check_contents
from index.store import path_of
from tests.index.encoders import Counting
from tests.index.letters import caseload_letter, fostering_letter

COPY = replace(caseload_letter(), file="copy.txt")
CORPUS = Corpus(
    (fostering_letter(), replace(caseload_letter(), copies=("copy.txt",))),
    (
        Failure("broken", "broken.pdf", "0" * 64, "the file ends in the middle"),
        Failure("copy", "copy.txt", COPY.sha256, "the same bytes", "oakley-2023.txt"),
    ),
    (COPY,),
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return build_snapshot(CORPUS, tmp_path, Counting(), {})


def checked(snapshot: Snapshot, data: Path, encoder: Counting | None = None) -> Mapping[str, Check]:
    folder = path_of(data, snapshot.manifest.id)
    return {check.name: check for check in check_contents(snapshot, folder, encoder)}


def changed(snapshot: Snapshot, change: Callable[[Document], Document]) -> Snapshot:
    """With the first document changed."""
    first, *others = snapshot.documents
    return replace(snapshot, documents=(change(first), *others))


def test_a_sound_snapshot_is_well_in_all(snapshot: Snapshot, tmp_path: Path) -> None:
    checks = checked(snapshot, tmp_path, Counting())
    assert {check.severity for check in checks.values()} == {"ok"}
    assert list(checks) == [
        *("ids", "spans", "sentences", "vectors", "rows", "keys", "self-test", "embedding")
    ]
    assert all(check.samples == () for check in checks.values())
    assert "embedding" not in checked(snapshot, tmp_path)


def test_a_snapshot_of_nothing_is_well_in_all(tmp_path: Path) -> None:
    snapshot = build_snapshot(Corpus((), ()), tmp_path, Counting(), {})
    assert worst(checked(snapshot, tmp_path, Counting()).values()) == "ok"


END = len(fostering_letter().text)


def with_judgement(document: Document) -> Document:
    judgement = Judgement("Overall effectiveness", "Good", END - 4, END + 1)
    return replace(document, metadata=replace(document.metadata, judgements=(judgement,)))


def with_source(document: Document) -> Document:
    read_from = {**document.metadata.read_from, "authority": ReadFrom(END - 4, END + 1)}
    return replace(document, metadata=replace(document.metadata, read_from=read_from))


def with_sentence(number: int, **fields: Any) -> Callable[[Document], Document]:  # noqa: ANN401
    def change(document: Document) -> Document:
        sentences: list[Sentence] = list(document.sentences)
        sentences[number] = replace(sentences[number], **fields)
        return replace(document, sentences=tuple(sentences))

    return change


def with_block(document: Document) -> Document:
    first, *others = document.blocks
    return replace(document, blocks=(replace(first, section=99), *others))


@pytest.mark.parametrize(
    ("change", "sample"),
    [
        (with_judgement, "judgement 0"),
        (with_source, "where authority was read"),
        (with_sentence(-1, end=END + 1), "sentence 8"),
        (with_sentence(0, start=-1), "sentence 0"),
        (with_sentence(2, block=99), "the block of sentence 2"),
        (with_block, "the section of block 0"),
        (lambda d: replace(d, pages=(replace(d.pages[0], end=END + 1),)), "page 0"),
        (lambda d: replace(d, text=d.text[:-1]), "page 0"),
    ],
)
def test_a_span_outside_of_its_text_is_found(
    snapshot: Snapshot, tmp_path: Path, change: Callable[[Document], Document], sample: str
) -> None:
    checks = checked(changed(snapshot, change), tmp_path)
    assert checks["spans"].severity == "error"
    assert f"elmshire-2024: {sample}" in checks["spans"].samples
    assert "`paperknife refresh`" in checks["spans"].line
    assert "rows" not in checks  # they cannot be made of such spans


def test_sentences_that_overlap_are_found(snapshot: Snapshot, tmp_path: Path) -> None:
    before = fostering_letter().sentences[2]
    overlapping = changed(snapshot, with_sentence(3, start=before.end - 1))
    check = checked(overlapping, tmp_path)["sentences"]
    assert (check.severity, check.samples) == ("error", ("elmshire-2024: sentence 3",))
    turned = changed(snapshot, lambda d: replace(d, sentences=d.sentences[::-1]))
    assert len(checked(turned, tmp_path)["sentences"].samples) == 5


def again(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, documents=(*snapshot.documents, snapshot.documents[0]))


@pytest.mark.parametrize(
    ("change", "samples"),
    [
        (again, ("elmshire-2024", "elmshire-2024.txt")),
        (lambda s: replace(s, failures=(*s.failures, s.failures[0])), ("broken",)),
        (lambda s: replace(s, failures=s.failures[:1]), ("copy.txt",)),
        (lambda s: changed(s, lambda d: replace(d, copies=("gone.txt",))), ("gone.txt",)),
        (lambda s: changed(s, lambda d: replace(d, file="broken.pdf")), ("broken.pdf",)),
    ],
)
def test_what_stands_there_twice_or_alone_is_found(
    snapshot: Snapshot,
    tmp_path: Path,
    change: Callable[[Snapshot], Snapshot],
    samples: tuple[str, ...],
) -> None:
    check = checked(change(snapshot), tmp_path)["ids"]
    assert (check.severity, check.samples) == ("error", samples)


@pytest.mark.parametrize(
    ("field", "name", "sample"),
    [
        ("passages", "start", "passage 1"),
        ("passages", "last", "passage 1"),
        ("passages", "section", "passage 1"),
        ("sentences", "end", "sentence 1"),
        ("sentences", "passage", "sentence 1"),
        ("sentences", "document", "sentence 1"),
    ],
)
def test_rows_that_are_not_those_of_the_documents_are_found(
    snapshot: Snapshot, tmp_path: Path, field: str, name: str, sample: str
) -> None:
    rows = getattr(snapshot, field).copy()
    rows[name][1] += 1
    wrong_rows: dict[str, Any] = {field: rows}
    check = checked(replace(snapshot, **wrong_rows), tmp_path)["rows"]
    assert (check.severity, check.samples) == ("error", (sample,))


def test_rows_that_are_missing_are_found(snapshot: Snapshot, tmp_path: Path) -> None:
    check = checked(replace(snapshot, sentences=snapshot.sentences[:-1]), tmp_path)["rows"]
    assert check.samples == (f"sentence {len(snapshot.sentences) - 1}",)


def turned(snapshot: Snapshot, row: int, factor: float) -> Snapshot:
    """With the numbers of one vector in each matrix in another order, and multiplied."""
    passages = snapshot.passage_vectors.reconstruct_n(0, len(snapshot.passages))
    passages[row] = factor * passages[row][::-1]
    index = faiss.IndexFlatIP(passages.shape[1])
    index.add(passages)
    sentences = np.array(snapshot.sentence_vectors)
    sentences[row] = factor * sentences[row][::-1]
    return replace(snapshot, passage_vectors=index, sentence_vectors=sentences)


@pytest.mark.parametrize("factor", [1.01, 0.0, float("nan")])
def test_a_vector_without_unit_length_is_found(
    snapshot: Snapshot, tmp_path: Path, factor: float
) -> None:
    checks = checked(turned(snapshot, 1, factor), tmp_path, Counting())
    assert checks["vectors"].severity == "error"
    assert checks["vectors"].samples == ("passage 1", "sentence 1")
    assert checks["self-test"].severity == "error"
    assert checks["embedding"].samples == ("passage 1", "sentence 1")


def test_a_vector_of_another_text_is_found_by_embedding(snapshot: Snapshot, tmp_path: Path) -> None:
    checks = checked(turned(snapshot, 1, 1.0), tmp_path, Counting())
    assert checks["vectors"].severity == checks["self-test"].severity == "ok"
    assert checks["embedding"].severity == "error"
    assert checks["embedding"].samples == ("passage 1", "sentence 1")


def test_vectors_that_are_kept_by_other_texts_are_found(snapshot: Snapshot, tmp_path: Path) -> None:
    folder = path_of(tmp_path, snapshot.manifest.id)
    keys = np.load(folder / "passage-keys.npy")
    keys[[0, 1]] = keys[[1, 0]]
    np.save(folder / "passage-keys.npy", keys)
    np.save(folder / "sentence-keys.npy", np.load(folder / "sentence-keys.npy")[1:])
    check = checked(snapshot, tmp_path)["keys"]
    count = len(snapshot.sentences)
    assert check.severity == "error"
    assert check.samples == (
        *("passage 0", "passage 1"),
        f"{count - 1} keys of sentences, and not {count}",
    )


def test_a_corpus_that_is_gone_in_the_meantime_is_no_fault(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    (path_of(tmp_path, snapshot.manifest.id) / "copies.jsonl").unlink()
    assert checked(snapshot, tmp_path)["ids"].severity == "ok"


@given(st.lists(st.sampled_from(["ok", "warning", "error"])))
def test_the_worst_is_the_gravest(found: list[str]) -> None:
    made = {"ok": well("a", "line"), "warning": doubtful("a", "line"), "error": wrong("a", "line")}
    expected = next((name for name in ("error", "warning") if name in found), "ok")
    assert worst(made[name] for name in found) == expected
    assert len(wrong("a", "line", map(str, range(9))).samples) == 5
