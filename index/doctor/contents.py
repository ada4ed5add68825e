"""The checks of one snapshot's contents: of its documents, its rows and its vectors."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from documents import Corpus, Document, SnapshotDamaged
from index import snapshot as files
from index.doctor.checks import Check, judged, well, wrong
from index.encoder import TextEncoder
from index.rows import Rows, rows_of
from index.selftest import check_snapshot, sample
from index.snapshot import Snapshot
from index.vectors import keys_of

# Its files are as they were written, so that a refresh would take it for sound.
_ANEW = "`paperknife refresh` makes it anew once the snapshot's folder is removed"
_UNIT = 1e-4  # of a vector's length: what rounding leaves
_EQUAL = 1e-5  # of a number in a vector: what another batch leaves
_EMBEDDED = 64  # texts of passages, and as many of sentences, that are embedded again


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def check_contents(
    snapshot: Snapshot, folder: Path, encoder: TextEncoder | None
) -> Iterator[Check]:
    """Every invariant of a snapshot that is what its manifest says, in ``folder``. With an encoder,
    some of its texts are embedded again."""
    documents = snapshot.documents
    # First, since a refresh may remove the folder; what was opened of it stays.
    corpus = files.read_corpus_of(folder)
    keys = [np.load(folder / file) for file in (files.PASSAGE_KEYS, files.SENTENCE_KEYS)]
    yield _check_ids(snapshot, corpus)
    outside = [f"{d.id}: {fault}" for d in documents for fault in _spans_outside(d)]
    yield judged(
        "spans",
        f"every span of {len(documents):,} documents lies in its text",
        f"spans lie outside of their text; {_ANEW}",
        outside,
    )
    turned = [f"{d.id}: {fault}" for d in documents for fault in _sentences_out_of_order(d)]
    count = sum(len(document.sentences) for document in documents)
    yield judged(
        "sentences",
        f"{count:,} sentences stand in order, and none in another",
        f"sentences overlap or stand out of order; {_ANEW}",
        turned,
    )
    yield _check_vectors(snapshot)
    if outside:
        return  # rows of such spans cannot be made
    rows = rows_of(documents)
    yield _check_rows(snapshot, rows)
    yield _check_keys(rows, keys)
    yield _check_itself(snapshot)
    if encoder is not None:
        yield _check_embedding(snapshot, rows, encoder)


def _check_ids(snapshot: Snapshot, corpus: Corpus | None) -> Check:
    documents, failures = snapshot.documents, snapshot.failures
    named = [(document.file, copy) for document in documents for copy in document.copies]
    copies = {(failure.copy_of, failure.file) for failure in failures if failure.copy_of}
    faults = [
        *_twice(document.id for document in documents),
        *_twice(document.file for document in documents),
        *_twice(failure.id for failure in failures),
        *(copy for _, copy in set(named) ^ copies),
        *({copy.file for copy in corpus.copies} ^ {copy for _, copy in named} if corpus else ()),
        *({d.file for d in documents} & {failure.file for failure in failures}),
    ]
    return judged(
        "ids",
        f"{len(documents):,} documents and {len(failures):,} other files, each once",
        f"ids or files stand there twice, or copies without their letter; {_ANEW}",
        sorted(set(faults)),
    )


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _spans_outside(document: Document) -> Iterator[str]:
    length = len(document.text)
    groups: dict[str, Iterable[_Span]] = {
        "page": document.pages,
        "section": document.sections,
        "block": document.blocks,
        "sentence": document.sentences,
        "judgement": document.metadata.judgements,
    }
    for what, spans in groups.items():
        for number, span in enumerate(spans):
            if not 0 <= span.start <= span.end <= length:
                yield f"{what} {number}"
    for field, source in document.metadata.read_from.items():
        if source.start is not None and not (0 <= source.start <= (source.end or 0) <= length):
            yield f"where {field} was read"
    for number, sentence in enumerate(document.sentences):
        if not 0 <= sentence.block < len(document.blocks):
            yield f"the block of sentence {number}"
    for number, block in enumerate(document.blocks):
        if not 0 <= block.section < len(document.sections):
            yield f"the section of block {number}"


def _sentences_out_of_order(document: Document) -> Iterator[str]:
    for number, (one, other) in enumerate(pairwise(document.sentences), 1):
        if not (one.end <= other.start and one.block <= other.block):
            yield f"sentence {number}"


def _check_rows(snapshot: Snapshot, rows: Rows) -> Check:
    faults = [
        f"{name} {row}"
        for name, held, made in (
            ("passage", snapshot.passages, rows.passages),
            ("sentence", snapshot.sentences, rows.sentences),
        )
        for row in _different(held, made)
    ]
    return judged(
        "rows",
        f"{len(rows.passages):,} passages and {len(rows.sentences):,} sentences are those of the"
        " documents",
        f"rows are not those of the documents; {_ANEW}",
        faults,
    )


def _different(held: NDArray[np.void], made: NDArray[np.void]) -> list[int]:
    """The rows that are not equal; all that only one of them has."""
    both = min(len(held), len(made))
    unequal = np.flatnonzero(held[:both] != made[:both]).tolist()
    return [*unequal, *range(both, max(len(held), len(made)))]


def _check_vectors(snapshot: Snapshot) -> Check:
    faults: list[str] = []
    index = snapshot.passage_vectors
    passages: NDArray[np.float32] = index.reconstruct_n(0, index.ntotal)
    for name, vectors in (("passage", passages), ("sentence", snapshot.sentence_vectors)):
        lengths = np.linalg.norm(vectors, axis=1)
        # So that what is no number counts as well.
        faults += [f"{name} {row}" for row in np.flatnonzero(~(np.abs(lengths - 1) <= _UNIT))]
    return judged(
        "vectors",
        f"{len(passages) + len(snapshot.sentence_vectors):,} vectors have unit length",
        f"vectors have not unit length; {_ANEW}",
        faults,
    )


def _check_keys(rows: Rows, keys: Sequence[NDArray[np.uint8]]) -> Check:
    faults: list[str] = []
    for name, held, texts in (
        ("passage", keys[0], rows.passage_texts),
        ("sentence", keys[1], rows.sentence_texts),
    ):
        made = keys_of(texts)
        if held.shape != made.shape:
            faults.append(f"{len(held):,} keys of {name}s, and not {len(made):,}")
        else:
            unequal = np.flatnonzero((held != made).any(axis=1))
            faults += [f"{name} {row}" for row in unequal]
    return judged(
        "keys",
        "every vector is kept by the text that was embedded",
        f"vectors are kept by other texts than theirs; {_ANEW}",
        faults,
    )


def _check_itself(snapshot: Snapshot) -> Check:
    try:
        check_snapshot(snapshot)
    except SnapshotDamaged as problem:
        return wrong("self-test", f"{problem}; {_ANEW}")
    return well("self-test", "a sample of rows is found by its words and its vectors")


def _check_embedding(snapshot: Snapshot, rows: Rows, encoder: TextEncoder) -> Check:
    faults: list[str] = []
    asked = 0
    for name, texts in (("passage", rows.passage_texts), ("sentence", rows.sentence_texts)):
        some = sample(len(texts), _EMBEDDED)
        asked += len(some)
        for row, again in zip(some, encoder.encode([texts[row] for row in some]), strict=True):
            kept = (
                snapshot.passage_vectors.reconstruct(row)
                if name == "passage"
                else snapshot.sentence_vectors[row]
            )
            if not np.abs(again - kept).max() <= _EQUAL:
                faults.append(f"{name} {row}")
    return judged(
        "embedding",
        f"{asked:,} texts embedded again have the vectors that are kept",
        f"of {asked:,} vectors are not those of their texts; {_ANEW}",
        faults,
    )
