"""What a letter says of itself, and what it does not."""

from datetime import date

import docx
import pytest

from documents import Document, DocumentKind, Visited
from documents.model import INFERRED
from tests.documents.making import read, word_bytes

LETTER = """4 June 2021

Ottilie Greenhalgh
Director of Children’s Services
Saltmarsh Council

Dear Ms Greenhalgh

# {title} to Saltmarsh children’s services

{opening}

## Findings

Children are safe. The last inspection, on 3 March 2015, was led by Corin Vale.
"""
TEAM = "The visit was carried out by Lambert Oakes and Wren Abbot, Her Majesty’s Inspectors."


def _letter(title: str = "Focused visit", opening: str = TEAM) -> Document:
    return read(LETTER.format(title=title, opening=opening))


def _span(document: Document, field: str) -> str:
    place = document.metadata.read_from[field]
    assert place.start is not None
    return document.text[place.start : place.end]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Focused visit", "focused visit"),
        ("Third monitoring visit", "monitoring visit"),
        ("COVID-19 focused assurance visit", "assurance visit"),
        ("Joint targeted area inspection", "joint targeted area inspection"),
    ],
)
def test_the_kind_is_that_of_the_title(title: str, kind: DocumentKind) -> None:
    document = _letter(title)
    assert document.metadata.kind == kind
    assert _span(document, "kind").lower() == kind


@pytest.mark.parametrize(
    ("opening", "first", "last"),
    [
        ("We visited Saltmarsh on 12 and 13 May 2021.", (12, 5), (13, 5)),
        (
            "This letter tells of the visit to Saltmarsh from 30 April to 3 May 2021.",
            (30, 4),
            (3, 5),
        ),
        ("Inspection dates: 3 to 14 May 2021", (3, 5), (14, 5)),
        ("Between 3 May and 7 May 2021, four bodies undertook a joint inspection.", (3, 5), (7, 5)),
        ("Thank you for the welcome given to us when we visited on 6 May 2021.", (6, 5), (6, 5)),
    ],
)
def test_the_days_of_the_visit(opening: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    document = _letter(opening=opening)
    assert document.metadata.visited == Visited(
        date(2021, first[1], first[0]), date(2021, last[1], last[0])
    )
    assert _span(document, "visited") in opening


def test_a_report_that_names_only_its_days_is_an_inspection() -> None:
    metadata = read("# Saltmarsh Council\n\nInspection dates: 3 to 14 May 2021\n").metadata
    assert metadata.kind == "inspection"
    assert metadata.read_from["kind"].inferred == "the dates of an inspection"


def test_a_letter_whose_title_does_not_tell_does_so_in_its_first_words() -> None:
    document = read(
        "4 June 2021\n\nDear Ottilie\n\n# Saltmarsh\n\nThis letter is about the monitoring visit."
    )
    assert document.metadata.kind == "monitoring visit"
    assert _span(document, "kind") == "monitoring visit"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Inspection of Saltmarsh local authority children’s services", "inspection"),
        ("Re-inspection of services for children in need of help", "inspection"),
        ("Ofsted praises inspection of Saltmarsh children’s services", "news"),
        ("Inspectors praise Saltmarsh", "news"),
    ],
)
def test_a_title_alone_is_that_of_a_report_or_not(title: str, kind: DocumentKind) -> None:
    assert read(f"# {title}\n\nChildren are safe.").metadata.kind == kind


def test_the_title_of_a_file_tells_the_kind_of_a_letter_without_headings() -> None:
    word = docx.Document()
    word.core_properties.title = "Focused visit to Saltmarsh"
    for text in ("4 June 2021", "Dear Ottilie", "Children are safe."):
        word.add_paragraph(text)
    metadata = read(word_bytes(word)).metadata
    assert metadata.kind == "focused visit"
    assert metadata.read_from["kind"].inferred == "the title"


@pytest.mark.parametrize("which", ["last", "previous", "earlier"])
def test_the_day_of_another_inspection_is_not_that_of_the_visit(which: str) -> None:
    document = _letter(opening=f"At the {which} inspection, on 3 March 2015, much was amiss.")
    assert document.metadata.visited is None


def test_a_table_of_other_things_has_no_judgements() -> None:
    metadata = read("# Figures\n\n| Year | Children |\n|---|---|\n| 2021 | 40 |\n").metadata
    assert metadata.judgements == ()
    assert "judgements" not in metadata.read_from


def test_a_visit_that_is_spoken_of_without_its_day_has_none() -> None:
    document = _letter(opening="Families whom we visited on 3 occasions were glad.")
    assert document.metadata.visited is None


ILACS = "# Inspection of Saltmarsh local authority children’s services\n\n"


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        (f"{ILACS}Inspection dates: 3 to 14 May 2021\n", "ILACS standard"),
        (f"{ILACS}Inspection dates: 3 to 7 May 2021\n", "ILACS short"),
        (f"{ILACS}Inspection dates: 3 to 7 May 2021\n\nA standard inspection.\n", "ILACS standard"),
        (f"Dear Ottilie\n\n{ILACS}Children are safe.\n", "ILACS"),
        # Seventeen days are neither one week nor two.
        (f"{ILACS}Inspection dates: 3 to 19 May 2021\n", "ILACS"),
        (f"{ILACS}No dates.\n", "ILACS"),
        (
            "# Inspection of services for children in need of help and protection\n\n"
            "Inspection dates: 3 to 27 May 2014\n",
            "SIF",
        ),
        (
            "# Inspection of looked after children services\n\nInspection dates: 1 to 5 July 2013",
            "looked after children",
        ),
        (
            "# Inspection of safeguarding and looked after children services\n\n"
            "Inspection dates: 1 to 12 July 2011",
            "safeguarding and looked after children",
        ),
        (
            "# Inspection of local authority arrangements for the protection of children\n\n"
            "Inspection dates: 1 to 10 July 2012",
            "protection of children",
        ),
        (LETTER.format(title="Focused visit", opening="We used the ILACS framework."), "ILACS"),
        (LETTER.format(title="Assurance visit", opening="No grades are given."), None),
        ("# Ofsted praises ILACS inspection\n\nWell done, inspectors say.", None),
    ],
)
def test_frameworks(text: str, framework: str | None) -> None:
    metadata = read(text).metadata
    assert metadata.framework == framework
    assert ("framework" in metadata.read_from) == (framework is not None)


def test_a_news_item_has_no_dates_of_its_own() -> None:
    metadata = read(
        "# Ofsted praises Saltmarsh\n\nInspectors visited Saltmarsh from 3 to 14 May 2021 and "
        "gave children’s services the grade good."
    ).metadata
    assert metadata.kind == "news"
    assert (metadata.published, metadata.visited, metadata.inspectors) == (None, None, ())
    assert "visited" not in metadata.read_from


def test_a_line_that_is_no_heading_may_be_the_title() -> None:
    document = read(
        "Saltmarsh\n\nInspection of services for children in need of help and protection\n\n"
        "# Children’s services in Saltmarsh are good\n\nInspection dates: 3 to 27 May 2014\n"
    )
    metadata = document.metadata
    assert metadata.title == "Inspection of services for children in need of help and protection"
    assert _span(document, "title") == metadata.title
    assert (metadata.kind, metadata.framework) == ("inspection", "SIF")


def test_what_is_no_letter_is_other_and_named_after_its_file() -> None:
    metadata = read("bread and milk, and a list of errands.", "lists/errands.txt").metadata
    assert metadata.kind == "other"
    assert metadata.title == "errands"
    assert metadata.read_from["title"].inferred == "the file's name"
    assert metadata.read_from["kind"].inferred == "the text as a whole"


def test_every_value_says_where_it_was_read() -> None:
    document = _letter()
    for field, place in document.metadata.read_from.items():
        assert (place.start is None) == (place.end is None)
        assert (place.start is None) != (place.inferred is None)
        assert place.inferred is None or place.inferred in INFERRED
        assert getattr(document.metadata, field) not in (None, ())
