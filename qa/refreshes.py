"""``/v1/refreshes``: a refresh is asked for, and every one says how far it is and what it found."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError

from index import RefreshStatus
from qa import problems
from qa.guards import no_parameters
from qa.refresher import Refresher
from qa.schema import Strict
from qa.service import Service
from qa.writing import LOCATION, accepted, with_key

_LISTED = 20


class RefreshList(Strict):
    """The last refreshes, the last first."""

    refreshes: list[RefreshStatus]


async def no_body(request: Request) -> None:
    """Refuse a body (422) where there is nothing to say in it."""
    if await request.body():
        raise RequestValidationError(
            [{"type": "refused", "loc": ("body",), "msg": "is not wanted"}]
        )


def refreshes(service: Service, refresher: Refresher) -> APIRouter:
    """The routes under ``/v1/refreshes``."""
    router = APIRouter(prefix=problems.REFRESHES, tags=["refreshes"])

    def shown(report: RefreshStatus) -> RefreshStatus:
        problem = report.problem and service.for_clients(report.problem)
        return report.model_copy(update={"problem": problem})

    @router.post(
        "",
        status_code=202,
        operation_id="refresh",
        summary="Read what is new in the corpus and put it into service",
        dependencies=[Depends(with_key(service)), Depends(no_parameters), Depends(no_body)],
        responses={202: LOCATION, **problems.declared(401, 403, 409, 422, 507)},
    )
    def refresh(response: Response) -> RefreshStatus:
        refresher.check_idle()
        return accepted(refresher, response)

    @router.get(
        "",
        operation_id="list_refreshes",
        summary="The last refreshes, the last first",
        dependencies=[Depends(no_parameters)],
        responses=problems.declared(422),
    )
    def list_refreshes() -> RefreshList:
        return RefreshList(refreshes=[shown(report) for report in refresher.reports(_LISTED)])

    @router.get(
        "/{refresh_id}",
        operation_id="get_refresh",
        summary="How far a refresh is, and what it found",
        dependencies=[Depends(no_parameters)],
        responses=problems.declared(404, 422),
    )
    def get_refresh(refresh_id: str) -> RefreshStatus:
        return shown(refresher.report(refresh_id))

    return router
