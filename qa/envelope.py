"""What every request and response have, whatever the route: an id, safe headers, a bounded body."""

import re
import uuid
from collections.abc import Mapping

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 64 * 1024
"""The largest body of a request, in bytes, on the routes that have no bound of their own."""

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_KEY = "paperknife.request_id"


def dress(headers: MutableHeaders, scope: Scope) -> None:
    """Add the request's id and the headers that a response did not set for itself."""
    headers["X-Request-ID"] = scope[_KEY]
    for name, value in _SAFE.items():
        headers.setdefault(name, value)


class Envelope:
    """ASGI middleware: ``X-Request-ID`` echoed or made, security headers, a body of at most
    LIMIT bytes (else 413), and HEAD answered wherever GET is."""

    def __init__(self, app: ASGIApp, larger: Mapping[tuple[str, str], int] | None = None) -> None:
        """Wrap an app, as Starlette asks of middleware. ``larger`` has the bounds of the routes
        that take larger bodies, by their method and path."""
        self.app = app
        self.larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        given = asked.get("x-request-id", "")
        # Whatever else a client sends does not get into the log.
        scope[_KEY] = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        announced = asked.get("content-length", "0")
        limit = self.larger.get((scope["method"], scope["path"]), LIMIT)
        received = 0

        async def bounded() -> Message:
            nonlocal received
            if int(announced) > limit:
                raise _too_large(limit)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit)
            return message

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                dress(MutableHeaders(scope=message), scope)
            await send(message)

        # The server leaves out the body of an answer to HEAD.
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        await self.app(inner, bounded, dressed)


def _too_large(limit: int) -> HTTPException:
    return HTTPException(413, f"the body is larger than {limit:,} bytes")
