"""Guards against the worst merge: a sentence and its opposite told as one point."""

import pytest

from documents import Document, read_corpus
from index import content_words
from qa.merging import Point, in_turns, merge, same_point
from qa.settings import SAMPLES


def same(one: str, other: str) -> bool:
    return same_point(frozenset(content_words(one)), frozenset(content_words(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Children are seen promptly by social workers.",
            "Children are seen promptly by social workers",
        ),
        (
            "Social workers visit children regularly.",
            "Children are visited regularly by social workers.",
        ),
        ("The children’s plans are clear.", "The childrens plans are clear."),
    ],
)
def test_the_same_point_in_nearly_the_same_words(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Children are seen promptly by workers.", "Children are not seen promptly by workers."),
        ("Most children are seen promptly here.", "Few children are seen promptly here."),
        ("The average caseload of a worker is 17.", "The average caseload of a worker is 28."),
        ("Supervision is regular.", "Caseloads are manageable."),
        ("The", "The"),
    ],
)
def test_another_point_whatever_the_words_they_share(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.fixture(scope="module")
def document() -> Document:
    return read_corpus(SAMPLES).documents[0]


def points(document: Document, count: int) -> list[Point]:
    long = [s for s in document.sentences if s.end - s.start > 60][:count]
    return [Point(document, n, s.start, s.end, 0.5) for n, s in enumerate(long)]


def test_twins_are_kept_beside_the_best_of_them(document: Document) -> None:
    first, second, third = points(document, 3)
    twin = Point(document, 9, first.start, first.end, 0.4)
    merged = merge([first, second, twin, third], limit=10)
    assert merged == [first, second, third]
    assert first.also == [twin]
    assert second.also == []


def test_no_more_than_the_limit_are_kept(document: Document) -> None:
    several = points(document, 4)
    assert merge(several, limit=2) == several[:2]


def test_nothing_merges_to_nothing() -> None:
    assert merge([], limit=5) == []


def test_what_is_compared_takes_turns(document: Document) -> None:
    ranked = [
        Point(document, row, row, row + 1, probability)
        for row, probability in enumerate((0.9, 0.8, 0.7, 0.6, 0.1, 0.05))
    ]
    turns = in_turns(ranked, lambda point: "one" if point.row in (0, 1, 3, 4) else "other")
    # The last two are far less probable: they take no turn before what is likely.
    assert [point.row for point in turns] == [0, 2, 1, 3, 4, 5]


def test_nothing_takes_no_turn() -> None:
    assert list(in_turns([], lambda point: point.row)) == []
