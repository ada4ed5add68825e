"""A folder of files becomes a Corpus: each file is a document or a failure with its reason.

Left out without a word are hidden files and what the folder's ``.paperknifeignore`` names (with the
patterns of .gitignore). Everything else is either read or reported.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from pathspec import GitIgnoreSpec

from documents.errors import CorpusError
from documents.limits import Limits
from documents.model import Corpus, Document, Failure
from documents.twins import join_twins
from documents.workers import read_files

IGNORE_FILE = ".paperknifeignore"

Progress = Callable[[int, int], None]
_LOG = logging.getLogger(__name__)


def read_corpus(
    folder: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
    workers: int | None = None,
) -> Corpus:
    """Read every file below ``folder``; ``progress`` hears of files done and files in all.

    The result does not depend on the order of the files, nor on that in which they are done:
    files with the same bytes, or with the same letter in them, are one document that names the
    others, and a failure for each of those. ``limits`` bound what one file may cost, ``workers``
    is how many processes read. Each failure is a warning in the log as well. Raises CorpusError
    where the folder is missing or is not one.
    """
    names = [path.relative_to(folder).as_posix() for path in corpus_files(folder)]
    outcomes: dict[int, Document | Failure] = {}
    if progress:
        progress(0, len(names))
    with closing(read_files(folder, names, limits or Limits(), workers)) as reading:
        for place, outcome in reading:
            outcomes[place] = outcome
            if progress:
                progress(len(outcomes), len(names))
    read = [outcomes[place] for place in range(len(names))]
    corpus = join_twins(
        [item for item in read if isinstance(item, Document)],
        [item for item in read if isinstance(item, Failure)],
    )
    for failure in corpus.failures:
        _LOG.warning("%s: %s", failure.file, failure.problem)
    return corpus


def corpus_files(folder: Path) -> Iterator[Path]:
    """The files of a corpus in the order of their names, links to folders among them.

    Raises CorpusError where the folder or its list of what to ignore cannot be read.
    """
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        raise CorpusError(f"{folder}: the corpus folder {problem}")
    spec = GitIgnoreSpec.from_lines(_ignored(folder / IGNORE_FILE))
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix()):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        is_folder = path.is_dir() and not path.is_symlink()
        if not hidden and not is_folder and not spec.match_file(relative.as_posix()):
            yield path


def _ignored(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read as UTF-8 ({error})") from error
