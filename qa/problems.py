"""Every error over HTTP as one shape: problem details, RFC 9457, ``application/problem+json``.
Somebody who opens an address of the pages in a browser gets the same as a page (qa/rendering.py).

400  the body is not JSON, not a form      413  the body or a file is too large
401  a key is wanted, and another came     415  the body or a file is of the wrong type
403  writing is off, or not here           422  a field, parameter or name is wrong or unknown
404  no such route, document, refresh      500  a fault of ours; the log has it
405  the route has no such method          503  no snapshot is in service yet
409  a refresh runs, a name is taken       507  a folder cannot be written
410  what was pointed to has changed
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.routing import Match

from documents import RefreshRunning, SnapshotMissing, UnknownDocument, UnknownRefresh
from documents.errors import (
    FileTooLarge,
    FormatRefused,
    NameRefused,
    NameTaken,
    PlacementRefused,
)
from qa.envelope import dress
from qa.rendering import error_page, for_people
from qa.schema import FieldProblem, Problem

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
REFRESHES = "/v1/refreshes"
_PARSING = "There was an error parsing the body"  # what the framework says of any
_PLACEMENTS: dict[type[PlacementRefused], int] = {
    NameRefused: 422,
    NameTaken: 409,
    FormatRefused: 415,
    FileTooLarge: 413,
}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def install(app: FastAPI) -> None:
    """Turn every error of the app into a problem, and declare Problem in its OpenAPI document."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnknownDocument, _unknown)
    app.add_exception_handler(UnknownRefresh, _unknown)
    app.add_exception_handler(RefreshRunning, _running)
    app.add_exception_handler(PlacementRefused, _not_placed)
    app.add_exception_handler(SnapshotMissing, _not_ready)
    app.add_exception_handler(Exception, _fault)
    _declare_schema(app)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can end with these statuses, with 413 and 500, which
    every route can, and with any other as the default."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    named: dict[int | str, dict[str, Any]] = {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in sorted({*statuses, 413, 500})
    }
    return named | {"default": {"description": "Any other error", "content": content}}


def _problem(
    request: Request,
    status: int,
    detail: str,
    errors: Iterable[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
    refresh: str | None = None,
) -> Response:
    if for_people(request):
        return error_page(status, detail, headers)
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        errors=list(errors),
        refresh=refresh,
    )
    return Response(body.model_dump_json(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail, headers = error.detail, error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_allowed(request))
        detail, headers = f"{request.method} is not allowed here, but {allowed}", {"Allow": allowed}
    elif error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = "there is nothing at this address; /openapi.json lists what there is"
    elif detail == _PARSING:
        detail = "the body is not JSON in UTF-8"
    return _problem(request, error.status_code, detail, headers=headers)


def _allowed(request: Request) -> list[str]:
    """All methods of a path: a route knows its own, and two routes may share a path."""
    return [
        method
        for method in _METHODS
        if any(
            # A GET route answers HEAD too: the envelope sees to it.
            route.matches({**request.scope, "method": "GET" if method == "HEAD" else method})[0]
            is Match.FULL
            for route in request.app.routes
        )
    ]


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        reason, place = found[0]["ctx"]["error"], found[0]["loc"][-1]
        detail = f"the body is not JSON: {reason} at character {place}"
        return _problem(request, HTTPStatus.BAD_REQUEST, detail)
    fields = [
        FieldProblem(
            pointer=_pointer(entry["loc"]), detail=entry["msg"].removeprefix("Value error, ")
        )
        for entry in found
    ]
    detail = "; ".join(f"{field.pointer or 'the request'}: {field.detail}" for field in fields[:3])
    return _problem(request, 422, detail, fields)


def _pointer(place: tuple[str | int, ...]) -> str:
    """Where a field is: a JSON pointer (RFC 6901) into the body, or a parameter's name."""
    source, *steps = place
    if source != "body":
        return "/".join(str(step) for step in steps)
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _unknown(request: Request, error: Exception) -> Response:
    return _problem(request, HTTPStatus.NOT_FOUND, str(error))


def _running(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefreshRunning)
    headers = {"Location": f"{REFRESHES}/{error.refresh}" if error.refresh else REFRESHES}
    detail = "another refresh is running; Location says which"
    return _problem(request, HTTPStatus.CONFLICT, detail, headers=headers, refresh=error.refresh)


def _not_placed(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlacementRefused)
    fields = [FieldProblem(pointer="/files", detail=str(error))]
    return _problem(request, _PLACEMENTS[type(error)], f"nothing was placed: {error}", fields)


def _not_ready(request: Request, error: Exception) -> Response:
    detail = "no snapshot of the letters is in service yet; try again in a moment"
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return _problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers)


def _fault(request: Request, error: Exception) -> Response:
    detail = "something went wrong on our side; the server's log has it under the X-Request-ID"
    # The server closes the connection after an error that nobody caught.
    headers = {"Connection": "close"}
    response = _problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail, headers=headers)
    # This one is sent from outside of all middleware.
    dress(response.headers, request.scope)
    _LOG.error("request %s failed: %s", response.headers["X-Request-ID"], request.url.path)
    return response


def _declare_schema(app: FastAPI) -> None:
    made = app.openapi

    def openapi() -> dict[str, Any]:
        first = app.openapi_schema is None
        document = made()
        if first:
            models = [(Problem, "serialization"), (FieldProblem, "serialization")]
            _, schemas = models_json_schema(
                models,  # type: ignore[arg-type]  # mypy widens the literals in it
                ref_template="#/components/schemas/{model}",
            )
            document.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        return document

    # FastAPI documents this way to extend its schema.
    app.openapi = openapi  # type: ignore[method-assign]
