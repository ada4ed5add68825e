"""A folder of files becomes a Corpus: each file is a document or a failure with its reason.

Left out without a word are hidden files and what the folder's ``.paperknifeignore`` names (with the
patterns of .gitignore). Everything else is either read or reported.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from pathspec import GitIgnoreSpec

from documents.errors import CorpusError
from documents.files import content_hash, shown_name
from documents.known import Known
from documents.limits import Limits
from documents.model import Corpus, Document, Failure
from documents.twins import join_twins
from documents.workers import read_files

IGNORE_FILE = ".paperknifeignore"

Progress = Callable[[int, int], None]
_LOG = logging.getLogger(__name__)
# How long to wait before a file is tried again that was being written or could not be opened.
_PAUSES = (0.2, 1.0)  # seconds


def read_corpus(
    folder: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
    known: Known | None = None,
) -> Corpus:
    """Read every file below ``folder``; ``progress`` hears of files done and files in all.

    The result does not depend on the order of the files, nor on that in which they are done:
    files with the same bytes, or with the same letter in them, are one document that names the
    others, and a failure for each of those. ``limits`` bound what one file may cost, ``workers``
    is how many processes read. What is ``known`` of a file with the same name and content is not
    read again; the result is the same. Each failure is a warning in the log as well. Raises
    CorpusError where the folder is missing or is not one.
    """
    limits = limits or Limits()
    names = [path.relative_to(folder).as_posix() for path in corpus_files(folder)]
    outcomes = _known(folder, names, limits, known)
    known_names = frozenset(outcomes)
    left = [name for name in names if name not in known_names]
    if progress and left:
        progress(0, len(left))
    for done, (name, outcome) in enumerate(_read(folder, left, limits, workers), 1):
        outcomes[name] = outcome
        if progress:
            progress(done, len(left))
    for pause in _PAUSES:
        again = [name for name in left if _is_worth_a_pause(outcomes[name])]
        if again:
            time.sleep(pause)
            outcomes.update(_read(folder, again, limits, workers))
    # What has gone since the folder was listed is not in it any more.
    read = [outcomes[name] for name in names if name in known_names or _is_there(folder / name)]
    corpus = join_twins(
        [item for item in read if isinstance(item, Document)],
        [item for item in read if isinstance(item, Failure)],
    )
    for failure in corpus.failures:
        _LOG.warning("%s: %s", failure.file, failure.problem)
    return corpus


def scan_corpus(folder: Path, limits: Limits | None = None) -> dict[str, str | None]:
    """The SHA-256 of every file of the corpus, by the name that its document or failure has; None
    where its bytes cannot be had. Raises CorpusError as ``read_corpus`` does."""
    names = [path.relative_to(folder).as_posix() for path in corpus_files(folder)]
    return {shown_name(name): content_hash(folder, name, limits or Limits()) for name in names}


def corpus_files(folder: Path) -> Iterator[Path]:
    """The files of a corpus in the order of their names, links to folders among them, and folders
    that cannot be listed.

    Raises CorpusError where the folder or its list of what to ignore cannot be read.
    """
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"{folder}: the corpus folder {problem}")
    spec = _spec(folder)
    for path in sorted(_walk(folder), key=lambda path: path.as_posix()):
        relative = path.relative_to(folder)
        if not _is_hidden(relative) and not spec.match_file(relative.as_posix()):
            yield path


def is_left_out(folder: Path, name: str) -> bool:
    """Whether the corpus leaves a file of this name out without a word. Raises CorpusError as
    ``corpus_files`` does for the list of what to ignore."""
    return _is_hidden(Path(name)) or _spec(folder).match_file(name)


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)


def _spec(folder: Path) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(_ignored(folder / IGNORE_FILE))


def _walk(folder: Path) -> Iterator[Path]:
    unlisted: list[OSError] = []
    for name, folders, files in os.walk(folder, onerror=unlisted.append):
        links = [each for each in folders if Path(name, each).is_symlink()]
        yield from (Path(name, each) for each in (*files, *links))
    for problem in unlisted:
        where = Path(problem.filename)
        if where == folder:
            raise CorpusError(f"{folder}: the corpus folder cannot be listed ({problem.strerror})")
        yield where


def _known(
    folder: Path, names: Sequence[str], limits: Limits, known: Known | None
) -> dict[str, Document | Failure]:
    found: dict[str, Document | Failure] = {}
    for name in names if known else ():
        outcome = known and known.outcome(name)
        # Always by its content: a time of change and a size can lie.
        if outcome and content_hash(folder, name, limits) == outcome.sha256:
            found[name] = outcome
    return found


def _read(
    folder: Path, names: Sequence[str], limits: Limits, workers: int | None
) -> Iterator[tuple[str, Document | Failure]]:
    with closing(read_files(folder, names, limits, workers)) as reading:
        for place, outcome in reading:
            yield names[place], outcome


def _is_worth_a_pause(outcome: Document | Failure) -> bool:
    """Whether its bytes could not be had, which may be otherwise in a moment."""
    return isinstance(outcome, Failure) and outcome.transient and outcome.sha256 is None


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _ignored(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 ({error})") from error
