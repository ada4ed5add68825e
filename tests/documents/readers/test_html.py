"""HTML: the letter and not the page around it."""

import pytest

from documents.errors import UnreadableDocument
from tests.documents.making import block_of, read, sentences, texts

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>Visit – Saltmarsh</title>
<link rel="canonical" href="https://example.org/visit">
<style>p { color: red }</style><script>var words = "not read";</script></head>
<body>
<header><p>Saltmarsh Council</p></header>
<nav><ul><li>Home</li><li>News</li></ul></nav>
<main>
<header><h1>Focused visit to Saltmarsh children’s services</h1></header>
<p>Ottilie Greenhalgh<br>Director of Children’s Services</p>
<!-- a comment that nobody reads -->
<h2>Main findings</h2>
<p>Children in danger are <b>found</b>
quickly<sup><a href="#n1">1</a></sup>. Their plans are short&shy;-term.</p>
<ul><li>Visits are late.</li><li><p>Homes are near.</p><p>Most are warm.</p></li></ul>
<ol start="4"><li>Carers are kind.</li><li>Schools help.</li></ol>
<p>12. Numbers may be typed.</p>
<p>&bull; So may bullets.</p>
<table><tr><th>Judgement</th><th>Grade</th></tr>
<tr><td>1. The experiences of<br>children in care</td><td>Requires improvement</td></tr>
<tr><td>Overall effectiveness</td><td></td><td>Good</td></tr></table>
<aside><p>Related pages</p></aside>
</main>
<footer><p>Accessibility</p></footer>
</body></html>"""


def test_the_main_part_becomes_structure() -> None:
    document = read(PAGE)
    assert document.format == "html"
    assert [(s.heading, s.level) for s in document.sections] == [
        ("Focused visit to Saltmarsh children’s services", 1),
        ("Main findings", 2),
    ]
    assert texts(document)[:3] == [
        "Focused visit to Saltmarsh children’s services",
        "Ottilie Greenhalgh",
        "Director of Children’s Services",
    ]
    assert texts(document, "bullet") == ["Visits are late.", "Homes are near.", "So may bullets."]
    assert "Most are warm." in texts(document, "paragraph")
    numbers = [(b.number, document.text[b.start : b.end]) for b in document.blocks if b.number]
    assert numbers[:3] == [
        ("4", "Carers are kind."),
        ("5", "Schools help."),
        ("12", "Numbers may be typed."),
    ]


def test_soft_hyphens_and_line_ends_of_the_source_are_undone() -> None:
    assert "Their plans are short-term." in sentences(read(PAGE))


def test_what_stands_around_the_letter_is_furniture() -> None:
    document = read(PAGE)
    assert {line.text for line in document.furniture} == {
        "Saltmarsh Council",
        "Home News",
        "Related pages",
        "Accessibility",
        "1",  # the mark of a footnote
    }
    for words in ("News", "Accessibility", "Related", "not read", "color", "nobody reads"):
        assert words not in document.text


def test_the_table_becomes_rows() -> None:
    document = read(PAGE)
    assert [(j.area, j.grade) for j in document.metadata.judgements] == [
        ("The experiences of children in care", "Requires improvement"),
        ("Overall effectiveness", "Good"),
    ]
    assert block_of(document, "Judgement\tGrade").boilerplate
    assert block_of(document, "children in care\t").number == "1"


def test_the_page_says_its_address_and_language() -> None:
    metadata = read(PAGE).metadata
    assert metadata.url == "https://example.org/visit"
    assert metadata.language == "en"
    assert metadata.read_from["url"].inferred is not None


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_encodings_that_the_page_does_not_name(encoding: str) -> None:
    data = "<html><body><p>The council’s café is “warm”.</p></body></html>".encode(encoding)
    assert read(data).text == "The council’s café is “warm”."


def test_the_encoding_that_the_page_names() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź is far.</p></body></html>'
    assert read(page.encode("iso-8859-2")).text == "Łódź is far."


def test_a_page_without_a_main_part_is_read_from_its_body() -> None:
    assert read("<html><body><div>Loose words</div> and more</body></html>").text == (
        "Loose words\n\nand more"
    )


def test_what_is_hidden_is_furniture_but_not_the_whole_page() -> None:
    document = read("<html hidden><body><p hidden>Old.</p><p>New.</p></body></html>")
    assert document.text == "New."
    assert [line.text for line in document.furniture] == ["Old."]


def test_rows_without_words_are_passed_over() -> None:
    page = "<html><body><table><tr><td></td></tr><tr><td>Words</td></tr></table></body></html>"
    assert texts(read(page)) == ["Words"]


def test_nested_furniture_is_listed_once() -> None:
    document = read(
        "<html><body><header><nav>Home</nav></header><p>Children are safe.</p></body></html>"
    )
    assert [line.text for line in document.furniture] == ["Home"]


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>Report not found – Reports</title></head><body>Sorry.</body></html>",
        "<html><body><h1>403 Forbidden</h1></body></html>",
        "<!DOCTYPE html><html><body><h1>Error 500</h1><p>Try later.</p></body></html>",
        "<html><head><title>404</title></head><body><p>Nothing here.</p></body></html>",
    ],
)
def test_an_error_page_is_a_failure(page: str) -> None:
    with pytest.raises(UnreadableDocument, match="HTML error page"):
        read(page, "letter.pdf")


def test_a_number_in_a_title_makes_no_error_page() -> None:
    page = (
        "<html><body><h1>Saltmarsh finds 500 new foster homes</h1><p>They open.</p></body></html>"
    )
    assert "They open." in read(page).text


def test_a_page_of_nothing_but_navigation_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="no words outside its navigation"):
        read("<html><body><nav>Home News</nav></body></html>")


def test_a_page_nested_deeply_loses_no_words() -> None:
    deep = "<div>" * 400 + "Children are safe." + "</div>" * 400
    document = read(f"<html><body><p>First words.</p>{deep}</body></html>")
    assert document.text == "First words.\n\nChildren are safe."


def test_a_page_nested_without_end_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        read("<html><body>" + "<div>" * 20_000 + "Children are safe.")
