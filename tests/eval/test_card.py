from pathlib import Path

import pytest

from documents import EncoderError
from eval.card import page, read_card
from index.encoder import BASE
from tests.eval.cards import card_of


def test_a_page_says_where_nothing_was_held_out() -> None:
    nothing, two = page(card_of([]), "a.safetensors"), page(card_of(["a.pdf", "b.pdf"]), "a")
    assert "those on the documents held out (0%): none." in nothing
    assert "held out (0%): `a.pdf`, `b.pdf`." in two


def test_a_page_names_its_file_what_it_began_from_and_each_setting() -> None:
    said = page(card_of([]), "other.safetensors")
    assert "| weights | `other.safetensors`, 1 bytes:" in said
    assert f"from {BASE.name} (SHA-256\n`{BASE.sha256}`)" in said
    for name, value in card_of([]).made.plan.items():
        assert f"| {name} | {value} |" in said


def test_the_versions_are_those_of_the_libraries() -> None:
    made = card_of([]).made
    assert made.versions["torch"] in page(card_of([]), "a.safetensors")
    assert all(made.versions.values())


def test_a_card_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    path.write_text(card_of(["a.pdf"]).model_dump_json(), encoding="utf-8")
    assert read_card(path) == card_of(["a.pdf"])


def test_what_is_no_card_is_named(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    with pytest.raises(EncoderError, match=r"card\.json: No such file"):
        read_card(path)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"card\.json: is not a card that `paperknife train`"):
        read_card(path)
