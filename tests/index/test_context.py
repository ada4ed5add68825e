import pytest

from documents import Document
from index import Encoder
from index.context import passage_header, passage_text, sentence_text
from index.encoder import MAX_TOKENS
from index.passages import cut_passages
from tests.index.letters import Letter, caseload_letter, fostering_letter


def passage_texts(document: Document) -> list[str]:
    return [passage_text(document, passage) for passage in cut_passages(document)]


def test_a_passage_stands_after_its_title_and_heading() -> None:
    first, second, third = passage_texts(fostering_letter())
    title = "Inspection of Elmshire children’s services."
    assert first == f"{title} This letter says what inspectors found in January 2024."
    assert second.startswith(f"{title} Main findings. Private fostering checks")
    assert third.startswith(f"{title} What needs to improve? The timeliness")


def test_what_stands_before_the_first_heading_has_the_title_alone() -> None:
    assert passage_texts(caseload_letter())[0] == (
        "Focused visit to Oakley Borough. Dear Director, thank you for your help."
    )


@pytest.mark.parametrize(
    ("lead_in", "expected"),
    [
        (True, "What needs to improve? The quality of case notes."),
        (False, "The quality of case notes."),
    ],
)
def test_a_bullet_can_stand_after_the_words_that_introduce_it(lead_in: bool, expected: str) -> None:
    document = fostering_letter()
    bullet = document.sentences[-2]
    assert sentence_text(document, bullet, lead_in=lead_in) == expected


def test_other_sentences_stand_alone() -> None:
    document = fostering_letter()
    sentence = document.sentences[3]
    assert sentence_text(document, sentence) == document.text[sentence.start : sentence.end]


@pytest.mark.parametrize(
    ("words", "header"),
    [
        ("This letter says", "inspection. Inspection of Elmshire children’s services"),
        ("Leaders know", "inspection. Main findings"),
        ("The quality", "inspection. What needs to improve? What needs to improve?"),
    ],
)
def test_a_header_says_where_a_passage_stands(words: str, header: str) -> None:
    document = fostering_letter()
    first = next(
        number
        for number, sentence in enumerate(document.sentences)
        if document.text[sentence.start :].startswith(words)
    )
    section = document.blocks[document.sentences[first].block].section
    assert passage_header(document, section, first) == header


def test_a_header_without_a_heading_is_the_kind_alone() -> None:
    assert passage_header(caseload_letter(), 0, 0) == "inspection"


def test_of_a_long_lead_in_a_header_has_the_end() -> None:
    document = (
        Letter()
        .heading("Next steps")
        .paragraph(" ".join(f"w{number}" for number in range(60)) + " must:")
        .bullets("write\nplans", "make visits")
        .document()
    )
    (plans,) = [
        n for n, s in enumerate(document.sentences) if "plans" in document.text[s.start : s.end]
    ]
    header = passage_header(document, 0, plans)
    assert header.startswith("inspection. Next steps. w21 w22")
    assert header.endswith("w59 must:")
    bullet = document.sentences[plans]
    assert sentence_text(document, bullet) == header.partition("steps. ")[2] + " write plans"


def test_white_space_is_folded() -> None:
    document = Letter().paragraph("Two\nlines   of one sentence.").document()
    assert sentence_text(document, document.sentences[0]) == "Two lines of one sentence."


def test_a_full_passage_with_its_context_is_seen_whole(encoder: Encoder) -> None:
    sentence = (
        "Social workers visit children regularly and their records show a clear understanding of"
        " what life is like for each child, although supervision is not always reflective enough."
    )
    document = (
        Letter("Inspection of local authority children’s services " * 10)
        .heading("The experiences and progress of children who need help and protection " * 4)
        .paragraph(*[sentence] * 4)
        .document()
    )
    (text,) = passage_texts(document)
    assert encoder.count_tokens(text) < MAX_TOKENS
