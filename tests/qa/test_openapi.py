"""The OpenAPI document tells the truth."""

from typing import Any

import httpx
import pytest

from qa import examples
from qa.http import create_app
from qa.schema import AskResponse, Problem
from qa.service import Service

OPERATIONS = {
    "ask": ("post", "/v1/ask"),
    "ask_by_link": ("get", "/v1/ask"),
    "list_documents": ("get", "/v1/documents"),
    "upload_documents": ("post", "/v1/documents"),
    "withdraw_document": ("delete", "/v1/documents/{document_id}"),
    "refresh": ("post", "/v1/refreshes"),
    "list_refreshes": ("get", "/v1/refreshes"),
    "get_refresh": ("get", "/v1/refreshes/{refresh_id}"),
    "get_document": ("get", "/v1/documents/{document_id}"),
    "get_document_text": ("get", "/v1/documents/{document_id}/text"),
    "get_document_original": ("get", "/v1/documents/{document_id}/original"),
    "livez": ("get", "/livez"),
    "readyz": ("get", "/readyz"),
}


@pytest.fixture
def document(idle_service: Service) -> dict[str, Any]:
    return create_app(idle_service).openapi()


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_operation_ids_stay(document: dict[str, Any]) -> None:
    found = {name: entry[:2] for name, entry in operations(document).items()}
    assert found == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_error_is_declared_as_a_problem(document: dict[str, Any], name: str) -> None:
    responses = operations(document)[name][2]["responses"]
    assert {"422", "413", "500", "default"} <= responses.keys()
    for status, response in responses.items():
        if status not in ("200", "202", "304"):
            assert response["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


def test_writing_names_its_key_and_nothing_else_does(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    writing = {"upload_documents", "withdraw_document", "refresh"}
    for name, (_, _, operation) in operations(document).items():
        assert operation.get("security", []) == ([{"key": []}] if name in writing else []), name
        assert ({"401", "403"} <= operation["responses"].keys()) == (name in writing), name


def test_what_is_accepted_says_where_it_is(document: dict[str, Any]) -> None:
    for name in ("upload_documents", "withdraw_document", "refresh"):
        responses = operations(document)[name][2]["responses"]
        assert "Location" in responses["202"]["headers"]
        assert "200" not in responses


def test_nothing_is_left_of_the_errors_that_we_do_not_send(document: dict[str, Any]) -> None:
    assert "ValidationError" not in str(document)


def test_the_schema_of_problems_is_the_model(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["Problem"]
    assert schema["properties"].keys() == Problem.model_fields.keys()
    assert schema["properties"]["errors"]["items"]["$ref"] == "#/components/schemas/FieldProblem"
    assert document["components"]["schemas"]["FieldProblem"]["required"] == ["pointer", "detail"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for value in node.values() for ref in references(value)]
        if isinstance(node, list):
            return [ref for value in node for ref in references(value)]
        return []

    found = set(references(document))
    assert found
    for reference in found:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_examples_of_responses_are_responses() -> None:
    named = examples.RESPONSES["content"]["application/json"]["examples"]
    assert named.keys() == {"answered", "abstained"}
    for name, example in named.items():
        response = AskResponse.model_validate(example["value"])
        assert response.status == name
        for answer in response.answers:
            assert answer.citation.end - answer.citation.start == len(answer.text)


def test_examples_of_requests_end_as_they_say(
    samples_client: httpx.Client, document: dict[str, Any]
) -> None:
    body = operations(document)["ask"][2]["requestBody"]["content"]["application/json"]
    assert body["examples"].keys() == {"answered", "abstained", "filtered"}
    for name, example in body["examples"].items():
        response = samples_client.post("/v1/ask", json=example["value"]).json()
        assert response["status"] == ("abstained" if name == "abstained" else "answered"), name
        if name == "filtered":
            named = {answer["citation"]["authority"] for answer in response["answers"]}
            assert named == {"Aldermere"}
