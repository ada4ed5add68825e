"""PDFs: what is a heading, a number, a row, a list of contents, by place and type."""

import pytest

from tests.documents.making import Pdf, block_of, check_spans, page_of, read, texts


@pytest.mark.parametrize("space", [" ", ""])
def test_numbered_paragraphs_may_have_no_space_and_begin_again(space: str) -> None:
    pdf = Pdf().heading("Main findings")
    for number in (1, 2, 3):
        pdf.paragraph(
            f"{number}.{space}Children in paragraph {number} are visited by the",
            "12. of each month, or sooner.",
            hang=24,
        )
    pdf.heading("What else was found")
    pdf.paragraph(f"1.{space}The board meets.")
    document = read(pdf.data())
    paragraphs = [block for block in document.blocks if block.kind == "paragraph"]
    assert [block.number for block in paragraphs] == ["1", "2", "3", "1"]
    assert texts(document, "paragraph")[2].startswith("Children in paragraph 3 are visited by the")
    assert texts(document, "paragraph")[2].endswith("12. of each month, or sooner.")


def _table(rows: list[tuple[str, str]]) -> Pdf:
    pdf = Pdf().line("Inspection of Saltmarsh local authority children’s services", size=16)
    pdf.paragraph("Inspection dates: 3 to 14 May 2021")
    for index, (area, grade) in enumerate([("Judgement", "Grade"), *rows]):
        for part, words in enumerate(area.split("\n")):
            pdf.line(words, gap=1.25 if part else 2.5, bold=index == 0)
        height = pdf.y + 1.25 * 11 * area.count("\n")
        for part, words in enumerate(grade.split("\n")):
            pdf.at(420, height - 1.25 * 11 * part, words, bold=index == 0)
    return pdf.paragraph("Children are safe, and most of them are happy where they live.")


TABLES = {
    "one line": [("The experiences and progress of care leavers", "Good")],
    "numbered areas": [
        ("1. Children who need help and protection", "Inadequate"),
        ("2. Children looked after and achieving permanence", "Requires improvement"),
        ("2.1 Adoption performance", "Outstanding"),
    ],
    "areas on two lines": [
        ("The impact of leaders on social work practice\nwith children and families", "Good"),
        ("Overall effectiveness", "Good"),
    ],
    "grades on two lines": [
        (
            "The experiences and progress of children\nin care and care leavers",
            "Requires improvement\nto be good",
        ),
        ("Overall effectiveness", "Requires improvement\nto be good"),
    ],
}


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_the_judgement_table_becomes_rows(rows: list[tuple[str, str]]) -> None:
    document = read(_table(rows).data())
    expected = [
        (area.replace("\n", " ").lstrip("12. "), grade.replace("\n", " ")) for area, grade in rows
    ]
    assert [(j.area, j.grade) for j in document.metadata.judgements] == expected
    assert texts(document, "row") == ["Judgement\tGrade", *("\t".join(row) for row in expected)]
    assert texts(document)[-1].startswith("Children are safe")


def test_headings_are_known_by_their_type_and_not_glued_to_what_follows() -> None:
    pdf = (
        Pdf().line("Saltmarsh Council", gap=2, size=20).line("Report published: 4 May 2021", gap=2)
    )
    pdf.heading("The experiences and progress of children who need")
    pdf.line("help and protection: good", size=14, bold=True)
    pdf.paragraph("Children in danger are found quickly by all who know them well.", gap=1.8)
    pdf.line("Early help", gap=2.5, bold=True)
    pdf.paragraph("Families are helped early and by people whom they know and trust.", gap=1.8)
    pdf.line("The judgement on the help that care leavers are given", gap=2.5, bold=True)
    pdf.line("is that it is good.", bold=True)
    pdf.paragraph("Care leavers are happy with their homes and with the help they get.", gap=1.8)
    document = read(pdf.data())
    assert [(s.heading, s.level) for s in document.sections] == [
        ("Saltmarsh Council", 1),
        ("The experiences and progress of children who need help and protection: good", 2),
        ("Early help", 3),
        ("The judgement on the help that care leavers are given is that it is good.", 3),
    ]
    assert len(texts(document, "paragraph")) == 4


def test_a_short_plain_line_over_bullets_is_a_heading() -> None:
    pdf = Pdf().paragraph("Leaders have done much, and there is more for them to do this year.")
    pdf.paragraph("Care leavers").paragraph("• Homes that last.", gap=1.8)
    document = read(pdf.data())
    assert texts(document, "heading") == ["Care leavers"]
    assert block_of(document, "Homes").lead_in == 1


def test_a_line_back_at_the_margin_ends_the_list() -> None:
    pdf = Pdf().paragraph("Leaders should improve:")
    pdf.paragraph(
        "• The length of plans, so that the parents of all the", "children read them.", hang=18
    )
    pdf.line("The board meets each month.")
    document = read(pdf.data())
    assert texts(document)[1:] == [
        "The length of plans, so that the parents of all the children read them.",
        "The board meets each month.",
    ]


def test_a_stray_large_full_stop_makes_no_heading() -> None:
    pdf = Pdf().paragraph("Plans are clear, and few of them are late. Children and their parents")
    pdf.line("are happy with them")
    pdf.at(72 + 114, pdf.y, ".", size=13)
    pdf.paragraph("The board meets each month and reads what children say of the plans.")
    document = read(pdf.data())
    assert texts(document, "heading") == []
    assert len(document.blocks) == 2


def test_a_field_in_bold_is_no_heading_and_goes_on_on_its_second_line() -> None:
    pdf = Pdf().line("Inspection of Saltmarsh children’s services", gap=2, size=20)
    pdf.line("Inspection dates: 3 to 7 May 2021 and 10 May", gap=2, bold=True)
    pdf.line("2021 to 14 May 2021", bold=True)
    pdf.line("Lead inspector: Lambert Oakes", gap=2, bold=True)
    pdf.paragraph("Children are safe, and most of them are happy where they live.")
    document = read(pdf.data())
    assert texts(document, "paragraph")[:2] == [
        "Inspection dates: 3 to 7 May 2021 and 10 May 2021 to 14 May 2021",
        "Lead inspector: Lambert Oakes",
    ]


def test_wide_leading_does_not_cut_a_paragraph() -> None:
    pdf = Pdf().line("Early help is offered by teams in all of the seven towns, for example by the")
    pdf.line("Strengthening Families service, which has been open since the spring.", gap=1.6)
    pdf.paragraph("Another paragraph begins here and ends here.")
    assert len(read(pdf.data()).blocks) == 2


def test_a_list_of_contents_is_never_an_answer() -> None:
    pdf = Pdf().heading("Contents")
    pdf.paragraph("Executive summary 2").paragraph("The experiences and progress of children in")
    pdf.line("care 3").page()
    pdf.heading("Executive summary").paragraph("Children are safe, and most are happy.")
    document = read(pdf.data())
    assert [b.boilerplate for b in document.blocks if b.kind == "paragraph"] == [
        True,
        True,
        False,
    ]
    assert "The experiences and progress of children in care 3" in texts(document)


def test_closing_words_are_never_an_answer() -> None:
    pdf = Pdf().paragraph("Children are safe, and most of them are happy where they live.")
    pdf.page().paragraph(
        "Any complaints about the inspection or the report should be made as the leaflet says."
    )
    pdf.paragraph("Piccadilly Gate").paragraph("© Crown copyright 2021")
    document = read(pdf.data())
    assert [b.boilerplate for b in document.blocks] == [False, True, True, True]


def test_a_page_without_words_stands_between_its_neighbours() -> None:
    pdf = Pdf().paragraph("First page.").page().box().page().paragraph("Third page.")
    document = read(pdf.data())
    check_spans(document)
    assert len(document.pages) == 3
    assert document.pages[1].start == document.pages[1].end
    assert page_of(document, "Third") == 3


def test_a_heading_in_parts_is_one() -> None:
    pdf = Pdf().line("Saltmarsh Council", gap=2, size=20)
    pdf.line("Inspection of services for children in need of help", gap=2.5, size=14, bold=True)
    pdf.line("and", gap=1.7, size=14)
    pdf.line("Review of the board", gap=1.7, size=14, bold=True)
    pdf.line("The judgement on how the board does its work with the council", gap=3, size=14)
    pdf.line("(SCB) is good.", size=14, bold=True)
    pdf.line("A heading a little smaller", gap=3, size=13, bold=True)
    pdf.line("Children’s services are inadequate", gap=4, size=14, bold=True)
    pdf.line("There are serious failures", gap=1.7, size=14, bold=True)
    for _ in range(9):
        pdf.paragraph("Children are safe, and most of them are happy where they live.")
    assert texts(read(pdf.data()), "heading") == [
        "Saltmarsh Council",
        "Inspection of services for children in need of help and Review of the board",
        "The judgement on how the board does its work with the council (SCB) is good.",
        "A heading a little smaller",
        "Children’s services are inadequate",
        "There are serious failures",
    ]


def test_small_figures_that_begin_a_line_of_running_text_are_no_footnote() -> None:
    pdf = Pdf()
    for _ in range(4):
        pdf.paragraph("Children are safe, and most of them are happy where they live.")
    pdf.at(72, 120, "The board has been good since the", size=10)
    pdf.at(72, 107, "2016 inspection, and in the last year better still.", size=10)
    document = read(pdf.data())
    assert texts(document, "footnote") == []
    assert "since the 2016 inspection" in document.text


def test_a_field_goes_on_behind_a_comma() -> None:
    pdf = Pdf().line("The inspection team", gap=2, size=14, bold=True)
    pdf.paragraph("Team inspectors: Lambert Oakes HMI, Wren Abbot HMI, Sally Marsh HMI and his,")
    pdf.line("Ottilie Pell HMI", gap=2.2)
    document = read(pdf.data())
    assert texts(document, "paragraph")[0].endswith("and his, Ottilie Pell HMI")


def test_a_part_sentence_behind_a_semicolon_goes_on_over_a_page() -> None:
    pdf = Pdf().paragraph("This includes services that are new; fewer children for each worker;")
    pdf.page().paragraph("and the voice of children.")
    assert len(read(pdf.data()).blocks) == 1


def test_the_head_of_the_table_may_stand_elsewhere_than_its_columns() -> None:
    pdf = Pdf().line("Inspection of Saltmarsh local authority children’s services", size=16)
    pdf.line("Judgement", gap=2.5).at(470, pdf.y, "Grade")
    pdf.line("Overall effectiveness", gap=2.5).at(420, pdf.y, "Good")
    pdf.paragraph("Children are safe, and most of them are happy where they live.")
    document = read(pdf.data())
    assert texts(document, "row") == ["Judgement\tGrade", "Overall effectiveness\tGood"]
    assert block_of(document, "Judgement").boilerplate
