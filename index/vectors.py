"""Vectors are kept by the text that was embedded and by the encoder: what has not changed since an
earlier snapshot is not embedded again.

They are looked up in the snapshots that the data directory still has, so that nothing outlives a
withdrawn letter, and only in files that are what their manifest says.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from documents import SnapshotError
from index import snapshot as files
from index.encoder import TextEncoder
from index.manifest import EncoderIdentity
from index.store import kept

_KEY_BYTES = 16


class KnownVectors:
    """The vectors of one encoder in the snapshots of a data directory."""

    def __init__(self, data: Path, encoder: TextEncoder) -> None:
        """Those that are there now. A snapshot that another encoder made, or that is damaged,
        counts as not there."""
        self._encoder = encoder
        self._snapshots = kept(data)

    def embed(
        self,
        texts: Sequence[str],
        keys: NDArray[np.uint8],
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """As ``Encoder.encode``, which is called for the texts that are not known; ``keys`` are
        those of the texts, ``progress`` counts what is encoded alone."""
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        missing: dict[bytes, list[int]] = {}
        for at, key in enumerate(keys):
            missing.setdefault(key.tobytes(), []).append(at)
        # One file after the other, the last published first, only as far as is needed: all of them
        # together would be held beside what is in service.
        for folder in self._snapshots:
            if missing:
                self._copy(folder, missing, vectors)
        if missing:
            left = sorted(at for places in missing.values() for at in places)
            vectors[left] = self._encoder.encode([texts[at] for at in left], progress)
        return vectors

    def _copy(
        self, folder: Path, missing: dict[bytes, list[int]], vectors: NDArray[np.float32]
    ) -> None:
        """Copies what a snapshot has of what is ``missing``, and takes it out of there."""
        try:
            manifest = files.read_manifest(folder)
        except SnapshotError:
            return
        mine = EncoderIdentity(name=self._encoder.name, sha256=self._encoder.sha256)
        if manifest.encoder != mine:
            return
        for keys, held in (
            (files.PASSAGE_KEYS, files.PASSAGE_VECTORS),
            (files.SENTENCE_KEYS, files.SENTENCE_VECTORS),
        ):
            if not files.is_whole(folder / keys, manifest):
                continue
            there = {key.tobytes(): row for row, key in enumerate(np.load(folder / keys))}
            found = [key for key in missing if key in there]
            if found and files.is_whole(folder / held, manifest):
                pairs = [(there[key], at) for key in found for at in missing.pop(key)]
                rows, places = np.array(pairs).T
                for first, block in files.vector_blocks(folder / held):
                    here = (rows >= first) & (rows < first + len(block))
                    vectors[places[here]] = block[rows[here] - first]


def keys_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    """What the vectors of texts are kept by: shape (len(texts), 16)."""
    joined = b"".join(map(_key, texts))
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(texts), _KEY_BYTES)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
