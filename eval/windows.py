"""Labels of the boundaries of units, and how they find their places in a text.

Labels hold no word of a letter: a window is a run of words of one page, named by the hash of its
words, and its units are counted in words from its start.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from eval.matching import APOSTROPHES
from qa.schema import Strict

Fold = Literal["dev", "test"]
Unit = tuple[int, int]

_WORD_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Window(Strict):
    """A labelled run of words of one page: units are half open, in words from its first.

    ``fold`` is "dev" for the documents whose errors may be looked at while mending, else "test";
    ``drawn`` says how the page was chosen. ``sha256`` is that of the words joined by spaces.
    """

    file: str
    page: Annotated[int, Field(ge=1)]
    fold: Fold
    drawn: Literal["at random", "for its structure"]
    words: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    units: Annotated[tuple[Unit, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_units(self) -> "Window":
        places = [place for unit in self.units for place in unit]
        empty = any(first == last for first, last in self.units)
        if empty or places != sorted(places) or not 0 <= places[0] <= places[-1] <= self.words:
            raise ValueError("units are not in order within the window")
        return self


def read_windows(path: Path) -> tuple[Window, ...]:
    """The windows of a file of labels, JSON lines. Raises ValueError, in one line for a person."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    windows: list[Window] = []
    for number, line in enumerate(lines, 1):
        try:
            windows.append(Window.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            where = " ".join(part for part in (f"{path}:{number}:", field) if part)
            raise ValueError(f"{where} {first['msg']}") from error
    return tuple(windows)


@dataclass(frozen=True)
class WordPlaces:
    """The words of a text, each with its span; what ``eval.matching.words`` gives, in order."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "WordPlaces":
        """All words of a text."""
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        open_word = False
        for place, character in enumerate(text):
            # One character can become two when it is written small.
            for low in character.lower():
                if low in _WORD_CHARACTERS:
                    if not open_word:
                        words.append("")
                        starts.append(place)
                        ends.append(place)
                        open_word = True
                    words[-1] += low
                    ends[-1] = place + 1
                elif low not in APOSTROPHES:
                    open_word = False
        return cls(tuple(words), tuple(starts), tuple(ends))

    @cached_property
    def _joined(self) -> tuple[bytes, tuple[int, ...]]:
        """All words joined by spaces, and where each begins."""
        begins = [0]
        for word in self.words:
            begins.append(begins[-1] + len(word) + 1)
        return " ".join(self.words).encode("ascii"), tuple(begins)

    def find(self, window: Window, first: int, last: int) -> int | None:
        """The first word, from ``first`` up to ``last``, at which the window's words begin."""
        joined, begins = self._joined
        for place in range(first, min(last, len(self.words) - window.words + 1)):
            piece = joined[begins[place] : begins[place + window.words] - 1]
            if hashlib.sha256(piece).hexdigest() == window.sha256:
                return place
        return None
