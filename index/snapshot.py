"""A snapshot: one immutable, complete and checked state of the index of a corpus."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, TypeAdapter

from documents import (
    Corpus,
    Document,
    Failure,
    SnapshotDamaged,
    SnapshotError,
    SnapshotMismatch,
    UnknownDocument,
)
from documents.disk import hash_of
from documents.errors import one_line
from index.encoder import TextEncoder
from index.lexical import Lexical
from index.manifest import LAYOUT, EncoderIdentity, Manifest
from index.store import current, path_of

_BLOCK = 4096  # vectors
PASSAGE_DTYPE = np.dtype(
    [(name, np.int32) for name in ("document", "section", "start", "end", "first", "last")]
)
SENTENCE_DTYPE = np.dtype(
    [(name, np.int32) for name in ("document", "passage", "index", "start", "end")]
)

DOCUMENT_JSON = TypeAdapter(Document)
FAILURE_JSON = TypeAdapter(Failure)

# The names of a snapshot's files and folders.
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
DOCUMENTS = "documents.jsonl"
FAILURES = "failures.jsonl"
COPIES = "copies.jsonl"
PASSAGES = "passages.npy"
SENTENCES = "sentences.npy"
PASSAGE_VECTORS = "passages.faiss"
PASSAGE_KEYS = "passage-keys.npy"
SENTENCE_VECTORS = "sentence-vectors.npy"
SENTENCE_KEYS = "sentence-keys.npy"
PASSAGE_LEXICAL = "passage-words"
SENTENCE_LEXICAL = "sentence-words"

_MENDED = "`paperknife refresh` mends it"


@dataclass(frozen=True)
class Snapshot:
    """What a question is answered from. Nothing of it changes, so threads may share it.

    ``documents`` are ordered by id. ``passages`` has PASSAGE_DTYPE: the document's position,
    the section, the span, and the half-open range ``first`` to ``last`` of rows in
    ``sentences``. ``sentences`` has SENTENCE_DTYPE: the document's position, the passage's row,
    the position in ``document.sentences``, the span. Vectors have unit length, so their inner
    product is the cosine: ``passage_vectors`` searches it, ``sentence_vectors`` is a matrix
    of shape (sentences, 384). Rows of the lexical indices are the same rows.
    """

    manifest: Manifest
    documents: tuple[Document, ...]
    failures: tuple[Failure, ...]
    passages: NDArray[np.void]
    sentences: NDArray[np.void]
    passage_vectors: faiss.Index
    sentence_vectors: NDArray[np.float32]
    passage_lexical: Lexical
    sentence_lexical: Lexical

    def document(self, document_id: str) -> Document:
        """The document with this id. Raises UnknownDocument."""
        try:
            return self._by_id[document_id]
        except KeyError:
            raise UnknownDocument(document_id) from None

    @cached_property
    def _by_id(self) -> dict[str, Document]:
        return {document.id: document for document in self.documents}


def open_snapshot(data: Path, encoder: TextEncoder, answering: Mapping[str, JsonValue]) -> Snapshot:
    """The snapshot in service, once all of it has been checked.

    Raises SnapshotMissing if there is none, SnapshotMismatch if another layout, encoder or
    answering recipe made it, SnapshotDamaged if a file is not what its manifest says.
    """
    snapshot_id = current(data)
    folder = path_of(data, snapshot_id)
    if not folder.is_dir():
        raise SnapshotDamaged(f"{folder}: missing, though CURRENT names it; {_MENDED}")
    return open_folder(folder, encoder, answering)


def open_folder(folder: Path, encoder: TextEncoder, answering: Mapping[str, JsonValue]) -> Snapshot:
    """As ``open_snapshot``, for the snapshot in ``folder`` whether it is in service or not."""
    manifest = read_manifest(folder)
    check_made_by(manifest, encoder, answering)
    return _opened(folder, manifest)


def open_whole(folder: Path) -> Snapshot:
    """As ``open_folder``, whichever encoder and recipe made it."""
    return _opened(folder, read_manifest(folder))


def _opened(folder: Path, manifest: Manifest) -> Snapshot:
    for problem in damaged_files(folder, manifest):
        raise SnapshotDamaged(f"{problem}; {_MENDED}")
    try:
        snapshot = _load(folder, manifest)
    except (OSError, RuntimeError) as problem:  # the latter is how faiss says it
        # A refresh may remove one that is not in service any more while it is opened.
        what = one_line(str(problem))
        raise SnapshotDamaged(f"{folder}: cannot be read ({what}); {_MENDED}") from problem
    _check_counts(folder, snapshot)
    return snapshot


def _load(folder: Path, manifest: Manifest) -> Snapshot:
    return Snapshot(
        manifest=manifest,
        documents=tuple(map(DOCUMENT_JSON.validate_json, _lines(folder / DOCUMENTS))),
        failures=tuple(map(FAILURE_JSON.validate_json, _lines(folder / FAILURES))),
        passages=_rows(folder / PASSAGES),
        sentences=_rows(folder / SENTENCES),
        passage_vectors=faiss.read_index(str(folder / PASSAGE_VECTORS)),
        sentence_vectors=read_vectors(folder / SENTENCE_VECTORS),
        passage_lexical=Lexical.load(folder / PASSAGE_LEXICAL),
        sentence_lexical=Lexical.load(folder / SENTENCE_LEXICAL),
    )


def damaged_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    """A line for each file of a snapshot that is not there, or not as it was written."""
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            if hash_of(path) != expected:
                yield f"{path}: is not what its manifest says"
        except FileNotFoundError:
            yield f"{path}: missing"
        except OSError as problem:
            yield f"{path}: cannot be read ({problem.strerror})"


def is_whole(path: Path, manifest: Manifest) -> bool:
    """Whether a file of a snapshot can be read and is as it was written."""
    try:
        return hash_of(path) == manifest.files.get(path.name)
    except OSError:
        return False


def read_corpus_of(folder: Path, held: Snapshot | None = None) -> Corpus | None:
    """The corpus that a snapshot was made of, with the documents of its copies; None where that is
    not whole, or of another layout. Where it is the one that is ``held``, the documents are those
    of that one, and take no more memory."""
    try:
        manifest = read_manifest(folder)
    except SnapshotError:
        return None
    here = held if held is not None and held.manifest == manifest else None
    names = (COPIES,) if here else (DOCUMENTS, FAILURES, COPIES)
    if not all(is_whole(folder / name, manifest) for name in names):
        return None
    copies = tuple(map(DOCUMENT_JSON.validate_json, _lines(folder / COPIES)))
    if here:
        return Corpus(here.documents, here.failures, copies)
    return Corpus(
        tuple(map(DOCUMENT_JSON.validate_json, _lines(folder / DOCUMENTS))),
        tuple(map(FAILURE_JSON.validate_json, _lines(folder / FAILURES))),
        copies,
    )


def read_vectors(path: Path) -> NDArray[np.float32]:
    """All vectors of a snapshot's file of passages or of sentences, one a row."""
    if path.suffix == ".npy":
        # Not mapped: a file that is cut off, or removed by another host, would end the process.
        matrix: NDArray[np.float32] = np.load(path)
        matrix.flags.writeable = False
        return matrix
    index = faiss.read_index(str(path))
    found: NDArray[np.float32] = index.reconstruct_n(0, index.ntotal)
    return found


def vector_blocks(path: Path) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """As ``read_vectors``, some thousands at a time, each block with the number of its first row:
    beside a snapshot that is in service, a second one of all vectors is much."""
    if path.suffix != ".npy":
        yield 0, read_vectors(path)
        return
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        (rows, width), _, dtype = np.lib.format.read_array_header_1_0(file)
        for first in range(0, rows, _BLOCK):
            block = np.fromfile(file, dtype, min(_BLOCK, rows - first) * width)
            yield first, block.reshape(-1, width)


def read_manifest(folder: Path) -> Manifest:
    """What a snapshot's manifest says. Raises SnapshotDamaged if it is not as it was written,
    SnapshotMismatch if another layout is."""
    path = folder / MANIFEST
    try:
        content = path.read_text(encoding="utf-8")
        expected = (folder / MANIFEST_HASH).read_text(encoding="ascii").split()
        if expected != [hash_of(path), MANIFEST]:
            raise SnapshotDamaged(f"{path}: is not what {MANIFEST_HASH} says; {_MENDED}")
        held = json.loads(content)
        # Before the rest is looked at: another layout may have other fields.
        if held["layout"] != LAYOUT:
            raise SnapshotMismatch(
                f"{path}: layout {held['layout']}, but this version reads {LAYOUT};"
                " `paperknife refresh` makes it anew"
            )
        return Manifest.model_validate(held)
    except FileNotFoundError as missing:
        raise SnapshotDamaged(f"{missing.filename}: missing; {_MENDED}") from missing
    except OSError as problem:
        what = f"{problem.filename or path}: cannot be read ({problem.strerror})"
        raise SnapshotDamaged(f"{what}; {_MENDED}") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise SnapshotDamaged(f"{path}: cannot be understood; {_MENDED}") from problem


def check_made_by(
    manifest: Manifest, encoder: TextEncoder, answering: Mapping[str, JsonValue]
) -> None:
    """Raises SnapshotMismatch, naming what differs, if another encoder or recipe made it."""
    differing = [
        f"answering.{name}"
        for name in sorted(manifest.answering.keys() | answering.keys())
        if manifest.answering.get(name) != answering.get(name)
    ]
    if manifest.encoder != EncoderIdentity(name=encoder.name, sha256=encoder.sha256):
        differing.insert(0, "encoder")
    if differing:
        raise SnapshotMismatch(
            f"snapshot {manifest.id}: made by another configuration ({', '.join(differing)});"
            " `paperknife refresh` makes it anew"
        )


def _check_counts(folder: Path, snapshot: Snapshot) -> None:
    counts = snapshot.manifest.counts
    for name, found, expected in (
        (DOCUMENTS, len(snapshot.documents), counts.documents),
        (FAILURES, len(snapshot.failures), counts.failures),
        (PASSAGES, len(snapshot.passages), counts.passages),
        (PASSAGE_VECTORS, snapshot.passage_vectors.ntotal, counts.passages),
        (PASSAGE_LEXICAL, len(snapshot.passage_lexical), counts.passages),
        (SENTENCES, len(snapshot.sentences), counts.sentences),
        (SENTENCE_VECTORS, len(snapshot.sentence_vectors), counts.sentences),
        (SENTENCE_LEXICAL, len(snapshot.sentence_lexical), counts.sentences),
    ):
        if found != expected:
            raise SnapshotDamaged(
                f"{folder / name}: {found} rows, but its manifest says {expected}; {_MENDED}"
            )


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _rows(path: Path) -> NDArray[np.void]:
    rows: NDArray[np.void] = np.load(path)
    rows.flags.writeable = False
    return rows
