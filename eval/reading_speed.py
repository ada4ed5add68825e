"""How fast a corpus is read, and how much memory that takes."""

import logging
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import ParamSpec, TypeVar

from documents import read_corpus
from eval.processes import has_proc, peak_memory, processor_seconds
from eval.wholeness import poppler
from qa.schema import Strict

P = ParamSpec("P")
T = TypeVar("T")

ROUNDS = 5
SIZES = (10, 100, 1000)
_WARM_UP = 2


class Speed(Strict):
    """Reading a corpus, turn by turn with pdftotext over the same PDFs one after another.

    ``ratio`` is the median over the rounds of the time for reading over that for pdftotext in the
    same round, ``low`` and ``high`` the least and the greatest. ``peak_megabytes`` is the most
    that the reading process and its worker processes held together, shared pages counted once;
    it is looked at twenty times a second during a reading that is not timed, so that a shorter
    peak can be missed. It is None where the system has no /proc.
    """

    files: int
    rounds: int
    seconds: float
    pdftotext_seconds: float
    ratio: float
    low: float
    high: float
    peak_megabytes: float | None


class ScalePoint(Strict):
    """What reading so many documents cost: the time that passed, and the processors' time of the
    reading process and its workers, by which the cost per page is counted, because it hardly
    depends on what else the machine does. Without /proc it is the time that passed."""

    documents: int
    pages: int
    seconds: float
    processor_seconds: float
    milliseconds_per_page: float


class Scale(Strict):
    """The cost per page at several sizes of a corpus.

    ``growth`` is the greatest cost per page over the least of a smaller corpus: 1 is flat, less
    than 1 is cheaper the larger the corpus is.
    """

    points: tuple[ScalePoint, ...]
    growth: float


def measure_speed(folder: Path, pdfs: Sequence[str], rounds: int = ROUNDS) -> Speed:
    """Measure reading ``folder``, whose PDFs have these names, in a process of its own.

    Raises ValueError where pdftotext is not installed or there is no PDF.
    """
    if not poppler():
        raise ValueError("pdftotext is not installed (Debian: poppler-utils)")
    if not pdfs:
        raise ValueError(f"{folder}: there is no PDF to compare with pdftotext")
    return _apart(_speed, folder, [folder / name for name in pdfs], rounds)


def measure_scale(files: Sequence[tuple[Path, int]], sizes: Sequence[int] = SIZES) -> Scale:
    """Measure reading copies of PDFs, given with their numbers of pages, in a process of its own.

    The copies differ in a comment behind the end of the file alone, so that each is read by
    itself, and each is found to be the same letter as the others: that is part of the cost.
    Raises ValueError where there is no PDF.
    """
    if not files:
        raise ValueError("there is no PDF to make copies of")
    return _apart(_scale, files, sizes)


def _apart(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Call a function in a fresh process, whose memory is that of reading and nothing else.

    It logs no warnings: the corpus has been read before, and copies are expected to be copies.
    """
    with ProcessPoolExecutor(
        max_workers=1,
        mp_context=get_context("spawn"),
        initializer=logging.disable,
        initargs=(logging.WARNING,),
    ) as pool:
        return pool.submit(function, *arguments, **named).result()


def _speed(folder: Path, pdfs: Sequence[Path], rounds: int) -> Speed:
    with peak_memory() as peak:
        read_corpus(folder)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(_seconds(partial(read_corpus, folder)))
        theirs.append(_seconds(partial(_extract, pdfs)))
    ratios = [our / their for our, their in zip(ours, theirs, strict=True)]
    return Speed(
        files=len(pdfs),
        rounds=rounds,
        seconds=median(ours),
        pdftotext_seconds=median(theirs),
        ratio=median(ratios),
        low=min(ratios),
        high=max(ratios),
        peak_megabytes=max(peak) if peak else None,
    )


def _extract(pdfs: Sequence[Path]) -> None:
    for path in pdfs:
        # A file that it cannot read costs its time as well.
        subprocess.run(["pdftotext", str(path), "-"], check=False, capture_output=True)


def _scale(files: Sequence[tuple[Path, int]], sizes: Sequence[int]) -> Scale:
    points: list[ScalePoint] = []
    for size in (min(_WARM_UP, *sizes), *sizes):
        with tempfile.TemporaryDirectory(prefix="paperknife-scale-") as name:
            pages = _copies(Path(name), files, size)
            before = processor_seconds()
            seconds = _seconds(partial(read_corpus, Path(name)))
            worked = processor_seconds() - before if has_proc() else seconds
        points.append(
            ScalePoint(
                documents=size,
                pages=pages,
                seconds=seconds,
                processor_seconds=worked,
                milliseconds_per_page=worked * 1000 / max(pages, 1),
            )
        )
    del points[0]
    costs = [point.milliseconds_per_page for point in points]
    growths = [cost / min(costs[:place]) for place, cost in enumerate(costs) if place]
    return Scale(points=tuple(points), growth=max(growths, default=1.0))


def _copies(folder: Path, files: Sequence[tuple[Path, int]], size: int) -> int:
    """Write so many copies, evenly of all files; how many pages they have."""
    pages = 0
    for number in range(size):
        place = number * len(files) // size if size < len(files) else number % len(files)
        path, count = files[place]
        comment = b"\n%% copy %d\n" % number
        (folder / f"{number:05}-{path.name}").write_bytes(path.read_bytes() + comment)
        pages += count
    return pages


def _seconds(action: Callable[[], object]) -> float:
    started = perf_counter()
    action()
    return perf_counter() - started
