"""Stopped anywhere, or joined by a second one: whole letters only, and nobody's work lost."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import disk
from documents.catalogue import Letter
from documents.corpus import corpus_files
from documents.errors import FetchError, FetchRunning
from documents.fetch import Policy, fetch, folder
from documents.fetch.notes import read_note
from tests.documents.fetch.conftest import FAST, FakeClock
from tests.documents.fetch.server import Published, Reply, Server, pdf, serving

ROOT = Path(__file__).parents[3]
LETTER = Letter.model_validate(
    {
        "file": "a.pdf",
        "authority": "Aldermere",
        "published": "2019-12-06",
        "url": "https://letters.example/a.pdf",
    }
)


def fetched(corpus: Path, server: Server, policy: Policy = FAST) -> tuple[str, str | None]:
    """What became of the letter, and why."""
    clock = FakeClock().clock
    (outcome,) = fetch([LETTER], corpus, policy, base=server.address, clock=clock)
    return outcome.state, outcome.reason


def stops_at(step: int) -> Callable[[Path], None]:
    """As ``disk.sync``; raises in place of the ``step``-th call and every later one."""
    calls = 0

    def sync(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls > step:
            raise KeyboardInterrupt
        real(path)

    real = disk.sync
    return sync


@pytest.mark.parametrize("first", [True, False], ids=["a first letter", "a newer letter"])
def test_it_can_be_stopped_before_and_after_every_write(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    for step in range(20):
        corpus = tmp_path / str(step)
        old = {} if first else {"a.pdf": pdf("old")}
        if not first:
            server.at("/a.pdf", Published(pdf("old"), '"old"'))
            assert fetched(corpus, server) == ("fetched", None)
        server.at("/a.pdf", Published(pdf("new"), '"new"'))
        with monkeypatch.context() as patch:
            patch.setattr(disk, "sync", stops_at(step))
            try:
                finished = fetched(corpus, server)
            except KeyboardInterrupt:
                finished = None
        there = {path.name: path.read_bytes() for path in corpus_files(corpus)}
        assert there in (old, {"a.pdf": pdf("new")})
        state, reason = fetched(corpus, server)
        assert state in ("fetched", "updated", "unchanged"), (step, reason)
        assert (corpus / "a.pdf").read_bytes() == pdf("new")
        note = read_note(corpus, "a.pdf")
        assert note
        assert note.placed
        # What is then removed by hand is not brought back.
        (corpus / "a.pdf").unlink()
        assert fetched(corpus, server)[0] == "left"
        if finished:
            break
    else:
        pytest.fail("it never came to an end")
    assert step > 4


SCRIPT = """
import sys
from pathlib import Path
from documents.fetch import Policy, fetch
from tests.documents.fetch.test_interrupted import LETTER
policy = Policy(pause=0, silence=60, checkpoint=1000)
print("begun", flush=True)
fetch([LETTER], Path(sys.argv[1]), policy, base=sys.argv[2])
"""


def test_a_process_that_is_killed_leaves_no_half_letter_and_no_lock(
    corpus: Path, server: Server
) -> None:
    body = pdf(size=50_000)
    half = Reply(200, body, {"ETag": '"one"'}, cut=30_000, silence=60)
    server.at("/a.pdf", half, Published(body))
    command = [sys.executable, "-c", SCRIPT, str(corpus), server.address]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    memory = corpus / ".fetch" / "a.pdf.part.json"
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        while not memory.exists():
            assert process.poll() is None
            server.stopping.wait(0.02)
        with pytest.raises(FetchRunning, match="another fetch is running; wait for it"):
            fetched(corpus, server)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert list(corpus_files(corpus)) == []
    assert fetched(corpus, server) == ("fetched", None)
    assert (corpus / "a.pdf").read_bytes() == body
    start = server.asked[-1].headers["Range"].removeprefix("bytes=").removesuffix("-")
    assert 1000 <= int(start) <= 30_000


def test_a_second_one_is_refused_and_changes_nothing(corpus: Path, server: Server) -> None:
    server.at("/a.pdf", Published(pdf()))
    with folder.held(corpus):
        with pytest.raises(FetchRunning):
            fetched(corpus, server)
        assert server.asked == []
    assert fetched(corpus, server) == ("fetched", None)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, server: Server) -> None:
    (tmp_path / ".fetch").write_text("in the way")
    with pytest.raises(FetchError, match="cannot be written"):
        fetched(tmp_path, server)


ACTIONS = ("publish", "break", "fetch", "change", "remove", "restore")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), max_size=14))
def test_whatever_happens_a_letter_is_as_published_or_as_a_person_made_it(
    actions: list[str],
) -> None:
    with tempfile.TemporaryDirectory() as temporary, serving() as server:
        corpus = Path(temporary)
        path = corpus / "a.pdf"
        version = 0
        expected: bytes | None = None  # what is there
        ours = True  # whether that is from us, or nothing was ever there
        known = False  # whether it was ever fetched

        def body() -> bytes:
            return pdf(f"version {version}", 3000)

        server.at("/a.pdf", Published(body(), '"0"'))
        for number, action in enumerate(actions):
            if action == "publish":
                version += 1
                server.at("/a.pdf", Published(body(), f'"{version}"'))
            elif action == "break":
                broken = Published(body(), f'"{version}"', cut=1700)
                server.at("/a.pdf", broken, Published(body(), f'"{version}"'))
            elif action == "change":
                expected, ours = f"mine {number}".encode(), False
                path.write_bytes(expected)
            elif action == "remove":
                path.unlink(missing_ok=True)
                expected, ours = None, not known
            else:
                clock, overwrite = FakeClock().clock, action == "restore"
                policy = Policy(attempts=2)
                (outcome,) = fetch(
                    [LETTER], corpus, policy, base=server.address, overwrite=overwrite, clock=clock
                )
                assert outcome.state != "failed", outcome.reason
                if ours or overwrite:
                    expected, ours, known = body(), True, True
                else:
                    assert outcome.state == "left"
            assert (path.read_bytes() if path.exists() else None) == expected
            assert {one.name for one in corpus_files(corpus)} <= {"a.pdf"}
