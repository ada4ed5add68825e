"""A corpus becomes a snapshot: cut, encoded, written beside the old one, checked, switched at
once."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, TypeAdapter

from documents import Corpus, PaperknifeError, SnapshotError
from documents.disk import hash_of
from index import snapshot as files
from index.encoder import TextEncoder
from index.lexical import Lexical
from index.manifest import LAYOUT, Counts, EncoderIdentity, Manifest, snapshot_id
from index.rows import Rows, rows_of
from index.selftest import check_snapshot
from index.snapshot import Snapshot, open_folder
from index.store import KEPT, keep, new_folder, path_of, publish, writing
from index.vectors import KnownVectors, keys_of

Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")
# What a snapshot takes of the disk: for each row its vector, its key and its words (measured, and
# rounded up), for each byte of the documents' JSON its own, and what is small.
_ROW_BYTES = 1_800
SPARE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What makes a snapshot: the encoder, the recipe of the question's side that is recorded with
    it, and the fingerprint of what read the letters."""

    encoder: TextEncoder
    answering: Mapping[str, JsonValue]
    reading: str = ""


def build_snapshot(
    corpus: Corpus,
    data: Path,
    encoder: TextEncoder,
    answering: Mapping[str, JsonValue],
    progress: Progress | None = None,
) -> Snapshot:
    """Puts the snapshot of a corpus that has been read into service in the data directory.

    Until that moment the old snapshot serves, whatever goes wrong. Raises RefreshRunning if a
    refresh is at it, SnapshotError if the directory cannot be written.
    """
    made_by = MadeBy(encoder, answering)
    with writing(data):
        snapshot = build(corpus, data, made_by, progress)
        put_into_service(data, snapshot)
        return snapshot


def build(
    corpus: Corpus, data: Path, made_by: MadeBy, progress: Progress | None = None
) -> Snapshot:
    """The snapshot of a corpus, complete, checked and durable beside the one in service; for
    whoever is ``writing``. One of the same documents that is still there, and whole, is that."""
    identity = EncoderIdentity(name=made_by.encoder.name, sha256=made_by.encoder.sha256)
    documents = sorted(corpus.documents, key=lambda document: document.id)
    failures = sorted(corpus.failures, key=lambda failure: (failure.id, failure.file))
    copies = sorted(corpus.copies, key=lambda document: document.file)
    texts = {
        files.DOCUMENTS: _json_lines(files.DOCUMENT_JSON, documents),
        files.FAILURES: _json_lines(files.FAILURE_JSON, failures),
        files.COPIES: _json_lines(files.DOCUMENT_JSON, copies),
    }
    name = snapshot_id(identity, made_by.answering, made_by.reading, texts.values())
    folder = path_of(data, name)
    if (before := _kept_before(folder, made_by)) is not None:
        return before
    temporary: Path | None = None
    try:
        rows = rows_of(documents)
        _check_room(data, rows, texts.values())
        temporary = new_folder(data)
        for file, content in texts.items():
            (temporary / file).write_bytes(content)
        _write_index(rows, temporary, KnownVectors(data, made_by.encoder), progress)
        manifest = Manifest(
            id=name,
            created=datetime.now(UTC),
            layout=LAYOUT,
            encoder=identity,
            answering=dict(made_by.answering),
            reading=made_by.reading,
            counts=Counts(
                documents=len(documents),
                failures=len(failures),
                passages=len(rows.passages),
                sentences=len(rows.sentences),
            ),
            files=_hashes(temporary),
        )
        _write_manifest(manifest, temporary)
        # Read again from the disk, as a server will, and tried before it has its name.
        snapshot = open_folder(temporary, made_by.encoder, made_by.answering)
        check_snapshot(snapshot)
        keep(data, temporary, name)
    except (OSError, PaperknifeError) as problem:
        # The room that it took is given back at once: a full disk stays full otherwise.
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        if isinstance(problem, OSError):
            # NumPy's own say in their text alone what the disk refused.
            what = problem.strerror or problem
            raise SnapshotError(f"{data}: cannot be written ({what})") from problem
        raise
    return snapshot


def put_into_service(data: Path, snapshot: Snapshot, keep: int = KEPT) -> None:
    """Publishes a snapshot that was built, and removes all but the last ``keep``."""
    try:
        publish(data, snapshot.manifest.id, keep)
    except OSError as problem:
        raise SnapshotError(f"{data}: cannot be written ({problem.strerror})") from problem


def _kept_before(folder: Path, made_by: MadeBy) -> Snapshot | None:
    """The snapshot, if the same corpus was built before and it is still as it was."""
    if not folder.is_dir():
        return None
    try:
        return open_folder(folder, made_by.encoder, made_by.answering)
    except SnapshotError:
        return None


def _check_room(data: Path, rows: Rows, texts: Iterable[bytes]) -> None:
    """Raises SnapshotError where the disk has no room for the snapshot."""
    held = sum(map(len, texts))
    needed = (len(rows.passages) + len(rows.sentences)) * _ROW_BYTES + held + SPARE_BYTES
    free = shutil.disk_usage(data).free
    if free < needed:
        raise SnapshotError(
            f"{data}: no room for a new snapshot: it takes about {needed / 1e6:,.0f} MB, and"
            f" {free / 1e6:,.0f} MB are free"
        )


def _write_index(rows: Rows, folder: Path, known: KnownVectors, progress: Progress | None) -> None:
    """Writes passages, sentences, their vectors and words."""
    np.save(folder / files.PASSAGES, rows.passages)
    np.save(folder / files.SENTENCES, rows.sentences)
    keys = keys_of(rows.passage_texts)
    np.save(folder / files.PASSAGE_KEYS, keys)
    told = progress and partial(progress, "embedding passages")
    _write_faiss(known.embed(rows.passage_texts, keys, told), folder / files.PASSAGE_VECTORS)
    keys = keys_of(rows.sentence_texts)
    np.save(folder / files.SENTENCE_KEYS, keys)
    told = progress and partial(progress, "embedding sentences")
    np.save(folder / files.SENTENCE_VECTORS, known.embed(rows.sentence_texts, keys, told))
    for done, (name, texts) in enumerate(
        (
            (files.PASSAGE_LEXICAL, rows.passage_texts),
            (files.SENTENCE_LEXICAL, rows.sentence_texts),
        ),
        1,
    ):
        Lexical.build(texts).save(folder / name)
        if progress is not None:
            progress("indexing words", done, 2)


def _write_faiss(vectors: NDArray[np.float32], path: Path) -> None:
    # Exact search: at ten thousands of passages it takes a few milliseconds and misses nothing.
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))


def _json_lines(adapter: TypeAdapter[_T], items: Sequence[_T]) -> bytes:
    return b"".join(adapter.dump_json(item) + b"\n" for item in items)


def _hashes(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hash_of(path) for path in paths}


def _write_manifest(manifest: Manifest, folder: Path) -> None:
    path = folder / files.MANIFEST
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    # In the form that `sha256sum --check` reads.
    line = f"{hash_of(path)}  {files.MANIFEST}\n"
    (folder / files.MANIFEST_HASH).write_text(line, encoding="ascii")
