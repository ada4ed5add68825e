"""Which folder a snapshot was made of: what its manifest, free of paths, does not say."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from documents.disk import write_whole

_FILE = "corpus.json"


class Origin(BaseModel):
    """The corpus folder of the snapshot that was put into service last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    snapshot: str
    corpus: Path


def read_origin(data: Path) -> Origin | None:
    """What the data directory says; None where that is nothing that can be understood: a refresh
    writes it again."""
    try:
        return Origin.model_validate_json((data / _FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None


def record_origin(data: Path, snapshot: str, corpus: Path) -> None:
    """Only for the writer of the data directory, after it has put the snapshot into service: killed
    in between, the record names another snapshot, so that the next start reads the corpus once more
    instead of trusting it."""
    origin = Origin(snapshot=snapshot, corpus=corpus)
    write_whole(data / _FILE, origin.model_dump_json().encode())
