"""Copies, recognised text and pages that were not read, wherever a document is shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from documents import Corpus, read_corpus
from eval.cli import app
from index import Encoder, build_snapshot
from qa.answering import ANSWERING
from qa.http import create_app
from qa.service import Service
from qa.settings import SAMPLES, Settings
from tests.qa.conftest import serving
from tests.qa.page_helpers import opened, words

LETTER = "aldermere-2019-focused-visit.pdf"
QUESTION = "How quickly are private fostering checks done in Aldermere?"
PROBLEM = "page(s) 2 are pictures without a text layer and were not read"


@pytest.fixture
def service(tmp_path: Path, encoder: Encoder) -> Service:
    """Over one letter that lies there twice, as if it had been recognised but for a page."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for name in ("visit.pdf", "visit again.pdf"):
        (folder / name).write_bytes((SAMPLES / LETTER).read_bytes())
    read = read_corpus(folder)
    (letter,) = read.documents
    # No date is printed, only a year.
    about = replace(letter.metadata, published=None)
    letter = replace(letter, ocr=True, problem=PROBLEM, metadata=about)
    build_snapshot(Corpus((letter,), read.failures), tmp_path / "data", encoder, ANSWERING)
    service = Service(Settings(data=tmp_path / "data"), encoder)
    service.prepare()
    return service


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with serving(create_app(service)) as client:
        yield client


def test_over_http(client: httpx.Client) -> None:
    copy, letter = sorted(
        client.get("/v1/documents").json()["documents"], key=lambda row: str(row["status"])
    )
    assert (letter["file"], letter["copies"]) == ("visit again.pdf", ["visit.pdf"])
    assert (letter["ocr"], letter["problem"], letter["copy_of"]) == (True, PROBLEM, None)
    assert (letter["published"], letter["published_year"]) == (None, 2019)
    assert (copy["file"], copy["status"], copy["copy_of"]) == (
        "visit.pdf",
        "failed",
        "visit again.pdf",
    )
    answer, *_ = client.get("/v1/ask", params={"question": QUESTION}).json()["answers"]
    assert answer["citation"]["copies"] == ["visit.pdf"]
    assert answer["citation"]["ocr"] is True


def test_on_the_page(client: httpx.Client) -> None:
    home = words(opened(client, "/"))
    assert "published 2019, recognised on a scan, also as visit.pdf; " + PROBLEM in home
    assert "Could not be read" not in home
    answers = words(opened(client, f"/?{httpx.QueryParams(question=QUESTION)}"))
    assert "recognised on a scan" in answers
    assert "the same letter: visit.pdf" in answers
    copy, letter = sorted(
        client.get("/v1/documents").json()["documents"], key=lambda row: str(row["status"])
    )
    document = opened(client, f"/documents/{letter['id']}")
    for name, told in (
        ("The same letter", "visit.pdf"),
        ("Text", "recognised on a scan (OCR): words may be misread"),
        ("Not read", PROBLEM),
    ):
        (fact,) = document.xpath(f"//dt[. = '{name}']/../dd")
        assert words(fact) == told
    refused = words(opened(client, f"/documents/{copy['id']}", 404))
    assert "is no document of its own: the same bytes as visit again.pdf" in refused


def test_on_the_command_line(
    service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "load", lambda: encoder)
    environment = {"PAPERKNIFE_DATA": str(service.settings.data), "COLUMNS": "400"}
    shelf = CliRunner().invoke(app, ["documents"], env=environment).stdout
    assert "the same letter: visit.pdf" in shelf
    assert "recognised on a scan; words may be misread" in shelf
    assert PROBLEM in shelf
    assert "1 file not counted, being copies:" in shelf
    assert "could not be read" not in shelf
    asked = CliRunner().invoke(app, ["ask", QUESTION, "--min-confidence", "0"], env=environment)
    assert "published 2019" in asked.stdout
    assert "recognised on a scan · visit again.pdf = visit.pdf [" in asked.stdout
