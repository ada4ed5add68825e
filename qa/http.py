"""The HTTP interface (docs/http.md). Each request takes the snapshot in service once."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from threading import Event
from typing import Annotated, Literal, Self
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import Field, model_validator

from documents import DocumentKind
from qa import examples, problems, shelf
from qa.background import in_background
from qa.envelope import Envelope
from qa.guards import is_json, no_parameters, not_repeated
from qa.page import pages
from qa.paging import page
from qa.refresher import Refresher
from qa.refreshes import refreshes
from qa.schema import AskRequest, AskResponse, DocumentDetail, DocumentList, Strict
from qa.service import Service
from qa.uploads import largest, letters
from qa.watching import occasions


class DocumentsQuery(Strict):
    """The parameters of a listing; ``authority`` and ``kind`` may be repeated."""

    authority: list[str] = Field(default=[], max_length=200)
    kind: list[DocumentKind] = Field(default=[], max_length=200)
    since: date | None = None
    until: date | None = None
    page_size: int = Field(default=50, ge=1, le=200)
    page_token: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is later than until")
        return self


class Alive(Strict):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Strict):
    """Questions can be asked, of this snapshot. ``damaged`` is what is wrong with the one that is
    published, where this one serves in its place."""

    status: Literal["ready"] = "ready"
    snapshot: str
    damaged: str | None = None


def create_app(service: Service, *, watch: bool = False) -> FastAPI:
    """The application: the page, the routes under /v1, the probes and /openapi.json.

    Until the service is ready, what needs a snapshot is answered with 503 and Retry-After. While
    it runs it takes up what other processes publish; with ``watch`` it refreshes by itself when
    something changes in the corpus folder.
    """
    refresher = Refresher(service)

    def watching(stop: Event) -> None:
        for _ in occasions(service, stop):
            refresher.ask()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as running:
            running.enter_context(refresher)
            running.enter_context(in_background("follower", refresher.follow))
            if watch:
                running.enter_context(in_background("watcher", watching))
            yield

    app = FastAPI(
        title="Paperknife",
        version="1",
        description="Verbatim, cited answers from inspection letters, or an honest abstention.",
        # The interactive pages would load scripts from outside.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.add_middleware(Envelope, larger={("POST", "/v1/documents"): largest(service)})
    problems.install(app)
    app.include_router(_asking(service))
    app.include_router(_documents(service))
    app.include_router(letters(service, refresher))
    app.include_router(refreshes(service, refresher))
    app.include_router(_probes(service))
    app.include_router(pages(service))
    return app


def _asking(service: Service) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["ask"])

    @router.post(
        "/ask",
        operation_id="ask",
        summary="Ask the letters a question",
        dependencies=[Depends(no_parameters), Depends(is_json)],
        responses={200: examples.RESPONSES, **problems.declared(400, 415, 422, 503)},
    )
    def ask(
        request: Annotated[AskRequest, Body(openapi_examples=examples.REQUESTS)],
    ) -> AskResponse:
        return service.answerer.ask(request)

    @router.get(
        "/ask",
        operation_id="ask_by_link",
        summary="Ask with an address, for links; lists are repeated parameters",
        dependencies=[Depends(not_repeated)],
        responses={200: examples.RESPONSES, **problems.declared(422, 503)},
    )
    def ask_by_link(request: Annotated[AskRequest, Query()]) -> AskResponse:
        return service.answerer.ask(request)

    return router


def _documents(service: Service) -> APIRouter:
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    @router.get(
        "",
        operation_id="list_documents",
        summary="List what was read and what could not be read",
        dependencies=[Depends(not_repeated)],
        responses=problems.declared(410, 422, 503),
    )
    def list_documents(query: Annotated[DocumentsQuery, Query()]) -> DocumentList:
        snapshot = service.answerer.snapshot
        filters = shelf.Filters(query.authority, query.kind, query.since, query.until)
        rows, following = page(
            shelf.items(snapshot, filters),
            size=query.page_size,
            token=query.page_token,
            snapshot=snapshot.manifest.id,
            filters=query.model_dump_json(exclude={"page_size", "page_token"}),
        )
        return DocumentList(
            documents=[shelf.summary(item) for item in rows], next_page_token=following
        )

    @router.get(
        "/{document_id}",
        operation_id="get_document",
        summary="One document: metadata, sections, and where each value was read",
        dependencies=[Depends(no_parameters)],
        responses=problems.declared(404, 422, 503),
    )
    def get_document(document_id: str) -> DocumentDetail:
        return shelf.detail(shelf.find(service.answerer.snapshot, document_id))

    @router.get(
        "/{document_id}/text",
        operation_id="get_document_text",
        summary="The canonical text, in which all offsets count",
        dependencies=[Depends(no_parameters)],
        response_class=PlainTextResponse,
        responses={304: {"description": "Not Modified"}, **problems.declared(404, 422, 503)},
    )
    def get_document_text(document_id: str, request: Request) -> Response:
        content = service.answerer.snapshot.document(document_id).text.encode()
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        known = request.headers.get("if-none-match", "")
        if {"*", tag} & {each.strip().removeprefix("W/") for each in known.split(",")}:
            return Response(status_code=304, headers=headers)
        return PlainTextResponse(content, headers=headers)

    @router.get(
        "/{document_id}/original",
        operation_id="get_document_original",
        summary="The file itself, as long as it is the one that was read",
        dependencies=[Depends(no_parameters)],
        response_class=Response,
        responses={
            200: {"content": {"application/octet-stream": {}}},
            **problems.declared(404, 410, 422, 503),
        },
    )
    def get_document_original(document_id: str) -> Response:
        item = shelf.find(service.answerer.snapshot, document_id)
        content = shelf.original(service.corpus, item)
        if content is None:
            raise HTTPException(
                410, "the file has changed or gone since it was read; a refresh reads it again"
            )
        return Response(content, headers=_as_a_file(item))

    return router


def _as_a_file(item: shelf.Item) -> dict[str, str]:
    """Headers that let a browser show a file and let the file do nothing."""
    name = quote(item.file.rsplit("/", 1)[-1], safe="")
    kind = shelf.media_type(item)
    headers = {"Content-Type": kind, "Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    if kind != "application/pdf":  # a browser's PDF viewer does not open in a sandbox
        headers["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
        )
    return headers


def _probes(service: Service) -> APIRouter:
    router = APIRouter(tags=["probes"], dependencies=[Depends(no_parameters)])

    @router.get("/livez", operation_id="livez", responses=problems.declared(422))
    def livez() -> Alive:
        return Alive()

    @router.get("/readyz", operation_id="readyz", responses=problems.declared(422, 503))
    def readyz() -> Ready:
        damaged = service.damaged and service.for_clients(service.damaged)
        return Ready(snapshot=service.answerer.snapshot.manifest.id, damaged=damaged)

    return router
