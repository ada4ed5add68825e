"""Bullets that a text has lost."""

from documents.readers.misread import mend_bullets
from tests.documents.making import read, texts

_RECOGNISED = """Areas covered by the visit

Inspectors looked at the following areas:

B The experience of children in care, with a focus on
their plans.

B The quality of supervision.

This visit was short.
"""


def test_a_letter_before_each_item_of_a_list_was_a_bullet() -> None:
    document = read(_RECOGNISED)
    assert texts(document, "bullet") == [
        "The experience of children in care, with a focus on their plans.",
        "The quality of supervision.",
    ]
    assert {block.lead_in for block in document.blocks if block.kind == "bullet"} == {1}
    assert texts(document)[-1] == "This visit was short."


def test_letters_elsewhere_are_words() -> None:
    lines = ["A review was made.", "A Year later it was done.", "Class B The end", "B The one item"]
    assert mend_bullets(lines) == lines
    # One item is no list, and "A" and "I" are words.
    for words in (["Seen:", "B The plan."], ["Seen:", "A Plan.", "A Visit."], ["Seen:", "Plans."]):
        assert mend_bullets(words) == words


def test_signs_that_are_no_letters_were_bullets_though_they_differ() -> None:
    lines = [
        "What needs to improve?",
        "m@ The timeliness",
        "of plans.",
        "mTM The quality.",
        "¢ Homes.",
    ]
    assert mend_bullets(lines) == [
        "What needs to improve?",
        "• The timeliness",
        "of plans.",
        "• The quality.",
        "• Homes.",
    ]


def test_a_list_ends_where_its_items_do() -> None:
    lines = ["Seen:", "e Plans", "e Visits", *["Words."] * 9, "e Homes"]
    assert mend_bullets(lines)[:3] == ["Seen:", "• Plans", "• Visits"]
    assert mend_bullets(lines)[-1] == "e Homes"


def test_items_that_kept_only_a_space() -> None:
    text = "Children in this area\n" + "".join(
        f" {share} of them live in {town}, which is more than it was in the year\nbefore that.\n"
        for share, town in (("Most", "Aldermere"), ("Some", "Wrenbury"), ("Few", "Pell"))
    )
    text += "The board has met in each of the last seven months, and has read all\nof the plans.\n"
    text += (
        "It is chaired by somebody who is of none of the services, and who was\nnew in May.\n" * 3
    )
    bullets = texts(read(text), "bullet")
    assert len(bullets) == 3
    assert (
        bullets[1]
        == "Some of them live in Wrenbury, which is more than it was in the year before that."
    )


def test_a_space_at_the_top_of_each_page_is_no_bullet() -> None:
    lines = [" Words." if number % 40 == 0 else "Words." for number in range(100)]
    assert mend_bullets(lines) == lines


def test_where_most_lines_are_set_in_it_means_nothing() -> None:
    lines = [" Words."] * 5
    assert mend_bullets(lines) == lines
