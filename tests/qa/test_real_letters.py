"""The contract's invariants on real letters, which are not part of the repository.

They are looked for in PAPERKNIFE_LETTERS_DIR, by default ../shared/letters.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import Encoder, MadeBy, refresh
from qa.answerer import Answerer
from qa.answering import ANSWERING
from qa.http import create_app
from qa.schema import AskRequest
from qa.service import Service
from qa.settings import Settings
from tests.qa.checks import check_made_by, check_verbatim
from tests.qa.conftest import serving

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR") or "../shared/letters")
CHESHIRE = LETTERS / "cheshire"

pytestmark = pytest.mark.skipif(
    not CHESHIRE.is_dir(), reason=f"no real letters in {LETTERS} (PAPERKNIFE_LETTERS_DIR)"
)

QUESTIONS = [
    "how are private fostering checks judged?",
    "Who led the monitoring visit in February 2025?",
    "what does ChECS stand for",
    "Are caseloads manageable in Cheshire East?",
    "independant reviewing officers challenge",
]


@pytest.fixture(scope="module")
def service(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Service:
    service = Service(Settings(corpus=CHESHIRE, data=tmp_path_factory.mktemp("real")), encoder)
    service.prepare()
    return service


def test_every_answer_and_context_is_verbatim_over_http(service: Service) -> None:
    with serving(create_app(service)) as client:
        for question in QUESTIONS:
            asked = {"question": question, "limit": 20, "min_confidence": 0}
            answers = client.post("/v1/ask", json=asked).raise_for_status().json()["answers"]
            assert answers
            for answer in answers:
                _check(client, answer)


def _check(client: httpx.Client, answer: dict[str, Any]) -> None:
    citation, context = answer["citation"], answer["context"]
    response = client.get(f"/v1/documents/{citation['document_id']}/text").raise_for_status()
    text = response.content.decode("utf-8")
    assert text[citation["start"] : citation["end"]] == answer["text"]
    assert text[context["start"] : context["end"]] == context["text"]


def test_private_fostering_checks_are_found_in_all_years(service: Service) -> None:
    request = AskRequest(question=QUESTIONS[0], limit=10)
    response = service.answerer.ask(request)
    assert response.status == "answered"
    # The sentence on checks of carers, by its place in the letter: its words stay outside.
    top = [(a.citation.file, a.citation.paragraph) for a in response.answers[:3]]
    checks = [a for a in response.answers[:3] if a.text.startswith("Checks of carers")]
    assert len(checks) == 1, top
    cited = checks[0].citation
    assert cited.authority == "Cheshire West and Chester"
    assert (str(cited.published), cited.kind) == ("2025-08-22", "focused visit")
    assert cited.visited is not None
    assert (str(cited.visited.first), str(cited.visited.last)) == ("2025-07-23", "2025-07-24")
    assert cited.section == "Main findings"
    later = [a for a in response.answers if str(a.citation.published).startswith("2016")]
    assert any("private fostering" in a.text for a in later)


def test_the_order_and_names_of_the_files_change_nothing(
    service: Service, encoder: Encoder, tmp_path: Path
) -> None:
    for number, path in enumerate(sorted(CHESHIRE.iterdir(), reverse=True)):
        target = tmp_path / "corpus" / f"{number}" / f"letter{path.suffix}"
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
    other = Answerer(
        refresh(tmp_path / "corpus", tmp_path / "data", MadeBy(encoder, ANSWERING)).snapshot,
        encoder,
    )
    for question in QUESTIONS:
        request = AskRequest(question=question, limit=10, min_confidence=0)
        one, two = service.answerer.ask(request), other.ask(request)
        check_verbatim(service.answerer.snapshot, one)
        assert [(a.text, a.confidence, a.citation.document_id) for a in one.answers] == [
            (a.text, a.confidence, a.citation.document_id) for a in two.answers
        ]
        assert one.confidence == two.confidence


def test_error_pages_that_are_named_like_letters_are_reported(
    encoder: Encoder, tmp_path: Path
) -> None:
    mislabelled = LETTERS / "mislabelled"
    files = sorted(path.name for path in mislabelled.iterdir())
    service = Service(Settings(corpus=mislabelled, data=tmp_path), encoder)
    service.prepare()
    with serving(create_app(service)) as client:
        listed = client.get("/v1/documents").raise_for_status().json()["documents"]
    assert sorted(item["file"] for item in listed) == files
    for item in listed:
        assert item["status"] == "failed"
        assert "error page" in json.dumps(item["problem"])


def test_a_snapshot_of_another_recipe_is_refused(service: Service) -> None:
    check_made_by(service)
