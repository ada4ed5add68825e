"""A corpus becomes a snapshot: cut, encoded, written beside the old one, switched at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue, TypeAdapter

from documents import Corpus, Document, Limits, SnapshotError, read_corpus
from index import snapshot as files
from index.encoder import Encoder
from index.lexical import Lexical
from index.manifest import LAYOUT, Counts, EncoderIdentity, Manifest, snapshot_id
from index.rows import rows_of
from index.snapshot import Snapshot, open_folder
from index.store import hash_of, keep, new_folder, path_of, publish, writing
from index.vectors import KnownVectors, keys_of

Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")


def refresh(
    corpus: Path,
    data: Path,
    encoder: Encoder,
    answering: Mapping[str, JsonValue],
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Snapshot:
    """Reads the corpus folder and puts its snapshot into service in the data directory.

    Until that moment the old snapshot serves, whatever goes wrong. Raises CorpusError,
    RefreshRunning if another one is at it, SnapshotError if the directory cannot be written.
    ``progress`` is called with the stage ("reading", "embedding passages", "embedding
    sentences", "indexing words"), what is done of it and how much there is. ``limits`` bound
    what one file may cost to be read.
    """
    with writing(data):
        read = read_corpus(corpus, progress and partial(progress, "reading"), limits)
        return _build(read, data, encoder, answering, progress)


def build_snapshot(
    corpus: Corpus,
    data: Path,
    encoder: Encoder,
    answering: Mapping[str, JsonValue],
    progress: Progress | None = None,
) -> Snapshot:
    """As ``refresh``, of a corpus that has been read."""
    with writing(data):
        return _build(corpus, data, encoder, answering, progress)


def _build(
    corpus: Corpus,
    data: Path,
    encoder: Encoder,
    answering: Mapping[str, JsonValue],
    progress: Progress | None,
) -> Snapshot:
    made_by = EncoderIdentity(name=encoder.name, sha256=encoder.sha256)
    documents = sorted(corpus.documents, key=lambda document: document.id)
    failures = sorted(corpus.failures, key=lambda failure: (failure.id, failure.file))
    texts = {
        files.DOCUMENTS: _json_lines(files.DOCUMENT_JSON, documents),
        files.FAILURES: _json_lines(files.FAILURE_JSON, failures),
    }
    identity = snapshot_id(made_by, answering, texts.values())
    folder = path_of(data, identity)
    try:
        snapshot = _kept_before(folder, encoder, answering)
        if snapshot is None:
            temporary = new_folder(data)
            for name, content in texts.items():
                (temporary / name).write_bytes(content)
            known = KnownVectors(data, encoder)
            passages, sentences = _write_index(documents, temporary, known, progress)
            manifest = Manifest(
                id=identity,
                created=datetime.now(UTC),
                layout=LAYOUT,
                encoder=made_by,
                answering=dict(answering),
                counts=Counts(
                    documents=len(documents),
                    failures=len(failures),
                    passages=passages,
                    sentences=sentences,
                ),
                files=_hashes(temporary),
            )
            _write_manifest(manifest, temporary)
            keep(data, temporary, identity)
            snapshot = open_folder(folder, encoder, answering)
        publish(data, identity)
    except OSError as problem:
        raise SnapshotError(f"{data}: cannot be written ({problem.strerror})") from problem
    return snapshot


def _kept_before(
    folder: Path, encoder: Encoder, answering: Mapping[str, JsonValue]
) -> Snapshot | None:
    """The snapshot, if the same corpus was built before and it is still as it was."""
    if not folder.is_dir():
        return None
    try:
        return open_folder(folder, encoder, answering)
    except SnapshotError:
        return None


def _write_index(
    documents: Sequence[Document], folder: Path, known: KnownVectors, progress: Progress | None
) -> tuple[int, int]:
    """Writes passages, sentences, their vectors and words; the numbers of both."""
    rows = rows_of(documents)
    np.save(folder / files.PASSAGES, rows.passages)
    np.save(folder / files.SENTENCES, rows.sentences)
    np.save(folder / files.PASSAGE_KEYS, keys_of(rows.passage_texts))
    np.save(folder / files.SENTENCE_KEYS, keys_of(rows.sentence_texts))
    vectors = known.embed(rows.passage_texts, progress and partial(progress, "embedding passages"))
    _write_faiss(vectors, folder / files.PASSAGE_VECTORS)
    vectors = known.embed(
        rows.sentence_texts, progress and partial(progress, "embedding sentences")
    )
    np.save(folder / files.SENTENCE_VECTORS, vectors)
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
    return len(rows.passages), len(rows.sentences)


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
