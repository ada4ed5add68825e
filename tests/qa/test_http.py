"""Every route once as it should go, over a real server."""

import hashlib
import uuid
from collections.abc import Callable

import httpx
import pytest

from qa.schema import AskResponse, DocumentDetail, DocumentList
from qa.service import Service
from qa.settings import SAMPLES

QUESTION = "Are visits to privately fostered children on time?"


def without_chance(response: httpx.Response) -> dict[str, object]:
    """The body of an answer without the two fields that differ between equal questions."""
    assert response.status_code == 200, response.text
    return {k: v for k, v in response.json().items() if k not in ("query_id", "took_ms")}


def rows(client: httpx.Client, query: str = "") -> list[dict[str, object]]:
    response = client.get(f"/v1/documents{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, object]] = response.json()["documents"]
    return found


def test_a_question_is_answered_verbatim(samples_client: httpx.Client) -> None:
    response = samples_client.post("/v1/ask", json={"question": f"  {QUESTION} "})
    assert response.headers["content-type"] == "application/json"
    body = AskResponse.model_validate_json(response.text)
    assert body.status == "answered"
    assert body.question == QUESTION
    for answer in body.answers:
        place = answer.citation
        text = samples_client.get(f"/v1/documents/{place.document_id}/text").text
        assert text[place.start : place.end] == answer.text
        assert text[answer.context.start : answer.context.end] == answer.context.text
    visits = [answer["citation"]["visited"] for answer in response.json()["answers"]]
    assert {"from", "to"} in [set(visited or ()) for visited in visits]


def test_a_link_asks_the_same_question(samples_client: httpx.Client) -> None:
    fields: dict[str, str | int | float | list[str]] = {
        "question": QUESTION,
        "authorities": ["Aldermere", "Kestleshire"],
        "kinds": ["inspection", "focused visit"],
        "since": "2017-01-01",
        "limit": 3,
        "order": "date",
        "min_confidence": 0.1,
    }
    posted = samples_client.post("/v1/ask", json=fields)
    linked = samples_client.get("/v1/ask", params=fields)
    assert without_chance(posted) == without_chance(linked)
    named = {answer["citation"]["authority"] for answer in posted.json()["answers"]}
    assert named <= {"Aldermere", "Kestleshire"}


def test_a_filter_that_matches_nothing_is_not_widened(samples_client: httpx.Client) -> None:
    body = {"question": QUESTION, "authorities": ["Nowhere at all"], "min_confidence": 0}
    found = AskResponse.model_validate(samples_client.post("/v1/ask", json=body).json())
    assert (found.status, found.reason, found.answers) == (
        "abstained",
        "no_matching_documents",
        [],
    )


def test_the_shelf_lists_every_sample(samples_client: httpx.Client) -> None:
    response = samples_client.get("/v1/documents?page_size=200")
    listed = DocumentList.model_validate_json(response.text)
    assert listed.next_page_token is None
    assert {row.status for row in listed.documents} == {"read"}
    assert len(listed.documents) == 12
    ids = [row.id for row in listed.documents]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("size", [1, 5, 12, 13])
def test_pages_together_are_the_list(samples_client: httpx.Client, size: int) -> None:
    found, token = [], ""
    while True:
        page = samples_client.get(f"/v1/documents?page_size={size}{token}").json()
        assert len(page["documents"]) <= size
        found += page["documents"]
        if page["next_page_token"] is None:
            break
        token = f"&page_token={page['next_page_token']}"
    assert found == rows(samples_client)


def test_filters_limit_the_list(samples_client: httpx.Client) -> None:
    everything = rows(samples_client)
    both = ("Aldermere", "Kestleshire")
    cases: dict[str, Callable[[dict[str, object]], bool]] = {
        "?authority=aldermere": lambda row: row["authority"] == "Aldermere",
        "?authority=Aldermere&authority=Kestleshire+County+Council": lambda row: (
            row["authority"] in both
        ),
        "?kind=inspection": lambda row: row["kind"] == "inspection",
        "?since=2022-01-01&until=2024-12-31": lambda row: (
            "2022-01-01" <= str(row["published"]) <= "2024-12-31"
        ),
        "?authority=Nowhere": lambda row: False,
    }
    for query, wanted in cases.items():
        expected = [row["file"] for row in everything if wanted(row)]
        assert [row["file"] for row in rows(samples_client, query)] == expected, query
        assert expected or "Nowhere" in query
        assert len(expected) < len(everything)


def test_a_document_on_its_own(samples_client: httpx.Client, samples_service: Service) -> None:
    for row in rows(samples_client):
        response = samples_client.get(f"/v1/documents/{row['id']}")
        detail = DocumentDetail.model_validate_json(response.text)
        text = samples_client.get(f"/v1/documents/{row['id']}/text").text
        assert detail.characters == len(text)
        assert detail.sections
        for section in detail.sections:
            assert text[section.start : section.end].startswith(section.heading)
        body = response.json()
        assert {key: body[key] for key in row} == row
        metadata = samples_service.answerer.snapshot.document(detail.id).metadata
        assert detail.read_from.keys() == metadata.read_from.keys()
        for field, origin in detail.read_from.items():
            assert getattr(metadata, field) is not None, field
            assert (origin.start is None) == (origin.end is None)
            assert origin.start is not None or origin.inferred


def test_the_text_is_plain_and_not_sent_twice(samples_client: httpx.Client) -> None:
    address = f"/v1/documents/{rows(samples_client)[0]['id']}/text"
    first = samples_client.get(address)
    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = samples_client.get(address, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    changed = samples_client.get(address, headers={"if-none-match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("pdf", "application/pdf"),
        ("txt", "text/plain"),
        ("md", "text/markdown"),
        ("html", "text/html"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_original_is_the_file(
    samples_client: httpx.Client, suffix: str, media_type: str
) -> None:
    row = next(row for row in rows(samples_client) if str(row["file"]).endswith(f".{suffix}"))
    response = samples_client.get(f"/v1/documents/{row['id']}/original")
    assert response.content == (SAMPLES / str(row["file"])).read_bytes()
    assert hashlib.sha256(response.content).hexdigest() == row["sha256"]
    assert response.headers["content-type"] == media_type
    assert str(row["file"]) in response.headers["content-disposition"]
    # A letter in HTML is not a page of ours: its scripts would run with our address.
    assert ("sandbox" in response.headers["content-security-policy"]) == (suffix != "pdf")


def test_a_file_that_could_not_be_read_is_listed_with_its_reason(
    small_client: httpx.Client,
) -> None:
    failed = [row for row in rows(small_client) if row["status"] == "failed"]
    assert [row["file"] for row in failed] == ["cut-off.pdf"]
    assert failed[0]["problem"]
    assert failed[0]["title"] is None
    detail = small_client.get(f"/v1/documents/{failed[0]['id']}").json()
    assert {key: detail[key] for key in failed[0]} == failed[0]
    original = small_client.get(f"/v1/documents/{failed[0]['id']}/original")
    assert original.headers["content-type"] == "application/octet-stream"
    assert len(original.content) == 700
    assert not [row for row in rows(small_client, "?since=1900-01-01") if row["problem"]]


def test_the_probes(samples_client: httpx.Client, samples_service: Service) -> None:
    assert samples_client.get("/livez").json() == {"status": "alive"}
    assert samples_client.get("/readyz").json() == {
        "status": "ready",
        "snapshot": samples_service.answerer.snapshot.manifest.id,
        "damaged": None,
    }


@pytest.mark.parametrize(
    "address", ["/", "/livez", "/readyz", "/v1/documents", "/openapi.json", "/v1/ask?question=q"]
)
def test_head_is_get_without_a_body(samples_client: httpx.Client, address: str) -> None:
    head, get = samples_client.head(address), samples_client.get(address)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("address", ["/", "/livez", "/v1/documents", "/openapi.json", "/nothing"])
def test_every_response_has_safe_headers(samples_client: httpx.Client, address: str) -> None:
    headers = samples_client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_a_request_keeps_its_id(samples_client: httpx.Client) -> None:
    response = samples_client.get("/livez", headers={"x-request-id": "trace-1.2:3"})
    assert response.headers["x-request-id"] == "trace-1.2:3"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "<script>"])
def test_an_id_that_is_none_is_replaced(samples_client: httpx.Client, given: str) -> None:
    response = samples_client.get("/livez", headers={"x-request-id": given})
    made = response.headers["x-request-id"]
    assert made != given
    assert uuid.UUID(made).hex == made
