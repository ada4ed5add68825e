"""The address that is served, taken before anything slow begins, and the server that runs on it."""

import ctypes
import errno
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import typer
import uvicorn
from fastapi import FastAPI

from qa.terminal import fail

_DRAIN_SECONDS = 10
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_ARENAS = 2


def share_arenas() -> None:
    """Lets all threads share two of the arenas that glibc takes memory from, before the first of
    them is started; it would give each its own, which keeps what the thread has freed: a tenth more
    memory for a server that refreshes. On systems without glibc nothing is done."""
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


def bound(host: str, port: int) -> socket.socket:
    """A socket that holds the address and does not listen yet. Ends the program with one line
    where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        _refused(error, host, port)
    return listener


def serve(app: FastAPI, listener: socket.socket, host: str) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first. The address is
    printed when connections are accepted."""
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = uvicorn.Server(config)
    try:
        listener.listen()
    except OSError as error:
        _refused(error, host, port)
    # The server takes the signal, drains, and raises it again for whoever handled it before.
    signal.signal(signal.SIGTERM, _stop)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Paperknife serves http://{shown}:{port}")
    server.run(sockets=[listener])


def _refused(error: OSError, host: str, port: int) -> NoReturn:
    where = f"port {port} of {host}"
    if error.errno == errno.EADDRINUSE:
        fail(f"{where} is in use; `paperknife serve --port PORT` takes another")
    fail(f"cannot listen on {where}: {error.strerror}")


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """To be told to stop is no failure."""
    raise SystemExit(0)
