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
        self._known: dict[bytes, NDArray[np.float32]] = {}
        # Looked into one after the other, the last published first, only as far as is needed.
        self._left = kept(data)

    def embed(
        self,
        texts: Sequence[str],
        keys: NDArray[np.uint8],
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """As ``Encoder.encode``, which is called for the texts that are not known; ``keys`` are
        those of the texts, ``progress`` counts what is encoded alone."""
        wanted = [key.tobytes() for key in keys]
        missing = self._missing(wanted)
        while missing and self._left:
            self._add(self._left.pop(0))
            missing = self._missing(wanted)
        vectors = np.empty((len(texts), self._encoder.dimension), dtype=np.float32)
        for at, key in enumerate(wanted):
            if key in self._known:
                vectors[at] = self._known[key]
        if missing:
            vectors[missing] = self._encoder.encode([texts[at] for at in missing], progress)
        return vectors

    def _missing(self, wanted: Sequence[bytes]) -> list[int]:
        return [at for at, key in enumerate(wanted) if key not in self._known]

    def _add(self, folder: Path) -> None:
        try:
            manifest = files.read_manifest(folder)
        except SnapshotError:
            return
        mine = EncoderIdentity(name=self._encoder.name, sha256=self._encoder.sha256)
        if manifest.encoder != mine:
            return
        for keys, vectors in (
            (files.PASSAGE_KEYS, files.PASSAGE_VECTORS),
            (files.SENTENCE_KEYS, files.SENTENCE_VECTORS),
        ):
            if all(files.is_whole(folder / name, manifest) for name in (keys, vectors)):
                held = files.read_vectors(folder / vectors)
                for row, key in enumerate(np.load(folder / keys)):
                    self._known.setdefault(key.tobytes(), held[row])


def keys_of(texts: Sequence[str]) -> NDArray[np.uint8]:
    """What the vectors of texts are kept by: shape (len(texts), 16)."""
    joined = b"".join(map(_key, texts))
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(texts), _KEY_BYTES)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
