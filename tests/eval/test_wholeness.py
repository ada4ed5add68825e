from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from documents import Document, Furniture
from eval.wholeness import compare, other_extraction, poppler
from qa.settings import SAMPLES
from tests.documents.making import Pdf, read
from tests.eval.labelling import SAMPLE

TEXT = "Staff visit often. They keep long-term plans."


def letter(text: str = TEXT) -> Document:
    return read(f"# Letter\n\n{text}\n", "letter.md")


def test_the_same_words_in_another_order_are_whole() -> None:
    found = compare(letter(), f"{TEXT} Letter")
    assert (found.recall, found.precision, found.divided) == (1, 1, 0)
    assert not found.missing
    assert not found.extra


def test_a_lost_word_and_one_made_up_are_counted() -> None:
    found = compare(letter(), f"{TEXT} Letter letter ﬁne")
    assert found.missing == Counter(["letter", "fine"])
    assert found.recall == pytest.approx(9 / 11)
    assert found.precision == 1
    found = compare(letter(), "Letter Staff visit. They keep long-term plans.")
    assert found.extra == Counter(["often"])
    assert found.precision == pytest.approx(8 / 9)


@pytest.mark.parametrize("other", ["longterm", "long-te rm"])
def test_words_that_one_side_divides_are_counted_apart(other: str) -> None:
    found = compare(letter(), f"Letter {TEXT}".replace("long-term", other))
    assert found.divided == 1
    assert not found.missing
    assert not found.extra


def test_furniture_is_not_missed() -> None:
    document = read(Pdf().line(TEXT).data(), "letter.pdf")
    document = replace(document, furniture=(Furniture("Running head", 1),))
    assert compare(document, f"{TEXT} Running head").recall == 1
    assert compare(document, f"{TEXT} Another head").recall < 1


def test_no_words_at_all_are_whole() -> None:
    assert compare(letter(), "").recall == 1


@pytest.mark.parametrize("without_poppler", [False, True])
def test_another_extraction_has_the_words_of_the_file(
    without_poppler: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if without_poppler:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert poppler() is None
    document = read((SAMPLES / SAMPLE).read_bytes(), SAMPLE)
    found = compare(document, other_extraction(SAMPLES / SAMPLE))
    assert (found.recall, found.precision) == (1, 1)
