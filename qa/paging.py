"""A long list in pages. A token is opaque to its holder, and good for one snapshot and one set of
filters only: pages of different states are never put together."""

import base64
import binascii
import hashlib
from typing import TypeVar

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

T = TypeVar("T")


class _Token(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    snapshot: str
    filters: str
    offset: int = Field(ge=1)


def page(
    rows: list[T], *, size: int, token: str | None, snapshot: str, filters: str
) -> tuple[list[T], str | None]:
    """The rows of one page, and the token of the next (None on the last).

    ``filters`` is any text that is the same for the same filters. Raises a 410 for a token of
    another snapshot, and a validation error (422) for one that was not given out for these
    filters or at all.
    """
    digest = hashlib.sha256(filters.encode()).hexdigest()[:16]
    offset = 0
    if token is not None:
        begun = _read(token)
        if begun.snapshot != snapshot:
            raise HTTPException(
                410, "page_token belongs to an earlier state of the shelf: begin again without it"
            )
        if begun.filters != digest or begun.offset >= len(rows):
            raise _refused("was given out for other filters")
        offset = begun.offset
    end = offset + size
    following = None
    if end < len(rows):
        text = _Token(snapshot=snapshot, filters=digest, offset=end).model_dump_json()
        following = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return rows[offset:end], following


def _read(token: str) -> _Token:
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        return _Token.model_validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, ValidationError) as error:
        raise _refused("is not one that was given out here") from error


def _refused(reason: str) -> RequestValidationError:
    return RequestValidationError(
        [{"type": "page_token", "loc": ("query", "page_token"), "msg": reason}]
    )
