"""What pages are written with becomes drafts: lines, lists, footnotes and tables."""

import pytest

from documents.readers.html import read_html
from tests.documents.making import read

LONG = "Children who are in danger are found quickly, and those who need a plan have one. " * 3


def _drafts(body: str) -> list[tuple[str, str]]:
    """The kind and the words of each draft, the mark before them."""
    reading = read_html(f"<html><body><main>{body}</main></body></html>".encode(), "letter.html")
    return [(draft.kind, f"{draft.mark}{draft.text}") for draft in reading.drafts]


def _furniture(body: str) -> list[str]:
    page = f"<html><body><main>{body}</main></body></html>"
    return [line.text for line in read(page).furniture]


def test_line_breaks_part_lines_but_not_sentences() -> None:
    body = (
        "<h1>Focused visit<br>to Saltmarsh</h1><p>Ottilie Greenhalgh<br>Director</p>"
        "<p>Children are safe<br/>and warm.<br><br>Homes are near.<br></p>and loose"
    )
    assert _drafts(body) == [
        ("heading", "Focused visit to Saltmarsh"),
        ("paragraph", "Ottilie Greenhalgh"),
        ("paragraph", "Director"),
        ("paragraph", "Children are safe and warm."),
        ("paragraph", "Homes are near."),
        ("paragraph", "and loose"),
    ]


@pytest.mark.parametrize(
    ("attributes", "marks"),
    [
        ("", ["1. ", "2. ", "3. "]),
        ('start="9"', ["9. ", "10. ", "11. "]),
        ('start="x"', ["1. ", "2. ", "3. "]),
        ('type="a"', ["a. ", "b. ", "c. "]),
        ('type="I" start="4"', ["IV. ", "V. ", "VI. "]),
        ('type="square"', ["1. ", "2. ", "3. "]),
        ('style="list-style-type: lower-roman"', ["i. ", "ii. ", "iii. "]),
        ('style="list-style: none"', ["1. ", "2. ", "3. "]),
        ("reversed", ["3. ", "2. ", "1. "]),
        ('reversed start="10"', ["10. ", "9. ", "8. "]),
    ],
)
def test_numbered_lists_keep_the_numbers_that_browsers_show(
    attributes: str, marks: list[str]
) -> None:
    body = f"<ol {attributes}><li>One</li><li>Two</li><li>Three</li></ol>"
    words = ("One", "Two", "Three")
    assert _drafts(body) == [
        ("paragraph", mark + word) for mark, word in zip(marks, words, strict=True)
    ]


def test_an_item_may_have_a_number_of_its_own() -> None:
    body = '<ol><li>One</li><li value="7">Seven</li><li>Eight</li></ol>'
    assert [words for _, words in _drafts(body)] == ["1. One", "7. Seven", "8. Eight"]


def test_lists_within_lists() -> None:
    body = (
        "<ol><li>Visits are late.<ul><li>By weeks.</li><li><p>By months.</p></li></ul>All of them."
        '</li><li>Plans are short.<ol type="a"><li>Some.</li></ol></li></ol><li>Loose.</li>'
    )
    assert _drafts(body) == [
        ("paragraph", "1. Visits are late."),
        ("bullet", "By weeks."),
        ("bullet", "By months."),
        ("paragraph", "All of them."),
        ("paragraph", "2. Plans are short."),
        ("paragraph", "a. Some."),
        ("bullet", "Loose."),
    ]


MARKS = [
    '<sup><a href="#n1">1</a></sup>',
    '<a href="#n1"><sup>1</sup></a>',
    '<sup id="r1"><a href="#n1">[1]</a></sup>',
    '<a class="footnote-ref" href="#n1">1</a>',
    '<a role="doc-noteref" href="letter.html#n1">See note</a>',
]
NOTES = [
    '<ol><li id="n1">In 2021. <a href="#r1">↩</a></li></ol>',
    '<p id="n1">In 2021. <a href="#r1">Back to text</a></p>',
    '<p><a name="n1"></a>In 2021.</p>',
    '<p><span id="n1"></span>In 2021.</p>',
    '<div role="doc-footnote">In 2021.</div>',
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("mark", MARKS)
def test_footnotes_and_their_marks_stand_apart(mark: str, note: str) -> None:
    body = f"<p>Carers are kind{mark}, and most stay.</p>{note}"
    assert _drafts(body) == [
        ("paragraph", "Carers are kind, and most stay."),
        ("footnote", "In 2021."),
    ]
    assert _furniture(body)[0] in ("1", "[1]", "See note")


@pytest.mark.parametrize(
    "words",
    [
        "10 m<sup>2</sup> of room",
        'as <a href="#plan">the plan</a> says',
        '<sup><a href="/">1</a></sup> a link',
        '<a href="#n1">1</a> of them',
    ],
)
def test_what_is_raised_or_linked_alone_is_no_mark(words: str) -> None:
    plain = read(f"<html><body><p>{words}</p></body></html>")
    assert plain.furniture == ()
    assert len(plain.text.split()) >= len(words.split("<")[0].split())


def test_marks_in_tables_are_taken_out() -> None:
    body = (
        f"<table><tr><th>Area</th><th>Grade</th></tr><tr><td>Care{MARKS[0]}</td>"
        "<td>Requires <b>im</b>provement</td></tr></table>" + NOTES[1]
    )
    assert _drafts(body) == [
        ("row", "Area\tGrade"),
        ("row", "Care\tRequires improvement"),
        ("footnote", "In 2021."),
    ]


def test_a_row_keeps_the_paragraphs_and_lists_of_its_cells_together() -> None:
    body = (
        "<table><tr><td><p>Children who need help</p><p>and protection</p></td>"
        "<td><ol><li>Good</li></ol></td></tr></table>"
    )
    assert _drafts(body) == [("row", "Children who need help and protection\tGood")]


@pytest.mark.parametrize(
    "table",
    [
        '<table role="presentation"><tr><td>{}</td><td>{}</td></tr></table>',
        "<table><tr><td><h2>Findings</h2>{}</td><td>{}</td></tr></table>",
        "<table><tr><td>{}<table><tr><td>x</td></tr></table></td></tr><tr><td>{}</td></tr></table>",
        "<table><tr><td><p>{}<p>{}<p>Three.</td></tr></table>",
        f"<table><tr><td>{LONG}</td></tr><tr><td>{{}}</td></tr><tr><td>{{}}</td></tr></table>",
    ],
)
def test_a_table_that_puts_things_in_their_place_is_no_table(table: str) -> None:
    drafts = _drafts(table.format("Children are safe.", "Homes are warm."))
    assert ("paragraph", "Children are safe.") in drafts
    assert ("paragraph", "Homes are warm.") in drafts


def test_a_row_without_a_table_is_a_row() -> None:
    assert _drafts("<div><tr><td>Care</td><td>Good</td></tr></div>") == [("row", "Care\tGood")]


PAGE = "<html><head>{}</head><body><p>The council’s café is “warm”: £5 a meal.</p></body></html>"
WORDS = "The council’s café is “warm”: £5 a meal."


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("windows-1252", "utf-8"),
        ("utf-8", "cp1252"),
        ("x-unknown", "cp1252"),
        ("macintosh", "mac-roman"),
    ],
)
def test_encodings_declared_rightly_and_wrongly(declared: str, real: str) -> None:
    page = PAGE.format(f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">')
    assert read(page.encode(real)).text == WORDS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_that_are_not_declared(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    assert read((mark + PAGE.format("")).encode(encoding)).text == WORDS


def test_a_spoilt_byte_spoils_only_its_character() -> None:
    words = "“Homes” are “warm”, and “plans” are “clear”, say “all” – and “most” of them are."
    data = f"<html><body><p>{words}</p></body></html>".encode().replace(b"are.", b"a\xffe\x01.")
    assert read_html(data, "x").drafts[0].text == words.replace("are.", "a\ufffde.")


def test_entities_and_zeros() -> None:
    page = "<html><body><p>Caf&eacute;s &amp; homes&nbsp;&ndash; 5&#163;\0.</p></body></html>"
    assert read_html(page.encode(), "x").drafts[0].text == "Cafés & homes – 5£."
