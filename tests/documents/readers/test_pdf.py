"""PDFs: pages and lines become text, rid of furniture, divided words and marks."""

import pytest

from tests.documents.making import (
    Pdf,
    check_spans,
    page_of,
    raw_pdf,
    read,
    sentences,
    texts,
)

FOOTER = "Inspection of Saltmarsh local authority children’s services"


def _furnished(pdf: Pdf, number: int) -> Pdf:
    return pdf.at(72, 30, FOOTER, size=8).at(510, 30, str(number), size=14).page()


def _two_pages(*after: str) -> bytes:
    """A sentence that runs over the end of a page, its footer between."""
    pdf = Pdf().heading("Main findings")
    pdf.paragraph("Children in danger are found quickly. Their plans are read by most of the")
    _furnished(pdf, 1)
    pdf.at(400, 800, "OFFICIAL", size=8)
    pdf.paragraph(*after)
    pdf.at(400, 800, "OFFICIAL", size=8)
    _furnished(pdf, 2)
    pdf.at(400, 800, "OFFICIAL", size=8)
    pdf.paragraph("The board meets each month.")
    _furnished(pdf, 3)
    return pdf.data()


def test_a_paragraph_goes_on_over_a_page_and_its_running_footer() -> None:
    document = read(_two_pages("parents, and by their social workers.", "Few are long."))
    check_spans(document)
    assert sentences(document) == [
        "Children in danger are found quickly.",
        "Their plans are read by most of the parents, and by their social workers.",
        "Few are long.",
        "The board meets each month.",
    ]
    assert page_of(document, "Children") == 1
    assert page_of(document, "parents, and") == 2
    assert page_of(document, "The board") == 3
    assert [line.text for line in document.furniture if line.page == 2] == [
        "OFFICIAL",
        f"{FOOTER} 2",
    ]


def test_page_numbers_are_furniture_and_other_numbers_are_not() -> None:
    pdf = Pdf()
    for page in range(1, 4):
        pdf.paragraph(f"Words of page {page}.")
        pdf.at(72, 60, ["2021", "At the foot of one page.", "And of another."][page - 1])
        pdf.at(500, 30, f"Page {page} of 3").page()
    document = read(pdf.data())
    assert [line.text for line in document.furniture] == [
        "Page 1 of 3",
        "Page 2 of 3",
        "Page 3 of 3",
    ]
    assert texts(document)[1::2] == ["2021", "At the foot of one page.", "And of another."]


def test_a_lone_number_at_the_foot_of_one_page_is_text() -> None:
    pdf = Pdf()
    for page in range(1, 4):
        pdf.paragraph(f"Words of page {page}.")
        if page == 2:
            pdf.at(72, 60, "17")
        pdf.page()
    document = read(pdf.data())
    assert texts(document) == ["Words of page 1.", "Words of page 2.", "17", "Words of page 3."]
    assert document.furniture == ()


NOTES = {1: "As it was in May.", 2: "Figures of the council.", 3: "Three teams, until lately."}


def test_the_number_of_a_footnote_is_no_page_number() -> None:
    pdf = Pdf()
    for page in range(1, 4):
        pdf.paragraph(f"Words of page {page}, which are in larger type than its footnote.")
        pdf.at(72, 75, str(page), size=6).at(78, 72, NOTES[page], size=8).page()
    document = read(pdf.data())
    assert texts(document, "footnote") == [f"{n} {NOTES[n]}" for n in (1, 2, 3)]
    assert document.furniture == ()


def test_small_type_that_is_no_footnote_stays_where_it_stands() -> None:
    pdf = Pdf().paragraph("Children are safe, and most of them are happy where they live.")
    pdf.at(72, 200, "Figures are of the council.", size=8)
    document = read(pdf.data())
    assert texts(document, "footnote") == []
    assert texts(document)[-1] == "Figures are of the council."


def test_a_bullet_goes_on_over_a_page() -> None:
    pdf = Pdf().paragraph("Leaders should improve:").paragraph("• The length of plans").page()
    pdf.paragraph("and the number of those who have read them.")
    assert texts(read(pdf.data()), "bullet") == [
        "The length of plans and the number of those who have read them."
    ]


def test_a_word_divided_at_a_line_end_is_one_and_a_compound_keeps_its_hyphen() -> None:
    pdf = Pdf().paragraph(
        "The short-term homes are near. Long waits are seldom, and the accommo-",
        "dation is good. Some of the homes are offered for a short-",
        "term stay, others are let for longer by the council to care leav-",
        "ers who are over eighteen. Accommodation is safe.",
    )
    assert sentences(read(pdf.data())) == [
        "The short-term homes are near.",
        "Long waits are seldom, and the accommodation is good.",
        "Some of the homes are offered for a short-term stay, others are let for longer by the "
        "council to care leavers who are over eighteen.",
        "Accommodation is safe.",
    ]


def test_compounds_broken_at_line_ends_keep_their_hyphen() -> None:
    pdf = Pdf().paragraph(
        "Most of those who are sixteen and who came to this country alone are asylum-",
        "seeking, and have faced problems that are gang-",
        "related. The council has homes for them, and help that is child-",
        "and family-focused.",
    )
    assert read(pdf.data()).text == (
        "Most of those who are sixteen and who came to this country alone are asylum-seeking, "
        "and have faced problems that are gang-related. The council has homes for them, and "
        "help that is child- and family-focused."
    )


def test_ligatures_and_soft_hyphens_are_undone() -> None:
    pdf = Pdf().paragraph(
        "The ofﬁce is near, and chil\u00addren are kept safe by the staﬀ and ﬂats."
    )
    assert read(pdf.data()).text == (
        "The office is near, and children are kept safe by the staff and flats."
    )


@pytest.mark.parametrize(
    ("units", "character"), [("D83CDFE0", "🏠"), ("D83C", "\ufffd"), ("00E9", "é")]
)
def test_characters_of_two_units_are_one(units: str, character: str) -> None:
    document = read(raw_pdf("Homes A are near. Children are safe.", unicode=units))
    assert document.text == f"Homes {character} are near. Children are safe."
    assert sentences(document)[1] == "Children are safe."


@pytest.mark.parametrize("mark", ["\uf06e ", "\uf0b7 ", "\uf0b7", "• ", "– "])
def test_bullets_by_any_mark(mark: str) -> None:
    pdf = Pdf().heading("What needs to improve?")
    pdf.paragraph(f"{mark}The length of plans, so that the parents of children can read", hang=18)
    pdf.line("them soon.", x=90)
    pdf.paragraph(f"{mark}Visits", hang=18, gap=1.8)
    pdf.paragraph("Leaders know this well.")
    document = read(pdf.data())
    assert texts(document, "bullet") == [
        "The length of plans, so that the parents of children can read them soon.",
        "Visits",
    ]
    assert {b.lead_in for b in document.blocks if b.kind == "bullet"} == {0}
    assert texts(document)[-1] == "Leaders know this well."


def test_a_bullet_mark_that_is_set_apart_from_its_words() -> None:
    pdf = Pdf().paragraph("Leaders should improve:")
    pdf.line("•", gap=2.0).at(90, pdf.y + 5, "The length of plans.")
    pdf.line("•", gap=4.0)
    document = read(pdf.data())
    assert texts(document, "bullet") == ["The length of plans."]
    # A mark beside which nothing stands is no word of the letter.
    assert [line.text for line in document.furniture] == ["•"]


def test_a_footnote_and_its_mark_leave_the_sentence() -> None:
    line = "Children are seen by the first of the two teams"
    pdf = Pdf().paragraph(line).mark(line, "1")
    pdf.at(pdf.x, pdf.y, "each week, in all of the")
    pdf.at(72, 80, "1", size=5.5).at(
        76, 77, "There were three teams until 2019, and none of", size=8
    )
    pdf.at(72, 67, "them had a manager of its own.", size=8)
    pdf.page().paragraph("seven towns. The board meets.")
    document = read(pdf.data())
    assert texts(document, "paragraph") == [
        "Children are seen by the first of the two teams each week, in all of the seven towns. "
        "The board meets."
    ]
    (note,) = texts(document, "footnote")
    assert note.endswith(
        "There were three teams until 2019, and none of them had a manager of its own."
    )
    assert "1" in [line.text for line in document.furniture]
    check_spans(document)


# PDFium takes a mark that is raised far for a line of its own.
@pytest.mark.parametrize("rise", [0.4, 0.8])
def test_the_mark_on_a_heading_is_not_a_paragraph(rise: float) -> None:
    pdf = Pdf().heading("What needs to improve?")
    pdf.mark("What needs to improve?", "1", size=14, bold=True, rise=rise)
    pdf.paragraph("\uf0b7 Plans are too long for most parents to read.")
    document = read(pdf.data())
    assert texts(document) == [
        "What needs to improve?",
        "Plans are too long for most parents to read.",
    ]


def test_raised_digits_behind_a_figure_and_before_words_are_footnote_marks() -> None:
    pdf = Pdf().paragraph("The share of those who were in care in May was 12%, as it was in March")
    pdf.line("2014").mark("2014", "12")
    pdf.at(pdf.x - 4, pdf.y, ". There are 40 homes, of")
    line = "which nine are new,"
    pdf.line(line).mark(line, "3").at(pdf.x + 1, pdf.y, "all of them near schools.")
    document = read(pdf.data())
    assert document.text == (
        "The share of those who were in care in May was 12%, as it was in March 2014. "
        "There are 40 homes, of which nine are new, all of them near schools."
    )
    assert [mark.text for mark in document.furniture] == ["12", "3"]


@pytest.mark.parametrize("rise", [0.4, 0.8])
def test_what_stands_on_the_row_of_a_mark_belongs_to_its_line(rise: float) -> None:
    # A comma that is written apart makes PDFium end its line before the mark, or behind it.
    pdf = Pdf().paragraph(
        "There are 40 homes in the seven towns, of which most are new. Nine, which"
    )
    pdf.line("are old").mark("are old", "")
    pdf.at(pdf.x - 4, pdf.y, ",").at(pdf.x, pdf.y + rise * 11, "3", size=6.6)
    pdf.at(pdf.x + 8, pdf.y, "are near schools.")
    pdf.line("All of them are let.")
    document = read(pdf.data())
    assert document.text.endswith("Nine, which are old, are near schools. All of them are let.")
    assert [mark.text for mark in document.furniture] == ["3"]


def test_raised_digits_of_a_unit_stay() -> None:
    line = "The hall has 90 m"
    pdf = Pdf().paragraph(line).mark(line, "2")
    pdf.at(pdf.x, pdf.y, "and a kitchen, and it is open on five days of each week.")
    document = read(pdf.data())
    assert "90 m2 and a kitchen" in document.text
    assert document.furniture == ()


@pytest.mark.parametrize(
    ("end", "beginning", "whole"),
    [
        ("which are not over-", "optimistic.", "over-optimistic."),
        ("which are in good accommo-", "dation.", "accommodation."),
        ("of those who are 16-", "and 17-year-olds.", "16- and 17-year-olds."),
        ("and in the year 2014–", "15 as well.", "2014–15 as well."),
        ("which are all up-", "to-date.", "up-to-date."),
    ],
)
def test_a_word_divided_over_two_pages_is_one(end: str, beginning: str, whole: str) -> None:
    pdf = Pdf().paragraph("Children have accommo-", "dation, and homes. Accommodation is good.")
    pdf.paragraph(f"The board reads the plans of most of the children {end}").page()
    pdf.paragraph(beginning)
    assert texts(read(pdf.data()))[-1].endswith(whole)


def test_a_line_drawn_with_characters_is_furniture() -> None:
    pdf = (
        Pdf()
        .paragraph("Children are safe.")
        .paragraph("________________")
        .paragraph("All is well.")
    )
    document = read(pdf.data())
    assert texts(document) == ["Children are safe.", "All is well."]
    assert [line.text for line in document.furniture] == ["________________"]
