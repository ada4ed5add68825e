"""The numbers that Word prints and does not write: lists, levels, restarts, styles."""

from collections.abc import Iterable

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.parser import parse_xml

from tests.documents.making import read, texts, word_bytes

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _level(depth: int, kind: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


# Rules 50 are of reports, 51 of bullets, 52 only point to the style that has a list.
RULES = (
    f'<w:abstractNum {W} w:abstractNumId="50">'
    + _level(0, "decimal", "%1.")
    + _level(1, "decimal", "%1.%2", '<w:pStyle w:val="Numbered2"/>')
    + _level(2, "lowerLetter", "(%3)")
    + _level(3, "upperRoman", "%4.")
    + _level(4, "none", "")
    + "</w:abstractNum>",
    f'<w:abstractNum {W} w:abstractNumId="51">{_level(0, "bullet", "•")}</w:abstractNum>',
    f'<w:abstractNum {W} w:abstractNumId="53"><w:numStyleLink w:val="Loop"/></w:abstractNum>',
    f'<w:abstractNum {W} w:abstractNumId="52"><w:numStyleLink w:val="Linked"/></w:abstractNum>',
)
OVERRIDE = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{}"/></w:lvlOverride>'
LISTS = {
    "61": '<w:abstractNumId w:val="50"/>',
    "62": '<w:abstractNumId w:val="51"/>',
    "63": '<w:abstractNumId w:val="52"/>',
    "64": '<w:abstractNumId w:val="50"/>' + OVERRIDE.format(7),
    "65": '<w:abstractNumId w:val="50"/><w:lvlOverride w:ilvl="0">'
    + _level(0, "lowerRoman", "%1)")
    + "</w:lvlOverride>",
    "67": '<w:abstractNumId w:val="53"/>',
    "66": '<w:abstractNumId w:val="99"/>',
}
_IN_LIST = '<w:pPr><w:numPr><w:numId w:val="61"/></w:numPr></w:pPr>'
STYLES = {
    "Numbered2": f'<w:basedOn w:val="Normal"/>{_IN_LIST}',
    "Child": '<w:basedOn w:val="Numbered2"/>',
    "Linked": _IN_LIST,
    "Loop": _IN_LIST.replace("61", "67"),
    "Circle": '<w:basedOn w:val="Circle"/>',
}


def _document() -> WordDocument:
    document = docx.Document()
    rules = document.part.numbering_part.element
    first = rules.num_lst[0]
    for xml in RULES:
        first.addprevious(parse_xml(xml))
    for number, xml in LISTS.items():
        rules.append(parse_xml(f'<w:num {W} w:numId="{number}">{xml}</w:num>'))
    for name, xml in STYLES.items():
        kind = "numbering" if name in ("Linked", "Loop") else "paragraph"
        style = f'<w:style {W} w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{xml}'
        document.styles.element.append(parse_xml(f"{style}</w:style>"))
    return document


def _add(
    document: WordDocument, number: str | None, depth: int | None, text: str, style: str = "Normal"
) -> None:
    paragraph = document.add_paragraph(text, style=document.styles[style])
    level = "" if depth is None else f'<w:ilvl w:val="{depth}"/>'
    list_ = "" if number is None else f'<w:numId w:val="{number}"/>'
    if level or list_:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:numPr {W}>{level}{list_}</w:numPr>"))


def _marks(items: Iterable[tuple[str | None, int | None, str, str]]) -> list[str]:
    """The text before each paragraph's words."""
    document = _document()
    for number, depth, text, style in items:
        _add(document, number, depth, text, style)
    read_back = read(word_bytes(document))
    starts = [0, *(block.end for block in read_back.blocks[:-1])]
    return [
        read_back.text[start : block.start].strip()
        for start, block in zip(starts, read_back.blocks, strict=True)
    ]


def _plain(*places: tuple[str, int]) -> list[tuple[str | None, int | None, str, str]]:
    return [(number, depth, "Words.", "Normal") for number, depth in places]


@pytest.mark.parametrize(
    ("places", "marks"),
    [
        ([("61", 0), ("61", 0), ("61", 0)], ["1.", "2.", "3."]),
        (
            [("61", 0), ("61", 1), ("61", 1), ("61", 2), ("61", 3), ("61", 0), ("61", 1)],
            ["1.", "1.1", "1.2", "(a)", "I.", "2.", "2.1"],
        ),
        ([("62", 0), ("62", 0)], ["•", "•"]),
        ([("61", 0), ("62", 0), ("61", 0)], ["1.", "•", "2."]),
        ([("61", 0), ("63", 0)], ["1.", "2."]),
        ([("61", 0), ("64", 0), ("64", 0), ("61", 0)], ["1.", "7.", "8.", "9."]),
        ([("65", 0), ("61", 0), ("65", 0)], ["i)", "1.", "ii)"]),
        ([("61", 4), ("61", 7)], ["", "•"]),
        ([("66", 0), ("77", 0), ("0", 0), ("67", 0)], ["", "", "", ""]),
    ],
)
def test_marks(places: list[tuple[str, int]], marks: list[str]) -> None:
    assert _marks(_plain(*places)) == marks


def test_a_style_may_name_the_list_and_the_level() -> None:
    items = [
        ("61", 0, "Words.", "Normal"),
        (None, None, "Words.", "Numbered2"),
        (None, None, "Words.", "Numbered2"),
        (None, 2, "Words.", "Numbered2"),
        ("0", None, "Words.", "Numbered2"),
        (None, None, "Words.", "Circle"),
        ("61", None, "Words.", "Normal"),
        (None, None, "Words.", "List Paragraph"),
    ]
    assert _marks(items) == ["1.", "1.1", "1.2", "(a)", "", "", "2.", ""]


def test_a_style_based_on_one_of_a_list_is_in_it() -> None:
    assert _marks([(None, None, "Words.", "Child")]) == ["1."]


def test_an_empty_paragraph_is_not_counted() -> None:
    items: list[tuple[str | None, int | None, str, str]] = [
        ("61", 0, "One.", "Normal"),
        ("61", 0, " ", "Normal"),
        ("61", 0, "Two.", "Normal"),
    ]
    assert _marks(items) == ["1.", "2."]


def test_a_numbered_heading_keeps_its_number_apart() -> None:
    document = _document()
    _add(document, "61", 0, "Main findings", "Heading 2")
    read_back = read(word_bytes(document))
    assert read_back.sections[0].heading == "Main findings"
    assert read_back.blocks[0].number == "1"


def test_a_typed_number_in_a_bullet_list_stays_a_word() -> None:
    document = _document()
    _add(document, "62", 0, "12. Numbers may be typed.")
    assert texts(read(word_bytes(document)), "bullet") == ["12. Numbers may be typed."]


def test_a_file_without_rules_has_no_numbers() -> None:
    document = _document()
    _add(document, "61", 0, "Words.")
    document.add_paragraph("Visits are late.", style="List Bullet")
    relations = document.part.rels
    numbering = [k for k, r in relations.items() if r.reltype == RELATIONSHIP_TYPE.NUMBERING]
    for key in numbering:
        del relations[key]
    read_back = read(word_bytes(document))
    assert texts(read_back, "paragraph") == ["Words."]
    assert texts(read_back, "bullet") == ["Visits are late."]
