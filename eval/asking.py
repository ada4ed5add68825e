"""How fast questions are answered over HTTP, beside the bare encoder on the same questions."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Thread
from time import sleep

import httpx
import numpy as np
import uvicorn

from eval.bare import bare_encoder, milliseconds
from qa.http import create_app
from qa.schema import Strict
from qa.service import Service
from qa.settings import Settings

Progress = Callable[[int, int], None]

_WARM_UP = 3


class Asking(Strict):
    """``POST /v1/ask`` over a real server, turn by turn with encoding the same question.

    ``ratio`` is its median over that of the bare encoder; ``own_p50_ms`` is the median of
    Paperknife's own encoder.
    """

    questions: int
    p50_ms: float
    p95_ms: float
    bare_p50_ms: float
    own_p50_ms: float
    ratio: float


def measure_asking(
    settings: Settings, questions: Sequence[str], progress: Progress | None = None
) -> Asking:
    """Measure answering over the snapshot of ``settings``, which is made where there is none."""
    service = Service(settings)
    service.prepare()
    bare = bare_encoder()
    times: list[list[float]] = []
    with serving(service) as address, httpx.Client(base_url=address, timeout=60) as client:

        def ask(question: str) -> None:
            client.post("/v1/ask", json={"question": question}).raise_for_status()

        def encode(question: str) -> None:
            bare.encode([question], show_progress_bar=False)

        def encode_ourselves(question: str) -> None:
            service.encoder.encode([question])

        actions = (ask, encode, encode_ourselves)
        for question in questions[:_WARM_UP]:
            for action in actions:
                action(question)
        for done, question in enumerate(questions, 1):
            times.append([milliseconds(partial(action, question)) for action in actions])
            if progress:
                progress(done, len(questions))
    ours, bares, owns = np.array(times).T
    return Asking(
        questions=len(times),
        p50_ms=float(np.percentile(ours, 50)),
        p95_ms=float(np.percentile(ours, 95)),
        bare_p50_ms=float(np.percentile(bares, 50)),
        own_p50_ms=float(np.percentile(owns, 50)),
        ratio=float(np.percentile(ours, 50) / np.percentile(bares, 50)),
    )


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """A real server of ``service`` on a free port of the loopback; gives its address."""
    # Named as TCP, so that asyncio does not hold back small packets: 40 ms for each answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(service), log_level="warning", ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
