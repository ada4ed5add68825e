"""Documents become searchable here: passages, sentences, vectors, words, one snapshot on disk."""

from index.build import MadeBy, build_snapshot
from index.changes import Changes
from index.encoder import Encoder, LateEncoder, TextEncoder
from index.fallback import open_sound
from index.lexical import Lexical, content_words
from index.manifest import Manifest
from index.passages import Passage
from index.refreshing import Choices, Refreshed, planned, refresh, roll_back
from index.reports import (
    ChangedFile,
    FailedFile,
    RefreshReport,
    RefreshStatus,
    Reports,
    new_report,
)
from index.snapshot import PASSAGE_DTYPE, SENTENCE_DTYPE, Snapshot, open_snapshot
from index.store import current

__all__ = [
    "PASSAGE_DTYPE",
    "SENTENCE_DTYPE",
    "ChangedFile",
    "Changes",
    "Choices",
    "Encoder",
    "FailedFile",
    "LateEncoder",
    "Lexical",
    "MadeBy",
    "Manifest",
    "Passage",
    "RefreshReport",
    "RefreshStatus",
    "Refreshed",
    "Reports",
    "Snapshot",
    "TextEncoder",
    "build_snapshot",
    "content_words",
    "current",
    "new_report",
    "open_snapshot",
    "open_sound",
    "planned",
    "refresh",
    "roll_back",
]
