"""``python -m tests.index.crashing``: kills real refreshes, under a server that is asked all the
while, and prints what was found (docs/refreshing.md).

Every refresh finds another state of a small corpus. It is killed with SIGKILL: at each of the
calls that change the disk, with the file that was opened last for writing whole or half written,
and at random times. What is in service then has to be the old snapshot or the new one, and the next
refresh has to make the one that a fresh build makes.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index import Choices, Encoder, MadeBy, RefreshReport, Snapshot, current, open_snapshot, refresh
from index.store import path_of
from qa.answering import ANSWERING
from tests.index.changing import VARIANTS, assert_same, fresh_build, letter, write_state
from tests.qa.clients import ROOT, Heard, Held, Texts, asking, await_snapshot, server

_LETTERS = 6
_AHEAD = 10 * 365 * 24 * 3600  # seconds
_LONGEST = 120.0  # seconds that a refresh may take on a busy machine
_ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


@dataclass
class Found:
    """What the kills found: how many were before and after the new snapshot was published."""

    points: int = 0
    at_points: Counter[str] = field(default_factory=Counter)
    at_random: Counter[str] = field(default_factory=Counter)
    ended_before: int = 0
    completed: int = 0
    heard: Heard = field(default_factory=Heard)


class Commands:
    """Runs commands in processes of their own, which may kill themselves (``dying``)."""

    def __enter__(self) -> Self:
        """Takes seconds, for all the modules."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.index.dying"],
            cwd=ROOT,
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def run(
        self, command: Sequence[str], last: int | None = None, torn: bool = False
    ) -> tuple[int, int | None]:
        """The exit code (that of a signal is negative) and how many calls were counted."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([last, torn, command]) + "\n")
        self._process.stdin.flush()
        code, calls = json.loads(self._process.stdout.readline())
        return code, calls


class Remembering(Encoder):
    """The encoder, which embeds no text twice."""

    _known: dict[str, NDArray[np.float32]]

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        known = self.__dict__.setdefault("_known", {})
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= dict(zip(new, super().encode(new, progress), strict=True))
        rows = [known[text] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)


class Crashes:
    """A corpus that changes from state to state, and its data directory."""

    def __init__(self, place: Path, seed: int) -> None:
        """Makes the first snapshot, with every text of every state in it: the refreshes find the
        vectors there, and need not load an encoder for seconds before there is anything to kill.
        """
        self.corpus, self.data, self._fresh = place / "corpus", place / "data", place / "fresh"
        self.command = ["refresh", "--corpus", str(self.corpus), "--data", str(self.data)]
        self.found = Found()
        self._drawn = random.Random(seed)
        self._encoder = Remembering.load()
        self._texts: dict[str, Texts] = {}
        self._valid: frozenset[str] = frozenset()
        self._seconds = 1.0
        numbers = range(_LETTERS * VARIANTS)
        every = {f"{n}.txt": letter(n // VARIANTS, n % VARIANTS).encode() for n in numbers}
        self.corpus.mkdir()
        write_state(self.corpus, every)
        pool = refresh(self.corpus, self.data, MadeBy(self._encoder, ANSWERING), Choices()).snapshot
        self._know(pool)
        # It counts as the newest, so that no refresh removes it.
        ahead = time.time() + _AHEAD
        os.utime(path_of(self.data, pool.manifest.id), (ahead, ahead))
        self._valid = frozenset([pool.manifest.id])

    def texts_of(self, snapshot: str) -> Texts | None:
        """The texts of a snapshot that may have been served."""
        return self._texts.get(snapshot)

    def valid(self) -> frozenset[str]:
        """The ids that may be served now."""
        return self._valid

    def points(self, commands: Commands, address: str) -> int:
        """How many of the calls are counted in a refresh, at most; nothing is killed."""
        with self._changing() as (_, new):
            code, calls = commands.run(self.command)
            assert code == 0
            assert calls is not None
            # Before the corpus changes again: else the server is two states behind.
            await_snapshot(address, new.manifest.id)
        return calls

    def kill_at(self, point: int, torn: bool, commands: Commands, address: str) -> None:
        """One refresh that dies at a point, and one that completes."""
        with self._changing() as (old, new):
            code, _ = commands.run(self.command, point, torn)
            if code == 0:
                self.found.ended_before += 1
            else:
                assert code == -signal.SIGKILL, code
                self.found.at_points[self._left(old, new)] += 1
            self._complete(new, commands, address)

    def kill_at_random(self, commands: Commands, address: str) -> bool:
        """The same for the command itself, at a random time of its work. Whether it died."""
        with self._changing() as (old, new):
            run = [sys.executable, "-c", "from eval.cli import main; main()", *self.command]
            with subprocess.Popen(
                run,
                cwd=ROOT,
                env=_ENVIRONMENT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                self._await_begin(process)
                time.sleep(self._drawn.uniform(0, 1.1 * self._seconds))
                process.kill()
            died = process.returncode == -signal.SIGKILL
            assert died or process.returncode == 0, process.returncode
            if died:
                self.found.at_random[self._left(old, new)] += 1
            else:
                self.found.ended_before += 1
            self._complete(new, commands, address)
        return died

    @contextmanager
    def _changing(self) -> Iterator[tuple[str, Snapshot]]:
        """The corpus comes into another state: the id that is in service, and the snapshot that a
        fresh build makes."""
        old = current(self.data)
        state = self._state()
        write_state(self.corpus, state)
        new = fresh_build(self.corpus, self._fresh, self._encoder, ANSWERING)
        if new.manifest.id == old:
            new = self._other(old)
        self._know(new)
        self._valid = frozenset([old, new.manifest.id])
        yield old, new
        read = {document.file for document in new.documents}
        read |= {failure.file for failure in new.failures}
        there = {p.relative_to(self.corpus).as_posix() for p in self.corpus.rglob("*.*")}
        assert read == there, "a letter was lost"

    def _other(self, old: str) -> Snapshot:
        """A state that is not the one in service."""
        while True:
            write_state(self.corpus, self._state())
            new = fresh_build(self.corpus, self._fresh, self._encoder, ANSWERING)
            if new.manifest.id != old:
                return new

    def _state(self) -> dict[str, bytes]:
        """Some of the letters, each as first written or corrected, here or moved there, with a copy
        or not; and perhaps a file that cannot be read."""
        state: dict[str, bytes] = {}
        for number in range(_LETTERS):
            if self._drawn.random() < 0.8:
                content = letter(number, self._drawn.randrange(VARIANTS)).encode()
                folder = self._drawn.choice(("", "moved/"))
                state[f"{folder}{number}.txt"] = content
                if self._drawn.random() < 0.2:
                    state[f"copy of {number}.txt"] = content
        if self._drawn.random() < 0.3:
            state["broken.pdf"] = b"%PDF-1.7\n" + self._drawn.randbytes(20)
        # At least one letter: a corpus that has lost them all is refused.
        return state if len(state) > 1 else self._state()

    def _left(self, old: str, new: Snapshot) -> str:
        """What a kill left in service: checked, file by file, and against the fresh build."""
        left = open_snapshot(self.data, self._encoder, ANSWERING)
        if left.manifest.id == old:
            return "before"
        assert_same(left, new)
        return "after"

    def _complete(self, new: Snapshot, commands: Commands, address: str) -> None:
        """The next refresh, and the server takes up what it made."""
        code, _ = commands.run(self.command)
        assert code == 0, "the next refresh did not complete"
        assert_same(open_snapshot(self.data, self._encoder, ANSWERING), new)
        self.found.completed += 1
        report = max(self._reports(), key=lambda report: report.started)
        assert report.ended is not None
        seconds = (report.ended - report.started).total_seconds()
        self._seconds += 0.2 * (seconds - self._seconds)
        await_snapshot(address, new.manifest.id)

    def _await_begin(self, process: subprocess.Popen[bytes]) -> None:
        """Until the command holds the lock: what is before is nothing but loading."""
        until = time.monotonic() + _LONGEST
        while not any(report.process == process.pid for report in self._reports()):
            assert process.poll() is None, "the refresh has ended before it began"
            assert time.monotonic() < until
            time.sleep(0.005)

    def _reports(self) -> Iterator[RefreshReport]:
        newest = sorted((self.data / "refreshes").glob("*.json"))[-5:]
        return (RefreshReport.model_validate_json(path.read_bytes()) for path in newest)

    def _know(self, snapshot: Snapshot) -> None:
        self._texts[snapshot.manifest.id] = {
            document.id: Held(document.file, document.sha256, document.text)
            for document in snapshot.documents
        }


def crash(
    place: Path,
    kills: int,
    most_points: int | None = None,
    seed: int = 0,
    tell: Callable[[str], None] = lambda line: None,
) -> Found:
    """``kills`` at random, and one at each point, whole and torn; at ``most_points`` of them,
    spread evenly, where that is given. Raises AssertionError at once where a kill has done damage;
    what the clients heard is in the result."""
    crashes = Crashes(place, seed)
    found = crashes.found
    with (
        Commands() as commands,
        server(crashes.data) as address,
        asking([address] * 2, crashes.texts_of, crashes.valid, seed) as found.heard,
    ):
        # The first has everything to read, and the most to write.
        found.points = max(crashes.points(commands, address) for _ in range(3))
        all_of_them = [(point, torn) for point in range(found.points) for torn in (False, True)]
        step = max(1, len(all_of_them) // (most_points or len(all_of_them)))
        for done, (point, torn) in enumerate(all_of_them[::step], 1):
            crashes.kill_at(point, torn, commands, address)
            tell(f"{done} of {len(all_of_them[::step])} points; {_summary(found)}")
        died = 0
        while died < kills:
            died += crashes.kill_at_random(commands, address)
            tell(f"{died} of {kills} at random times; {_summary(found)}")
    return found


def _summary(found: Found) -> str:
    killed = found.at_points + found.at_random
    told = ", ".join(f"{count} {when} publication" for when, count in sorted(killed.items()))
    return f"killed: {told}; {found.heard.queries} questions, {len(found.heard.errors)} errors"


def main() -> None:
    """Prints the figures as JSON; ends with 1 where a client was told anything wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--points", type=int, help="how many of the points; all without it")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = crash(
            Path(place),
            given.kills,
            given.points,
            given.seed,
            lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
        )
    heard = found.heard
    figures = {
        "calls counted in a refresh": found.points,
        "killed at them": dict(found.at_points),
        "killed at random times": dict(found.at_random),
        "ended before the kill": found.ended_before,
        "next refreshes that completed as a fresh build": found.completed,
        "questions answered meanwhile": heard.queries,
        "citations compared": heard.citations,
        "snapshots served": len(heard.snapshots),
        "errors": heard.errors,
    }
    print(json.dumps(figures, indent=2))  # noqa: T201
    sys.exit(bool(heard.errors))


if __name__ == "__main__":
    main()
