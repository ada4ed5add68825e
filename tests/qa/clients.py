"""Clients that ask servers all the while, and hold every answer against the text of its
snapshot."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "Are caseloads too high?",
    "How quickly are private fostering arrangements visited?",
    "Are health assessments late?",
    "Do care leavers have a personal adviser?",
    "How many records did inspectors read?",
    "What needs to improve in Aldermere?",
    "When was Kestleshire visited?",
    "Is supervision recorded?",
)
_PAUSE = 0.05  # seconds between two questions of one client


@dataclass(frozen=True)
class Held:
    """A document as a snapshot has it."""

    file: str
    sha256: str
    text: str


Texts = Mapping[str, Held]
"""The documents of a snapshot by their ids."""


@dataclass
class Heard:
    """What the clients were told. ``errors`` are wrong answers and failed requests."""

    queries: int = 0
    citations: int = 0
    snapshots: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def texts_in(documents: Path) -> dict[str, Held]:
    """The texts of a snapshot, of its ``documents.jsonl``."""
    rows = map(json.loads, documents.read_text(encoding="utf-8").splitlines())
    return {row["id"]: Held(row["file"], row["sha256"], row["text"]) for row in rows}


@contextmanager
def server(data: Path) -> Iterator[str]:
    """The address of a server in its own process, which serves the newest snapshot."""
    program = "from eval.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().decode().strip().rpartition(" ")[2]
            assert process.poll() is None, "the server has died"
        finally:
            process.terminate()


def await_snapshot(address: str, snapshot: str, longest: float = 60.0) -> None:
    """Waits until a server serves this snapshot."""
    until = time.monotonic() + longest
    while (served := httpx.get(f"{address}/readyz", timeout=60).json()["snapshot"]) != snapshot:
        assert time.monotonic() < until, f"{served} is still served, not {snapshot}"
        time.sleep(0.02)


@contextmanager
def asking(
    addresses: Sequence[str],
    texts_of: Callable[[str], Texts | None],
    valid: Callable[[], frozenset[str]] | None = None,
    seed: int = 0,
) -> Iterator[Heard]:
    """One client for each address, until the end. ``texts_of`` gives the texts of a snapshot, None
    where there is no such; ``valid`` are the ids that may be served now, if that is known."""
    heard, lock, done = Heard(), Lock(), Event()

    def ask(number: int) -> None:
        drawn = random.Random(seed + number)
        with httpx.Client(base_url=addresses[number], timeout=60) as client:
            while not done.wait(_PAUSE):
                allowed = valid() if valid else None
                question = drawn.choice(QUESTIONS)
                try:
                    reply = client.post("/v1/ask", json={"question": question, "min_confidence": 0})
                except httpx.HTTPError as problem:
                    with lock:
                        heard.errors.append(f"no reply ({problem!r})")
                    continue
                if allowed is not None and valid is not None:
                    allowed |= valid()
                with lock:
                    heard.queries += 1
                    heard.errors += _wrong(reply, texts_of, allowed, heard)

    with ThreadPoolExecutor(len(addresses)) as pool:
        tasks = [pool.submit(ask, number) for number in range(len(addresses))]
        try:
            yield heard
        finally:
            done.set()
        for task in tasks:
            task.result()


def _wrong(
    reply: httpx.Response,
    texts_of: Callable[[str], Texts | None],
    allowed: frozenset[str] | None,
    heard: Heard,
) -> Iterator[str]:
    """What is wrong with an answer."""
    if reply.status_code != 200:
        yield f"status {reply.status_code}: {reply.text[:200]}"
        return
    body = reply.json()
    snapshot = body["snapshot"]["id"]
    heard.snapshots[snapshot] += 1
    texts = texts_of(snapshot)
    if texts is None or (allowed is not None and snapshot not in allowed):
        yield f"snapshot {snapshot} is none that may be served"
        return
    if body["snapshot"]["documents"] != len(texts):
        yield f"snapshot {snapshot}: {body['snapshot']['documents']} documents, not {len(texts)}"
    if texts and not body["answers"]:
        yield f"snapshot {snapshot}: no answer to {body['question']!r}"
    for answer in body["answers"]:
        found = [(answer["text"], answer["citation"])]
        context = answer["context"]
        found += [(context["text"], answer["citation"] | context)]
        found += [(None, citation) for citation in answer["also"]]
        for text, citation in found:
            heard.citations += 1
            if (problem := _miscited(text, citation, texts)) is not None:
                yield f"snapshot {snapshot}: {problem}"


def _miscited(text: str | None, citation: dict[str, Any], texts: Texts) -> str | None:
    held = texts.get(citation["document_id"])
    if held is None:
        return f"cites {citation['document_id']}, which it has not"
    if (citation["file"], citation["sha256"]) != (held.file, held.sha256):
        return f"cites {citation['file']}, not {held.file}"
    span = held.text[citation["start"] : citation["end"]]
    if not span or text not in (None, span):
        return f"says {text!r} for {span!r}"
    return None
