"""Every figure of a reading falls when something is wrong."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from documents import Corpus, Document, Failure, Furniture, read_corpus
from eval.reading import Proof, by_file, prove
from eval.reading_report import errors, notes, tables
from eval.reading_speed import Scale, ScalePoint, Speed
from eval.targets import Target, targets
from qa.settings import SAMPLES
from tests.eval.labelling import FIRST_PARAGRAPH, IMPROVE, SAMPLE, SECOND, window

Change = Callable[[Document], Document]

LABELS = (window(IMPROVE), window(FIRST_PARAGRAPH))
ROWS = (
    {"file": SAMPLE, "authority": "Aldermere", "lead_inspector": "Hester Penhallow-Dube"},
    {"file": SECOND, "authority": "Kestleshire", "lead_inspector": "Bettina Corvale"},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    for name in (SAMPLE, SECOND):
        shutil.copy(SAMPLES / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    return read_corpus(folder)


@pytest.fixture
def changed(folder: Path, corpus: Corpus) -> Callable[[Change], Proof]:
    """The proof of the corpus with its first document changed."""

    def changed(change: Change) -> Proof:
        first, second = corpus.documents
        assert first.file == SAMPLE
        other = replace(corpus, documents=(change(first), second))
        return prove(folder, other, windows=LABELS, catalogue=ROWS, checked=ROWS)

    return changed


def missed(proof: Proof) -> dict[str, str]:
    return {target.figure: target.value for target in targets(proof) if not target.met}


def test_what_is_read_rightly_meets_every_target(changed: Callable[[Change], Proof]) -> None:
    proof = changed(lambda document: document)
    assert missed(proof) == {}
    assert [target.figure for target in targets(proof)] == [
        "words, least recall of a document",
        "words, least precision of a document",
        "furniture that comes but once",
        "boundaries of units, F1, fold test",
        "authority, corrected",
        "lead_inspector, corrected",
        "authority, by hand",
        "lead_inspector, by hand",
    ]
    assert (proof.documents, proof.failures) == (2, 0)
    assert proof.pages > 6
    assert proof.furniture.lines > proof.pages
    assert 0 < proof.furniture.share < proof.furniture.greatest < 0.06
    assert list(errors(proof, {}, around=True)) == []


def test_lost_words_lower_the_recall(changed: Callable[[Change], Proof]) -> None:
    def lose(document: Document) -> Document:
        """Without some words behind those that are labelled; every span stays as it was."""
        kept, rest = document.text[:3000], document.text[3000:]
        return replace(document, text=kept + rest.replace(" they ", " ---- "))

    proof = changed(lose)
    assert list(missed(proof)) == ["words, least recall of a document"]
    assert proof.wholeness
    assert [row.file for row in proof.wholeness.low] == [SAMPLE]
    (line, *_) = errors(proof, {}, around=False)
    assert line.startswith(f"words: {SAMPLE}: recall 0.9")


def test_words_made_up_lower_the_precision(changed: Callable[[Change], Proof]) -> None:
    proof = changed(lambda d: replace(d, text=d.text + " made up" * 20))
    assert list(missed(proof)) == ["words, least precision of a document"]


def test_text_that_was_taken_for_furniture_is_seen(changed: Callable[[Change], Proof]) -> None:
    line = Furniture("Zebras graze quietly.", 2)
    numbers = (Furniture("12", 2), Furniture("– 13 –", 3), Furniture("B", 3))
    proof = changed(lambda d: replace(d, furniture=(*d.furniture, line, *numbers)))
    assert missed(proof) == {"furniture that comes but once": "1"}
    assert list(errors(proof, {}, around=False)) == [
        f"furniture: {SAMPLE}, p. 2: a line of 21 characters"
    ]


def test_sentences_run_together_are_seen_with_the_words_around(
    changed: Callable[[Change], Proof], corpus: Corpus
) -> None:
    (first,) = (s for s in corpus.documents[0].sentences if _words(corpus, s.start, "Families can"))

    def glue(document: Document) -> Document:
        place = document.sentences.index(first)
        one, two = document.sentences[place : place + 2]
        glued = (replace(one, end=two.end),)
        return replace(
            document,
            sentences=document.sentences[:place] + glued + document.sentences[place + 2 :],
        )

    proof = changed(glue)
    assert list(missed(proof)) == ["boundaries of units, F1, fold test"]
    plain = list(errors(proof, by_file(corpus), around=False))
    assert plain == [
        f"boundary: {SAMPLE}, p. 1, fold test: end missing, at {first.end - 1}",
        f"boundary: {SAMPLE}, p. 1, fold test: start missing, at {first.end + 1}",
    ]
    end, start = errors(proof, by_file(corpus), around=True)
    assert end.endswith("live|. The six family hubs, two more than in ")
    assert "live. |The six" in start


def _words(corpus: Corpus, start: int, words: str) -> bool:
    return corpus.documents[0].text.startswith(words, start)


def test_wrong_metadata_is_seen(changed: Callable[[Change], Proof]) -> None:
    proof = changed(
        lambda d: replace(d, metadata=replace(d.metadata, authority=None, inspectors=("A B",)))
    )
    assert missed(proof) == {
        "authority, corrected": "1 of 2",
        "lead_inspector, corrected": "1 of 2",
        "authority, by hand": "1 of 2",
        "lead_inspector, by hand": "1 of 2",
    }
    assert next(iter(errors(proof, {}, around=False))) == (
        f"catalogue: {SAMPLE}, authority: Aldermere; read: nothing"
    )


def test_a_file_that_was_not_read_counts_in_every_figure(folder: Path, corpus: Corpus) -> None:
    first, second = corpus.documents
    failed = Corpus((second,), (Failure("a", first.file, None, "the file is truncated"),))
    proof = prove(folder, failed, windows=LABELS, catalogue=ROWS)
    assert proof.failures == 1
    assert set(missed(proof)) == {
        "boundaries of units, F1, fold test",
        "authority, corrected",
        "lead_inspector, corrected",
    }
    lines = list(errors(proof, by_file(failed), around=True))
    assert f"boundary: {SAMPLE}, p. 1, fold test: start not found" in lines


def test_copies_are_known_by_their_own_names(corpus: Corpus) -> None:
    first, second = corpus.documents
    joined = replace(first, copies=("old/copy.pdf",))
    twin = Failure("a", "old/copy.pdf", None, "the same letter as another")
    found = by_file(Corpus((joined, second), (twin,)))
    assert found == {SAMPLE: joined, "copy.pdf": joined, SECOND: second}


def test_without_labels_and_catalogue_what_can_be_measured_is(folder: Path, corpus: Corpus) -> None:
    proof = prove(folder, corpus)
    assert (proof.boundaries, proof.catalogue, proof.checked) == (None, None, None)
    assert len(targets(proof)) == 3
    elsewhere = [{"file": "elsewhere.pdf", "authority": "Wexley"}]
    proof = prove(folder, corpus, catalogue=elsewhere, windows=[window(IMPROVE, file="x.pdf")])
    assert proof.boundaries is None
    assert "The catalogue name 1 files that are not in this corpus." in list(notes(proof))


def test_scans_and_what_the_other_extraction_cannot_read_are_named(
    tmp_path: Path, corpus: Corpus
) -> None:
    first, second = corpus.documents
    (tmp_path / SECOND).write_bytes(b"no PDF")
    scan = replace(first, ocr=True)
    proof = prove(tmp_path, Corpus((scan, second), ()))
    assert proof.wholeness is None
    shutil.copy(SAMPLES / SAMPLE, tmp_path / SAMPLE)
    seen: list[tuple[int, int]] = []
    proof = prove(
        tmp_path,
        Corpus((first, second), ()),
        progress=lambda done, total: seen.append((done, total)),
    )
    assert proof.wholeness
    assert (proof.wholeness.documents, proof.wholeness.not_compared) == (1, (SECOND,))
    assert f"  not compared: {SECOND}" in list(notes(proof))
    assert seen == [(1, 2), (2, 2)]


def test_an_empty_corpus_has_nothing_to_prove(tmp_path: Path) -> None:
    proof = prove(tmp_path, Corpus((), ()))
    assert (proof.wholeness, proof.furniture.share, proof.furniture.greatest) == (None, 0, 0)
    assert [target.figure for target in targets(proof)] == ["furniture that comes but once"]
    assert list(notes(proof)) == [
        "Furniture: 0 lines, 0.0% of the characters, at most 0.0% in one document."
    ]


def test_intervals_are_shown_where_there_are_any(folder: Path, corpus: Corpus) -> None:
    labels = [*LABELS, window(FIRST_PARAGRAPH, file=SECOND)]
    proof = prove(folder, corpus, windows=labels)
    shown = StringIO()
    out = Console(file=shown, width=200)
    for table in tables(proof, targets(proof)):
        out.print(table)
    assert "0.000–1.000" in shown.getvalue()
    assert "1 windows not found" in shown.getvalue()


@pytest.mark.parametrize(
    ("ratio", "peak", "growth", "unmet"),
    [
        (6.0, 600.0, 1.25, []),
        (6.1, None, 1.0, ["times as long as pdftotext"]),
        (1.0, 601.0, 1.0, ["peak memory, MB"]),
        (1.0, 100.0, 1.3, ["growth of the cost per page"]),
    ],
)
def test_time_and_memory_have_their_targets(
    folder: Path, corpus: Corpus, ratio: float, peak: float | None, growth: float, unmet: list[str]
) -> None:
    speed = Speed(
        files=2,
        rounds=3,
        seconds=ratio,
        pdftotext_seconds=1,
        ratio=ratio,
        low=0.5,
        high=9,
        peak_megabytes=peak,
    )
    point = ScalePoint(
        documents=10, pages=100, seconds=1, processor_seconds=1, milliseconds_per_page=10
    )
    scale = Scale(points=(point,), growth=growth)
    proof = prove(folder, corpus).model_copy(update={"speed": speed, "scale": scale})
    assert list(missed(proof)) == unmet
    assert any(line.startswith("Reading took ") for line in notes(proof))
    found: list[Target] = [t for t in targets(proof) if t.figure == "peak memory, MB"]
    assert len(found) == (peak is not None)
