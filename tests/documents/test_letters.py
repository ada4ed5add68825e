"""The real letters, where they are: PAPERKNIFE_LETTERS_DIR, by default ../shared/letters.

``catalogue.csv`` is what one public scraper read of the same letters; it is blank in places and
in two of them wrong, which is said where they are named.
"""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from documents import Corpus, Document, DocumentKind, Visited, read_corpus
from tests.documents.making import check_spans, page_of
from tests.documents.wholeness import compare, other_extraction

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR", "../shared/letters"))
pytestmark = pytest.mark.skipif(
    not (LETTERS / "national").is_dir(),
    reason=f"the real letters are not in {LETTERS} (PAPERKNIFE_LETTERS_DIR names another folder)",
)

# Of the words, in every document; those that one extraction divides are counted apart.
LEAST_WHOLE = 0.9995
AREAS = {
    "overall_effectiveness": "overall effectiveness",
    "impact_of_leaders": "impact of leaders",
    "help_and_protection": "help and protection",
    "in_care": "in care",
    "care_leavers": "care leavers",
}
# The catalogue has the inspector's name with a space before its hyphen; and for another letter,
# which took 17 days, only that it was longer than standard.
CATALOGUE_IS_WRONG = {("50096454.pdf", "lead_inspector"), ("50094565.pdf", "framework")}


@cache
def _corpus(name: str) -> Corpus:
    return read_corpus(LETTERS / name)


def _national() -> dict[str, Document]:
    return {document.file: document for document in _corpus("national").documents}


def _catalogue(field: str) -> Iterator[tuple[dict[str, str], Document]]:
    """The rows of the catalogue that have a value, each with its document."""
    documents = _national()
    with (LETTERS / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row[field] and (row["file"], field) not in CATALOGUE_IS_WRONG:
                yield row, documents[row["file"]]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z ]", "", name.lower().replace("&", "and").replace("-", " "))


def test_every_letter_is_read() -> None:
    corpus = _corpus("national")
    assert len(corpus.documents) == len(list((LETTERS / "national").glob("*.pdf")))
    assert corpus.failures == ()


def test_spans() -> None:
    for document in _corpus("national").documents + _corpus("cheshire").documents:
        check_spans(document)


def test_no_word_is_lost_or_made_up() -> None:
    low = {}
    for file, document in _national().items():
        wholeness = compare(document, other_extraction(LETTERS / "national" / file))
        if min(wholeness.recall, wholeness.precision) < LEAST_WHOLE:
            low[file] = wholeness
    assert low == {}


def test_furniture_is_numbers_and_what_comes_again() -> None:
    for document in _national().values():
        pages = defaultdict(set)
        for line in document.furniture:
            pages[re.sub(r"\d+", "#", line.text)].add(line.page)
        once = [text for text, on in pages.items() if len(on) < 2 and re.search(r"\w{2}", text)]
        assert once == [], document.file
        assert sum(len(line.text) for line in document.furniture) < 0.06 * len(document.text)


def test_authorities() -> None:
    wrong = [
        (row["file"], row["authority"], document.metadata.authority)
        for row, document in _catalogue("authority")
        if _plain(document.metadata.authority or "") != _plain(row["authority"])
    ]
    assert wrong == []


def test_days_of_the_visit() -> None:
    wrong = [
        (row["file"], document.metadata.visited)
        for row, document in _catalogue("inspected_from")
        if document.metadata.visited
        != Visited(
            date.fromisoformat(row["inspected_from"]), date.fromisoformat(row["inspected_to"])
        )
    ]
    assert wrong == []


def test_dates_of_publication_that_letters_name() -> None:
    wrong = [
        (row["file"], row["published"], document.metadata.published)
        for row, document in _catalogue("published")
        if document.metadata.published
        and abs(document.metadata.published - date.fromisoformat(row["published"])).days > 366
    ]
    assert wrong == []


def test_lead_inspectors() -> None:
    wrong = [
        (row["file"], row["lead_inspector"], document.metadata.inspectors)
        for row, document in _catalogue("lead_inspector")
        if [name.lower() for name in document.metadata.inspectors[:1]]
        != [row["lead_inspector"].lower()]
    ]
    assert wrong == []


def test_frameworks() -> None:
    wrong = [
        (row["file"], row["framework"], document.metadata.framework)
        for row, document in _catalogue("framework")
        if row["framework"] not in (document.metadata.framework or "")
    ]
    assert wrong == []


@pytest.mark.parametrize("column", AREAS)
def test_grades(column: str) -> None:
    checked = 0
    for row, document in _catalogue(column):
        grades = [
            judgement.grade.lower()
            for judgement in document.metadata.judgements
            if AREAS[column] in judgement.area.lower()
        ]
        assert grades, (row["file"], document.metadata.judgements)
        assert grades[0].startswith(row[column].lower()[:8]), (row["file"], row[column], grades)
        checked += 1
    assert checked > 10


def test_values_stand_where_they_were_read() -> None:
    for document in _corpus("national").documents:
        for field, place in document.metadata.read_from.items():
            assert (place.start is None) != (place.inferred is None), (document.file, field)
        for judgement in document.metadata.judgements:
            words = document.text[judgement.start : judgement.end]
            assert words == f"{judgement.area}\t{judgement.grade}"


# Kind, authority, days of the visit, day of the letter, number of inspectors, addressee, each as
# the letter says it.
CHESHIRE: dict[str, tuple[DocumentKind, str, Visited | None, date | None, int, str | None]] = {
    "000": (
        "focused visit",
        "Cheshire West and Chester",
        Visited(date(2025, 7, 23), date(2025, 7, 24)),
        date(2025, 8, 22),
        3,
        "Amanda",
    ),
    "001": (
        "monitoring visit",
        "Cheshire East",
        Visited(date(2025, 2, 27), date(2025, 2, 28)),
        date(2025, 3, 24),
        2,
        "Theresa",
    ),
    "002": (
        "inspection",
        "Cheshire West and Chester",
        Visited(date(2015, 11, 24), date(2015, 12, 17)),
        date(2016, 2, 19),
        1,
        None,
    ),
    "003": (
        "monitoring visit",
        "Cheshire East",
        Visited(date(2025, 10, 14), date(2025, 10, 15)),
        date(2025, 11, 13),
        2,
        "Dawn",
    ),
    "004": ("news", "Cheshire West and Chester", None, None, 0, None),
}


@pytest.mark.parametrize("number", CHESHIRE)
def test_the_five_cheshire_documents(number: str) -> None:
    (document,) = (d for d in _corpus("cheshire").documents if d.file.startswith(number))
    kind, authority, visited, published, inspectors, addressee = CHESHIRE[number]
    metadata = document.metadata
    assert metadata.kind == kind
    assert metadata.authority == authority
    assert metadata.visited == visited
    assert metadata.published == published
    assert len(metadata.inspectors) == inspectors
    assert (metadata.addressee or "").split()[:1] == ([addressee] if addressee else [])


def test_wounded_beginnings_are_known() -> None:
    (report,) = (d for d in _corpus("cheshire").documents if d.file.startswith("002"))
    fragments = [s for s in report.sentences if s.fragment]
    # It has lost the first line of about a hundred paragraphs.
    assert 80 <= len(fragments) <= 140
    whole = [d for d in _corpus("national").documents if d.metadata.visited]
    share = sum(s.fragment for d in whole for s in d.sentences)
    assert share < 0.01 * sum(len(d.sentences) for d in whole)


def test_error_pages_that_are_called_pdf_are_failures() -> None:
    corpus = _corpus("mislabelled")
    assert corpus.documents == ()
    assert len(corpus.failures) == 4
    assert all("HTML error page" in failure.problem for failure in corpus.failures)


def test_a_heading_stands_on_the_page_where_it_is_printed() -> None:
    for document in _corpus("national").documents[:20]:
        for section in document.sections:
            if section.heading and document.text.count(section.heading) == 1:
                assert page_of(document, section.heading) == section.page
