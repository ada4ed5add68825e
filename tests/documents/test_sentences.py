"""Sentence boundaries where letters make them hard."""

import pytest

from documents.sentences import split_sentences
from tests.documents.making import block_of, read, sentences

CASES = [
    ["Children are safe.", "Most are happy."],
    ["Plans are read by approx. 40 parents.", "Few are long."],
    ["See para. 12 and pp. 3 to 5 of the plan.", "It is clear."],
    ["Mr. Oakes and Dr. Wren Abbot met the carers.", "They were kind."],
    ["The team in St. Anne’s Road is small.", "It is busy."],
    ["The rate is 3.5 per 1,000 (e.g. in 2021).", "It was 4.2."],
    ["Is this enough?", "Leaders think not."],
    ["“It is my home,” said one child.", "“I am safe here.”", "Others agreed."],
    ["Those of the Reach Out! group meet each month.", "They are heard."],
    ["Almost all children‘s reviews are held in time.", "They are clear.", "Reports are good."],
    ["One child said: ‘It is good. Nobody shouts.’", "Others agreed."],
    ["Of these, 10 passed at grade D to G.", "In 2015, one passed with more."],
    ["Help is given without delay.", "where abuse is present.", "Plans are clear."],
    ["Schools, clubs etc. are near.", "They said no.", "They meant it."],
    ["Visits are late in some cases.", "This includes those of the Children’s Team."],
]


@pytest.mark.parametrize("parts", CASES, ids=[parts[0][:20] for parts in CASES])
def test_boundaries(parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[start:end] for start, end in split_sentences(text, 0, len(text))] == parts


def test_offsets_count_code_points_of_the_whole_text() -> None:
    text = "🏠 Homes 🏠 are near.\n\nCafés are warm. Schools 𝒉elp."
    start = text.index("Cafés")
    spans = split_sentences(text, start, len(text))
    assert [text[a:b] for a, b in spans] == ["Cafés are warm.", "Schools 𝒉elp."]


@pytest.mark.parametrize("text", ["", " ", "\n", "  Children are safe. \n Most are. ", " . "])
def test_white_space_is_in_no_sentence(text: str) -> None:
    found = [text[start:end] for start, end in split_sentences(text, 0, len(text))]
    assert found == [sentence.strip() for sentence in found]
    assert [word for sentence in found for word in sentence.split()] == text.split()


@pytest.mark.parametrize(
    "bullet",
    [
        "The timeliness of checks. (Outcome 3, national framework)",
        "The timeliness of checks (Outcome 3, national framework)",
        "How soon permanence is agreed",
    ],
)
def test_a_bullet_is_one_unit_with_its_tag(bullet: str) -> None:
    document = read(f"What needs to improve?\n\n• {bullet}\n• The frequency of visits\n")
    assert sentences(document) == [bullet, "The frequency of visits"]


def test_a_tag_closes_the_sentence_before_it() -> None:
    text = "Checks are made in time. (Outcome 3.) Visits are late."
    spans = split_sentences(text, 0, len(text))
    assert [text[a:b] for a, b in spans] == [
        "Checks are made in time. (Outcome 3.)",
        "Visits are late.",
    ]


def test_headings_are_no_sentences_and_are_not_glued_to_one() -> None:
    document = read("# Findings about visits\n\nVisits are late.\n\n## Plans\n\nPlans are clear.")
    assert sentences(document) == ["Visits are late.", "Plans are clear."]


def test_what_stops_where_no_sentence_can_is_a_fragment() -> None:
    document = read(
        "# Findings\n\nThe chair of the board is new, and she leads the health and\n\n"
        "Plans are clear and most of them have been read by parents\n\n"
        "Leaders should improve:\n\n- plans; and\n- visits to the\n- homes, which are late,\n\n"
        "Help is given without delay. where abuse is present. Plans are clear.\n"
    )
    text = document.text
    assert [text[s.start : s.end] for s in document.sentences if s.fragment] == [
        "The chair of the board is new, and she leads the health and",
        "visits to the",
        "where abuse is present.",
    ]


def test_a_row_is_one_unit() -> None:
    document = read("| Judgement | Grade |\n|---|---|\n| St. Anne’s. The home | Good |\n")
    assert "St. Anne’s. The home\tGood" in sentences(document)


def test_a_small_letter_that_begins_a_name_makes_no_fragment() -> None:
    document = read("# Teams\n\niART gives advice.\n\nof the team. It is new.")
    assert [s.fragment for s in document.sentences] == [False, True, False]
    assert block_of(document, "iART").kind == "paragraph"


@pytest.mark.parametrize(
    ("paragraph", "bullet", "is_lead_in"),
    [
        ("The judgement on adoption is good.", "Plans are clear.", True),
        (
            "Leaders of all the services in the seven towns have agreed to improve what they do in"
            " the following areas.",
            "Plans.",
            True,
        ),
        (
            "Leaders of all the services in the seven towns have agreed to strengthen what they do"
            " for families.",
            "reviewing their plans",
            True,
        ),
        (
            "Leaders of all the services in the seven towns have agreed to strengthen what they do"
            " for families.",
            "Plans are clear.",
            False,
        ),
    ],
)
def test_a_paragraph_may_introduce_bullets(paragraph: str, bullet: str, is_lead_in: bool) -> None:
    document = read(f"# Visit\n\n{paragraph}\n\n- {bullet}\n")
    assert document.blocks[2].lead_in == (1 if is_lead_in else None)
