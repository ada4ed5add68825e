"""Real snapshots, made once, and real servers on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from numpy.typing import NDArray
from pydantic import SecretStr

from index import Encoder, RefreshStatus
from qa.http import create_app
from qa.service import Service
from qa.settings import SAMPLES, Settings
from tests.qa.page_helpers import lettered_service

KEY = "correct-horse-battery"
LETTER = """# Focused visit to Marlow Vale children’s services

This letter summarises the findings of a focused visit to Marlow Vale on 3 and 4 June 2018.

## Main findings

Private fostering arrangements are visited within seven days. Managers check every visit.

- Caseloads are too high in the duty team.
"""
NEWS = """Marlow Vale: a new team for care leavers

Care leavers in Marlow Vale now have a team of their own. It has six personal advisers.
"""


@pytest.fixture(scope="session")
def samples_client(samples_service: Service) -> Iterator[httpx.Client]:
    """A client of a server over the sample letters."""
    with serving(create_app(samples_service)) as client:
        yield client


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    """Two short letters and a PDF that is cut off, in a folder that a test may change."""
    corpus = tmp_path / "letters"
    corpus.mkdir()
    (corpus / "marlow-vale.md").write_text(LETTER, encoding="utf-8")
    (corpus / "news.txt").write_text(NEWS, encoding="utf-8")
    whole = next(SAMPLES.glob("*.pdf")).read_bytes()
    (corpus / "cut-off.pdf").write_bytes(whole[:700])
    return corpus


@pytest.fixture
def small_service(small_corpus: Path, tmp_path: Path, encoder: Encoder) -> Service:
    """A service over ``small_corpus``."""
    service = Service(Settings(corpus=small_corpus, data=tmp_path / "data"), encoder)
    service.prepare()
    return service


@pytest.fixture
def small_client(small_service: Service) -> Iterator[httpx.Client]:
    with serving(create_app(small_service)) as client:
        yield client


@pytest.fixture
def writing_client(small_corpus: Path, tmp_path: Path, encoder: Encoder) -> Iterator[httpx.Client]:
    """A client that sends the key of a server over ``small_corpus``, with the data in "data"."""
    service = writable(small_corpus, tmp_path / "data", encoder)
    with serving(create_app(service)) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client


def writable(corpus: Path, data: Path, encoder: Encoder) -> Service:
    """A service that is ready, with a key."""
    service = Service(Settings(corpus=corpus, data=data, api_key=SecretStr(KEY)), encoder)
    service.prepare()
    return service


class Gate:
    """Where refreshes of servers wait before they embed, until they may go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()


@pytest.fixture
def gate(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Holds up what a server's refreshes embed; questions are not held up."""
    gate, real = Gate(), encoder.encode

    def encode(
        texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        if threading.current_thread().name.startswith("refresher"):
            gate.reached.set()
            assert gate.open.wait(60)
        return real(texts, progress)

    monkeypatch.setattr(encoder, "encode", encode)
    yield gate
    gate.open.set()


def ended(client: httpx.Client, response: httpx.Response) -> RefreshStatus:
    """The report of a refresh that was accepted, once it has come to its end."""
    assert response.status_code == 202, response.text
    until = time.monotonic() + 60
    while True:
        found = client.get(response.headers["location"])
        assert found.status_code == 200, found.text
        report = RefreshStatus.model_validate_json(found.text)
        if report.state in ("done", "failed"):
            return report
        assert time.monotonic() < until, report
        time.sleep(0.05)


def soon(is_so: Callable[[], bool]) -> None:
    """Waits until something is so, which it has to be within a minute."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture
def idle_service(tmp_path: Path) -> Service:
    """A service that has no snapshot yet."""
    return Service(Settings(data=tmp_path / "nothing-yet"))


@pytest.fixture
def idle_client(idle_service: Service) -> Iterator[httpx.Client]:
    with serving(create_app(idle_service)) as client:
        yield client


@pytest.fixture(scope="session")
def lettered(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server over letters with characters of every plane and a broken file."""
    service = lettered_service(tmp_path_factory.mktemp("lettered"), encoder)
    with serving(create_app(service)) as client:
        yield client


@contextmanager
def serving(app: FastAPI) -> Iterator[httpx.Client]:
    """A real server in a thread, as the command line runs it, and a client of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
