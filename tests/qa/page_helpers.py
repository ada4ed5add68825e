"""For the tests of the pages: a shelf of all kinds of characters and files, and pages as trees."""

import shutil
from pathlib import Path

import httpx
from lxml import html

from index import Encoder
from qa.service import Service
from qa.settings import SAMPLES, Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
TABLED = "kestleshire-2023-inspection.html"
NUMBERED = "aldermere-2017-inspection.pdf"
# Characters beyond the first plane are two units in JavaScript and one code point in an offset.
ASTRAL = """# Focused visit to Fernhollow children’s services

Published: 4 June 2024

## Main findings

𝔉𝔢𝔯𝔫 𝔥𝔬𝔩𝔩𝔬𝔴 calls its garden 🌳🌿 project a success. Children 👧🏽 plant 🥕 and 🍓 every week.
The garden <b>is</b> watered & weeded by volunteers.

- Café visits 🍰 are arranged for newly qualified gardeners.
- The wheelbarrow 🛞 is mended within two days.
"""


def lettered_service(folder: Path, encoder: Encoder) -> Service:
    """A service over that shelf, made in an empty folder with an encoder that is loaded."""
    corpus = folder / "letters"
    corpus.mkdir()
    for name in (TABLED, NUMBERED):
        shutil.copy(SAMPLES / name, corpus)
    (corpus / "fernhollow.md").write_text(ASTRAL, encoding="utf-8")
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7\n% and nothing else")
    service = Service(Settings(corpus=corpus, data=folder / "data"), encoder)
    service.prepare()
    return service


def opened(client: httpx.Client, address: str, status: int = 200) -> html.HtmlElement:
    """The page that a browser gets at an address, as a tree."""
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in response.headers["content-security-policy"]
    tree = html.fromstring(response.text)
    assert len(tree.findall(".//h1")) == 1
    return tree


def words(element: html.HtmlElement) -> str:
    """What an element says, with single spaces."""
    return " ".join(element.text_content().split())
