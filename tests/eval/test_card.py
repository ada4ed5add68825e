from eval.card import page
from tests.eval.cards import card_of


def test_a_page_says_where_nothing_was_held_out() -> None:
    assert "those on the documents held out (0%): none." in page(card_of([]))
    assert "held out (0%): `a.pdf`, `b.pdf`." in page(card_of(["a.pdf", "b.pdf"]))


def test_the_versions_are_those_of_the_libraries() -> None:
    made = card_of([]).made
    assert made.versions["torch"] in page(card_of([]))
    assert all(made.versions.values())
