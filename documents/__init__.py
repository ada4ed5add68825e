"""Letters are read, cleaned, understood and given their structure here: file to Document."""

from documents.canonical import page_at
from documents.corpus import read_corpus, scan_corpus
from documents.errors import (
    CorpusError,
    EncoderError,
    PaperknifeError,
    QuestionSetError,
    RefreshRunning,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMismatch,
    SnapshotMissing,
    UnknownDocument,
    UnknownRefresh,
    UnreadableDocument,
)
from documents.files import content_hash
from documents.known import Known, reading_fingerprint
from documents.limits import Limits
from documents.metadata.dates import MONTHS
from documents.model import (
    KINDS,
    Block,
    Corpus,
    Document,
    DocumentKind,
    Failure,
    Furniture,
    Judgement,
    Metadata,
    Page,
    ReadFrom,
    Section,
    Sentence,
    Visited,
)

__all__ = [
    "KINDS",
    "MONTHS",
    "Block",
    "Corpus",
    "CorpusError",
    "Document",
    "DocumentKind",
    "EncoderError",
    "Failure",
    "Furniture",
    "Judgement",
    "Known",
    "Limits",
    "Metadata",
    "Page",
    "PaperknifeError",
    "QuestionSetError",
    "ReadFrom",
    "RefreshRunning",
    "Section",
    "Sentence",
    "SnapshotDamaged",
    "SnapshotError",
    "SnapshotMismatch",
    "SnapshotMissing",
    "UnknownDocument",
    "UnknownRefresh",
    "UnreadableDocument",
    "Visited",
    "content_hash",
    "page_at",
    "read_corpus",
    "reading_fingerprint",
    "scan_corpus",
]
