"""A server that is asked directly, and a clock that passes only when somebody sleeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.fetch.policy import Clock, Policy
from documents.fetch.web import Web
from tests.documents.fetch.server import Server, serving

FAST = Policy(silence=0.5, max_bytes=100_000, checkpoint=1000)


class FakeClock:
    """Time that passes by sleeping alone; ``slept`` has how long each time."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self.sleep)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https", "all"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def web(time: FakeClock) -> Iterator[Web]:
    with Web(FAST, time.clock) as web:
        yield web


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "letters"
