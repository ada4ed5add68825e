"""Markdown: CommonMark with tables."""

import pytest

from documents.errors import UnreadableDocument
from eval.wholeness import words_of
from tests.documents.making import block_of, read, texts

LETTER = """# Focused visit to Saltmarsh children’s services

Ottilie Greenhalgh\\
Director of Children’s Services\\
Saltmarsh Council

## Main findings

Children in danger are found quickly,
and kept *safe*. See [the plan](https://example.org/plan).

- Plans are **short-term**,
  and few are read.
- Visits are late.

  A second paragraph of the same bullet.

7. Homes are near.
8. Carers are kind.
3. Begun again.

| Judgement | Grade |
|---|---|
| 1. Children who need help and protection | Good |
| 2.1 Adoption performance | Requires improvement |
| Overall effectiveness | Good |
"""


def test_markup_becomes_structure_and_leaves_the_words() -> None:
    document = read(LETTER)
    assert document.format == "markdown"
    assert [(s.heading, s.level) for s in document.sections] == [
        ("Focused visit to Saltmarsh children’s services", 1),
        ("Main findings", 2),
    ]
    assert texts(document, "bullet") == [
        "Plans are short-term, and few are read.",
        "Visits are late.",
    ]
    assert "Children in danger are found quickly, and kept safe. See the plan." in texts(document)
    assert "A second paragraph of the same bullet." in texts(document, "paragraph")


def test_hard_breaks_part_the_lines_of_an_address() -> None:
    assert texts(read(LETTER))[1:4] == [
        "Ottilie Greenhalgh",
        "Director of Children’s Services",
        "Saltmarsh Council",
    ]


def test_numbers_stay_as_they_are_written() -> None:
    document = read(LETTER)
    numbered = {b.number: document.text[b.start : b.end] for b in document.blocks if b.number}
    assert numbered["7"] == "Homes are near."
    assert numbered["8"] == "Carers are kind."
    # CommonMark would print 9 here; the letter says 3.
    assert numbered["3"] == "Begun again."


def test_a_table_becomes_rows_with_their_numbers_apart() -> None:
    document = read(LETTER)
    assert [(j.area, j.grade) for j in document.metadata.judgements] == [
        ("Children who need help and protection", "Good"),
        ("Adoption performance", "Requires improvement"),
        ("Overall effectiveness", "Good"),
    ]
    assert block_of(document, "Judgement\tGrade").boilerplate
    assert block_of(document, "Adoption performance").number == "2.1"


def test_the_words_of_an_image_are_read() -> None:
    assert read("# Map\n\n![The seven towns](map.png) of the council.").text == (
        "Map\n\nThe seven towns of the council."
    )


def test_code_and_raw_html_keep_their_words() -> None:
    document = read("# Title\n\n    indented words\n\nA <b>bold</b> word &amp; more.\n")
    assert words_of(document.text) == words_of("Title indented words A <b>bold</b> word & more.")


def test_a_file_without_words_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="holds no words"):
        read("[unused]: https://example.org\n\n# [](https://example.org)\n")


def test_nested_bullets_are_introduced_by_the_one_above() -> None:
    document = read("Seen:\n\n- homes:\n  - old\n  - new\n- schools\n\n1. Plans\n   - long\n")
    bullets = [block for block in document.blocks if block.kind == "bullet"]
    assert [(block.level, block.lead_in) for block in bullets] == [
        (0, 0),
        (1, 1),
        (1, 1),
        (0, 0),
        (0, 5),
    ]


def test_what_the_judgements_mean_is_never_an_answer() -> None:
    document = read(
        "# Visit\n\nAll is well.\n\n## What the inspection judgements mean\n\n### Good\n\n"
        "Help is good.\n\n## What else was found\n\nPlans are clear.\n"
    )
    assert [
        text
        for text, block in zip(texts(document), document.blocks, strict=True)
        if block.boilerplate
    ] == ["What the inspection judgements mean", "Good", "Help is good."]
