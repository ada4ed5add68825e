"""A ``multipart/form-data`` body (RFC 7578) is taken apart as it comes: its files go to where they
are written, and no more of it is in memory than a piece."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from anyio import from_thread
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from documents.errors import NameRefused
from documents.placing import Placing

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks  # known to type checkers only

SPARE = 8 * 1024
"""The bytes that a part may have beside its content."""

_TYPE = "multipart/form-data"
_FIELD = "files"
_MALFORMED = f"the body is not {_TYPE}"


def receive(request: Request, placing: Placing) -> None:
    """Begins and writes every file of the form, all under the name "files". Only for a route that
    runs in a thread. Raises 415 for another content type, 400 for a body that is no form or breaks
    off, RequestValidationError for a form that is another, and as ``Placing`` does."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind.decode("latin-1") != _TYPE:
        raise HTTPException(415, f"the content type has to be {_TYPE}")
    if not (boundary := options.get(b"boundary")):
        raise HTTPException(400, f"{_MALFORMED}: its content type names no boundary")
    form = _Form(placing)
    try:
        parser = MultipartParser(boundary, form.callbacks, max_header_size=SPARE // 2)
        for piece in _pieces(request):
            parser.write(piece)
    except FormParserError as problem:
        raise HTTPException(400, f"{_MALFORMED}: {' '.join(str(problem).split())}") from problem
    except ClientDisconnect as gone:
        raise HTTPException(400, f"{_MALFORMED}: it breaks off") from gone
    if not form.is_whole:
        raise HTTPException(400, f"{_MALFORMED}: it breaks off")
    if not form.count:
        raise _wrong("a form with one file or more, each under the name 'files', is wanted")


def _pieces(request: Request) -> Iterator[bytes]:
    stream = request.stream()
    while piece := from_thread.run(anext, stream, b""):
        yield piece


class _Form:
    """What the parser tells, in its order."""

    def __init__(self, placing: Placing) -> None:
        self.is_whole = False
        self.count = 0
        self._placing = placing
        self._header = b""
        self._value = b""
        self._disposition = b""
        self.callbacks: MultipartCallbacks = {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_goes_on,
            "on_header_value": self._value_goes_on,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._content_goes_on,
            "on_end": self._end,
        }

    def _part_begins(self) -> None:
        self._disposition = b""

    def _header_goes_on(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _value_goes_on(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") != _FIELD.encode() or b"filename" not in options:
            raise _wrong("each part of the form has to be a file under the name 'files'")
        self.count += 1
        self._placing.begin(_name(options[b"filename"]))

    def _content_goes_on(self, data: bytes, start: int, end: int) -> None:
        self._placing.write(data[start:end])

    def _end(self) -> None:
        self.is_whole = True


def _name(sent: bytes) -> str:
    try:
        return sent.decode()
    except UnicodeDecodeError as problem:
        shown = sent.decode("utf-8", "replace")
        raise NameRefused(shown, "the name is not UTF-8") from problem


def _wrong(reason: str) -> RequestValidationError:
    return RequestValidationError([{"type": "refused", "loc": ("body", _FIELD), "msg": reason}])
