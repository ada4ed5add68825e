"""When a letter was published, and in which year where it prints no day."""

from datetime import date

import pytest

from documents import Visited
from documents.metadata.publication import find_year
from documents.model import ReadFrom
from documents.readers.pdf import read_pdf
from tests.documents.making import raw_pdf, read

NOVEMBER = Visited(date(2020, 11, 16), date(2020, 11, 27))


def test_the_date_above_the_salutation_is_that_of_the_letter() -> None:
    document = read("Saltmarsh\n\n4 June 2021\n\nDear Ottilie\n\n5 June 2021\n\nAll is well.")
    metadata = document.metadata
    assert (metadata.published, metadata.published_year) == (date(2021, 6, 4), 2021)
    for field in ("published", "published_year"):
        place = metadata.read_from[field]
        assert document.text[place.start : place.end] == "4 June 2021"


def test_a_letter_without_a_date_above_its_salutation_may_say_when_it_was_published() -> None:
    metadata = read("Dear Ottilie\n\nAll is well.\n\nPublished: 5 July 2021").metadata
    assert metadata.published == date(2021, 7, 5)


@pytest.mark.parametrize(
    "words",
    [
        *("Published: ", "Report published: ", "Published on ", "First published: "),
        *("Date published: ", "Publication date: ", "Date of publication: "),
    ],
)
def test_a_report_says_when_it_was_published(words: str) -> None:
    document = read(
        "# Inspection of Saltmarsh local authority children’s services\n\n"
        f"Inspection dates: 3 to 14 May 2021\n\n{words}5 July 2021\n\nChildren are safe."
    )
    assert document.metadata.published == date(2021, 7, 5)


def test_published_on_no_day_is_not_published() -> None:
    metadata = read("# Saltmarsh\n\nPublished: 31 June 2021\n\nInspectors came.").metadata
    assert (metadata.published, metadata.published_year) == (None, None)


def test_a_news_item_may_print_its_day() -> None:
    document = read("# Ofsted praises Saltmarsh\n\n5 July 2021\n\nInspectors are glad.")
    assert document.metadata.kind == "news"
    assert document.metadata.published == date(2021, 7, 5)


@pytest.mark.parametrize(
    ("line", "visited", "made", "year", "source"),
    [
        # The report of a November inspection comes out in January, with last year's copyright.
        ("© Crown copyright 2020", NOVEMBER, date(2021, 1, 12), 2021, "file"),
        ("© Crown copyright 2020", NOVEMBER, date(2020, 12, 18), 2020, "file"),
        ("© Crown copyright 2020", None, date(2020, 12, 18), 2020, "file"),
        # Saved again years later, or made before the visit: the file's date says nothing.
        ("© Crown copyright 2020", NOVEMBER, date(2024, 3, 1), 2020, "line"),
        ("© Crown copyright 2020", NOVEMBER, date(2020, 9, 1), 2020, "line"),
        ("© Crown copyright 2020", NOVEMBER, None, 2020, "line"),
        ("© Crown copyright 2018 \n\n© Crown copyright 2020", NOVEMBER, None, 2020, "line"),
        # A copyright line from before the visit is left over from a template.
        ("© Crown copyright 2019", NOVEMBER, None, None, None),
        ("© Crown copyright 2019", NOVEMBER, date(2020, 12, 18), 2020, "file"),
        ("No line.", NOVEMBER, date(2020, 12, 18), 2020, "file"),
        ("No line.", NOVEMBER, date(2022, 12, 18), None, None),
        ("No line.", None, date(2020, 12, 18), None, None),
        ("© 2020 The Saltmarsh Gazette", None, None, None, None),
    ],
)
def test_the_year_where_no_day_is_printed(
    line: str,
    visited: Visited | None,
    made: date | None,
    year: int | None,
    source: str | None,
) -> None:
    found = find_year(line, None, visited, made)
    if year is None:
        assert found is None
    elif source == "file":
        assert found == (year, ReadFrom(None, None, "the file's own date"))
    else:
        assert found is not None
        assert found[0] == year
        assert line[found[1].start : found[1].end] == f"Crown copyright {year}"


@pytest.mark.parametrize(
    ("properties", "day"),
    [
        ("/CreationDate(D:20210112093000Z)", date(2021, 1, 12)),
        ("/CreationDate(20210112)/ModDate(D:20240301)", date(2021, 1, 12)),
        ("/ModDate(D:20240301093000+01'00')", date(2024, 3, 1)),
        ("/CreationDate(D:20211399)/ModDate(D:20240301)", date(2024, 3, 1)),
        ("/CreationDate(some day)", None),
        ("/Title(Saltmarsh)", None),
    ],
)
def test_a_pdf_says_on_which_day_it_was_made(properties: str, day: date | None) -> None:
    plain = raw_pdf("A letter")
    info = f"7 0 obj\n<<{properties}>>\nendobj\ntrailer<</Info 7 0 R"
    data = plain.replace(b"trailer<<", info.encode())
    assert read_pdf(data, "letter.pdf").made == day
