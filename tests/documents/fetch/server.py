"""A real HTTP server on loopback that publishes letters, and misbehaves as it is told."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ETAG = '"one"'
MODIFIED = "Mon, 06 Jan 2020 10:00:00 GMT"


def pdf(words: str = "a letter", size: int = 400) -> bytes:
    """Bytes that are a PDF as far as a download can tell."""
    return b"%PDF-1.7\n" + words.encode().ljust(size, b".") + b"\n%%EOF\n"


@dataclass(frozen=True)
class Reply:
    """One response as it is. ``length`` is claimed in the place of the true one, "" for none;
    after ``cut`` bytes of the body the connection is closed, or else after ``silence`` seconds."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: str | None = None
    cut: int | None = None
    silence: float = 0.0

    def to(self, asked: Mapping[str, str]) -> "Reply":
        """This, whatever was asked."""
        return self


@dataclass(frozen=True)
class Published:
    """A file as a well-behaved server gives it: conditional requests and ranges are honoured."""

    body: bytes
    etag: str | None = ETAG
    modified: str | None = MODIFIED
    cut: int | None = None

    def to(self, asked: Mapping[str, str]) -> Reply:
        """What the conditions and the range of a request make of it."""
        marks = {"ETag": self.etag, "Last-Modified": self.modified}
        headers = {name: value for name, value in marks.items() if value is not None}
        wanted = asked.get("If-None-Match"), asked.get("If-Modified-Since")
        if (self.etag and wanted[0] == self.etag) or (
            not wanted[0] and self.modified and wanted[1] == self.modified
        ):
            return Reply(304, headers=headers)
        given = asked.get("Range")
        if given and asked.get("If-Range") in (self.etag, self.modified):
            start = int(given.removeprefix("bytes=").removesuffix("-"))
            if start >= len(self.body):
                return Reply(416, headers={"Content-Range": f"bytes */{len(self.body)}"})
            place = f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"
            headers["Content-Range"] = place
            return Reply(206, self.body[start:], headers, cut=self.cut)
        return Reply(200, self.body, headers, cut=self.cut)


@dataclass(frozen=True)
class Asked:
    """One request that came."""

    path: str
    headers: Mapping[str, str]


class Server:
    """``replies`` has for each path what is answered there, one after the other and the last for
    ever; ``asked`` is every request in its order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.replies: dict[str, list[Reply | Published]] = {}
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self.open = 0
        self.most_open = 0

    def at(self, path: str, *replies: Reply | Published) -> str:
        """Sets what is answered at a path, and returns its address."""
        self.replies[path] = list(replies)
        return self.address + path

    def next(self, path: str) -> Reply | Published:
        replies = self.replies.get(path, [Reply(404, b"nothing here")])
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_HttpServer"

    def setup(self) -> None:
        super().setup()
        self.server.kept.open += 1
        self.server.kept.most_open = max(self.server.kept.most_open, self.server.kept.open)

    def finish(self) -> None:
        self.server.kept.open -= 1
        super().finish()

    def do_GET(self) -> None:
        kept = self.server.kept
        kept.asked.append(Asked(self.path, dict(self.headers.items())))
        reply = kept.next(self.path).to(dict(self.headers.items()))
        self.send_response_only(reply.status)
        headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True), **reply.headers}
        length = str(len(reply.body)) if reply.length is None else reply.length
        if length and reply.status != 304:
            headers["Content-Length"] = length
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body[: reply.cut])
        self.wfile.flush()
        kept.stopping.wait(reply.silence)
        self.close_connection = reply.length is not None or reply.cut is not None

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class _HttpServer(ThreadingHTTPServer):
    kept: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some tests are about."""


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs while it lasts."""
    with _HttpServer(("127.0.0.1", 0), _Handler) as http:
        http.daemon_threads = True
        http.kept = Server(f"http://127.0.0.1:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield http.kept
        finally:
            http.kept.stopping.set()
            http.shutdown()
            thread.join()
