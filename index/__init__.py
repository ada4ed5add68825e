"""Documents become searchable here: passages, sentences, vectors, words, one snapshot on disk."""

from index.build import build_snapshot, refresh
from index.encoder import Encoder
from index.lexical import Lexical, content_words
from index.manifest import Manifest
from index.passages import Passage
from index.snapshot import PASSAGE_DTYPE, SENTENCE_DTYPE, Snapshot, open_snapshot

__all__ = [
    "PASSAGE_DTYPE",
    "SENTENCE_DTYPE",
    "Encoder",
    "Lexical",
    "Manifest",
    "Passage",
    "Snapshot",
    "build_snapshot",
    "content_words",
    "open_snapshot",
    "refresh",
]
