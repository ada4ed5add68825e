"""The twelve sample letters: what was read is what their sources say."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from documents import Document, Metadata, Visited, read_corpus
from eval.wholeness import compare, other_extraction, words_of
from tests.documents.making import check_spans, texts

SAMPLES = Path("documents/samples")
SOURCES = SAMPLES / "sources"
CORPUS = read_corpus(SAMPLES)
DOCUMENTS = {document.file: document for document in CORPUS.documents}

HELP = "The experiences and progress of children who need help and protection"
CARE = "The experiences and progress of children in care"
LEAVERS = "The experiences and progress of care leavers"
BOTH = "The experiences and progress of children in care and care leavers"
WORK = "The impact of leaders on social work practice with children and families"
RIPG = "Requires improvement to be good"


def _days(first: str, last: str) -> Visited:
    return Visited(date.fromisoformat(first), date.fromisoformat(last))


# As the sources say it: authority, kind, framework, published, visited, inspectors, addressee,
# judgements.
EXPECTED: dict[str, tuple[object, ...]] = {
    "aldermere-2017-inspection.pdf": (
        "Aldermere",
        "inspection",
        "SIF",
        date(2017, 5, 26),
        _days("2017-03-06", "2017-03-30"),
        ("Rosalind Quillfeather",),
        None,
        [
            ("Overall effectiveness", "Requires improvement to be good"),
            ("Children who need help and protection", "Requires improvement"),
            ("Children looked after and achieving permanence", "Requires improvement"),
            ("Adoption performance", "Good"),
            ("Experiences and progress of care leavers", "Requires improvement"),
            ("Leadership, management and governance", "Requires improvement"),
        ],
    ),
    "aldermere-2019-focused-visit.pdf": (
        "Aldermere",
        "focused visit",
        "ILACS",
        date(2019, 12, 6),
        _days("2019-11-12", "2019-11-13"),
        ("Comfort Adeyinka-Lunt", "Idris Marlpit"),
        "Marguerite Ashgrove-Bello",
        [],
    ),
    "aldermere-2022-inspection.pdf": (
        "Aldermere",
        "inspection",
        "ILACS standard",
        date(2022, 7, 4),
        _days("2022-05-09", "2022-05-20"),
        ("Hester Penhallow-Dube",),
        None,
        [(WORK, "Good"), (HELP, "Good"), (BOTH, RIPG), ("Overall effectiveness", "Good")],
    ),
    "aldermere-2025-focused-visit.txt": (
        "Aldermere",
        "focused visit",
        "ILACS",
        date(2025, 10, 17),
        _days("2025-09-16", "2025-09-17"),
        ("Hester Penhallow-Dube", "Osric Tallentire"),
        "Tobias Wrenfield-Shah",
        [],
    ),
    "kestleshire-2023-inspection.html": (
        "Kestleshire",
        "inspection",
        "ILACS standard",
        date(2023, 3, 13),
        _days("2023-01-16", "2023-01-27"),
        ("Rosamund Tilleray",),
        None,
        [
            (WORK, "Inadequate"),
            (HELP, "Inadequate"),
            (CARE, RIPG),
            (LEAVERS, RIPG),
            ("Overall effectiveness", "Inadequate"),
        ],
    ),
    "kestleshire-2023-first-monitoring-visit.docx": (
        "Kestleshire",
        "monitoring visit",
        "ILACS",
        date(2023, 11, 9),
        _days("2023-10-10", "2023-10-11"),
        ("Hugo Penstrake", "Bettina Corvale"),
        "Philippa Quennervale",
        [],
    ),
    "kestleshire-2024-third-monitoring-visit.pdf": (
        "Kestleshire",
        "monitoring visit",
        "ILACS",
        date(2024, 7, 19),
        _days("2024-06-18", "2024-06-19"),
        ("Bettina Corvale", "Anselm Druce", "Odette Farrowby"),
        "Philippa Quennervale",
        [],
    ),
    "kestleshire-2026-inspection.pdf": (
        "Kestleshire",
        "inspection",
        "ILACS standard",
        date(2026, 3, 30),
        _days("2026-02-02", "2026-02-13"),
        ("Cordelia Wrenshaw",),
        None,
        [
            ("The impact of leaders on practice with children and families", "Good"),
            (HELP, RIPG),
            (CARE, "Good"),
            (LEAVERS, "Good"),
        ],
    ),
    "port-brannock-2018-focused-visit.md": (
        "Port Brannock",
        "focused visit",
        "ILACS",
        date(2018, 7, 27),
        _days("2018-07-03", "2018-07-04"),
        ("Isolde Ferrantine", "Bevis Tarrowby"),
        "Hester Vanbrough-Lyle",
        [],
    ),
    "port-brannock-2021-assurance-visit.html": (
        "Port Brannock",
        "assurance visit",
        None,
        date(2021, 5, 7),
        _days("2021-03-24", "2021-03-26"),
        ("Marguerite Askelwood", "Lorcan Quillfeather", "Isolde Ferrantine"),
        "Conrad Appleyarrow",
        [],
    ),
    "wexley-and-dunmoor-2020-inspection.docx": (
        "Wexley and Dunmoor",
        "inspection",
        "ILACS short",
        date(2020, 3, 10),
        _days("2020-01-27", "2020-01-31"),
        ("Cordelia Wrenfold",),
        None,
        [(WORK, "Good"), (HELP, "Good"), (BOTH, RIPG), ("Overall effectiveness", "Good")],
    ),
    "wexley-and-dunmoor-news.txt": (
        "Wexley and Dunmoor",
        "news",
        None,
        None,
        None,
        (),
        None,
        [],
    ),
}
# Stands in a text file where PDFs have their footer.
NOTICE = "Invented sample letter. There is no such authority."


def _facts(metadata: Metadata) -> tuple[object, ...]:
    return (
        metadata.authority,
        metadata.kind,
        metadata.framework,
        metadata.published,
        metadata.visited,
        metadata.inspectors,
        metadata.addressee,
        [(judgement.area, judgement.grade) for judgement in metadata.judgements],
    )


def _source(document: Document) -> str:
    """The words of a letter's source, footnote marks left out."""
    text = (SOURCES / document.file).with_suffix(".md").read_text(encoding="utf-8")
    return re.sub(r"\[\^\d+\]:?", "", text.split("---\n", 2)[2])


def test_all_samples_are_read_and_nothing_else_is() -> None:
    assert set(DOCUMENTS) == set(EXPECTED)
    assert {path.stem for path in SOURCES.glob("*.md")} == {Path(file).stem for file in EXPECTED}
    assert CORPUS.failures == ()


@pytest.mark.parametrize("file", EXPECTED)
def test_the_metadata_is_what_the_source_says(file: str) -> None:
    assert _facts(DOCUMENTS[file].metadata) == EXPECTED[file]


@pytest.mark.parametrize("file", EXPECTED)
def test_every_value_stands_where_it_was_read(file: str) -> None:
    document = DOCUMENTS[file]
    metadata = document.metadata
    read = {
        field: document.text[place.start : place.end]
        for field, place in metadata.read_from.items()
        if place.start is not None
    }
    assert metadata.authority_as_written == read["authority_as_written"]
    assert (metadata.authority or "?") in read["authority"]
    assert metadata.title == read["title"]
    assert metadata.title in texts(document, "heading")
    if metadata.kind != "news":
        assert read["kind"].lower().removesuffix(" of") == metadata.kind
    for day, field in (
        (metadata.published, "published"),
        (metadata.visited and metadata.visited.last, "visited"),
    ):
        assert (day is None) == (field not in read)
        if day:
            assert f"{day.day} {day:%B %Y}" in read[field]
    if metadata.visited:
        assert read["visited"].startswith(str(metadata.visited.first.day))
    assert [name for name in metadata.inspectors if name not in read["inspectors"]] == []
    assert metadata.addressee == read.get("addressee")
    for judgement in metadata.judgements:
        words = document.text[judgement.start : judgement.end]
        if "\t" in words:
            assert words == f"{judgement.area}\t{judgement.grade}"
        else:  # a sentence: "Children’s services in … require improvement to be good"
            assert judgement.area == "Overall effectiveness"
            assert words.endswith(judgement.grade.lower().removeprefix("requires"))
        assert words in read["judgements"]
    # Every field with a value says where it comes from, and no other.
    valued = {
        field
        for field in Metadata.__dataclass_fields__
        if field != "read_from" and getattr(metadata, field) not in (None, ())
    }
    assert set(metadata.read_from) == valued


@pytest.mark.parametrize("file", EXPECTED)
def test_no_word_of_the_source_is_lost_or_made_up(file: str) -> None:
    document = DOCUMENTS[file]
    source, read = words_of(_source(document)), words_of(document.text)
    assert source - read == Counter()
    extra = read - source
    # Footnotes keep their number; a text file has no footer to say that it is invented.
    numbers = [text.split()[0] for text in texts(document, "footnote")]
    notice = NOTICE if NOTICE in document.text else ""
    assert extra <= words_of(" ".join([*numbers, notice]))


@pytest.mark.parametrize("file", [file for file in EXPECTED if file.endswith(".pdf")])
def test_the_text_layer_is_read_whole(file: str) -> None:
    wholeness = compare(DOCUMENTS[file], other_extraction(SAMPLES / file))
    assert (wholeness.missing, wholeness.extra) == (Counter(), Counter())


@pytest.mark.parametrize("file", EXPECTED)
def test_the_headings_are_those_of_the_source(file: str) -> None:
    document = DOCUMENTS[file]
    headings = re.findall(r"^#{1,6} (.+)$", _source(document), re.MULTILINE)
    read = [section.heading for section in document.sections if section.heading]
    assert [heading for heading in headings if heading not in read] == []


@pytest.mark.parametrize("file", EXPECTED)
def test_the_bullets_and_numbers_are_those_of_the_source(file: str) -> None:
    document = DOCUMENTS[file]
    body = _source(document)
    assert texts(document, "bullet") == re.findall(r"^- (.+)$", body, re.MULTILINE)
    numbers = [b.number for b in document.blocks if b.number and b.kind == "paragraph"]
    assert numbers == re.findall(r"^(\d+)\. ", body, re.MULTILINE)


@pytest.mark.parametrize("file", EXPECTED)
def test_spans(file: str) -> None:
    check_spans(DOCUMENTS[file])


def test_no_furniture_stands_in_the_running_text() -> None:
    for document in DOCUMENTS.values():
        if document.format == "pdf":
            assert "invented authority" not in document.text
            assert "Invented sample" not in document.text
            assert len(document.furniture) >= len(document.pages)
