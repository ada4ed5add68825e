from hypothesis import given
from hypothesis import strategies as st

from qa.words import Vocabulary, fold, shouted, tokens


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end] == token.written


def test_tokens_are_words_and_numbers() -> None:
    folded = [token.folded for token in tokens("H&F: Stockton-on-Tees’s 16")]
    assert folded == ["h", "and", "f", "stockton", "on", "tees", "s", "16"]


def test_only_text_without_small_letters_is_shouted() -> None:
    assert shouted("HOW GOOD?")
    assert not shouted("How good?")


def test_a_possessive_is_folded_to_its_word() -> None:
    assert [fold(word) for word in ("Children’s", "children's", "CHILDREN")] == ["children"] * 3


def test_a_vocabulary_knows_words_in_all_their_forms() -> None:
    words = Vocabulary(["Children’s rights. The children’s Reading and reading.", "Reading"])
    assert "childrens" in words
    assert "children" in words
    assert "adult" not in words
    assert words.count("reading") == 3
    assert words.written["Reading"] == 2
    assert words.ordinary("rights")
    assert not words.ordinary("reading")
    assert not words.ordinary("adult")
