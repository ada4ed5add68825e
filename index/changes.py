"""What differs between the corpus as it was read last and as it is: which files came, went, changed
or moved."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from documents import Corpus

Contents = Mapping[str, str | None]
"""The SHA-256 of each file, by its name; None for one whose bytes could not be had."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Files by their names within the corpus, each in the order of names. ``moved`` has the name
    that a file had before for the one that it has now: its content is the same."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: Mapping[str, str]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """The files that are not as they were, by what became of them; no kind without a file."""
        kinds = {
            "new": self.added,
            "changed": self.changed,
            "moved": tuple(self.moved),
            "removed": self.removed,
        }
        return {kind: files for kind, files in kinds.items() if files}

    @property
    def counted(self) -> str:
        """How many files became what, in words; empty where all are as they were."""
        return ", ".join(f"{len(files):,} {kind}" for kind, files in self.by_kind.items())


def contents_of(corpus: Corpus) -> dict[str, str | None]:
    """The files of a corpus that was read."""
    documents = {document.file: document.sha256 for document in corpus.documents}
    return documents | {failure.file: failure.sha256 for failure in corpus.failures}


def changes(before: Contents, after: Contents) -> Changes:
    """How ``before`` became ``after``."""
    came = sorted(after.keys() - before.keys())
    went = sorted(before.keys() - after.keys())
    stayed = sorted(after.keys() & before.keys())
    homes: dict[str, list[str]] = defaultdict(list)
    for name in reversed(went):
        if (content := before[name]) is not None:
            homes[content].append(name)
    moved: dict[str, str] = {}
    for name in came:
        content = after[name]
        if content is not None and homes[content]:
            moved[name] = homes[content].pop()
    left = frozenset(moved.values())
    return Changes(
        added=tuple(name for name in came if name not in moved),
        changed=tuple(name for name in stayed if before[name] != after[name]),
        moved=moved,
        removed=tuple(name for name in went if name not in left),
        unchanged=tuple(name for name in stayed if before[name] == after[name]),
    )
