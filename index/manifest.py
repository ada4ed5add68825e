"""What a snapshot says of itself: what made it, what it holds, and a hash of every file."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, JsonValue

# Raised whenever the files, the passages or the texts that are embedded change, so that a
# snapshot of before is refused and not misread.
LAYOUT = 4


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderIdentity(_Frozen):
    """Which encoder made the vectors; ``sha256`` is that of its weights."""

    name: str
    sha256: str


class Counts(_Frozen):
    """How many there are of each."""

    documents: int
    failures: int
    passages: int
    sentences: int


class Manifest(_Frozen):
    """The contents of ``manifest.json``.

    ``id`` is a hash of the configuration and of the documents' content: the same corpus and
    configuration give the same id at any time and in any order of the files. ``answering`` is
    what the question's side wants recorded with the index (finder, threshold, data that chose
    it). ``reading`` is the fingerprint of what read the letters (``documents.known``). ``files``
    maps each other file of the snapshot, as a path with "/", to its SHA-256.
    """

    id: str
    created: datetime
    layout: int
    encoder: EncoderIdentity
    answering: dict[str, JsonValue]
    reading: str
    counts: Counts
    files: dict[str, str]


def snapshot_id(
    encoder: EncoderIdentity,
    answering: Mapping[str, JsonValue],
    reading: str,
    contents: Iterable[bytes],
) -> str:
    """The id of the snapshot that this configuration makes of these files' ``contents``: 16
    hexadecimal digits."""
    made_by = {
        "layout": LAYOUT,
        "encoder": encoder.model_dump(),
        "answering": dict(answering),
        "reading": reading,
    }
    digest = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode())
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]
