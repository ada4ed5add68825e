"""A file is what its content is, whatever its name says."""

import pytest

from documents.errors import UnreadableDocument
from documents.media import MEDIA_TYPES
from documents.readers.formats import READERS, detect_format
from tests.documents.making import Pdf, read, word_file
from tests.documents.packing import odt_file

CONTENTS = {
    "pdf": Pdf().paragraph("Children are safe.").data(),
    "docx": word_file("Children are safe."),
    "odt": odt_file("<text:p>Children are safe.</text:p>"),
    "eml": b"MIME-Version: 1.0\r\nSubject: A visit\r\n\r\nChildren are safe.\r\n",
    "mhtml": (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html\r\n\r\n<p>Children are safe.</p>\r\n--b--\r\n"
    ),
    "html": b"<!DOCTYPE html>\n<html><body><p>Children are safe.</p></body></html>",
    "markdown": b"# Findings\n\nChildren are safe.\n",
    "text": b"Children are safe.\n",
}


@pytest.mark.parametrize("suffix", ["pdf", "docx", "odt", "eml", "html", "md", "txt", "", "zip"])
@pytest.mark.parametrize("name", CONTENTS)
def test_the_suffix_says_nothing(name: str, suffix: str) -> None:
    document = read(CONTENTS[name], f"letter.{suffix}")
    assert document.format == name
    assert document.text.endswith("Children are safe.")


def test_every_format_has_a_reader_and_a_media_type() -> None:
    assert set(READERS) == set(MEDIA_TYPES) == set(CONTENTS)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xef\xbb\xbf<html><body>x</body></html>", "html"),
        (b"\n <!-- saved from a page -->\n<HTML lang=en>", "html"),
        (b"<body>x</body>", "html"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html><html>", "html"),
        (b"<p>A fragment of a page.</p>", "html"),
        ("<!doctype html><p>Café</p>".encode("utf-16"), "html"),
        (b"<https://example.org> is where it stands.", "text"),
        (b"some bytes before it\n%PDF-1.7\n", "pdf"),
        (b"| Judgement | Grade |\n|---|---|\n| Overall | Good |\n", "markdown"),
        (b"#hashtag is not a heading", "text"),
        ("# Café".encode("utf-16"), "markdown"),
    ],
)
def test_signs_of_a_format(data: bytes, name: str) -> None:
    assert detect_format(data, "file") == name


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n "])
def test_an_empty_file_has_no_format(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"letter\.txt: the file is empty"):
        detect_format(data, "letter.txt")
