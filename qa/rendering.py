"""Templates and static files: what every page of the site is made with."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from qa import wording

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC = {
    file.name: (file.read_bytes(), _MEDIA_TYPES[file.suffix])
    for file in (Path(__file__).parent / "static").iterdir()
}
_CACHE = {"Cache-Control": "no-cache"}


def render(template: str, status: int, **values: object) -> HTMLResponse:
    """A page from a template of ``qa/templates``."""
    content = _TEMPLATES.get_template(template).render(values)
    return HTMLResponse(content, status, headers=_CACHE)


def for_people(request: Request) -> bool:
    """Whether an error is to be a page: something that shows HTML asks outside of the API."""
    html = "text/html" in request.headers.get("accept", "")
    return html and request.url.path.split("/")[1] not in ("v1", "livez", "readyz", "metrics")


def error_page(status: int, detail: str, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page that says what went wrong, with the status that is true of it. Where the headers
    say when to try again, the page does so by itself."""
    page = render("error.html", status, error=HTTPStatus(status), detail=detail)
    page.headers.update(headers or {})
    if "retry-after" in page.headers:
        page.headers["Refresh"] = page.headers["retry-after"]
    return page


def _static_address(name: str) -> str:
    """The address of a static file; it changes with the content, so that it can be kept."""
    return f"/static/{name}?v={hashlib.sha256(STATIC[name][0]).hexdigest()[:12]}"


_TEMPLATES = Environment(
    loader=PackageLoader("qa"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals |= {
    "static": _static_address,
    "span_address": wording.span_address,
    "citation_address": wording.citation_address,
    "days": wording.days,
    "plural": wording.plural,
}
_TEMPLATES.filters |= {
    "confidence": wording.confidence,
    "percent": wording.percent,
    "reason": wording.reason,
    "day": wording.day,
    "capital": wording.capital,
    "problem": wording.problem,
    "understood": wording.understood,
}
