"""The real letters, where they are: PAPERKNIFE_LETTERS_DIR, by default ../shared/letters.

``catalogue.csv`` is what one public scraper read of the same letters; it is blank in places and
wrong in those that eval/labels/catalogue-errors.csv names. ``checked.csv`` beside that is what a
person read where it is blank.
"""

import os
import re
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from documents import Corpus, Document, Visited, read_corpus
from documents.metadata.gazetteer import recognise
from documents.model import INFERRED
from eval.catalogue import Disagreement, compare_catalogue, known_mistakes, read_table
from eval.wholeness import compare, other_extraction
from tests.documents.making import check_spans, page_of

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR", "../shared/letters"))
pytestmark = pytest.mark.skipif(
    not (LETTERS / "national").is_dir(),
    reason=f"the real letters are not in {LETTERS} (PAPERKNIFE_LETTERS_DIR names another folder)",
)

# Of the words, in every document; those that one extraction divides are counted apart.
LEAST_WHOLE = 0.9995
BOARD = "Local Safeguarding Children Board"
CHECKED = Path("eval/labels/checked.csv")


@cache
def _corpus(name: str) -> Corpus:
    return read_corpus(LETTERS / name)


def _national() -> dict[str, Document]:
    return {document.file: document for document in _corpus("national").documents}


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
        once = [text for text, on in pages.items() if len(on) < 2 and re.search(r"[^\W_]{2}", text)]
        assert once == [], document.file
        assert sum(len(line.text) for line in document.furniture) < 0.06 * len(document.text)


def _disagreements(rows: Path, *, blank_is_none: bool) -> list[Disagreement]:
    """Where letters are read otherwise than a table has it, its known mistakes aside."""
    result = compare_catalogue(
        _national(), read_table(rows), known_mistakes(), blank_is_none=blank_is_none
    )
    assert result.elsewhere == 0
    assert all(field.values > 20 for field in result.fields)
    return [wrong for wrong in result.disagreements if wrong.letter != wrong.read]


def test_metadata_is_that_of_the_catalogue() -> None:
    wrong = _disagreements(LETTERS / "catalogue.csv", blank_is_none=False)
    assert [w for w in wrong if _plain(w.letter or "?") != _plain(w.read)] == []


def test_metadata_is_what_a_person_read() -> None:
    assert _disagreements(CHECKED, blank_is_none=True) == []


def test_days_of_publication_are_those_of_the_catalogue() -> None:
    """Where a letter prints one, with the two that the catalogue has otherwise."""
    days = {
        row["file"]: (row["published"], _national()[row["file"]].metadata.published)
        for row in read_table(LETTERS / "catalogue.csv")
    }
    printed = {file: (day, read) for file, (day, read) in days.items() if read}
    assert len(printed) == 36
    wrong = {file for file, (day, read) in printed.items() if str(read) != day}
    assert wrong == {m.file for m in known_mistakes() if m.field == "published_year"}


def test_every_report_says_the_least() -> None:
    """What no report of those years goes without, where the catalogue is blank, too."""
    for document in _national().values():
        metadata = document.metadata
        assert metadata.kind == "inspection", document.file
        assert recognise(metadata.authority or ""), document.file
        assert metadata.framework in {"SIF", "looked after children"} or (
            metadata.framework or ""
        ).startswith("ILACS"), document.file
        assert metadata.visited is not None, document.file
        assert 3 < (metadata.visited.last - metadata.visited.first).days < 35, document.file
        assert metadata.published_year is not None, document.file
        assert 0 <= metadata.published_year - metadata.visited.last.year <= 1, document.file
        assert metadata.inspectors, document.file
        assert (metadata.visit_number, metadata.speaks_of) == (None, None)


def test_every_report_has_all_its_judgements() -> None:
    """Its overall grade, but for those since 2026, and one for each area of its framework."""
    for document in _national().values():
        areas = [judgement.area for judgement in document.metadata.judgements]
        framework = document.metadata.framework or ""
        has_overall = any(area.startswith("Overall effectiveness") for area in areas)
        without = date(2026, 4, 1)
        visited = document.metadata.visited
        assert has_overall == (visited is not None and visited.last < without), document.file
        if framework == "SIF":
            assert [area for area in areas if "Adoption" in area or "Leadership" in area]
            assert len(areas) == 6 + ("Local Safeguarding Children Board" in areas), document.file
        else:
            assert 4 <= len(areas) <= 5, document.file


def test_values_stand_where_they_were_read() -> None:
    for document in _corpus("national").documents:
        metadata = document.metadata
        for field, place in metadata.read_from.items():
            assert (place.start is None) != (place.inferred is None), (document.file, field)
            assert place.inferred is None or place.inferred in INFERRED
        place = metadata.read_from["inspectors"]
        assert all(name in document.text[place.start : place.end] for name in metadata.inspectors)
        for judgement in metadata.judgements:
            words = document.text[judgement.start : judgement.end]
            if "\t" in words:
                assert words == f"{judgement.area}\t{judgement.grade}"
            else:
                assert judgement.area in ("Overall effectiveness", BOARD), document.file
                said = judgement.grade.lower().replace("requires", "").strip()
                assert said in " ".join(words.lower().split()), document.file


# Kind, authority, days of the visit, day of the letter, inspectors, addressee, number of the visit
# and what it speaks of, each as the letter says it.
CHESHIRE: dict[str, tuple[object, ...]] = {
    "000": (
        "focused visit",
        "Cheshire West and Chester",
        Visited(date(2025, 7, 23), date(2025, 7, 24)),
        date(2025, 8, 22),
        ("Kathryn Grindrod", "Rebekah Tucker", "Nabeel Hussain"),
        "Amanda Perraton",
        None,
        None,
    ),
    "001": (
        "monitoring visit",
        "Cheshire East",
        Visited(date(2025, 2, 27), date(2025, 2, 28)),
        date(2025, 3, 24),
        ("Teresa Godfrey", "Rachel Griffiths"),
        "Theresa Leavy",
        1,
        None,
    ),
    "002": (
        "inspection",
        "Cheshire West and Chester",
        Visited(date(2015, 11, 24), date(2015, 12, 17)),
        date(2016, 2, 19),
        (
            *("Sue Myers", "Peter McEntee", "Shirley Bailey", "Paula Thomson-Jones"),
            *("Cath McEvoy", "Russ Henry", "Ali Mekki", "Gary Lamb"),
        ),
        None,
        None,
        None,
    ),
    "003": (
        "monitoring visit",
        "Cheshire East",
        Visited(date(2025, 10, 14), date(2025, 10, 15)),
        date(2025, 11, 13),
        ("Teresa Godfrey", "Nabeel Hussain"),
        "Dawn Godfrey",
        3,
        None,
    ),
    "004": (
        "news",
        "Cheshire West and Chester",
        None,
        None,
        (),
        None,
        None,
        "Inspection of children’s social care services",
    ),
}


@pytest.mark.parametrize("number", CHESHIRE)
def test_the_five_cheshire_documents(number: str) -> None:
    (document,) = (d for d in _corpus("cheshire").documents if d.file.startswith(number))
    metadata = document.metadata
    assert (
        metadata.kind,
        metadata.authority,
        metadata.visited,
        metadata.published,
        metadata.inspectors,
        metadata.addressee,
        metadata.visit_number,
        metadata.speaks_of,
    ) == CHESHIRE[number]


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
