"""Catalogues of official letters: which file is about whom, from when, and where it is published.

A catalogue is a table (CSV in UTF-8) with the columns file, authority, published and url, in any
order; other columns are for other readers. ``catalogue.csv`` beside this file lists the 497 reports
that Ofsted had published by August 2026: facts only, no text of a letter.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    HttpUrl,
    StringConstraints,
    ValidationError,
)

from documents.errors import CatalogueError
from documents.metadata.authorities import canonical_name
from documents.metadata.gazetteer import recognise

BUNDLED = "documents/catalogue.csv"
FORMATS: dict[str, frozenset[str]] = {
    ".pdf": frozenset({"pdf"}),
    ".docx": frozenset({"docx"}),
    ".odt": frozenset({"odt"}),
    ".html": frozenset({"html"}),
    ".htm": frozenset({"html"}),
    ".md": frozenset({"markdown", "text"}),
    ".txt": frozenset({"markdown", "text"}),
}
"""What the content of an official letter may be (``documents.readers.formats``), by its suffix."""

_COLUMNS = ("file", "authority", "published", "url")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _plain(name: str) -> str:
    """Letters are placed under this name, so it must not lead anywhere else, nor be hidden."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise ValueError("must be a plain file name of letters, digits, '.', '_' and '-'")
    if PurePosixPath(name).suffix.lower() not in FORMATS:
        raise ValueError(f"must end in one of {', '.join(FORMATS)}")
    return name


def _canonical(written: str) -> str:
    if not written.isprintable() or not canonical_name(written):
        raise ValueError("must be the name of an authority")
    return canonical_name(written)


def _written_as_a_day(value: object) -> object:
    # Pydantic would take "1546300800" for seconds since 1970, and a time for its day.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("must be a date, written as 2024-06-30")
    return value


def _without_secrets(url: HttpUrl) -> HttpUrl:
    if url.username is not None or url.password is not None or url.fragment is not None:
        raise ValueError("must have no user, password or fragment")
    return url


class Letter(BaseModel):
    """One published letter: its file's name, the authority in its canonical form, the day of its
    publication and its official address."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    file: Annotated[str, StringConstraints(max_length=100), AfterValidator(_plain)]
    authority: Annotated[str, StringConstraints(max_length=200), AfterValidator(_canonical)]
    published: Annotated[date, BeforeValidator(_written_as_a_day)]
    url: Annotated[HttpUrl, AfterValidator(_without_secrets)]


def bundled_catalogue() -> tuple[Letter, ...]:
    """The letters of the catalogue that comes with the program."""
    text = files("documents").joinpath("catalogue.csv").read_text(encoding="utf-8")
    return parse_catalogue(text, BUNDLED)


def read_catalogue(path: Path) -> tuple[Letter, ...]:
    """The letters of a catalogue in a file. Raises CatalogueError, also where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_catalogue(data, str(path))


def decode_catalogue(data: bytes, source: str) -> tuple[Letter, ...]:
    """As ``parse_catalogue``, from bytes in UTF-8, with or without its mark."""
    try:
        return parse_catalogue(data.decode("utf-8-sig"), source)
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{source}: is not UTF-8 ({error.reason})") from error


def parse_catalogue(text: str, source: str) -> tuple[Letter, ...]:
    """The letters of a catalogue in their order.

    Raises CatalogueError, naming ``source``, the line and the field: for a column that is missing,
    a row of another length, a value that is not what its column says, and a file or an address that
    two rows have. A catalogue without rows is refused as well: it is a download that went wrong.
    """
    letters: list[Letter] = []
    first: dict[str, int] = {}
    for line, row in _rows(text, source):
        try:
            letter = Letter.model_validate(row)
        except ValidationError as error:
            problem = error.errors()[0]
            message = problem["msg"].removeprefix("Value error, ")
            place = f"{source}: line {line}: {problem['loc'][0]}"
            raise CatalogueError(f"{place}: {message}, not {problem['input']!r}") from error
        # File systems that take "A.pdf" for "a.pdf" would have one letter overwrite the other.
        for field, value in (("file", letter.file.lower()), ("url", str(letter.url))):
            if value in first:
                raise CatalogueError(
                    f"{source}: line {line}: {field}: {value} is on line {first[value]} already"
                )
            first[value] = line
        letters.append(letter)
    if not letters:
        raise CatalogueError(f"{source}: lists no letter")
    return tuple(letters)


def select(
    letters: Sequence[Letter],
    authorities: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> tuple[Letter, ...]:
    """The letters about one of the authorities, by any of their names, and of these days; without
    authorities those about all. The newest come first.

    Raises ValueError for an authority about which the catalogue has no letter at all.
    """
    there = {letter.authority.casefold(): letter.authority for letter in letters}
    wanted: set[str] = set()
    for written in authorities:
        names = {canonical_name(written), *(known.name for known in recognise(written))}
        found = {there[name.casefold()] for name in names if name.casefold() in there}
        if not found:
            near = difflib.get_close_matches(canonical_name(written).casefold(), there, n=1)
            hint = f"; did you mean {there[near[0]]}?" if near else ""
            raise ValueError(f"the catalogue has no letter about {written!r}{hint}")
        wanted |= found
    chosen = [
        letter
        for letter in letters
        if (not wanted or letter.authority in wanted)
        and (since is None or letter.published >= since)
        and (until is None or letter.published <= until)
    ]
    return tuple(sorted(chosen, key=lambda letter: letter.published, reverse=True))


def _rows(text: str, source: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the number of its last line."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        lacking = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise CatalogueError(f"{source}: line 1: there is no column {lacking[0]!r}")
        for row in reader:
            if None in row or None in row.values():
                raise CatalogueError(
                    f"{source}: line {reader.line_num}: has not as many values as the header"
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise CatalogueError(f"{source}: line {reader.reader.line_num}: {error}") from error
