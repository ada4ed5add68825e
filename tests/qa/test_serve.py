"""``paperknife serve`` as its own process: it starts, says where, answers, and stops."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qa.service import Service
from tests.qa.conftest import soon

COMMAND = [sys.executable, "-c", "from qa.cli import app; app()", "serve"]
ROOT = Path(__file__).parents[2]


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the first line that it prints; it is killed if the test did not stop it."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    with process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_serve_builds_says_where_answers_and_stops(small_corpus: Path, tmp_path: Path) -> None:
    where = ("--corpus", str(small_corpus), "--data", str(tmp_path / "new"), "--port", "0")
    with serving(*where, "--watch") as (process, line):
        assert line.startswith("Paperknife serves http://127.0.0.1:"), process.communicate()[1]
        address = line.removeprefix("Paperknife serves ")
        with httpx.Client(base_url=address, timeout=60) as client:
            assert client.get("/readyz").status_code == 200
            assert "server" not in client.get("/").headers
            body = {"question": "What is private fostering?", "min_confidence": 0}
            assert client.post("/v1/ask", json=body).json()["answers"]
            (small_corpus / "new.txt").write_text("Dear Director\n\nThe new team is settled.\n")
            soon(lambda: "new.txt" in client.get("/v1/documents").text)
        process.send_signal(signal.SIGTERM)
        out, progress = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "")
        assert "reading" in progress
        assert "embedding passages" in progress
        assert "Traceback" not in progress


def test_another_corpus_is_read_and_settings_come_from_the_environment(
    small_service: Service, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(small_service.corpus / "news.txt", other)
    with serving(
        PAPERKNIFE_CORPUS=str(other),
        PAPERKNIFE_DATA=str(small_service.settings.data),
        PAPERKNIFE_HOST="localhost",
        PAPERKNIFE_PORT="0",
    ) as (process, line):
        assert line.startswith("Paperknife serves http://localhost:"), process.communicate()[1]
        address = line.removeprefix("Paperknife serves ")
        rows = httpx.get(f"{address}/v1/documents", timeout=60).json()["documents"]
        assert [row["file"] for row in rows] == ["news.txt"]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode in (0, 130)


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [("127.0.0.1", None, "is in use"), ("192.0.2.1", "0", "cannot listen on port 0 of 192.0.2.1")],
)
def test_an_address_that_cannot_be_had_is_said_before_anything_is_built(
    tmp_path: Path, host: str, port: str | None, words: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = port or str(taken.getsockname()[1])
        arguments = ("--host", host, "--port", port, "--data", str(tmp_path / "new"))
        done = subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert not (tmp_path / "new").exists()
