"""Letters come into the corpus folder over HTTP, and go: ``POST /v1/documents`` and ``DELETE``."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from documents import CorpusError
from documents.placing import MOST_FILES, Placed, Placing
from index import RefreshStatus
from qa import problems, shelf
from qa.guards import no_parameters, not_repeated
from qa.multipart import SPARE, receive
from qa.refresher import Refresher
from qa.schema import Strict
from qa.service import Service
from qa.writing import LOCATION, accepted, folder_to_change, not_stored, with_key

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}


class UploadQuery(Strict):
    """``replace``: a letter of the same name gives way."""

    replace: bool = False


class Uploaded(Strict):
    """What lies in the corpus folder now, and the refresh that puts it into service."""

    placed: list[Placed]
    refresh: RefreshStatus


def largest(service: Service) -> int:
    """The largest body of an upload, in bytes."""
    return MOST_FILES * (service.settings.max_bytes + SPARE)


def letters(service: Service, refresher: Refresher) -> APIRouter:
    """The writing routes under ``/v1/documents``."""
    router = APIRouter(
        prefix="/v1/documents", tags=["documents"], dependencies=[Depends(with_key(service))]
    )

    @router.post(
        "",
        status_code=202,
        operation_id="upload_documents",
        summary="Put letters into the corpus folder, all or none, and refresh",
        dependencies=[Depends(not_repeated)],
        openapi_extra=_BODY,
        responses={202: LOCATION, **problems.declared(400, 401, 403, 409, 415, 422, 507)},
    )
    def upload_documents(
        request: Request, query: Annotated[UploadQuery, Query()], response: Response
    ) -> Uploaded:
        folder = folder_to_change(service)
        try:
            with Placing(folder, service.settings.limits) as placing:
                receive(request, placing)
                placed = placing.place(replace=query.replace)
        except CorpusError as problem:
            raise not_stored(service.for_clients(str(problem))) from problem
        so_far = "; the letters are in the corpus folder, and the next refresh reads them"
        return Uploaded(placed=placed, refresh=accepted(refresher, response, so_far=so_far))

    @router.delete(
        "/{document_id}",
        status_code=202,
        operation_id="withdraw_document",
        summary="Take a letter and its copies out of the corpus folder, and refresh",
        dependencies=[Depends(no_parameters)],
        responses={202: LOCATION, **problems.declared(401, 403, 404, 422, 503, 507)},
    )
    def withdraw_document(document_id: str, response: Response) -> RefreshStatus:
        folder_to_change(service)
        service.take_up()
        shelf.find(service.answerer.snapshot, document_id)
        return accepted(refresher, response, document_id)

    return router
