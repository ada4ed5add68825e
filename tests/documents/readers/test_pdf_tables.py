"""PDFs: rows of tables by the places of their words, and the order of columns."""

from tests.documents.making import Pdf, block_of, check_spans, read, sentences, texts

_OPENING = "Children are safe, and most of them are happy where they live, as they told us."


def _later_page() -> Pdf:
    """A document whose next page is beyond those where its judgement table stands."""
    pdf = Pdf()
    for _ in range(3):
        pdf.paragraph(_OPENING).page()
    return pdf


def _cells(pdf: Pdf, *rows: tuple[str, ...], bold: bool = False, gap: float = 2.5) -> Pdf:
    """Rows of a table, written cell by cell; the lines of a cell are divided by line ends."""
    for row in rows:
        pdf.y -= gap * 11
        top = pdf.y
        for column, cell in enumerate(row):
            for number, words in enumerate(cell.split("\n")):
                pdf.at(72 + 210 * column, top - 1.25 * 11 * number, words, bold=bold)
                pdf.y = min(pdf.y, top - 1.25 * 11 * number)
    return pdf


def test_the_cells_of_a_row_are_divided_by_tabs() -> None:
    pdf = _cells(_later_page(), ("Team", "Families", "Workers"), bold=True)
    _cells(pdf, ("Harbour Road", "120", "9"), ("Hill Street", "95", "7"))
    pdf.paragraph(_OPENING)
    document = read(pdf.data())
    check_spans(document)
    assert texts(document, "row") == [
        "Team\tFamilies\tWorkers",
        "Harbour Road\t120\t9",
        "Hill Street\t95\t7",
    ]
    assert [b.boilerplate for b in document.blocks if b.kind == "row"] == [True, False, False]
    assert texts(document)[-1] == _OPENING


def test_cells_of_several_lines_stay_together() -> None:
    pdf = _cells(
        _later_page(),
        ("Help for families\nwho move often", "Two teams, one\nof them new"),
        ("Homes", "Four homes near\nthe harbour"),
    )
    assert texts(read(pdf.data()), "row") == [
        "Help for families who move often\tTwo teams, one of them new",
        "Homes\tFour homes near the harbour",
    ]


def test_words_that_merely_stand_apart_are_no_table() -> None:
    pdf = Pdf().line("Aldermere", gap=2)
    pdf.at(400, pdf.y, "4 May 2021").paragraph(_OPENING)
    assert texts(read(pdf.data()), "row") == []


def test_numbers_and_bullets_set_apart_from_their_words_are_no_cells() -> None:
    pdf = _later_page()
    for number in ("1.", "2."):
        pdf.line(number, gap=2.5).at(110, pdf.y, "Homes")
    document = read(pdf.data())
    assert texts(document, "row") == []
    assert [b.number for b in document.blocks][-2:] == ["1", "2"]


def test_the_judgements_of_an_older_framework_are_rows() -> None:
    pdf = _later_page().heading("Record of main findings")
    _cells(pdf, ("Quality of provision", "Good"), ("Outcomes for children\nin care", "Adequate"))
    assert texts(read(pdf.data()), "row") == [
        "Quality of provision\tGood",
        "Outcomes for children in care\tAdequate",
    ]


def test_an_area_with_its_grade_heads_its_section() -> None:
    pdf = _later_page()
    pdf.line("The experiences and progress of", gap=2.5, size=14, bold=True)
    pdf.line("children who are", size=14, bold=True)
    pdf.line("looked after", size=14, bold=True)
    pdf.at(380, pdf.y + 17, "Requires improvement", size=14, bold=True)
    pdf.paragraph(_OPENING)
    _cells(pdf, ("Key judgement", "Judgement grade"), bold=True)
    _cells(pdf, ("Leadership and governance", "Good"))
    pdf.paragraph("The board meets each month, and reads what children say of it.")
    document = read(pdf.data())
    assert texts(document, "heading") == [
        "The experiences and progress of children who are looked after Requires improvement",
        "Leadership and governance Good",
    ]
    assert texts(document, "row") == ["Key judgement\tJudgement grade"]
    assert block_of(document, "Key judgement").boilerplate


def test_a_grade_set_half_a_line_lower_than_the_last_line_of_its_area() -> None:
    pdf = _later_page()
    pdf.line("The experiences and progress", gap=2.5, size=14, bold=True)
    pdf.line("of children who need help", size=14, bold=True)
    pdf.at(300, pdf.y + 6, "Good", size=14, bold=True)
    pdf.paragraph(_OPENING)
    assert texts(read(pdf.data()), "heading") == [
        "The experiences and progress of children who need help Good"
    ]


def test_a_lone_area_on_the_first_pages_is_a_row() -> None:
    pdf = Pdf().heading("Inspection of Aldermere")
    _cells(pdf, ("Work with\nyoung carers", "Good"))
    pdf.paragraph(_OPENING)
    assert texts(read(pdf.data()), "row") == ["Work with young carers\tGood"]


def test_two_columns_are_read_one_after_the_other() -> None:
    pdf = Pdf().heading("What children said")
    top = pdf.y
    left = (
        "Most children like",
        "their homes. They",
        "are near schools.",
        "Some homes are",
        "new.",
    )
    right = (
        "Others would like",
        "to live nearer to",
        "their friends, and",
        "to see more of",
        "them.",
    )
    for x, lines in ((72.0, left), (320.0, right)):
        for number, words in enumerate(lines):
            pdf.at(x, top - 200 * (x < 100) - 30 - 13.75 * number, words)
    assert sentences(read(pdf.data())) == [
        "Most children like their homes.",
        "They are near schools.",
        "Some homes are new.",
        "Others would like to live nearer to their friends, and to see more of them.",
    ]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    pdf = Pdf()
    for number in range(12):
        pdf.at(72, 700 - 13.75 * number, "and of the homes of those who")
    pdf.at(320, 700, "live there, all is well.")
    document = read(pdf.data())
    assert len(document.blocks) == 1
    assert document.text.endswith("of those who live there, all is well.")
