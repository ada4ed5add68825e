"""The judgements of a report, in each of the layouts that reports have had since 2013."""

import pytest

from documents import Document
from documents.judgements import find_rows
from tests.documents.making import read

LEADERS = "The impact of leaders on social work practice with children and families"
CARE = "The experiences and progress of children in care and care leavers"
BOARD = "Local Safeguarding Children Board"
OVERALL = "Overall effectiveness"
NUMBERED = """| | |
|---|---|
| 1. Children who need help and protection | Requires improvement |
| 2. Children looked after and achieving permanence | Good |
| 2.1 Adoption performance | Outstanding |
| 3. Leadership, management and governance | Inadequate |
"""
NUMBERED_ROWS = [
    ("Children who need help and protection", "Requires improvement"),
    ("Children looked after and achieving permanence", "Good"),
    ("Adoption performance", "Outstanding"),
    ("Leadership, management and governance", "Inadequate"),
]


def _judgements(document: Document) -> list[tuple[str, str]]:
    judgements = document.metadata.judgements
    place = document.metadata.read_from.get("judgements")
    assert (place is None) == (not judgements)
    for judgement in judgements:
        assert place is not None
        assert place.start is not None
        assert place.end is not None
        assert place.start <= judgement.start < judgement.end <= place.end
        # The last word of the grade is in the words that give it.
        words = document.text[judgement.start : judgement.end].lower()
        assert judgement.grade.lower().split()[-1] in words
    return [(judgement.area, judgement.grade) for judgement in judgements]


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("Children’s services in Saltmarsh are good", "Good"),
        ("Childrens services in Saltmarsh are good.", "Good"),
        (
            "Children's services in the Borough of Saltmarsh require improvement to be good",
            "Requires improvement to be good",
        ),
        ("Children’s services in Saltmarsh requires improvement", "Requires improvement"),
        ("The overall judgement is good.", "Good"),
        ("The overall judgement is Inadequate There are serious failures", "Inadequate"),
        ("The overall judgement is requires improvement", "Requires improvement"),
        ("The overall judgement is that children’s services are inadequate", "Inadequate"),
        (
            "The overall judgement is that children’s services require improvement",
            "Requires improvement",
        ),
    ],
)
def test_a_sentence_over_the_table_says_the_overall_judgement(sentence: str, grade: str) -> None:
    document = read(f"# Saltmarsh\n\n## {sentence}\n\n{NUMBERED}\nChildren are safe.\n")
    assert _judgements(document) == [(OVERALL, grade), *NUMBERED_ROWS]


@pytest.mark.parametrize(
    "sentence",
    [
        # Running text, of another time, of what a grade means.
        "Children’s services in Saltmarsh are good. Leaders know them well.",
        "Children’s services in Saltmarsh are good and have become better.",
        "The overall judgement is good enough for the leaders.",
        "At the last inspection, the overall judgement is that children’s services are good.",
        "An LSCB requires improvement where it has yet to show what a good one shows.",
        "The LSCB has not yet shown what is good.",
        "The Local Safeguarding Children Board is good at its work.",
    ],
)
def test_running_text_is_no_judgement(sentence: str) -> None:
    document = read(f"# Saltmarsh\n\n{sentence}\n\n{NUMBERED}\nChildren are safe.\n")
    assert _judgements(document) == NUMBERED_ROWS


@pytest.mark.parametrize(
    ("sentence", "grade"),
    [
        ("The Local Safeguarding Children Board is inadequate", "Inadequate"),
        ("The Local Safeguarding Children Board (LSCB) is Good", "Good"),
        ("The Local Safeguarding Children’s Board requires improvement", "Requires improvement"),
        ("The effectiveness of the LSCB requires improvement", "Requires improvement"),
        (
            "The effectiveness of the Local Safeguarding Children Board (LSCB) requires "
            "improvement to be good.",
            "Requires improvement to be good",
        ),
        (
            "The judgement for the effectiveness of the Local Safeguarding Children\n\n"
            "## Board (LSCB) is requires improvement",
            "Requires improvement",
        ),
    ],
)
def test_the_board_is_another_body_and_an_area_of_its_own(sentence: str, grade: str) -> None:
    document = read(f"# Saltmarsh\n\n{NUMBERED}\nChildren are safe.\n\n## {sentence}\n\nIt met.\n")
    assert _judgements(document) == [*NUMBERED_ROWS, (BOARD, grade)]


def test_the_table_of_later_years_has_a_head_and_may_have_an_overall_grade() -> None:
    table = f"| Judgement | Grade |\n|---|---|\n| {LEADERS} | Good |\n| {CARE} | Outstanding |\n"
    rows = [(LEADERS, "Good"), (CARE, "Outstanding")]
    # Without an overall grade, as since 2026, none is made up.
    assert _judgements(read(f"# Saltmarsh\n\n{table}\nChildren are safe.\n")) == rows
    overall = f"{table}| Overall effectiveness | Requires improvement to be good |\n"
    document = read(f"# Children’s services in Saltmarsh are good\n\n{overall}\nThey are safe.\n")
    assert _judgements(document) == [*rows, (OVERALL, "Requires improvement to be good")]


def test_areas_of_any_name_count_under_the_head_of_a_judgement_table() -> None:
    document = read("# Saltmarsh\n\n| Judgement | Grade |\n|---|---|\n| Short breaks | Good |\n")
    assert _judgements(document) == [("Short breaks", "Good")]


def test_other_tables_have_words_of_grades_too() -> None:
    homes = (
        "| Home | Inspected as |\n|---|---|\n| Oak House | Good |\n| Elm House | Outstanding |\n"
    )
    staff = "| Team | Posts |\n|---|---|\n| Help | 12 |\n"
    assert _judgements(read(f"# Saltmarsh\n\n{homes}\n{staff}\nChildren are safe.\n")) == []


def test_reports_of_2013_say_each_grade_under_its_heading() -> None:
    document = read(
        "# Inspection of looked after children services\n\n## Capacity to improve\n\n"
        "### Grade 4 (inadequate)\n\nThere is none.\n\n## Quality of provision\n\n"
        "Grade 3 (adequate)\n\nIt is fair.\n\n## Service information\n\nGood (Grade 2)\n"
    )
    assert _judgements(document) == [
        ("Capacity to improve", "Inadequate"),
        ("Quality of provision", "Adequate"),
    ]


def test_headings_count_where_there_is_no_table() -> None:
    headings = (
        f"## {LEADERS} is: outstanding\n\nThey lead.\n\n## {CARE} requires improvement\n\nx\n"
    )
    document = read(f"# Saltmarsh\n\n{headings}\n## The weather is good\n\nIt is.\n")
    assert _judgements(document) == [(LEADERS, "Outstanding"), (CARE, "Requires improvement")]
    table = "| Judgement | Grade |\n|---|---|\n| Overall effectiveness | Good |\n"
    assert _judgements(read(f"# Saltmarsh\n\n{table}\n{headings}")) == [(OVERALL, "Good")]


def test_an_area_that_comes_again_counts_once() -> None:
    table = "| Judgement | Grade |\n|---|---|\n| Overall effectiveness | Good |\n"
    document = read(f"# Saltmarsh\n\n{table}\nChildren are safe.\n\n{table}")
    assert _judgements(document) == [(OVERALL, "Good")]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        # A grade in two lines beside an area in two.
        (
            [
                "1. Children who need help and protection",
                "Requires improvement to",
                "be good",
                "2. Children looked after and achieving",
                "permanence Good",
            ],
            [
                ("1. ", "Children who need help and protection", "Requires improvement to be good"),
                ("2. ", "Children looked after and achieving permanence", "Good"),
            ],
        ),
        (
            [
                "Adoption performance Requires improvement",
                "to be good",
                "The quality of plans Good",
            ],
            [
                ("", "Adoption performance", "Requires improvement to be good"),
                ("", "The quality of plans", "Good"),
            ],
        ),
        # The areas of a report of 2013.
        (
            ["Capacity to improve Inadequate", "Leadership and management", "Good"],
            [
                ("", "Capacity to improve", "Inadequate"),
                ("", "Leadership and management", "Good"),
            ],
        ),
        # The grade stands beside the first line of its area.
        (
            [
                "The impact of leaders on social work Inadequate",
                "practice with children and families",
                "The experiences and progress of Good",
                "children in care",
                "Overall effectiveness Good",
                "Leaders have been slow.",
            ],
            [
                ("", LEADERS, "Inadequate"),
                ("", "The experiences and progress of children in care", "Good"),
                ("", "Overall effectiveness", "Good"),
            ],
        ),
        # Nothing tells whose grade it is.
        (["The impact of leaders and The experiences of children Good"], []),
        (
            ["Overall effectiveness Good", "since 2015."],
            [("", "Overall effectiveness", "Good")],
        ),
        # Prose, a lead-in, a row that is far too long, one that never comes to a grade.
        (["The quality of practice is Good.", "Outcomes for children:", "Good"], []),
        (["The quality of " + "practice " * 30, "Good"], []),
        (["The quality of practice", "and of", "plans", "for", "all", "Good"], []),
        (["The quality of practice", "Judgement Grade", "Good"], []),
        (["The quality of plans, Good"], []),
    ],
)
def test_rows_among_lines(lines: list[str], rows: list[tuple[str, str, str]]) -> None:
    assert [(row.mark, row.area, row.grade) for row in find_rows(lines)] == rows
