"""Every way in which a request can go wrong ends in the same shape: RFC 9457, and declared."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from documents import SnapshotDamaged
from qa.answerer import Answerer
from qa.envelope import LIMIT
from qa.schema import Problem
from qa.service import Service

ASK = "/v1/ask"
JSON = {"content-type": "application/json"}

# What is asked, and the status, the pointers of the wrong fields, and a word of the detail.
BAD_BODIES: dict[str, tuple[Any, str, str]] = {
    "empty question": ({"question": ""}, "/question", "at least 1"),
    "blank question": ({"question": " \n\t "}, "/question", "at least 1"),
    "long question": ({"question": "a" * 10_000}, "/question", "at most 1000"),
    "no question": ({}, "/question", "required"),
    "question of another type": ({"question": 7}, "/question", "string"),
    "unknown field": ({"question": "q", "limits": 3}, "/limits", "not permitted"),
    "limit of another type": ({"question": "q", "limit": "many"}, "/limit", "integer"),
    "limit too small": ({"question": "q", "limit": 0}, "/limit", "greater"),
    "limit too large": ({"question": "q", "limit": 51}, "/limit", "less"),
    "no date": ({"question": "q", "since": "last summer"}, "/since", "date"),
    "no such day": ({"question": "q", "until": "2023-02-30"}, "/until", "date"),
    "dates reversed": (
        {"question": "q", "since": "2024-01-02", "until": "2024-01-01"},
        "",
        "since is later than until",
    ),
    "unknown kind": ({"question": "q", "kinds": ["letter", "news"]}, "/kinds/0", "focused visit"),
    "authorities no list": ({"question": "q", "authorities": "York"}, "/authorities", "list"),
    "unknown order": ({"question": "q", "order": "size"}, "/order", "relevance"),
    "confidence too high": ({"question": "q", "min_confidence": 1.5}, "/min_confidence", "less"),
    "awkward field name": ({"question": "q", "a/b~c": 1}, "/a~1b~0c", "not permitted"),
    "a list": (["question"], "", "object"),
}

BAD_ADDRESSES: dict[str, tuple[str, str, str]] = {
    "no question": (ASK, "question", "required"),
    "unknown parameter": (f"{ASK}?question=q&limits=3", "limits", "not permitted"),
    "repeated question": (f"{ASK}?question=q&question=r", "question", "more than once"),
    "no date": (f"{ASK}?question=q&since=", "since", "date"),
    "unknown kind": (f"{ASK}?question=q&kinds=news&kinds=x", "kinds/1", "focused visit"),
    "listing, unknown parameter": ("/v1/documents?size=3", "size", "not permitted"),
    "listing, page too large": ("/v1/documents?page_size=201", "page_size", "200"),
    "listing, page too small": ("/v1/documents?page_size=0", "page_size", "1"),
    "listing, no kind": ("/v1/documents?kind=letter", "kind/0", "focused visit"),
    "listing, reversed dates": (
        "/v1/documents?since=2024-01-02&until=2024-01-01",
        "",
        "since is later than until",
    ),
    "listing, token made up": ("/v1/documents?page_token=abc", "page_token", "given out"),
    "listing, token not ASCII": ("/v1/documents?page_token=%C3%A9", "page_token", "given out"),
    "a document, parameter": ("/v1/documents/x?y=1", "y", "not known"),
    "a text, parameter": ("/v1/documents/x/text?y=1", "y", "not known"),
    "an original, parameter": ("/v1/documents/x/original?y=1", "y", "not known"),
    "livez, parameter": ("/livez?y=1", "y", "not known"),
    "readyz, parameter": ("/readyz?y=1", "y", "not known"),
    "refreshes, parameter": ("/v1/refreshes?y=1", "y", "not known"),
    "a refresh, parameter": ("/v1/refreshes/x?y=1", "y", "not known"),
}


def problem_of(response: httpx.Response, status: int, *more: str) -> Problem:
    """The problem in a response, with all that every problem has checked. ``more`` are members
    that only this one has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.text)
    common = {"type", "title", "status", "detail", "instance", "errors"}
    assert set(response.json()) == {*common, *more}
    assert problem.status == status
    assert problem.title
    assert problem.detail
    assert "\n" not in problem.detail
    assert problem.instance == response.request.url.path
    assert "Traceback" not in response.text
    assert not re.search(r'File "|\.py\b|site-packages', response.text)
    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"
    return problem


def declared(client: httpx.Client, response: httpx.Response) -> bool:
    """Whether the OpenAPI document names this status for the route of this response."""
    document = client.get("/openapi.json").json()
    for template, operations in document["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        operation = operations.get(response.request.method.lower())
        if operation and re.fullmatch(pattern, response.request.url.path):
            said = operation["responses"].get(str(response.status_code), {})
            return set(said.get("content", {})) == {"application/problem+json"}
    return False


@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_wrong_body_is_a_422_that_points_to_the_field(
    samples_client: httpx.Client, case: str
) -> None:
    body, pointer, word = BAD_BODIES[case]
    response = samples_client.post(ASK, content=json.dumps(body), headers=JSON)
    problem = problem_of(response, 422)
    assert pointer in [field.pointer for field in problem.errors]
    assert any(word in field.detail for field in problem.errors)
    assert declared(samples_client, response)


@pytest.mark.parametrize("case", BAD_ADDRESSES)
def test_a_wrong_parameter_is_a_422_that_names_it(samples_client: httpx.Client, case: str) -> None:
    address, name, word = BAD_ADDRESSES[case]
    response = samples_client.get(address)
    problem = problem_of(response, 422)
    assert name in [field.pointer for field in problem.errors]
    assert any(word in field.detail for field in problem.errors)
    assert declared(samples_client, response)


def test_parameters_beside_a_body_are_refused(samples_client: httpx.Client) -> None:
    response = samples_client.post(f"{ASK}?limit=3", json={"question": "q"})
    assert problem_of(response, 422).errors[0].pointer == "limit"


def test_an_absent_body_is_a_422(samples_client: httpx.Client) -> None:
    assert problem_of(samples_client.post(ASK, headers=JSON), 422).errors[0].pointer == ""


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "q",}',
        b"question=q",
        b"{",
        b'{"question": "caf\xe9"}',
        b'{"question": "\\ud800"}',
        b'{"question": "q", "\\udfff": 1}',
        '{"question": "q"}'.encode("utf-16"),
        b"[" * 20_000,
        b"[" * 300 + b"]" * 300,
        b'{"question": "q", "limit": ' + b"9" * 5_000 + b"}",
    ],
    ids=[
        "comma",
        "form",
        "brace",
        "cp1252",
        "half a pair",
        "half a pair in a name",
        "utf-16",
        "deep",
        "less deep",
        "long number",
    ],
)
def test_a_body_that_is_no_json_is_a_400(samples_client: httpx.Client, body: bytes) -> None:
    response = samples_client.post(ASK, content=body, headers=JSON)
    assert "JSON" in problem_of(response, 400).detail
    assert declared(samples_client, response)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/jsonp"},
    ],
    ids=["none", "text", "form", "jsonp"],
)
def test_a_body_not_said_to_be_json_is_a_415(
    samples_client: httpx.Client, headers: dict[str, str]
) -> None:
    response = samples_client.post(ASK, content=b'{"question": "q"}', headers=headers)
    assert "application/json" in problem_of(response, 415).detail
    assert declared(samples_client, response)


def test_a_body_that_says_it_is_too_large_is_a_413(samples_client: httpx.Client) -> None:
    response = samples_client.post(ASK, content=b" " * (LIMIT + 1), headers=JSON)
    assert "65,536" in problem_of(response, 413).detail
    assert declared(samples_client, response)


def test_a_body_that_grows_too_large_is_a_413(samples_client: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(LIMIT // 1024 + 1):
            yield b" " * 1024

    response = samples_client.post(ASK, content=chunks(), headers=JSON)
    assert "65,536" in problem_of(response, 413).detail


def test_a_body_of_just_the_limit_is_read(samples_client: httpx.Client) -> None:
    body = b'{"question": "Are visits to privately fostered children on time?"}'
    response = samples_client.post(ASK, content=body.ljust(LIMIT), headers=JSON)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "address", ["/v1", "/v1/answers", "/v1/ask/", "/docs", "/redoc", "/v1/documents/a/b/c"]
)
def test_an_unknown_route_is_a_404(samples_client: httpx.Client, address: str) -> None:
    assert "/openapi.json" in problem_of(samples_client.get(address), 404).detail


@pytest.mark.parametrize("rest", ["", "/text", "/original"])
@pytest.mark.parametrize("name", ["no-such-letter", "..%2f..%2fetc%2fpasswd", "%00", "a%20b"])
def test_an_unknown_document_is_a_404(samples_client: httpx.Client, name: str, rest: str) -> None:
    response = samples_client.get(f"/v1/documents/{name}{rest}")
    problem_of(response, 404)
    if name == "no-such-letter":
        assert "'no-such-letter'" in response.json()["detail"]
        assert declared(samples_client, response)


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("DELETE", ASK, {"GET", "HEAD", "POST"}),
        ("PUT", ASK, {"GET", "HEAD", "POST"}),
        ("PUT", "/v1/documents", {"GET", "HEAD", "POST"}),
        ("PUT", "/v1/documents/x", {"GET", "HEAD", "DELETE"}),
        ("DELETE", "/v1/refreshes", {"GET", "HEAD", "POST"}),
        ("POST", "/v1/refreshes/x", {"GET", "HEAD"}),
        ("PATCH", "/livez", {"GET", "HEAD"}),
        ("OPTIONS", "/readyz", {"GET", "HEAD"}),
        ("POST", "/openapi.json", {"GET", "HEAD"}),
        ("BREW", ASK, {"GET", "HEAD", "POST"}),
    ],
)
def test_another_method_is_a_405_that_names_the_right_ones(
    samples_client: httpx.Client, method: str, address: str, allowed: set[str]
) -> None:
    response = samples_client.request(method, address)
    problem_of(response, 405)
    assert set(response.headers["allow"].split(", ")) == allowed


def test_a_page_of_another_snapshot_is_a_410(
    small_service: Service, small_corpus: Path, small_client: httpx.Client
) -> None:
    token = small_client.get("/v1/documents?page_size=1").json()["next_page_token"]
    (small_corpus / "new.txt").write_text("Dear Director\n\nThe new team is settled.\n")
    small_service.refresh()
    response = small_client.get(f"/v1/documents?page_size=1&page_token={token}")
    assert "page_token" in problem_of(response, 410).detail
    assert declared(small_client, response)


def test_a_page_of_other_filters_is_a_422(samples_client: httpx.Client) -> None:
    token = samples_client.get("/v1/documents?page_size=1").json()["next_page_token"]
    response = samples_client.get(f"/v1/documents?kind=inspection&page_token={token}")
    assert problem_of(response, 422).errors[0].pointer == "page_token"


@pytest.mark.parametrize("change", ["edited", "gone", "a folder", "a link out of the corpus"])
def test_an_original_that_is_not_what_was_read_is_a_410(
    small_corpus: Path, small_client: httpx.Client, change: str
) -> None:
    row = next(
        row
        for row in small_client.get("/v1/documents").json()["documents"]
        if row["file"] == "news.txt"
    )
    file = small_corpus / row["file"]
    content = file.read_bytes()
    file.unlink()
    if change == "edited":
        file.write_bytes(content + b"\n")
    elif change == "a folder":
        file.mkdir()
    elif change == "a link out of the corpus":
        outside = small_corpus.parent / "outside.txt"
        outside.write_bytes(content)
        file.symlink_to(outside)
    response = small_client.get(f"/v1/documents/{row['id']}/original")
    assert "refresh" in problem_of(response, 410).detail
    assert declared(small_client, response)


def test_a_file_that_could_not_be_read_has_no_text(small_client: httpx.Client) -> None:
    rows = small_client.get("/v1/documents").json()["documents"]
    failed = next(row for row in rows if row["status"] == "failed")
    problem_of(small_client.get(f"/v1/documents/{failed['id']}/text"), 404)


@pytest.mark.parametrize("error", [RuntimeError, SnapshotDamaged], ids=["bug", "damage"])
def test_a_fault_of_ours_is_a_500_that_tells_nothing(
    small_client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def broken(self: Answerer, request: object) -> object:
        raise error("/srv/secret/passages.npy")

    monkeypatch.setattr(Answerer, "ask", broken)
    response = small_client.post(ASK, json={"question": "q"}, headers={"x-request-id": "abc-1"})
    problem_of(response, 500)
    assert "secret" not in response.text
    assert response.headers["x-request-id"] == "abc-1"
    assert response.headers["content-security-policy"]
    assert "request abc-1 failed" in caplog.text
    assert declared(small_client, response)


@pytest.mark.parametrize(
    "address",
    [
        "/readyz",
        f"{ASK}?question=q",
        "/v1/documents",
        "/v1/documents/x",
        "/v1/documents/x/text",
        "/v1/documents/x/original",
    ],
)
def test_without_a_snapshot_it_is_a_503_that_says_when_to_come_back(
    idle_client: httpx.Client, address: str
) -> None:
    response = idle_client.get(address)
    problem_of(response, 503)
    assert int(response.headers["retry-after"]) > 0
    assert declared(idle_client, response)
    assert idle_client.get("/livez").json() == {"status": "alive"}


def test_a_question_without_a_snapshot_is_a_503(idle_client: httpx.Client) -> None:
    response = idle_client.post(ASK, json={"question": "q"})
    problem_of(response, 503)
    assert declared(idle_client, response)
