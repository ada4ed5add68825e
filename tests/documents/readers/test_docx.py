"""Word files: styles, lists, tables, and the words that hide elsewhere in the file."""

import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.parser import parse_xml
from docx.shared import Inches
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.errors import UnreadableDocument
from documents.readers.docx import read_docx
from eval.wholeness import words_of
from tests.documents.making import block_of, read, texts, word_bytes, word_file
from tests.documents.packing import zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _letter() -> bytes:
    document = docx.Document()
    document.core_properties.title = "A letter"
    document.sections[0].header.paragraphs[0].text = "Running header"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_paragraph("Focused visit to Saltmarsh children’s services", style="Title")
    document.add_paragraph("Ottilie Greenhalgh\nDirector of Children’s Services")
    document.add_heading("Main findings", 2)
    document.add_paragraph("The ofﬁce is near,\u00a0and chil\u00addren are kept safe.")
    document.add_paragraph("Visits are late.", style="List Bullet")
    document.add_paragraph("•\tHomes are near.")
    document.add_paragraph("Carers are kind.", style="List Number")
    document.add_paragraph("Schools help.", style="List Number")
    document.add_paragraph("Between two lists.")
    document.add_paragraph("Going on, as Word does.", style="List Number")
    document.add_paragraph("15.\tNumbers may be typed.")
    return word_bytes(document)


def test_styles_become_structure() -> None:
    document = read(_letter(), "letter.docx")
    assert document.format == "docx"
    assert [(s.heading, s.level) for s in document.sections] == [
        ("Focused visit to Saltmarsh children’s services", 1),
        ("Main findings", 2),
    ]
    assert texts(document, "bullet") == ["Visits are late.", "Homes are near."]
    assert [(b.number, document.text[b.start : b.end]) for b in document.blocks if b.number] == [
        ("1", "Carers are kind."),
        ("2", "Schools help."),
        ("3", "Going on, as Word does."),
        ("15", "Numbers may be typed."),
    ]


def test_line_breaks_part_the_lines_of_an_address() -> None:
    assert texts(read(_letter()))[1:3] == ["Ottilie Greenhalgh", "Director of Children’s Services"]


def test_debris_of_typesetting_is_undone() -> None:
    assert "The office is near, and children are kept safe." in texts(read(_letter()))


def test_headers_and_footers_are_furniture() -> None:
    document = read(_letter())
    assert [line.text for line in document.furniture] == ["Running header", "Page 1"]
    assert "Running" not in document.text


def test_a_table_becomes_rows_in_its_place() -> None:
    document = docx.Document()
    document.add_paragraph("Before the table.")
    table = document.add_table(rows=0, cols=2)
    for area, grade in (
        ("Judgement", "Grade"),
        ("1. Children who need help\nand protection", "Good"),
        ("2.1 Adoption performance", "Requires improvement"),
    ):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = area, grade
    table.add_row()
    merged = table.add_row().cells
    merged[0].merge(merged[1]).text = "A note on all of it."
    document.add_paragraph("After the table.")
    read_back = read(word_bytes(document))
    assert texts(read_back) == [
        "Before the table.",
        "Judgement\tGrade",
        "Children who need help and protection\tGood",
        "Adoption performance\tRequires improvement",
        "A note on all of it.",
        "After the table.",
    ]
    assert block_of(read_back, "Judgement\t").boilerplate
    assert block_of(read_back, "Adoption").number == "2.1"
    assert [j.grade for j in read_back.metadata.judgements] == ["Good", "Requires improvement"]


def test_a_table_within_a_table_is_read_once() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "Outer"
    inner = cell.add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "inner words"
    assert texts(read(word_bytes(document))) == ["Outer inner words"]


def _insert(paragraph: Paragraph, xml: str) -> None:
    paragraph._p.append(parse_xml(xml))


def test_tracked_insertions_are_words_and_deletions_are_none() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Children are ")
    _insert(paragraph, f"<w:ins {W}><w:r><w:t>now </w:t></w:r></w:ins>")
    _insert(paragraph, f"<w:del {W}><w:r><w:delText>never </w:delText></w:r></w:del>")
    paragraph.add_run("safe.")
    assert read(word_bytes(document)).text == "Children are now safe."


def test_links_content_controls_and_text_boxes_are_words() -> None:
    document = docx.Document()
    linked = document.add_paragraph("See ")
    _insert(linked, f"<w:hyperlink {W}><w:r><w:t>the plan</w:t></w:r></w:hyperlink>")
    _insert(
        linked,
        f"<w:r {W}><w:pict><w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></w:r>",
    )
    # What older Word shows in place of the box says the same again.
    fallback = (
        f'<w:r {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:AlternateContent><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>In the box."
        "</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    _insert(linked, fallback)
    control = parse_xml(
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    linked._p.addnext(control)
    assert texts(read(word_bytes(document))) == ["See the plan", "In the box.", "In a control."]


def test_a_footnote_is_read_and_its_mark_is_not() -> None:
    document = docx.Document()
    run = document.add_paragraph("Carers are kind").add_run()
    run._r.append(OxmlElement("w:footnoteReference"))
    document.add_paragraph("Schools help.")
    line = "<w:footnote><w:p><w:r><w:separator/></w:r></w:p></w:footnote>"
    note = "<w:footnote><w:p><w:r><w:t>In 2021.</w:t></w:r></w:p></w:footnote>"
    notes = f"<w:footnotes {W}>{line}{note}</w:footnotes>"
    read_back = read(_with_footnotes(word_bytes(document), notes))
    assert texts(read_back) == ["Carers are kind", "Schools help.", "In 2021."]
    assert texts(read_back, "footnote") == ["In 2021."]


def _with_footnotes(data: bytes, notes: str, kind: str = "footnotes") -> bytes:
    """The same file with a part of footnotes or endnotes."""
    added = {
        "[Content_Types].xml": f'<Override PartName="/word/notes.xml" ContentType="{FOOTNOTES}"/>',
        "word/_rels/document.xml.rels": (
            f'<Relationship Id="rIdX" Type="{RELATION}{kind}" Target="notes.xml"/>'
        ),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode() if name in added else old.read(name)
            if isinstance(content, str):
                head, end, tail = content.rpartition("</")
                content = head + added[name] + end + tail
            new.writestr(name, content)
        new.writestr("word/notes.xml", notes)
    return buffer.getvalue()


def test_the_title_of_the_file_serves_where_there_is_no_heading() -> None:
    document = docx.Document()
    document.core_properties.title = "A letter without headings"
    document.add_paragraph("Children are safe.")
    metadata = read(word_bytes(document)).metadata
    assert metadata.title == "A letter without headings"
    assert metadata.read_from["title"].inferred == "the file's own properties"


def test_a_word_file_has_no_pages() -> None:
    document = read(word_file("Children are safe."))
    assert document.pages == ()
    assert [block.page for block in document.blocks] == [None]


def _run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _with_body(*xml: str) -> bytes:
    """A Word file with these blocks in its body."""
    document = docx.Document()
    for block in xml:
        document.element.body.append(parse_xml(block.replace(">", f" {W}>", 1)))
    return word_bytes(document)


def test_moves_symbols_and_wrapped_blocks() -> None:
    data = _with_body(
        f"<w:p><w:moveFrom>{_run('old ')}</w:moveFrom>{_run('Homes')}"
        f"<w:moveTo>{_run(' are near')}</w:moveTo><w:r><w:ptab/></w:r>{_run('.')}</w:p>",
        f'<w:p><w:r><w:sym w:char="F0A7"/></w:r>{_run(" Visits are late.")}</w:p>',
        f'<w:p>{_run("Plans")}<w:r><w:sym w:char="D800"/></w:r>{_run("too.")}</w:p>',
        f"<w:customXml><w:smartTag><w:p>{_run('In a tag.')}</w:p></w:smartTag></w:customXml>",
    )
    document = read(data)
    assert texts(document) == ["Homes are near .", "Visits are late.", "Plans too.", "In a tag."]
    assert texts(document, "bullet") == ["Visits are late."]


def test_fields_are_read_as_they_are_shown() -> None:
    data = _with_body(
        f"<w:p>{_run('On page ')}<w:r><w:instrText>PAGEREF x</w:instrText></w:r>{_run('4')}</w:p>"
    )
    assert read(data).text == "On page 4"


def test_text_boxes_in_tables_and_within_each_other() -> None:
    box = "<w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r>"
    deepest = box.format(f"<w:p>{_run('Inner.')}</w:p>")
    inner = f"<w:p>{_run('Outer.')}{deepest}</w:p>"
    cell = f"<w:tc><w:p>{_run('Care')}{box.format(inner)}</w:p></w:tc>"
    removed = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{_run('Gone')}</w:p></w:tc></w:tr>"
    data = _with_body(f"<w:tbl><w:tr>{cell}</w:tr>{removed}</w:tbl>")
    assert texts(read(data)) == ["Care", "Outer.", "Inner."]


def test_headers_of_all_kinds_are_furniture_and_said_once() -> None:
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "First page"
    section.header.paragraphs[0].text = "Running header"
    section.footer.add_table(1, 1, Inches(5)).cell(0, 0).text = "In a table"
    fallback = (
        '<w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Fallback><w:p>{_run('Running header')}</w:p></mc:Fallback></w:r>"
    )
    _insert(section.header.paragraphs[0], fallback.replace(">", f" {W}>", 1))
    document.add_paragraph("Words.")
    second = document.add_section()
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "Running header"
    assert [line.text for line in read(word_bytes(document)).furniture] == [
        *("First page", "Running header", "In a table"),
    ]


def test_endnotes_stand_behind_footnotes() -> None:
    document = docx.Document()
    document.add_paragraph("Carers are kind.")
    notes = f"<w:endnotes {W}><w:endnote><w:p>{_run('At the end.')}</w:p></w:endnote></w:endnotes>"
    data = _with_footnotes(word_bytes(document), notes, kind="endnotes")
    assert texts(read(data), "footnote") == ["At the end."]


def test_the_file_says_the_day_of_its_last_change() -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    document.core_properties.created = datetime(2019, 12, 1, tzinfo=UTC)
    document.core_properties.modified = datetime(2019, 12, 6, tzinfo=UTC)
    assert read_docx(word_bytes(document), "x").made == date(2019, 12, 6)
    for name in ("created", "modified"):
        about = document.core_properties._element
        about.remove(about.find(f"{{http://purl.org/dc/terms/}}{name}"))
    assert read_docx(word_bytes(document), "x").made is None


def test_a_date_that_is_left_empty_is_none() -> None:
    document = docx.Document(BytesIO(_letter()))
    document.core_properties.modified = datetime(2019, 12, 6, tzinfo=UTC)
    (written,) = document.core_properties._element.xpath("dcterms:modified")
    written.text = None
    assert read_docx(word_bytes(document), "x").made is None


@settings(max_examples=20, deadline=None)  # python-docx takes its time
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Normal", "List Bullet", "List Number", "Heading 1", "table"]),
            st.text(st.sampled_from("abc 12.•\n"), min_size=1, max_size=14),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_word_is_lost_or_made_up(blocks: list[tuple[str, str]]) -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    for style, text in blocks:
        if style == "table":
            document.add_table(1, 2).cell(0, 1).text = text
        else:
            document.add_paragraph(text, style=style)
    reading = read_docx(word_bytes(document), "letter.docx")
    found = " ".join(draft.text for draft in reading.drafts)
    assert words_of(found) == words_of(" ".join(["Words.", *(text for _, text in blocks)]))


def test_a_file_without_a_body_is_damaged() -> None:
    document = docx.Document()
    root = document.element
    root.remove(root.body)
    with pytest.raises(UnreadableDocument, match=r"the Word file is damaged \(it has no body\)"):
        read_docx(word_bytes(document), "a.docx")


def test_a_relation_that_leads_nowhere_is_damage() -> None:
    with zipfile.ZipFile(BytesIO(_letter())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    related = "word/_rels/document.xml.rels"
    parts[related] = re.sub(rb' Target="[^"]*"', b"", parts[related], count=1)
    with pytest.raises(UnreadableDocument, match="the Word file is damaged"):
        read_docx(zipped(parts), "a.docx")
