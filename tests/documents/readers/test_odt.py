"""OpenDocument texts: structure, lists, tables, notes, and what is there but not to be read."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.errors import UnreadableDocument
from documents.readers import odt
from documents.readers.odt import read_odt
from eval.wholeness import words_of
from tests.documents.making import block_of, read, texts
from tests.documents.packing import NAMES, ODT, odt_file, zipped

LISTS = """
<text:list-style style:name="Dots">
 <text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
 <text:list-level-style-bullet text:level="2" text:bullet-char="–"/>
</text:list-style>
<text:list-style style:name="Counted">
 <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
 <text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="."
  text:display-levels="2"/>
 <text:list-level-style-number text:level="3" style:num-format="a" style:num-prefix="("
  style:num-suffix=")"/>
</text:list-style>
<text:list-style style:name="Late">
 <text:list-level-style-number text:level="1" style:num-format="I" text:start-value="4"/>
</text:list-style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Standard"/>
"""


def _p(*lines: str) -> str:
    return "".join(f"<text:p>{line}</text:p>" for line in lines)


def _list(*items: str, style: str = "", more: str = "") -> str:
    name = f' text:style-name="{style}"' if style else ""
    inner = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
    return f"<text:list{name} {more}>{inner}</text:list>"


def _numbered(body: str) -> list[tuple[str | None, str]]:
    document = read(odt_file(body, automatic=LISTS))
    return [(block.number, document.text[block.start : block.end]) for block in document.blocks]


def test_headings_and_paragraphs_become_structure() -> None:
    body = (
        '<text:p text:style-name="P1">Focused visit to Saltmarsh children’s services</text:p>'
        '<text:p text:style-name="P2">Ottilie Greenhalgh<text:line-break/>Director</text:p>'
        '<text:section><text:h text:outline-level="2">Main findings</text:h>'
        "<text:p>Children<text:s/>are <text:span>sa</text:span>fe,<text:tab/>and"
        "<text:s text:c='3'/>"
        "<text:a xlink:href='https://example.org'>most</text:a> are<text:soft-page-break/> happy."
        "</text:p></text:section><text:p/><text:p>15. Numbers may be typed.</text:p>"
        "<text:p>• So may bullets.</text:p>"
    )
    document = read(odt_file(body, automatic=LISTS), "letter.odt")
    assert document.format == "odt"
    assert [(s.heading, s.level) for s in document.sections] == [
        ("Focused visit to Saltmarsh children’s services", 1),
        ("Main findings", 2),
    ]
    assert texts(document)[1:3] == ["Ottilie Greenhalgh", "Director"]
    assert "Children are safe, and most are happy." in texts(document)
    assert block_of(document, "Numbers may").number == "15"
    assert texts(document, "bullet") == ["So may bullets."]
    assert document.pages == ()


def test_bullets_of_all_levels() -> None:
    inner = _list(_p("Some by weeks."), _p("Some by months."))
    body = _list(
        _p("Visits are late.") + inner, _p("Homes are near.", "Most are warm."), style="Dots"
    )
    document = read(odt_file(body, automatic=LISTS))
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("bullet", "Visits are late."),
        ("bullet", "Some by weeks."),
        ("bullet", "Some by months."),
        ("bullet", "Homes are near."),
        ("paragraph", "Most are warm."),
    ]


def test_a_numbered_list_keeps_its_numbers() -> None:
    third = _list(_p("In the north."), _p("In the south."))
    second = _list(_p("Most of them.") + third, _p("Some of them."))
    body = _list(_p("Carers are kind.") + second, _p("Schools help."), style="Counted")
    assert _numbered(body) == [
        ("1", "Carers are kind."),
        ("1.1", "Most of them."),
        ("a", "In the north."),
        ("b", "In the south."),
        ("1.2", "Some of them."),
        ("2", "Schools help."),
    ]
    assert "\n\n(a) In the north." in read(odt_file(body, automatic=LISTS)).text


def test_lists_begin_again_go_on_or_begin_late() -> None:
    body = (
        _list(_p("One."), _p("Two."), style="Counted", more='xml:id="first"')
        + _list(_p("Again."), style="Counted", more='xml:id="second"')
        + _list(_p("On."), style="Counted", more='text:continue-numbering="true"')
        + _list(_p("Far on."), style="Counted", more='text:continue-list="first"')
        + _list(_p("Four."), _p("Five."), style="Late")
        + f'<text:list text:style-name="Counted"><text:list-item text:start-value="9">{_p("Nine.")}'
        "</text:list-item><text:list-header><text:p>Between.</text:p></text:list-header>"
        f"<text:list-item>{_p('Ten.')}</text:list-item></text:list>"
        + _list(_list(_p("Inner only."), style="Dots"), style="Counted")
        + _list(_p("Of no style."))
    )
    assert _numbered(body) == [
        ("1", "One."),
        ("2", "Two."),
        ("1", "Again."),
        ("2", "On."),
        ("3", "Far on."),
        ("IV", "Four."),
        ("V", "Five."),
        ("9", "Nine."),
        (None, "Between."),
        ("10", "Ten."),
        (None, "Inner only."),
        (None, "Of no style."),
    ]


def test_a_numbered_heading_keeps_its_number_apart() -> None:
    body = _list('<text:h text:outline-level="2">Main findings</text:h>', style="Counted")
    document = read(odt_file(body, automatic=LISTS))
    assert document.sections[0].heading == "Main findings"
    assert document.blocks[0].number == "1"


def _row(*cells: str) -> str:
    inner = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def test_a_table_becomes_rows_in_its_place() -> None:
    box = (
        "<text:p><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box>"
        "</draw:frame></text:p>"
    )
    body = (
        _p("Before the table.")
        + "<table:table><table:table-column/><table:table-header-rows>"
        + _row(_p("Judgement"), _p("Grade"))
        + "</table:table-header-rows><table:table-rows>"
        + _row(_p("1. Children who need help", "and protection"), _p("Good"))
        + _row(_p("2.1 Adoption performance"), _p("Requires improvement"))
        + _row("", "")
        + "<table:table-row><table:table-cell><text:p>A note on all of it.</text:p>"
        "</table:table-cell><table:covered-table-cell/></table:table-row>"
        + _row(f"<table:table>{_row(_p('inner'), _p('words'))}</table:table>", box)
        + "</table:table-rows></table:table>"
        + _p("After the table.")
    )
    document = read(odt_file(body))
    assert texts(document) == [
        "Before the table.",
        "Judgement\tGrade",
        "Children who need help and protection\tGood",
        "Adoption performance\tRequires improvement",
        "A note on all of it.",
        "inner words",
        "In a box.",
        "After the table.",
    ]
    assert block_of(document, "Judgement\t").boilerplate
    assert block_of(document, "Adoption").number == "2.1"
    assert [j.grade for j in document.metadata.judgements] == ["Good", "Requires improvement"]


def test_a_first_row_of_grades_is_a_head_where_none_is_marked() -> None:
    body = (
        f"<table:table>{_row(_p('Area'), _p('Grade'))}{_row(_p('Care'), _p('Good'))}</table:table>"
    )
    blocks = read(odt_file(body)).blocks
    assert [block.boilerplate for block in blocks] == [True, False]


def test_notes_are_read_and_their_marks_are_furniture() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>{}</text:note-citation>'
        "<text:note-body><text:p>{}</text:p></text:note-body></text:note>"
    )
    body = (
        f"<text:p>Carers are kind{note.format(1, 'In 2021.')}, and most stay.</text:p>"
        f"<table:table>{_row(_p('Care' + note.format(2, 'At night.')), _p('Good'))}</table:table>"
        + _p("Schools help.")
    )
    document = read(odt_file(body))
    assert texts(document) == [
        *("Carers are kind, and most stay.", "Care\tGood", "Schools help."),
        *("In 2021.", "At night."),
    ]
    assert texts(document, "footnote") == ["In 2021.", "At night."]
    assert [line.text for line in document.furniture] == ["1", "2"]


def test_deletions_and_comments_are_not_read_and_insertions_are() -> None:
    body = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<text:p>never</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>Children are <text:change text:change-id="c1"/><text:change-start '
        'text:change-id="c2"/>now <text:change-end text:change-id="c2"/>safe'
        "<office:annotation><text:p>Is this so?</text:p></office:annotation><!-- no -->.</text:p>"
    )
    assert read(odt_file(body)).text == "Children are now safe."


def test_text_boxes_and_shapes_are_read_behind_their_paragraph() -> None:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    body = (
        f"<text:p>Before <text:span>{box.format('In a box.')}</text:span>and after.</text:p>"
        f"<draw:g>{box.format('In a group.')}<draw:custom-shape><text:p>In a shape.</text:p>"
        "</draw:custom-shape></draw:g>"
        "<text:p><draw:frame><draw:image/><svg:title>A crest</svg:title></draw:frame></text:p>"
    )
    assert texts(read(odt_file(body))) == [
        *("Before and after.", "In a box.", "In a group.", "In a shape."),
    ]


def test_a_contents_list_is_boilerplate() -> None:
    body = (
        "<text:table-of-content><text:index-body><text:index-title><text:p>Contents</text:p>"
        "</text:index-title><text:p>Main findings<text:tab/>2</text:p></text:index-body>"
        "</text:table-of-content>" + _p("Children are safe.")
    )
    document = read(odt_file(body))
    assert [block.boilerplate for block in document.blocks] == [True, True, False]


def test_headers_and_footers_are_furniture() -> None:
    page = (
        '<style:master-page style:name="{}"><office:forms/><style:header>'
        "<text:p>Running header</text:p></style:header><style:footer><text:p>Page "
        "<text:page-number>{}</text:page-number></text:p>"
        "</style:footer></style:master-page>"
    )
    document = read(odt_file(_p("Words."), masters=page.format("A", 1) + page.format("B", 2)))
    assert [line.text for line in document.furniture] == ["Running header", "Page 1", "Page 2"]
    assert document.text == "Words."


def test_the_file_says_its_title_and_day() -> None:
    meta = (
        "<dc:title>A letter</dc:title><meta:creation-date>2019-12-01T10:00:00</meta:creation-date>"
    )
    reading = read_odt(odt_file(_p("Words."), meta=meta), "letter.odt")
    assert (reading.title, reading.made) == ("A letter", date(2019, 12, 1))
    later = odt_file(_p("Words."), meta=f"{meta}<dc:date>2019-12-06T09:00:00.5</dc:date>")
    assert read_odt(later, "letter.odt").made == date(2019, 12, 6)
    assert read_odt(odt_file(_p("Words.")), "letter.odt").made is None


BOMB = {"mimetype": ODT, "content.xml": "<a/>" + " " * 3_000_000}
ENCRYPTED = f"<manifest:manifest {NAMES}><manifest:encryption-data/></manifest:manifest>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odt_file(""), "the OpenDocument file holds no words"),
        (zipped({"mimetype": ODT}), "the OpenDocument file is damaged"),
        (zipped({"mimetype": ODT, "content.xml": "<a"}), "the OpenDocument file is damaged"),
        (zipped(BOMB), "the OpenDocument file is damaged (.*compression ratio"),
        (odt_file(_p("x"), manifest=ENCRYPTED), "the OpenDocument file is encrypted"),
        (odt_file("<text:p>" * 200 + "</text:p>" * 200), "the OpenDocument file holds no words"),
        (
            odt_file(_p("x"), kind="application/vnd.oasis.opendocument.spreadsheet"),
            "an archive, not a Word document or OpenDocument text",
        ),
    ],
)
def test_files_that_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason.replace("(", r"\(")) as caught:
        read(data, "letter.odt")
    assert "\n" not in str(caught.value)


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    doctype = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = odt_file(_p("Before &x; after."), doctype=doctype)
    try:
        assert "secret words" not in read(data).text
    except UnreadableDocument as error:
        assert "secret words" not in error.reason  # noqa: PT017 - both ends are right here


WORDS = st.text(st.sampled_from("abc 12."), min_size=1, max_size=12).filter(str.strip)
LEAF = WORDS.map(lambda text: _p(text))
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: _list(*items, style="Counted")),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: _list(*items, style="Dots")),
        inner.map(lambda block: f"<text:section>{block}</text:section>"),
        LEAF.map(lambda block: f"<table:table>{_row(block, block)}</table:table>"),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(TREE, min_size=1, max_size=4).map("".join))
def test_no_word_is_lost_or_made_up(body: str) -> None:
    reading = odt.read_odt(odt_file(body, automatic=LISTS), "letter.odt")
    # The numbers that lists are given are not written in the file.
    written = re.findall(r"<text:p>([^<]*)</text:p>", body)
    assert words_of(" ".join(d.text for d in reading.drafts)) == words_of(" ".join(written))
