"""What this process and all that it started hold and do, where the system has /proc."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

_PROC = Path("/proc")
_EVERY = 0.05  # seconds between two looks at the memory


@contextmanager
def peak_memory(process: int | None = None) -> Iterator[list[float]]:
    """A list that fills with the megabytes that a process, by default this one, and all below it
    hold; empty where the system has no /proc."""
    samples: list[float] = []
    done = Event()

    def watch() -> None:
        # Once in any case: what is watched may be over before the first pause is.
        while True:
            samples.append(_megabytes(_family(process or os.getpid(), _stats())))
            if done.wait(_EVERY):
                return

    thread = Thread(target=watch)
    if has_proc():
        thread.start()
    try:
        yield samples
    finally:
        done.set()
        if thread.ident is not None:
            thread.join()


def has_proc() -> bool:
    """Whether the system says what processes hold and how long they have worked."""
    return (_PROC / "self" / "smaps_rollup").exists()


def _stats() -> dict[int, list[str]]:
    """Of each process what its "stat" says from the state on, which is the third value."""
    found: dict[int, list[str]] = {}
    for entry in _PROC.glob("[0-9]*"):
        try:
            # "pid (name) state parent …"; the name may hold anything, brackets as well.
            stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        found[int(entry.name)] = stat.rpartition(")")[2].split()
    return found


def _family(root: int, stats: Mapping[int, Sequence[str]]) -> set[int]:
    """A process and all that it started, and those started."""
    family = {root}
    while found := {p for p, stat in stats.items() if int(stat[1]) in family} - family:
        family |= found
    return family


def processor_seconds() -> float:
    """How long this process and all below it have worked, those that have ended among them."""
    stats = _stats()
    if not stats:
        return 0.0
    family = _family(os.getpid(), stats)
    # utime, stime, and both of the children that have been waited for.
    ticks = sum(int(value) for process in family for value in stats[process][11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _megabytes(processes: set[int]) -> float:
    """What processes hold together; a page that several share counts once (Pss)."""
    kibibytes = 0
    for process in processes:
        try:
            lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:  # it has ended meanwhile
            continue
        kibibytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kibibytes * 1024 / 1e6
