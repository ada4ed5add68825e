import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval
from documents import Document, Page
from eval.boundaries import judge_windows
from eval.boundary_scores import BoundaryScore, score_boundaries
from eval.matching import words
from eval.windows import Window, WordPlaces, read_windows
from qa.settings import SAMPLES
from tests.documents.making import read
from tests.eval.labelling import FIRST_PARAGRAPH, IMPROVE, SAMPLE, SECOND, window, write_windows

OWN = Path(eval.__path__[0]) / "labels" / "boundaries.jsonl"


@pytest.fixture(scope="module")
def document() -> Document:
    return read((SAMPLES / SAMPLE).read_bytes(), SAMPLE)


def scores(document: Document | None, *windows: Window) -> dict[str, BoundaryScore]:
    found = score_boundaries({SAMPLE: document}, windows)
    assert found
    return {score.group: score for score in found.scores}


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text("aB9'’ʼ -.\n·İKſß", max_size=40))
def test_places_are_those_of_the_words(text: str) -> None:
    places = WordPlaces.of(text)
    assert places.words == words(text)
    assert all(a < b for a, b in zip(places.starts, places.ends, strict=True))
    assert all(b <= a for a, b in zip(places.starts[1:], places.ends, strict=False))


def test_places_cover_apostrophes_within_a_word() -> None:
    text = "The child’s (iART) plan"
    places = WordPlaces.of(text)
    spans = [text[a:b] for a, b in zip(places.starts, places.ends, strict=True)]
    assert spans == ["The", "child’s", "iART", "plan"]


def test_units_that_are_read_as_labelled_are_right(document: Document) -> None:
    found = scores(document, window(IMPROVE), window(FIRST_PARAGRAPH))
    assert set(found) == {"all", "fold test", "at random"}
    every = found["all"]
    assert (every.precision, every.recall, every.f1) == (1, 1, 1)
    assert (every.boundaries, every.documents) == (20, 1)
    assert (every.low, every.high) == (None, None)  # one document says nothing of others


def test_a_unit_that_was_not_divided_and_one_that_was_are_errors(document: Document) -> None:
    # As though a person had seen one sentence in two, and two in the next.
    glued = [f"{FIRST_PARAGRAPH[0]} {FIRST_PARAGRAPH[1]}", FIRST_PARAGRAPH[2]]
    divided = [*IMPROVE[:3], "The oversight of children", "who are living in unregistered homes."]
    (spurious,) = judge_windows(document, [window(glued)])
    (missing,) = judge_windows(document, [window(divided)])
    assert [(e.side, e.problem) for e in spurious.errors] == [
        ("end", "spurious"),
        ("start", "spurious"),
    ]
    assert [(e.side, e.problem) for e in missing.errors] == [
        ("end", "missing"),
        ("start", "missing"),
    ]
    offsets = [error.offset or 0 for error in (*spurious.errors, *missing.errors)]
    assert document.text[: offsets[0]].endswith("where they live")
    assert document.text[offsets[1] :].startswith("The six family hubs")
    assert document.text[: offsets[2]].endswith("The oversight of children")
    assert document.text[offsets[3] :].startswith("who are living")
    every = scores(document, window(glued), window(divided))["all"]
    # Of 14 labelled and 14 read boundaries 12 are both.
    assert every.precision == every.recall == pytest.approx(12 / 14)
    assert every.f1_starts == every.f1_ends == every.f1 == pytest.approx(12 / 14)


def test_headings_that_are_not_read_as_such_are_missed(document: Document) -> None:
    kept = tuple(block for block in document.blocks if block.kind != "heading")
    every = scores(replace(document, blocks=kept), window(IMPROVE))["all"]
    assert every.precision == 1
    assert every.recall == pytest.approx(5 / 7)


@pytest.mark.parametrize(
    "changed",
    [
        {"sha256": "0" * 64},  # a word that the text has lost
        {"page": 2},
        {"page": 99},
    ],
)
def test_a_window_that_is_not_on_its_page_is_missed_as_a_whole(
    document: Document, changed: dict[str, object]
) -> None:
    lost = Window.model_validate(window(IMPROVE).model_dump() | changed)
    there = window(FIRST_PARAGRAPH)
    found = score_boundaries({SAMPLE: document}, [lost, there])
    assert found
    assert found.not_found == 1
    assert [error.problem for error in found.errors] == ["not found"] * 14
    assert {error.offset for error in found.errors} == {None}
    (every,) = (score for score in found.scores if score.group == "all")
    assert every.precision == 1
    assert every.recall == pytest.approx(6 / 20)


def test_a_file_that_was_not_read_is_missed_as_a_whole() -> None:
    every = scores(None, window(IMPROVE))["all"]
    assert (every.precision, every.recall, every.f1) == (0, 0, 0)


def test_windows_that_stand_in_another_order_in_the_text_are_found(document: Document) -> None:
    every = scores(document, window(FIRST_PARAGRAPH), window(IMPROVE))["all"]
    assert every.f1 == 1


def test_the_second_of_two_equal_windows_is_the_second_in_the_text() -> None:
    text = "# Letter\n\nStaff visit.\n\nStaff visit.\n"
    plain = read(text, "letter.md")
    paged = replace(plain, pages=(Page(1, 0, len(plain.text)),))
    first, second = judge_windows(paged, [window(["Staff visit"]), window(["Staff visit"])])
    assert not first.errors
    assert not second.errors
    last = replace(paged, sentences=paged.sentences[:1])
    first, second = judge_windows(last, [window(["Staff visit"]), window(["Staff visit"])])
    assert not first.errors
    assert len(second.errors) == 2


def test_groups_and_intervals(document: Document) -> None:
    other = read((SAMPLES / SECOND).read_bytes(), SECOND)
    labels = [
        window(IMPROVE),
        window(FIRST_PARAGRAPH, fold="dev", drawn="for its structure"),
        window(FIRST_PARAGRAPH, file=SECOND),
        window(FIRST_PARAGRAPH, file="elsewhere.pdf"),
    ]
    found = score_boundaries({SAMPLE: document, SECOND: other}, labels)
    assert found
    assert found.elsewhere == 1
    by_group = {score.group: score for score in found.scores}
    assert list(by_group) == ["all", "fold dev", "fold test", "at random", "structure"]
    assert [by_group[name].documents for name in by_group] == [2, 1, 2, 2, 1]
    assert by_group["fold dev"].f1 == by_group["structure"].f1 == 1
    # One of the two documents has none of its words: F1 is anything between.
    assert (by_group["all"].low, by_group["all"].high) == (0, 1)


def test_labels_of_other_files_are_no_figure(document: Document) -> None:
    assert score_boundaries({SAMPLE: document}, [window(IMPROVE, file="elsewhere.pdf")]) is None


def test_windows_are_read_as_they_were_written(tmp_path: Path) -> None:
    labels = (window(IMPROVE), window(FIRST_PARAGRAPH))
    assert read_windows(write_windows(tmp_path / "labels.jsonl", labels)) == labels


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"units": [[0, 4], [3, 9]]}, "units are not in order"),
        ({"units": [[4, 4]]}, "units are not in order"),
        ({"units": [[0, 4000]]}, "units are not in order"),
        ({"units": []}, "units Tuple should have at least 1 item"),
        ({"sha256": "none"}, "sha256 String should match"),
        ({"fold": "train"}, "fold Input should be 'dev' or 'test'"),
    ],
)
def test_labels_that_are_wrong_are_named(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    fields = window(IMPROVE).model_dump(mode="json") | changed
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(ValueError, match=r"labels.jsonl:1: ") as raised:
        read_windows(path)
    assert message in str(raised.value)


def test_labels_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none.jsonl: No such file"):
        read_windows(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"latin.jsonl: 'utf-8'"):
        read_windows(tmp_path / "latin.jsonl")


def test_our_labels_are_of_twenty_documents_and_hold_no_text() -> None:
    labels = read_windows(OWN)
    assert len({label.file for label in labels}) == 20
    folds = {fold: {w.file for w in labels if w.fold == fold} for fold in ("dev", "test")}
    assert [len(files) for files in folds.values()] == [6, 14]
    assert not folds["dev"] & folds["test"]
    assert sum(len(label.units) for label in labels if label.drawn == "at random") >= 600
    assert not set(json.loads(OWN.read_text("utf-8").splitlines()[0])) - {
        *type(labels[0]).model_fields
    }
