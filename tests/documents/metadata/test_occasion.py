"""Which visit of several, and what a news item tells of."""

import pytest

from tests.documents.making import read

LETTER = "4 June 2021\n\nDear Ottilie\n\n# {title} to Saltmarsh children’s services\n\n{opening}\n"


@pytest.mark.parametrize(
    ("title", "opening", "number", "words"),
    [
        ("Third monitoring visit", "All is well.", 3, "Third"),
        (
            "Monitoring visit",
            "This was the second monitoring visit since the authority was judged inadequate.",
            2,
            "second",
        ),
        ("Monitoring visit", "The visit was the 11th monitoring visit since 2017.", 11, "11th"),
        (
            "Monitoring visit",
            "I am writing to report the findings of the first monitoring visit to Saltmarsh.",
            1,
            "first",
        ),
        # Another one is spoken of.
        (
            "Monitoring visit",
            "At the time of the second monitoring visit, in May, much was amiss.",
            None,
            None,
        ),
        ("Focused visit", "It is the first visit of its kind.", None, None),
        ("Joint targeted area inspection", "It was the first monitoring visit.", None, None),
    ],
)
def test_the_number_of_the_visit(
    title: str, opening: str, number: int | None, words: str | None
) -> None:
    document = read(LETTER.format(title=title, opening=opening))
    assert document.metadata.visit_number == number
    place = document.metadata.read_from.get("visit_number")
    assert (document.text[place.start : place.end] if place else None) == words


NEWS = "# Improvements at Saltmarsh\n\nOfsted is glad. {words}\n\nChildren are safe.\n"


@pytest.mark.parametrize(
    ("text", "speaks_of"),
    [
        (
            NEWS.format(words="") + "\nSaltmarsh\n\nInspection of children’s services\n",
            "Inspection of children’s services",
        ),
        (
            NEWS.format(words="It came after a short inspection of the council in May 2021, say."),
            "inspection of the council in May 2021",
        ),
        (
            NEWS.format(words="It followed its focused visit on 12 and 13 May 2021."),
            "focused visit on 12 and 13 May 2021",
        ),
        (
            NEWS.format(words="The praise comes after an inspection of services for children."),
            "inspection of services for children",
        ),
        # What stands in a contents list or a licence says nothing.
        (
            NEWS.format(words="")
            + "\nYou may reuse this all. It follows an inspection of services in May 2020.\n",
            None,
        ),
        # Earlier ones, and none by name.
        (NEWS.format(words="Since the previous inspection in 2015, much is better."), None),
        (NEWS.format(words="“All is well”, said the inspectors."), None),
        # What the title says it need not say again.
        ("# Inspection of homes praised\n\nInspectors are glad.\n", None),
    ],
)
def test_what_a_news_item_speaks_of(text: str, speaks_of: str | None) -> None:
    document = read(text)
    assert document.metadata.kind == "news"
    assert document.metadata.speaks_of == speaks_of
    place = document.metadata.read_from.get("speaks_of")
    assert (document.text[place.start : place.end] if place else None) == speaks_of


def test_a_letter_is_of_a_visit_and_speaks_of_none() -> None:
    text = LETTER.format(title="Focused visit", opening="It follows an inspection in May 2020.")
    assert read(text).metadata.speaks_of is None
