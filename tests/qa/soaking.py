"""``python -m tests.qa.soaking --minutes 5``: two servers and two refreshers on one data directory,
while letters come, change, move and go, and clients ask (docs/refreshing.md). Prints what was
found."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from documents.files import read_document
from index import Encoder, current, open_snapshot
from index.store import path_of
from qa.answering import ANSWERING
from tests.index.changing import VARIANTS, assert_same, fresh_build, letter, write_state
from tests.qa.clients import ROOT, Heard, Texts, asking, await_snapshot, server, texts_in

_LETTERS = 6
_LONGEST_PAUSE = 1.5  # seconds between two changes of the corpus
_RUNNING = "another refresh is running"


@dataclass
class Soaked:
    """What was done, and what the clients heard. ``refreshes`` are counted by how they ended:
    "done", "running" where another one was at it, or what else a refresh said."""

    changes: Counter[str] = field(default_factory=Counter)
    refreshes: Counter[str] = field(default_factory=Counter)
    snapshots: int = 0
    heard: Heard = field(default_factory=Heard)


class Corpus:
    """A folder of letters that changes, and what each of its files says."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Five letters in a new folder."""
        self.folder = folder
        self.texts: dict[str, str] = {}
        self._drawn = random.Random(seed)
        self._files: dict[str, bytes] = {}
        folder.mkdir()
        for number in range(_LETTERS - 1):
            self._write(f"{number}.txt", letter(number, 0).encode())

    def change(self) -> str:
        """Something happens to one of the files; what."""
        name = self._drawn.choice(sorted(self._files))
        content = self._files[name]
        number, variant = self._drawn.randrange(_LETTERS), self._drawn.randrange(VARIANTS)
        match self._drawn.choice(("come", "change", "move", "go", "copy", "damage")):
            case "come":
                self._write(f"{number}.txt", letter(number, variant).encode())
                return "come"
            case "change":
                self._write(name, letter(number, variant).encode())
                return "change"
            case "move":
                moved = f"moved/{number}.txt"
                (self.folder / "moved").mkdir(exist_ok=True)
                (self.folder / name).replace(self.folder / moved)
                del self._files[name]
                self._files[moved] = content
                return "move"
            case "copy":
                self._write(f"copy of {number}.txt", content)
                return "copy"
            case "damage":
                self._write("broken.pdf", b"%PDF-1.7\n" + self._drawn.randbytes(20))
                return "damage"
            case _ if len(self._files) > 3:
                (self.folder / name).unlink()
                del self._files[name]
                return "go"
        return "nothing"

    def _write(self, name: str, content: bytes) -> None:
        # In place, so that a refresh may meet it half written.
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_bytes(content)
        self._files[name] = content
        if name.endswith(".txt") and not content.startswith(b"%PDF"):
            document = read_document(content, name)
            self.texts[document.sha256] = document.text


class Archive:
    """The texts of every snapshot that was ever published."""

    def __init__(self, data: Path) -> None:
        """Of this data directory."""
        self._data = data
        self._held: dict[str, Texts] = {}

    def texts_of(self, snapshot: str) -> Texts | None:
        """The texts of a snapshot; None where there never was such a one."""
        if snapshot not in self._held:
            try:
                self._held[snapshot] = texts_in(path_of(self._data, snapshot) / "documents.jsonl")
            except FileNotFoundError:
                return None
        return self._held[snapshot]

    def watch(self, stopping: Event) -> None:
        """Keeps what is published, before it is removed."""
        while not stopping.wait(0.02):
            self.texts_of(current(self._data))

    def __len__(self) -> int:
        return len(self._held)

    def unlike(self, texts: dict[str, str]) -> Iterator[str]:
        """The documents whose text is not that of their file."""
        for snapshot, documents in list(self._held.items()):
            for document, held in documents.items():
                if texts.get(held.sha256) != held.text:
                    yield f"snapshot {snapshot}: {document} is not what {held.file} says"


def soak(place: Path, seconds: float, seed: int = 0) -> Soaked:
    """Raises AssertionError where what is served at the end is not what a fresh build makes; wrong
    answers are in the result."""
    data, soaked = place / "data", Soaked()
    corpus = Corpus(place / "corpus", seed)
    _first_refresh(place / "all", corpus.folder, data)
    archive, stopping = Archive(data), Event()
    with (
        server(data) as one,
        server(data) as other,
        _together(stopping) as pool,
        asking([one, other], archive.texts_of, seed=seed) as soaked.heard,
    ):
        tasks = [pool.submit(archive.watch, stopping)]
        tasks += [pool.submit(_keep_refreshing, data, soaked, stopping) for _ in range(2)]
        drawn, until = random.Random(seed), time.monotonic() + seconds
        while time.monotonic() < until:
            soaked.changes[corpus.change()] += 1
            time.sleep(drawn.uniform(0, _LONGEST_PAUSE))
        stopping.set()
        for task in tasks:
            task.result()
        assert _refresh(data).returncode == 0
        for address in (one, other):
            await_snapshot(address, current(data))
    encoder = Encoder.load()
    fresh = fresh_build(corpus.folder, place / "fresh", encoder, ANSWERING)
    assert_same(open_snapshot(data, encoder, ANSWERING), fresh)
    soaked.snapshots = len(archive)
    # The first one was of another folder.
    soaked.heard.errors += archive.unlike(corpus.texts)
    return soaked


@contextmanager
def _together(stopping: Event) -> Iterator[ThreadPoolExecutor]:
    """A pool whose tasks are told to stop, however it ends."""
    with ThreadPoolExecutor(3) as pool:
        try:
            yield pool
        finally:
            stopping.set()


def _first_refresh(every: Path, corpus: Path, data: Path) -> None:
    """The first snapshot, after one of all letters as first written or corrected but for the last
    correction: most of what comes need not be embedded, which loads the encoder for seconds."""
    numbers = range(_LETTERS * VARIANTS)
    texts = {f"{n}.txt": letter(n // VARIANTS, n % VARIANTS).encode() for n in numbers}
    every.mkdir()
    write_state(every, {name: text for n, (name, text) in enumerate(texts.items()) if (n + 1) % 4})
    for folder in (every, corpus):
        _refresh(data, folder).check_returncode()
        if folder is every:
            ahead = time.time() + 10 * 365 * 24 * 3600  # it counts as the newest, and is kept
            os.utime(path_of(data, current(data)), (ahead, ahead))


def _keep_refreshing(data: Path, soaked: Soaked, stopping: Event) -> None:
    while not stopping.is_set():
        done = _refresh(data)
        if done.returncode == 0:
            how = "done"
        else:
            last = done.stderr.strip().splitlines()[-1]
            how = "running" if _RUNNING in last else last
        soaked.refreshes[how] += 1


def _refresh(data: Path, corpus: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from eval.cli import main; main()", "refresh"]
    command += ["--data", str(data), *(("--corpus", str(corpus)) if corpus else ())]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def main() -> None:
    """Prints the figures as JSON; ends with 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        soaked = soak(Path(place), 60 * given.minutes, given.seed)
    figures = {
        "changes of the corpus": dict(soaked.changes),
        "refreshes": dict(soaked.refreshes),
        "snapshots published": soaked.snapshots,
        "snapshots served": len(soaked.heard.snapshots),
        "questions answered": soaked.heard.queries,
        "citations compared": soaked.heard.citations,
        "errors": soaked.heard.errors,
    }
    print(json.dumps(figures, indent=2))  # noqa: T201
    sys.exit(bool(soaked.heard.errors or set(soaked.refreshes) - {"done", "running"}))


if __name__ == "__main__":
    main()
