"""What a download must be to come into the corpus."""

import os
from pathlib import Path

import pytest

from documents.errors import LetterUnavailable, ServerBusy
from documents.fetch.content import check_content
from qa.settings import SAMPLES
from tests.documents.fetch.server import pdf

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR") or "../shared/letters")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*-*.*")), ids=lambda path: path.name)
def test_every_sample_is_what_its_name_says(path: Path) -> None:
    check_content(path.read_bytes(), path.name)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"<!DOCTYPE html><title>Not found</title>", "a web page, and not what .pdf says"),
        ("a.pdf", b"Service unavailable", "text, and not what .pdf says"),
        ("a.pdf", b" \n", "the file is empty"),
        ("a.pdf", b"", "the file is empty"),
        ("a.docx", pdf(), "a PDF, and not what .docx says"),
        ("a.docx", b"PK\x03\x04 cut off", "archive"),
        ("a.HTML", b"plain words", "text, and not what .html says"),
        ("a.txt", b"<html><body>words</body></html>", "a web page, and not what .txt says"),
    ],
)
def test_what_is_something_else_is_refused_for_good(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(LetterUnavailable) as error:
        check_content(data, name)
    assert reason in error.value.reason
    assert not isinstance(error.value, ServerBusy)


def test_a_pdf_without_its_end_may_come_whole_another_time() -> None:
    check_content(pdf(), "a.pdf")
    with pytest.raises(ServerBusy, match="without its end"):
        check_content(pdf()[:-5], "a.pdf")


@pytest.mark.skipif(not LETTERS.is_dir(), reason=f"no real letters in {LETTERS}")
def test_every_real_report_is_taken_and_every_mislabelled_one_refused() -> None:
    reports = sorted((LETTERS / "national").glob("*.pdf"))
    assert len(reports) > 100
    for path in reports:
        check_content(path.read_bytes(), path.name)
    mislabelled = sorted((LETTERS / "mislabelled").glob("*.pdf"))
    assert len(mislabelled) == 4
    for path in mislabelled:
        with pytest.raises(LetterUnavailable, match="a web page, and not what"):
            check_content(path.read_bytes(), path.name)
