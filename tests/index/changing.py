"""A corpus of small letters that changes, and what the snapshot of it has to be."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import JsonValue

from documents import Document, Failure, Limits
from documents.files import read_file
from index import Choices, MadeBy, Snapshot, TextEncoder, refresh

AUTHORITIES = ("Aldermere", "Kestleshire", "Port Brannock", "Marlow Vale", "Elmshire", "Oakley")
VARIANTS = 4
_PRAISED = (
    "Private fostering arrangements are visited within seven days.",
    "Managers audit every case file once a quarter and act on what they find.",
    "Care leavers have a personal adviser whom they know well.",
    "The emergency duty team answers calls within an hour.",
)
_FAULTED = (
    "Caseloads in the duty team are too high, at {n} children for each social worker.",
    "Initial health assessments are late for {n} children in every hundred.",
    "Supervision is missing from {n} of the records that inspectors read.",
    "Return interviews are offered to only {n} children of those who went missing.",
)


def letter(number: int, variant: int) -> str:
    """One of the letters as it was first (variant 0) or was corrected; no two are the same
    letter."""
    authority = AUTHORITIES[number % len(AUTHORITIES)]
    praised = _PRAISED[(number + variant) % len(_PRAISED)]
    others = [_FAULTED[(number + step) % len(_FAULTED)] for step in range(2 + variant % 2)]
    faults = "\n".join(f"- {text.format(n=11 + number * VARIANTS + variant)}" for text in others)
    return (
        f"# Focused visit to {authority} children’s services\n\n"
        f"This letter summarises the findings of a focused visit to {authority} on {3 + variant}"
        f" and {4 + variant} June {2015 + number}.\n\n"
        f"## Main findings\n\n{praised} Inspectors read {20 + number * 7 + variant} records.\n\n"
        f"What needs to improve:\n\n{faults}\n"
    )


def read_here(
    folder: Path, names: Sequence[str], limits: Limits, workers: int | None = None
) -> Iterator[tuple[int, Document | Failure]]:
    """As ``read_files``, without processes of their own, which cost more than such letters."""
    for place, name in enumerate(names):
        yield place, read_file(folder, name, limits)


def write_state(folder: Path, state: Mapping[str, bytes]) -> None:
    """Makes the folder hold these files, by their names within it, and no others."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in state:
            path.unlink()
    for name, content in state.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def fresh_build(
    corpus: Path, data: Path, encoder: TextEncoder, answering: Mapping[str, JsonValue]
) -> Snapshot:
    """The snapshot that a data directory gets which had none."""
    shutil.rmtree(data, ignore_errors=True)
    return refresh(corpus, data, MadeBy(encoder, answering), Choices(allow_empty=True)).snapshot


def assert_same(found: Snapshot, fresh: Snapshot) -> None:
    """Whether a snapshot that came to be step by step is that of a fresh build: the same in all
    but when it was made, and what rounding leaves of the vectors."""
    assert found.manifest.id == fresh.manifest.id
    assert found.documents == fresh.documents
    assert found.failures == fresh.failures
    assert np.array_equal(found.passages, fresh.passages)
    assert np.array_equal(found.sentences, fresh.sentences)
    assert _vectors(found).shape == _vectors(fresh).shape
    assert np.abs(_vectors(found) - _vectors(fresh)).max(initial=0) < 1e-5
    assert np.abs(found.sentence_vectors - fresh.sentence_vectors).max(initial=0) < 1e-5
    # All the others depend on the documents alone, words and copies among them: byte for byte.
    assert _other_files(found) == _other_files(fresh)


def _vectors(snapshot: Snapshot) -> np.ndarray:
    index = snapshot.passage_vectors
    found: np.ndarray = index.reconstruct_n(0, index.ntotal)
    return found


def _other_files(snapshot: Snapshot) -> dict[str, str]:
    return {
        name: sha256
        for name, sha256 in snapshot.manifest.files.items()
        if name not in ("passages.faiss", "sentence-vectors.npy")
    }
