"""What can be set from outside: a flag of the command line, a PAPERKNIFE_ variable, the default.

They count in this order. A variable that sets nothing is refused and not passed over, because a
misspelt one would otherwise leave the default in force without a word.
"""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import ByteSize, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

import documents
from documents import Limits
from index.store import KEPT

PREFIX = "PAPERKNIFE_"
FOR_TESTS = frozenset({"PAPERKNIFE_LETTERS_DIR", "PAPERKNIFE_CHROMIUM"})
"""Variables that only the tests read; they may be set while the program runs."""

SAMPLES = Path(documents.__file__).parent / "samples"
_LIMITS = Limits()


class Settings(BaseSettings):
    """The folders, the address, and what one file of the corpus may cost.

    Raises pydantic's ``ValidationError`` for values out of bounds; an empty variable counts as one
    that is not set.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    corpus: Path = Field(default=SAMPLES, description="the folder of letters")
    data: Path = Field(default=Path(".paperknife"), description="where the snapshot is kept")
    keep_snapshots: int = Field(
        default=KEPT, ge=1, le=1000, description="how many snapshots are kept, to roll back to"
    )
    api_key: SecretStr | None = Field(
        default=None, min_length=16, description="who sends it may write; without it nobody may"
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="the address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="the port; 0 takes any free one")
    max_bytes: ByteSize = Field(
        default=ByteSize(_LIMITS.bytes), ge=1, description='the size of a file, such as "64MiB"'
    )
    max_pages: int = Field(default=_LIMITS.pages, ge=1, description="the pages of a file")
    max_characters: int = Field(
        default=_LIMITS.characters, ge=1, description="the characters of a file's text"
    )
    max_seconds: float = Field(
        default=_LIMITS.seconds, ge=1, le=86_400, description="how long reading a file may take"
    )
    max_ocr_seconds: float = Field(
        default=_LIMITS.ocr_seconds,
        ge=1,
        le=86_400,
        description="how long it may take where text is recognised on a scan",
    )
    max_memory: ByteSize = Field(
        default=ByteSize(_LIMITS.memory),
        ge=128 * 1024**2,
        description='the memory that reading a file may take, such as "1GiB"',
    )

    @property
    def limits(self) -> Limits:
        """What one file of the corpus may cost."""
        return Limits(
            bytes=self.max_bytes,
            pages=self.max_pages,
            characters=self.max_characters,
            seconds=self.max_seconds,
            ocr_seconds=self.max_ocr_seconds,
            memory=self.max_memory,
        )

    @property
    def corpus_was_given(self) -> bool:
        """Whether somebody chose the corpus, so that it counts more than the one in service."""
        return "corpus" in self.model_fields_set


def variable(field: str) -> str:
    """The environment's name of a setting or an option: "min_confidence" ->
    "PAPERKNIFE_MIN_CONFIDENCE"."""
    return PREFIX + field.upper()


def unknown_variables(known: Iterable[str]) -> list[str]:
    """A line for each variable of the environment that begins with PAPERKNIFE_ and is neither a
    setting nor among ``known``; empty where all is well."""
    names = {variable(field) for field in Settings.model_fields} | FOR_TESTS | set(known)
    lines = []
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            words = [known_name.removeprefix(PREFIX) for known_name in sorted(names)]
            near = difflib.get_close_matches(name.upper().removeprefix(PREFIX), words, n=1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "unset it"
            lines.append(f"the environment variable {name} sets nothing: {hint}")
    return lines
