"""Neighbours that answer together, on a paragraph of three sentences and two bullets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Document
from documents.files import read_document
from index.rows import Rows, rows_of
from qa.merging import Point
from qa.runs import Runs

LETTER = """# Focused visit to Elmshire

Checks of carers are late. Some of them wait for ten weeks. Leaders have a plan.

What needs to improve in this area of social work practice:

- The time that checks take. It is long.
- The oversight of managers.

Caseloads are high.
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(LETTER.encode(), "elmshire.md")


@pytest.fixture(scope="module")
def rows(document: Document) -> Rows:
    return rows_of([document])


def point(document: Document, rows: Rows, beginning: str, probability: float) -> Point:
    for row, (_, _, _, start, end) in enumerate(rows.sentences.tolist()):
        if document.text[start:end].startswith(beginning):
            return Point(document, row, start, end, probability)
    raise LookupError(beginning)


def texts(document: Document, rows: Rows, *ranked: tuple[str, float]) -> list[str]:
    points = [point(document, rows, *one) for one in ranked]
    return [one.text for one in Runs([document], rows.sentences).join(points)]


def test_neighbours_that_are_nearly_as_probable_are_one_answer(
    document: Document, rows: Rows
) -> None:
    assert texts(
        document, rows, ("Some of", 0.9), ("Caseloads", 0.8), ("Checks of", 0.7), ("Leaders", 0.5)
    ) == [
        "Checks of carers are late. Some of them wait for ten weeks.",
        "Caseloads are high.",
        "Leaders have a plan.",
    ]


def test_a_run_grows_to_both_sides_and_has_the_best_ones_probability(
    document: Document, rows: Rows
) -> None:
    ranked = [point(document, rows, *one) for one in (("Some", 0.9), ("Lead", 0.8), ("Che", 0.7))]
    (run,) = Runs([document], rows.sentences).join(ranked)
    assert run.text == LETTER.split("\n")[2]
    assert (run.probability, run.row) == (0.9, ranked[0].row)


def test_a_run_does_not_bury_its_best_sentence() -> None:
    letter = "# Focused visit to Elmshire\n\nChecks are late. " + "Some wait for ten weeks. " * 4
    document = read_document(letter.encode(), "elmshire.md")
    rows = rows_of([document])
    first = rows.sentences.tolist()[-5:]
    points = [
        Point(document, len(rows.sentences) - 5 + n, s, e, 0.9)
        for n, (_, _, _, s, e) in enumerate(first)
    ]
    joined = Runs([document], rows.sentences).join(points)
    assert joined[0].text == "Checks are late."
    assert all(len(run.text.split()) <= 2.5 * 5 for run in joined)


def test_what_is_not_side_by_side_stays_apart(document: Document, rows: Rows) -> None:
    ranked = (("Checks of", 0.9), ("Leaders", 0.9))
    assert len(texts(document, rows, *ranked)) == 2


def test_bullets_stay_answers_of_their_own(document: Document, rows: Rows) -> None:
    ranked = (("The time", 0.9), ("The oversight", 0.9), ("Caseloads", 0.9))
    assert len(texts(document, rows, *ranked)) == 3


def test_a_run_has_an_end() -> None:
    sentence = "Checks of carers who live a long way off are made later than they should be made. "
    letter = f"# Focused visit to Elmshire\n\n{sentence * 9}\n"
    document = read_document(letter.encode(), "elmshire.md")
    rows = rows_of([document])
    points = [
        Point(document, row, start, end, 0.9)
        for row, (_, _, _, start, end) in enumerate(rows.sentences.tolist())
        if document.text[start:].startswith("Checks of")
    ]
    joined = Runs([document], rows.sentences).join(points)
    assert len(joined) > 1
    assert all(len(one.text.split()) <= 80 for one in joined)


@given(probabilities=st.lists(st.floats(0.01, 0.99), min_size=3, max_size=8))
def test_every_point_is_in_one_run_and_every_run_is_verbatim(
    document: Document, rows: Rows, probabilities: list[float]
) -> None:
    spans = rows.sentences[["start", "end"]].tolist()[: len(probabilities)]
    points = sorted(
        (
            Point(document, row, start, end, probability)
            for row, ((start, end), probability) in enumerate(
                zip(spans, probabilities, strict=False)
            )
        ),
        key=lambda one: -one.probability,
    )
    joined = Runs([document], rows.sentences).join(points)
    assert [one.probability for one in joined] == sorted(
        (one.probability for one in joined), reverse=True
    )
    for one in points:
        holders = [run for run in joined if run.start <= one.start and one.end <= run.end]
        assert len(holders) == 1
    assert all(document.text[run.start : run.end] == run.text for run in joined)
