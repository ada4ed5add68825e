"""What a request is refused for before its route is asked."""

from collections.abc import Iterable

from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import from_json

_LISTS = frozenset({"authorities", "kinds", "documents", "authority", "kind"})


def no_parameters(request: Request) -> None:
    """Refuse query parameters (422) where there are none to give."""
    _refuse(request.query_params, "is not known here")


def not_repeated(request: Request) -> None:
    """Refuse a parameter that is given twice (422) where one value counts: which one, nobody
    could tell."""
    names = [name for name, _ in request.query_params.multi_items() if name not in _LISTS]
    _refuse(sorted({name for name in names if names.count(name) > 1}), "is given more than once")


async def is_json(request: Request) -> None:
    """Refuse a body that is not said to be JSON (415), and one that the reader of the framework
    lets pass although it is not JSON in UTF-8 (400): half a surrogate pair, UTF-16, thousands of
    brackets."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        named = f"not {kind}" if kind else "and the request names none"
        raise HTTPException(415, f"the content type has to be application/json, {named}")
    if body := await request.body():
        try:
            from_json(body)
        except ValueError as error:
            raise HTTPException(400, f"the body is not JSON in UTF-8: {error}") from error


def _refuse(names: Iterable[str], reason: str) -> None:
    if wrong := [{"type": "refused", "loc": ("query", n), "msg": reason} for n in names]:
        raise RequestValidationError(wrong)
