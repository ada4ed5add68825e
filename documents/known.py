"""What is known of a corpus from the last time that it was read, so that only what is new is read.

What is read of a file depends on its bytes, its name, the limits, and on the code and the libraries
that read it. The first two are compared file by file; ``reading_fingerprint`` stands for the rest.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from documents.files import failure_id
from documents.limits import Limits
from documents.model import Document, Failure
from documents.recognition import can_recognise

_HERE = Path(__file__).parent
_CODE = frozenset({".py", ".toml"})
_NOT_READING = frozenset({"samples"})


class Known:
    """Outcomes of an earlier reading, by the names of their files."""

    def __init__(self, documents: Iterable[Document], failures: Iterable[Failure]) -> None:
        """``documents`` are those of a corpus and its copies, in any order."""
        self._documents = {
            document.file: replace(document, copies=()) if document.copies else document
            for document in documents
        }
        # A copy's document is among the documents: of which letter it is one may change.
        self._failures = {
            failure.id: failure
            for failure in failures
            if failure.copy_of is None and failure.sha256 is not None
        }

    def outcome(self, name: str) -> Document | Failure | None:
        """What the file ``name`` was read as, before it was compared with others; None where
        that is not known, or nobody could say of which content it is."""
        return self._documents.get(name) or self._failures.get(failure_id(name))

    def has(self, failure: Failure) -> bool:
        """Whether this failure is one that was known."""
        return self._failures.get(failure.id) == failure


def reading_fingerprint(limits: Limits) -> str:
    """What decides, beside a file, what is read of it: 16 hexadecimal digits. It changes with the
    limits, the code of this package, the versions of the libraries that Paperknife stands on, and
    whether text on pictures can be recognised."""
    made_of = [_code(), _libraries(), can_recognise(), asdict(limits)]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted(_HERE.rglob("*")):
        inside = path.relative_to(_HERE)
        if path.suffix in _CODE and inside.parts[0] not in _NOT_READING:
            digest.update(inside.as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def _libraries() -> dict[str, str | None]:
    try:
        named = requires("paperknife") or ()
    except PackageNotFoundError:  # run from its sources
        named = ()
    names = {Requirement(line).name for line in named}
    return {name: _version(name) for name in sorted(names)}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # of an extra
        return None
