"""How right a corpus is read: every figure about text, structure and metadata in one result."""

import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from documents import Corpus, Document
from eval.boundary_scores import BoundaryResult, score_boundaries
from eval.catalogue import CatalogueResult, Mistake, Row, compare_catalogue
from eval.questions import file_name
from eval.reading_speed import Scale, Speed
from eval.wholeness import compare, other_extraction, poppler
from eval.windows import Window
from qa.schema import Strict

Progress = Callable[[int, int], None]

LEAST_WHOLE = 0.998
_NUMBER = re.compile(r"\d+")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")


class FileWholeness(Strict):
    """The words of one PDF against those of the other extraction; see ``eval.wholeness``."""

    file: str
    recall: float
    precision: float
    divided: int


class WholenessResult(Strict):
    """Of all PDFs: the least shares, the words that one side divides, the documents below 0.998.

    ``against`` names the other extraction. ``not_compared`` are PDFs that it cannot read, and
    scans, whose words were recognised and are in no text layer.
    """

    against: str
    documents: int
    recall: float
    precision: float
    divided: int
    low: tuple[FileWholeness, ...]
    not_compared: tuple[str, ...]


class OnceOnly(Strict):
    """A line taken away as furniture that stands on one page alone and is no number."""

    file: str
    page: int | None
    characters: int


class FurnitureResult(Strict):
    """What was taken away: lines, and their share of all characters, in all and at most in one
    document. ``once`` are the doubtful ones."""

    lines: int
    share: float
    greatest: float
    once: tuple[OnceOnly, ...]


class Proof(Strict):
    """All that was measured of the reading of a corpus; None for what could not be."""

    documents: int
    failures: int
    pages: int
    wholeness: WholenessResult | None
    furniture: FurnitureResult
    boundaries: BoundaryResult | None
    catalogue: CatalogueResult | None
    checked: CatalogueResult | None
    speed: Speed | None = None
    scale: Scale | None = None


def by_file(corpus: Corpus) -> dict[str, Document | None]:
    """The documents by the names of their files, without folders, their copies among them; None
    for each file that could not be read."""
    found: dict[str, Document | None] = {file_name(f.file): None for f in corpus.failures}
    for document in corpus.documents:
        for file in (document.file, *document.copies):
            found[file_name(file)] = document
    return found


def prove(
    folder: Path,
    corpus: Corpus,
    *,
    windows: Iterable[Window] = (),
    catalogue: Sequence[Row] | None = None,
    mistakes: Sequence[Mistake] = (),
    checked: Sequence[Row] = (),
    progress: Progress | None = None,
) -> Proof:
    """Compare the corpus that was read from ``folder`` with all that is known of its files.

    ``checked`` are rows that people read in the letters themselves: blank means that the letter
    does not say. ``progress`` hears of documents compared with their other extraction.
    """
    documents = by_file(corpus)
    people = compare_catalogue(documents, checked, blank_is_none=True)
    return Proof(
        documents=len(corpus.documents),
        failures=len(corpus.failures),
        pages=sum(len(document.pages) for document in corpus.documents),
        wholeness=_wholeness(folder, corpus.documents, progress),
        furniture=_furniture(corpus.documents),
        boundaries=score_boundaries(documents, windows),
        catalogue=(
            None if catalogue is None else compare_catalogue(documents, catalogue, mistakes)
        ),
        checked=people if people.fields else None,
    )


def _wholeness(
    folder: Path, documents: Sequence[Document], progress: Progress | None
) -> WholenessResult | None:
    rows: list[FileWholeness] = []
    not_compared: list[str] = []
    pdfs = sorted((d for d in documents if d.format == "pdf"), key=lambda d: d.file)
    for done, document in enumerate(pdfs, 1):
        other = None if document.ocr else _other(folder / document.file)
        if other is None:
            not_compared.append(document.file)
        else:
            found = compare(document, other)
            rows.append(
                FileWholeness(
                    file=document.file,
                    recall=found.recall,
                    precision=found.precision,
                    divided=found.divided,
                )
            )
        if progress:
            progress(done, len(pdfs))
    if not rows:
        return None
    return WholenessResult(
        against="pdftotext" if poppler() else "PDFium",
        documents=len(rows),
        recall=min(row.recall for row in rows),
        precision=min(row.precision for row in rows),
        divided=sum(row.divided for row in rows),
        low=tuple(row for row in rows if min(row.recall, row.precision) < LEAST_WHOLE),
        not_compared=tuple(not_compared),
    )


def _other(path: Path) -> str | None:
    try:
        return other_extraction(path)
    except subprocess.CalledProcessError:
        return None


def _furniture(documents: Sequence[Document]) -> FurnitureResult:
    shares = {d.id: _characters(d) / max(_characters(d) + len(d.text), 1) for d in documents}
    taken = sum(_characters(document) for document in documents)
    whole = taken + sum(len(document.text) for document in documents)
    return FurnitureResult(
        lines=sum(len(document.furniture) for document in documents),
        share=taken / max(whole, 1),
        greatest=max(shares.values(), default=0.0),
        once=tuple(line for document in documents for line in _once(document)),
    )


def _characters(document: Document) -> int:
    return sum(len(line.text) for line in document.furniture)


def _once(document: Document) -> Iterable[OnceOnly]:
    """Lines with letters in them, alike but for their numbers, that stand on one page only.

    A format without pages says itself what its headers are, and says it once.
    """
    alike = defaultdict(list)
    for line in document.furniture:
        if line.page is not None:
            alike[_NUMBER.sub("#", line.text)].append(line)
    for text, lines in alike.items():
        if _TWO_LETTERS.search(text) and len({line.page for line in lines}) < 2:
            yield OnceOnly(
                file=document.file, page=lines[0].page, characters=sum(len(x.text) for x in lines)
            )
