"""A snapshot is asked a few questions before it is put into service: of each of some rows, whether
what stands in the text, the vectors and the words finds that row again."""

import numpy as np
from numpy.typing import NDArray

from documents import SnapshotDamaged
from index.lexical import Lexical, content_words
from index.snapshot import Snapshot

_ASKED = 16
_SAME = 1e-4  # of cosines: what rounding leaves


def check_snapshot(snapshot: Snapshot) -> None:
    """Raises SnapshotDamaged, naming the row, where a sample of rows spread over all of them does
    not find itself again by its span, by its vector or by its words."""
    for row in sample(len(snapshot.passages)):
        _check_span(snapshot, snapshot.passages[row], f"passage {row}")
        vector: NDArray[np.float32] = np.asarray(snapshot.passage_vectors.reconstruct(row))
        _check_vector(snapshot, vector, f"passage {row}")
        best, _ = snapshot.passage_vectors.search(vector[np.newaxis], 1)
        if abs(float(best[0, 0]) - 1) > _SAME:
            raise _damaged(snapshot, f"passage {row} is not found by its own vector")
        text = _text(snapshot, snapshot.passages[row])
        _check_words(snapshot, snapshot.passage_lexical, text, row, f"passage {row}")
    for row in sample(len(snapshot.sentences)):
        _check_span(snapshot, snapshot.sentences[row], f"sentence {row}")
        _check_vector(snapshot, snapshot.sentence_vectors[row], f"sentence {row}")
        text = _text(snapshot, snapshot.sentences[row])
        _check_words(snapshot, snapshot.sentence_lexical, text, row, f"sentence {row}")


def sample(count: int, asked: int = _ASKED) -> list[int]:
    """The rows of so many that are looked at: spread evenly, the first and the last among them."""
    if not count:
        return []
    return sorted({round(at) for at in np.linspace(0, count - 1, min(asked, count))})


def _check_span(snapshot: Snapshot, row: np.void, name: str) -> None:
    text = _text(snapshot, row)
    if not text or text != text.strip():
        raise _damaged(snapshot, f"the span of {name} is not that of a text")


def _text(snapshot: Snapshot, row: np.void) -> str:
    """What a row's span has in it; nothing where it is in no document."""
    number = int(row["document"])
    if not 0 <= number < len(snapshot.documents):
        return ""
    return snapshot.documents[number].text[int(row["start"]) : int(row["end"])]


def _check_vector(snapshot: Snapshot, vector: NDArray[np.float32], name: str) -> None:
    if not abs(float(np.linalg.norm(vector)) - 1) <= _SAME:
        raise _damaged(snapshot, f"the vector of {name} has not unit length")


def _check_words(snapshot: Snapshot, lexical: Lexical, text: str, row: int, name: str) -> None:
    present, _ = lexical.presence(text, np.array([row]))
    if present.sum() < len(set(content_words(text))):
        raise _damaged(snapshot, f"{name} is not found by each of its own words")


def _damaged(snapshot: Snapshot, problem: str) -> SnapshotDamaged:
    return SnapshotDamaged(f"snapshot {snapshot.manifest.id}: {problem}")
