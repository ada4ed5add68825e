"""PDFs: lists whose marks are nested, lost, or no marks at all."""

import pytest

from documents import Document
from tests.documents.making import Pdf, check_spans, read, texts

_SQUARE, _DASH = "\uf06e", "\uf02d"
_FULL_LINE = "The council has homes for them in all of the seven towns on the coast (and in"


def _outline(document: Document) -> list[tuple[int, str, str]]:
    """Depth, words and lead-in of each bullet."""
    words = texts(document)
    return [
        (block.level, words[index], "" if block.lead_in is None else words[block.lead_in])
        for index, block in enumerate(document.blocks)
        if block.kind == "bullet"
    ]


@pytest.mark.parametrize("mark", [f"{_DASH} ", "– ", ""])
def test_the_bullet_above_introduces_those_below_it(mark: str) -> None:
    pdf = Pdf().heading("Children in this area")
    pdf.paragraph(f"{_SQUARE} Of the children who are in care:", hang=18)
    pdf.paragraph(f"{mark}40 live with foster families, of whom most live in the", x=116)
    pdf.line("area", x=116 + 17 * bool(mark))
    pdf.paragraph(f"{mark}nine live in homes", x=116, gap=1.8)
    pdf.paragraph(f"{_SQUARE} In the last year:", hang=18).page()
    pdf.paragraph(f"{mark}seven were adopted.", x=116)
    pdf.paragraph(f"{_SQUARE} The board is new.", hang=18)
    document = read(pdf.data())
    check_spans(document)
    first, second = "Of the children who are in care:", "In the last year:"
    assert _outline(document) == [
        (0, first, "Children in this area"),
        (1, "40 live with foster families, of whom most live in the area", first),
        (1, "nine live in homes", first),
        (0, second, "Children in this area"),
        (1, "seven were adopted.", second),
        (0, "The board is new.", "Children in this area"),
    ]


def test_items_without_marks_go_on_over_a_page() -> None:
    pdf = Pdf().paragraph(f"{_SQUARE} The share of children with free meals:", hang=18)
    pdf.paragraph("in primary schools is 15%", x=116).page()
    pdf.paragraph("in secondary schools is 12%, which is a little less than it is in the", x=116)
    pdf.page().paragraph("other towns", x=116)
    assert [words for _, words, _ in _outline(read(pdf.data()))][1:] == [
        "in primary schools is 15%",
        "in secondary schools is 12%, which is a little less than it is in the other towns",
    ]


def test_the_lead_in_stays_behind_a_footnote_and_a_page() -> None:
    pdf = Pdf().paragraph("Leaders should improve the following.")
    pdf.paragraph("• The length of plans.", hang=18)
    pdf.at(72, 80, "1", size=5.5).at(76, 77, "Plans were shorter until 2019.", size=8).page()
    pdf.paragraph("• The number of visits.", hang=18)
    lead = "Leaders should improve the following."
    assert _outline(read(pdf.data())) == [
        (0, "The length of plans.", lead),
        (0, "The number of visits.", lead),
    ]


def test_left_and_right_pages_have_margins_of_their_own() -> None:
    pdf = Pdf().heading("What needs to improve?")
    pdf.paragraph("• The length of plans.", hang=18).page()
    pdf.paragraph("• The number of visits.", x=100, hang=18)
    assert [level for level, _, _ in _outline(read(pdf.data()))] == [0, 0]


def test_a_dash_that_begins_a_line_within_a_sentence_is_no_bullet() -> None:
    pdf = Pdf().paragraph(_FULL_LINE, "– so it is planned – in two villages). Others are let.")
    document = read(pdf.data())
    assert texts(document) == [
        f"{_FULL_LINE} – so it is planned – in two villages). Others are let."
    ]


def test_an_item_goes_on_at_the_top_of_a_page_where_its_lines_stand() -> None:
    pdf = Pdf().heading("Main findings")
    pdf.paragraph("1. Children are seen by the first of the two teams each week, in all of")
    pdf.line("the seven towns. Plans are clear.", x=96).page()
    pdf.line("Few of them are late. Most were written by those who know the child.", x=96)
    pdf.paragraph("2. The board meets each month.").page()
    pdf.line("It reads what children say.")
    document = read(pdf.data())
    assert [(b.kind, b.number) for b in document.blocks] == [
        ("heading", None),
        ("paragraph", "1"),
        ("paragraph", "2"),
        ("paragraph", None),
    ]
    assert "Plans are clear. Few of them" in document.text


def test_a_figure_may_stand_behind_the_next_number() -> None:
    pdf = Pdf().paragraph("1. Children are safe.").paragraph("2. 307 families have been helped.")
    pdf.paragraph("3. 16- and 17-year-olds have homes.").paragraph("9. 40 of them are new.")
    document = read(pdf.data())
    assert [b.number for b in document.blocks] == ["1", "2", "3", None]
    assert texts(document)[1] == "307 families have been helped."
