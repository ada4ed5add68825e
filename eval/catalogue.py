"""What letters say of themselves, against a catalogue of the same letters.

A catalogue is a table (CSV) with a row for each file; the columns that ``eval.fields`` names are
compared. A date in ``published`` counts by its year where there is no ``published_year``, because
catalogues date the publication and letters often only the year.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from documents import Document
from eval.fields import FIELDS
from qa.schema import Strict

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A value of a catalogue that the letter itself contradicts, with the page that says so."""

    file: str
    field: str
    catalogue: str
    letter: str


class Disagreement(Strict):
    """A value that a document gives otherwise than the catalogue, "" for none.

    ``letter`` is what the letter says where the catalogue is known to be wrong, else None.
    """

    file: str
    field: str
    catalogue: str
    read: str
    letter: str | None


class FieldScore(Strict):
    """Of how many values how many are read as the catalogue has them, and as it has them once its
    known mistakes are corrected."""

    field: str
    values: int
    right: int
    right_corrected: int


class CatalogueResult(Strict):
    """All fields, every disagreement, and how many rows name a file that the corpus has not."""

    fields: tuple[FieldScore, ...]
    disagreements: tuple[Disagreement, ...]
    elsewhere: int


def read_table(path: Path, needed: Iterable[str] = ("file",)) -> tuple[Row, ...]:
    """The rows of a CSV file in UTF-8 with a header. Raises ValueError, in one line, where it
    cannot be read, lacks a column that is needed, or has a row of another length."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = reader.fieldnames or ()
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    lacking = [name for name in needed if name not in names]
    if lacking:
        raise ValueError(f"{path}: there is no column {lacking[0]}")
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise ValueError(f"{path}: row {number} has not as many values as the header")
    return tuple(rows)


def known_mistakes() -> tuple[Mistake, ...]:
    """The mistakes of the public catalogue that were looked up in the letters."""
    path = Path(str(files("eval"))) / "labels" / "catalogue-errors.csv"
    rows = read_table(path, ("file", "field", "catalogue", "letter"))
    return tuple(
        Mistake(row["file"], *_by_year(row["field"], row["catalogue"], row["letter"]))
        for row in rows
    )


def compare_catalogue(
    documents: Mapping[str, Document | None],
    rows: Sequence[Row],
    mistakes: Sequence[Mistake] = (),
    *,
    blank_is_none: bool = False,
) -> CatalogueResult:
    """Compare the metadata of the documents, by file, with the rows of a catalogue.

    A file that could not be read (None) has no value. A blank value of the catalogue says nothing
    and is not counted, unless ``blank_is_none``: then the letter is known to say nothing, and a
    value that was read is made up.
    """
    known = {(mistake.file, mistake.field, mistake.catalogue): mistake for mistake in mistakes}
    scores: dict[str, Counter[str]] = {}
    disagreements: list[Disagreement] = []
    elsewhere = 0
    for row in rows:
        file = row["file"]
        if file not in documents:
            elsewhere += 1
            continue
        document = documents[file]
        for field, value in _values(row):
            if not value and not blank_is_none:
                continue
            read, same = FIELDS[field]
            found = (read(document) if document else None) or ""
            mistake = known.get((file, field, value))
            right = same(value, found)
            score = scores.setdefault(field, Counter())
            score["values"] += 1
            score["right"] += right
            score["corrected"] += same(mistake.letter, found) if mistake else right
            if not right:
                disagreements.append(
                    Disagreement(
                        file=file,
                        field=field,
                        catalogue=value,
                        read=found,
                        letter=mistake.letter if mistake else None,
                    )
                )
    return CatalogueResult(
        fields=tuple(
            FieldScore(
                field=field,
                values=scores[field]["values"],
                right=scores[field]["right"],
                right_corrected=scores[field]["corrected"],
            )
            for field in FIELDS
            if field in scores
        ),
        disagreements=tuple(disagreements),
        elsewhere=elsewhere,
    )


def _values(row: Row) -> Iterator[tuple[str, str]]:
    """The fields of a row that can be compared, with their values."""
    for field in FIELDS:
        if field == "published_year" and field not in row and "published" in row:
            yield field, row["published"].strip()[:4]
        elif field in row and (field != "published" or "published_year" in row):
            yield field, row[field].strip()


def _by_year(field: str, *values: str) -> tuple[str, ...]:
    """A mistake in a date of publication is one in its year."""
    if field == "published":
        return "published_year", *(value[:4] for value in values)
    return field, *values
