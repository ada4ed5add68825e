"""A reader that crashes or hangs costs its own file and no other, and leaves no process behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import pytest
from pebble import ProcessPool

from documents import Document, Failure, Limits, deadline, workers
from documents.corpus import read_corpus
from documents.workers import read_files
from tests.documents import misbehaving

MIB = 1024**2


def _files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_text(f"Children are safe. This is said in {name}.")
    return list(names)


def _read(folder: Path, names: list[str], limits: Limits, workers: int = 2) -> dict[str, str]:
    """What became of each file: its words, or its problem."""
    found: dict[str, str] = {}
    for place, outcome in read_files(folder, names, limits, workers, misbehaving.read):
        assert outcome.file == names[place]
        assert outcome.sha256
        found[outcome.file] = outcome.text if isinstance(outcome, Document) else outcome.problem
    assert set(found) == set(names)
    return found


def test_every_way_to_misbehave_costs_one_file(tmp_path: Path) -> None:
    bad = {
        "segfault.txt": "the reader crashed (signal 11)",
        "abort.txt": "the reader crashed (signal 6; it may need more than 256 MiB of memory)",
        "exit.txt": "the reader crashed (exit code 3)",
        "hang.txt": "the reader was stopped after 1 second",
        "memory.txt": "reading it needs more than 256 MiB of memory",
        "mistake.txt": "the reader failed (_UnpicklableError: line 3 column 14)",
        "leave.txt": "the reader failed (SystemExit)",
    }
    good = [f"{number}.txt" for number in range(12)]
    # The good before, between and behind the bad.
    names = _files(tmp_path, *good[:4], *list(bad)[:4], *good[4:8], *list(bad)[4:], *good[8:])
    found = _read(tmp_path, names, Limits(seconds=1, memory=256 * MIB))
    assert {name: found[name] for name in bad} == bad
    assert all(found[name].startswith("Children are safe.") for name in good)


def test_a_reader_that_recognises_text_has_a_limit_of_its_own(tmp_path: Path) -> None:
    names = _files(tmp_path, "recognise.txt", "letter.txt")
    found = _read(tmp_path, names, Limits(seconds=1, ocr_seconds=2))
    assert found["recognise.txt"] == "the reader was stopped after 2 seconds"
    assert found["letter.txt"].startswith("Children")
    assert _ended(tmp_path / ".recognise.txt.pid")
    assert _ended(tmp_path / ".recognise.txt.child")


def test_what_a_crashed_reader_had_started_ends_with_it(tmp_path: Path) -> None:
    names = _files(tmp_path, "recognise.txt")
    killed = iter([True])

    def kill() -> None:
        child = _number(tmp_path / ".recognise.txt.child")
        assert child
        assert next(killed)
        os.kill(_number(tmp_path / ".recognise.txt.pid"), signal.SIGKILL)

    with _when_there(tmp_path / ".recognise.txt.child", kill):
        found = _read(tmp_path, names, Limits())
    assert found == {"recognise.txt": "the reader crashed (signal 9)"}
    assert _ended(tmp_path / ".recognise.txt.child")


def test_one_worker_reads_many_files(tmp_path: Path) -> None:
    names = _files(tmp_path, *(f"{number}.txt" for number in range(10)))
    _read(tmp_path, names, Limits(), workers=1)
    pids = {_number(tmp_path / f".{name}.pid") for name in names}
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_outcomes_come_as_they_are_done_and_the_corpus_in_its_order(tmp_path: Path) -> None:
    names = _files(tmp_path, "slow.txt", "quick.txt")
    outcomes = read_files(tmp_path, names, Limits(), 2, misbehaving.read)
    assert [place for place, _ in outcomes] == [1, 0]
    corpora = [read_corpus(tmp_path, workers=count) for count in (1, 2, 3)]
    assert corpora[0] == corpora[1] == corpora[2]
    assert [document.file for document in corpora[0].documents] == ["quick.txt", "slow.txt"]


def test_no_files_need_no_workers(tmp_path: Path) -> None:
    assert list(read_files(tmp_path, [], Limits())) == []


def test_a_worker_that_dies_between_two_files_costs_none(tmp_path: Path) -> None:
    names = _files(tmp_path, "later.txt", *(f"slow {number}.txt" for number in range(3)))
    found = _read(tmp_path, names, Limits(), workers=1)
    crashed = [name for name, words in found.items() if words.startswith("the reader crashed")]
    # It dies while it reads another file, which is the one that is taken to be the cause.
    assert crashed in ([], ["slow 0.txt"])
    assert found["later.txt"].startswith("Children")


@pytest.mark.parametrize("times", [1, 2])
def test_a_pool_that_breaks_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    real, broken = workers._read_some, iter(range(times))

    def breaking(
        folder: Path, left: dict[int, str], limits: Limits, count: int, read: workers.Read
    ) -> Iterator[tuple[int, Document | Failure]]:
        if next(broken, None) is not None:
            raise BrokenProcessPool
        yield from real(folder, left, limits, count, read)

    monkeypatch.setattr(workers, "_read_some", breaking)
    names = _files(tmp_path, "a.txt", "b.txt", "c.txt")
    found = _read(tmp_path, names, Limits())
    # With one worker it is known which file it was.
    crashed = [name for name in names if found[name] == "the reader crashed"]
    assert crashed == (["a.txt"] if times == 2 else [])


def test_a_pool_that_takes_no_file_any_more_is_broken(tmp_path: Path) -> None:
    pool = ProcessPool(max_workers=1, context=workers._Context())
    pool.stop()  # type: ignore[no-untyped-call]  # pebble does not type it
    with pytest.raises(BrokenProcessPool):
        workers._schedule(pool, misbehaving.read, tmp_path, "a.txt", Limits())
    pool.join()


def test_a_task_of_a_broken_pool_has_no_outcome(tmp_path: Path) -> None:
    task: Future[Document | Failure] = Future()
    task.set_exception(BrokenProcessPool())
    with pytest.raises(BrokenProcessPool):
        workers._outcome(task, tmp_path, "a.txt", Limits())


def test_what_readers_print_does_not_reach_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _read(tmp_path, _files(tmp_path, "noise.txt"), Limits())
    assert capfd.readouterr() == ("", "")


def test_a_worker_has_its_own_limits_and_nothing_to_print_to(tmp_path: Path) -> None:
    code = (
        "import os, resource, signal, sys; from documents import workers;"
        f"workers._begin({256 * MIB}); workers.deadline.start(100);"
        "rings, _ = signal.getitimer(signal.ITIMER_REAL); workers.deadline.lift();"
        "lifted, _ = signal.getitimer(signal.ITIMER_REAL);"
        "print('noise', flush=True); os.write(2, b'noise');"
        "soft, _ = resource.getrlimit(resource.RLIMIT_AS);"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize();"
        "ends = signal.getsignal(signal.SIGTERM) is workers._end_all;"
        "leads = os.getpgid(0) == os.getpid(); said = open(sys.argv[1], 'w');"
        "print(soft - size, 0 < rings <= 100, lifted == 0, leads, ends, file=said)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "said")], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    memory, *others = (tmp_path / "said").read_text().split()
    assert 0.9 * 256 * MIB < int(memory) <= 256 * MIB
    assert others == ["True"] * 4


def test_what_a_worker_says_of_a_file(tmp_path: Path) -> None:
    names = _files(tmp_path, "letter.txt", "mistake.txt")
    outcomes = [workers._read(misbehaving.read, tmp_path, name, Limits()) for name in names]
    assert isinstance(outcomes[0], Document)
    assert isinstance(outcomes[1], Failure)
    assert outcomes[1].problem == "the reader failed (_UnpicklableError: line 3 column 14)"

    def exhausted(folder: Path, name: str, limits: Limits) -> Document:
        raise MemoryError

    failure = workers._read(exhausted, tmp_path, "letter.txt", Limits())
    assert isinstance(failure, Failure)
    assert failure.problem == "reading it needs more than 1,024 MiB of memory"


SCRIPT = """
import signal
import sys
from pathlib import Path
from documents import Limits
from documents.workers import read_files
from tests.documents import misbehaving
# Whoever started the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
# No guard: a script that reads a corpus need not have one.
list(read_files(Path(sys.argv[1]), sys.argv[2:], Limits(), 2, misbehaving.read))
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_program(tmp_path: Path, end: signal.Signals) -> None:
    names = _files(tmp_path, "hang.txt", "recognise.txt", "later hang.txt")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script), str(tmp_path), *names]
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    ) as program:
        _number(tmp_path / ".recognise.txt.child")
        pids = [tmp_path / f".{name}.pid" for name in ("hang.txt", "recognise.txt")]
        assert all(_number(pid) for pid in pids)
        os.killpg(program.pid, end)  # as a terminal does
        try:
            assert program.wait(20) != 0
        finally:
            program.kill()
    assert all(_ended(pid) for pid in pids)
    if end == signal.SIGINT:
        assert _ended(tmp_path / ".recognise.txt.child")
    else:
        os.kill(_number(tmp_path / ".recognise.txt.child"), signal.SIGKILL)


def test_workers_load_nothing_but_the_readers(tmp_path: Path) -> None:
    code = (
        "import sys, documents.workers;"
        "heavy = {'torch', 'scipy', 'numpy', 'typer', 'pydantic', 'index', 'qa', 'eval'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_outside_a_worker_there_is_no_alarm() -> None:
    deadline.start(0.001)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    signal.setitimer(signal.ITIMER_REAL, 100)
    deadline.lift()
    assert signal.setitimer(signal.ITIMER_REAL, 0)[0] > 0


def _number(path: Path) -> int:
    """The number in a file, as soon as it is there."""
    for _ in range(400):
        if path.exists() and (text := path.read_text()):
            return int(text)
        time.sleep(0.05)
    raise AssertionError(f"{path} does not come")


def _ended(path: Path) -> bool:
    """Whether the process whose number is in a file ends soon."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{_number(path)}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@contextmanager
def _when_there(path: Path, do: Callable[[], None]) -> Iterator[None]:
    """Does something in a thread when a file is there."""
    from threading import Thread

    def wait() -> None:
        _number(path)
        do()

    thread = Thread(target=wait)
    thread.start()
    yield
    thread.join()
