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


def test_a_row_is_one_unit() -> None:
    document = read("| Judgement | Grade |\n|---|---|\n| St. Anne’s. The home | Good |\n")
    assert "St. Anne’s. The home\tGood" in sentences(document)


def test_a_small_letter_that_begins_a_name_makes_no_fragment() -> None:
    document = read("# Teams\n\niART gives advice.\n\nof the team. It is new.")
    assert [s.fragment for s in document.sentences] == [False, True, False]
    assert block_of(document, "iART").kind == "paragraph"
