"""How fast a corpus is indexed, beside the bare encoder on the same texts."""

import resource
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eval.bare import bare_encoder, milliseconds
from index import Encoder
from index.encoder import BASE
from index.tuned import WeightsIdentity
from qa.schema import Strict
from qa.service import Service
from qa.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH_SIZES = (16, 32, 64)
_SAMPLE = 192


class Indexing(Strict):
    """A refresh of the whole corpus into an empty data directory, in a process of its own.

    ``seconds`` is the time from the folder of files to the snapshot in service, ``bare_seconds``
    that of the bare encoder for the same distinct texts at the best of three batch sizes;
    ``ratio`` is its time over ours (1: as fast as the encoder alone). ``peak_mebibytes`` is the
    most memory that the process held until the refresh was done.
    """

    documents: int
    passages: int
    sentences: int
    texts: int
    seconds: float
    encoding_seconds: float
    bare_seconds: float
    bare_batch_size: int
    passages_per_second: float
    bare_passages_per_second: float
    ratio: float
    peak_mebibytes: float


def measure_indexing(settings: Settings) -> Indexing:
    """Measure one refresh, and the bare encoder right after it on the same texts."""
    encoder = _Recorder.load()
    service = Service(settings, encoder)
    started = perf_counter()
    snapshot = service.refresh().snapshot
    seconds = perf_counter() - started
    peak = _peak_mebibytes()

    texts = list(encoder.texts)
    bare = bare_encoder()
    size = _best_batch_size(bare, texts)
    started = perf_counter()
    bare.encode(texts, batch_size=size, show_progress_bar=False)
    bare_seconds = perf_counter() - started
    passages = len(snapshot.passages)
    return Indexing(
        documents=len(snapshot.documents),
        passages=passages,
        sentences=len(snapshot.sentences),
        texts=len(texts),
        seconds=seconds,
        encoding_seconds=encoder.seconds,
        bare_seconds=bare_seconds,
        bare_batch_size=size,
        passages_per_second=passages / seconds,
        bare_passages_per_second=passages / bare_seconds,
        ratio=bare_seconds / seconds,
        peak_mebibytes=peak,
    )


class _Recorder(Encoder):
    """The encoder, which keeps the distinct texts that it was given and the time it took."""

    texts: dict[str, None]
    seconds: float

    def __init__(self, model: "SentenceTransformer", weights: WeightsIdentity = BASE) -> None:
        super().__init__(model, weights)
        self.texts = {}
        self.seconds = 0.0

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        started = perf_counter()
        vectors = super().encode(texts, progress)
        self.seconds += perf_counter() - started
        self.texts.update(dict.fromkeys(texts))
        return vectors


def _best_batch_size(bare: "SentenceTransformer", texts: Sequence[str]) -> int:
    sample = texts[:: max(1, len(texts) // _SAMPLE)]
    bare.encode(sample[:1], show_progress_bar=False)

    def seconds(size: int) -> float:
        return milliseconds(lambda: bare.encode(sample, batch_size=size, show_progress_bar=False))

    return min(_BATCH_SIZES, key=seconds)


def _peak_mebibytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024
