"""Encodings: marked, unmarked, and none at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import UnreadableDocument
from documents.readers.encodings import decode, marked_encoding
from tests.documents.making import read, texts

TEXT = (
    "The council’s café is “warm”: £5 a meal – and most of its children like to go there.\r\n"
    "They say so.\rIt is near.\n"
)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac-roman", "utf-16-le", "utf-16-be"],
)
def test_the_text_of_bytes_in_any_encoding(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "letter.txt") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32-be"])
def test_marks_of_the_other_order_of_bytes(encoding: str) -> None:
    assert decode(f"\ufeff{TEXT}".encode(encoding), "letter.txt") == TEXT


def test_western_text_without_curly_quotes() -> None:
    text = "A café for £5 is near the school, and all of the children go there at noon."
    assert decode(text.encode("latin-1"), "letter.txt") == text


def test_zeros_that_programs_leave_are_passed_over() -> None:
    assert decode(TEXT.encode().replace(b"They", b"\0They"), "letter.txt") == TEXT


SIGNAL = "A café for £5 is near the school, and all of the children go there.".encode("latin-1")


@pytest.mark.parametrize(
    "data",
    [b"Words\0\0\0", bytes(range(256)) * 4, b"\xff\xfe\0\0\x01", SIGNAL + b"\x01" + SIGNAL],
)
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="neither a known format nor text"):
        decode(data, "letter.txt")


def test_line_ends_of_all_kinds_and_pages() -> None:
    document = read("Children are safe.\r\n\r\nHomes are warm.\r\rPlans are late.\f\nThe end.\n")
    assert texts(document) == [
        *("Children are safe.", "Homes are warm.", "Plans are late.", "The end."),
    ]
    assert [page.number for page in document.pages] == [1, 2]


def test_nothing_marked_is_utf_8() -> None:
    assert marked_encoding(b"") == marked_encoding(b"Words") == "utf-8-sig"


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_is_marked_comes_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "letter.txt") == text
