import subprocess
import sys
from pathlib import Path

import pytest

from eval import processes
from eval.processes import peak_memory, processor_seconds

HOLD = "import sys; held = bytearray(60_000_000); print('held', flush=True); sys.stdin.read()"


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(),
    reason="the system does not say what processes hold",
)
def test_the_peak_is_that_of_the_process_and_all_below_it() -> None:
    with peak_memory() as before, subprocess.Popen(["sleep", "0.3"]) as child:
        child.wait()
    # What holds the memory is the child of a child.
    program = [sys.executable, "-c", HOLD]
    nested = [sys.executable, "-c", f"import subprocess, sys; subprocess.run({program!r})"]
    with peak_memory() as samples:
        process = subprocess.Popen(nested, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        while len(samples) < 10:
            subprocess.run(["sleep", "0.1"], check=True)
        process.communicate()
    assert max(samples) > max(before) + 60
    assert process.pid not in processes._stats()


def test_processes_that_have_ended_hold_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, parent in ((7, 1), (8, 7), (9, 8), (10, 1)):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "stat").write_text(f"{number} (a) b) S {parent} 0 0")
    (tmp_path / "11").mkdir()  # ended while it was looked at
    (tmp_path / "meminfo").write_text("")
    (tmp_path / "8" / "smaps_rollup").write_text("55-56 ---p\nRss: 900 kB\nPss: 500 kB\n")
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert processes._family(7, processes._stats()) == {7, 8, 9}
    assert processes._megabytes({7, 8, 11}) == 0.512


def test_where_there_is_no_proc_the_peak_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    with peak_memory() as samples:
        pass
    assert samples == []
    assert not processes.has_proc()
    assert processor_seconds() == 0


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system does not say what processes do")
def test_the_work_of_children_that_have_ended_counts() -> None:
    before = processor_seconds()
    subprocess.run([sys.executable, "-c", "sum(range(20_000_000))"], check=True)
    assert processor_seconds() > before + 0.05
