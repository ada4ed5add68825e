"""Who may write over HTTP, and where."""

import hmac
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import HTTPException, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from index import RefreshStatus
from qa.problems import REFRESHES
from qa.refresher import Refresher
from qa.service import Service
from qa.settings import SAMPLES, variable

_BEARER = HTTPBearer(
    scheme_name="key",
    description=f"The value of {variable('api_key')}; without one, writing is off",
    auto_error=False,
)
LOCATION: dict[str, Any] = {
    "description": "Accepted: a refresh that begins when its turn comes",
    "headers": {
        "Location": {"description": "The address of its report", "schema": {"type": "string"}}
    },
}
"""The declaration of the response that ``accepted`` makes."""

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="paperknife"'}

Given = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


def with_key(service: Service) -> Callable[[Given], None]:
    """A dependency that lets through who sends the key that is set: 403 where none is, 401 where
    it is not sent."""

    def check(given: Given) -> None:
        key = service.settings.api_key
        if key is None:
            raise HTTPException(
                HTTPStatus.FORBIDDEN,
                f"writing is off: the server has no key; start it with {variable('api_key')} set"
                " to 16 characters or more, and send them as `Authorization: Bearer KEY`",
            )
        if given is None:
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED,
                "writing needs the key of the server, as `Authorization: Bearer KEY`",
                headers=_CHALLENGE,
            )
        # A header's bytes come as Latin-1; the time that this takes tells nothing of the key.
        sent = given.credentials.encode("latin-1")
        if not hmac.compare_digest(sent, key.get_secret_value().encode()):
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED, "this is not the key of the server", headers=_CHALLENGE
            )

    return check


def folder_to_change(service: Service) -> Path:
    """The corpus folder, where letters may be put into it or taken out: 403 for the samples, which
    are part of the program."""
    folder = service.source
    if folder.resolve().is_relative_to(SAMPLES.resolve()):
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            "the corpus is the samples that come with Paperknife, which stay as they are;"
            " `paperknife serve --corpus FOLDER` serves letters of your own",
        )
    return folder


def accepted(
    refresher: Refresher, response: Response, *withdraw: str, so_far: str = ""
) -> RefreshStatus:
    """The report of a refresh that was asked for, and ``response`` says where it is; 507 where the
    data directory cannot be written, with what was done ``so_far``."""
    try:
        report = refresher.ask(*withdraw)
    except OSError as problem:
        refused = f"the data directory cannot be written ({problem.strerror}){so_far}"
        raise not_stored(refused) from problem
    response.headers["Location"] = f"{REFRESHES}/{report.id}"
    return report


def not_stored(problem: str) -> HTTPException:
    """What to raise where a folder cannot be written."""
    return HTTPException(HTTPStatus.INSUFFICIENT_STORAGE, problem)
