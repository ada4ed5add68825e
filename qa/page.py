"""The pages for people: questions and answers at ``/``, and each document to read.

Rendered here and complete without script. What goes wrong is raised, and becomes a page with a
status of its own (qa/problems.py): it is never shown as "no answer".
"""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from documents import KINDS, Document, Failure
from qa import shelf
from qa.form import read_form
from qa.reading import contents, excerpt, facts, reading
from qa.rendering import STATIC, render
from qa.service import Service
from qa.wording import problem

# The address of a static file changes with its content.
_KEEP = {"Cache-Control": "public, max-age=31536000, immutable"}


def pages(service: Service) -> APIRouter:
    """``GET /``, ``GET /documents/{id}`` and the files of ``/static``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home(request: Request) -> HTMLResponse:
        answerer = service.answerer
        form = read_form(request.query_params)
        snapshot = answerer.snapshot
        return render(
            "home.html",
            HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
            form=form,
            response=answerer.ask(form.request) if form.request else None,
            snapshot=snapshot,
            authorities=_choices(
                form.authorities, (d.metadata.authority for d in snapshot.documents)
            ),
            kinds=[
                kind
                for kind in KINDS
                if kind in form.kinds or any(d.metadata.kind == kind for d in snapshot.documents)
            ],
            examples=_examples(snapshot.documents),
            shelf=_by_authority(snapshot.documents),
            titles={d.id: d.metadata.title for d in snapshot.documents},
            excerpt=lambda answer: excerpt(
                snapshot.document(answer.citation.document_id),
                answer.context.start,
                answer.context.end,
                (answer.citation.start, answer.citation.end),
            ),
        )

    @router.get("/documents/{document_id}")
    def document(document_id: str, request: Request) -> HTMLResponse:
        found = shelf.find(service.answerer.snapshot, document_id)
        if isinstance(found, Failure):
            what = "is no document of its own" if found.copy_of else "could not be read"
            raise HTTPException(
                HTTPStatus.NOT_FOUND, f"the file {found.file} {what}: {problem(found)}"
            )
        mark = _span(request, len(found.text))
        entries = contents(found)
        return render(
            "document.html",
            HTTPStatus.OK,
            document=found,
            anchor=f"s{mark[0]}-{mark[1]}" if mark else "",
            groups=reading(found, mark),
            contents=entries,
            ranks={entry.section: entry.rank for entry in entries},
            facts=facts(found),
        )

    @router.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no file {name!r} here")
        content, media_type = STATIC[name]
        return Response(content, media_type=media_type, headers=_KEEP)

    return router


def _span(request: Request, length: int) -> tuple[int, int] | None:
    given = [request.query_params.get(name, "") for name in ("start", "end")]
    if not any(given):
        return None
    if all(value.isascii() and value.isdigit() and len(value) < 12 for value in given):
        start, end = (int(value) for value in given)
        if start < end <= length:
            return start, end
    raise HTTPException(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"the address names a span that this document does not have: it ends at {length}",
    )


def _choices(chosen: Iterable[str], there: Iterable[str | None]) -> list[str]:
    """What may be ticked. A choice that the snapshot does not know stays, so as to be seen."""
    return sorted({*chosen, *(value for value in there if value)}, key=str.casefold)


def _examples(documents: Iterable[Document]) -> list[str]:
    """Three questions to begin with: two of any letters, one about the newest of these."""
    newest = max(
        (d for d in documents if d.metadata.authority and d.metadata.published),
        key=lambda d: (d.metadata.published, d.id),
        default=None,
    )
    where = f" in {newest.metadata.authority}" if newest else ""
    return [
        f"What needs to improve{where}?",
        "Are social workers’ caseloads manageable?",
        "How well do leaders know the quality of practice?",
    ]


def _by_authority(documents: Iterable[Document]) -> list[tuple[str, list[Document]]]:
    """Documents by authority, those that name none at the end; the newest first in each."""

    def authority(document: Document) -> tuple[bool, str]:
        name = document.metadata.authority
        return name is None, name or "No authority named"

    def age(document: Document) -> tuple[bool, int]:
        about = document.metadata
        newest = about.day
        return newest is None, -newest.toordinal() if newest else 0

    ordered = sorted(documents, key=lambda d: (authority(d), age(d), d.id))
    return [(name, list(group)) for (_, name), group in groupby(ordered, key=authority)]
