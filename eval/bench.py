"""The performance figures: indexing and asking, measured in one run on one machine."""

import platform
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.table import Table

from eval.asking import Asking, measure_asking
from eval.indexing import Indexing, measure_indexing
from qa.schema import Strict
from qa.settings import Settings

Progress = Callable[[str, int, int], None]


class Bench(Strict):
    """Both measurements, and the machine they were made on."""

    machine: str
    indexing: Indexing
    asking: Asking


def bench(
    corpus: Path,
    questions: Sequence[str],
    progress: Progress | None = None,
    keep: Path | None = None,
) -> Bench:
    """Measure indexing ``corpus`` and answering ``questions`` (at least one).

    The snapshot goes to the empty or missing folder ``keep``, or else is taken away again.
    Raises CorpusError and EncoderError.
    """
    with tempfile.TemporaryDirectory(prefix="paperknife-bench-") as data:
        settings = Settings(corpus=corpus, data=keep or Path(data))
        if progress:
            progress("indexing", 0, 1)
        # A process of its own, so that its peak of memory is that of a refresh and nothing else.
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            indexing = pool.submit(measure_indexing, settings).result()
        if progress:
            progress("indexing", 1, 1)
        asking = measure_asking(
            settings, questions, partial(progress, "asking") if progress else None
        )
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    return Bench(machine=machine, indexing=indexing, asking=asking)


def table(measured: Bench) -> Table:
    """The measurements for people."""
    shown = Table(title=measured.machine)
    shown.add_column("")
    for column in ("Paperknife", "bare encoder", "ratio"):
        shown.add_column(column, justify="right")
    indexing, asking = measured.indexing, measured.asking
    shown.add_row(
        f"indexing {indexing.documents} documents, seconds",
        f"{indexing.seconds:.1f}",
        f"{indexing.bare_seconds:.1f}",
        f"{indexing.ratio:.2f}",
    )
    shown.add_row(
        "passages a second",
        f"{indexing.passages_per_second:.1f}",
        f"{indexing.bare_passages_per_second:.1f}",
    )
    shown.add_row("peak memory while indexing, MiB", f"{indexing.peak_mebibytes:.0f}")
    shown.add_row(
        f"asking {asking.questions} questions, p50 ms",
        f"{asking.p50_ms:.1f}",
        f"{asking.bare_p50_ms:.1f}",
        f"{asking.ratio:.2f}",
    )
    shown.add_row("p95 ms", f"{asking.p95_ms:.1f}")
    return shown
