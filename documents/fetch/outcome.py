"""What became of a letter of the catalogue."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from documents.catalogue import Letter

State = Literal["fetched", "updated", "unchanged", "left", "failed", "to fetch", "to check"]


class Outcome(BaseModel):
    """What became of one letter of the catalogue.

    ``fetched`` is new in the corpus and ``updated`` in the place of an earlier version;
    ``unchanged`` is there as it is published; ``left`` is as a person made it; ``failed`` could not
    be had, and what was there is there still. A plan says ``to fetch`` and ``to check``. ``reason``
    is given where it is left or failed, ``sha256`` where its file is as it is published.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    authority: str
    published: date
    url: str
    state: State
    reason: str | None = None
    sha256: str | None = None


def outcome_of(
    letter: Letter, url: str, state: State, reason: str | None = None, sha256: str | None = None
) -> Outcome:
    """The outcome of a letter that was, or would be, asked for at ``url``."""
    return Outcome(
        file=letter.file,
        authority=letter.authority,
        published=letter.published,
        url=url,
        state=state,
        reason=reason,
        sha256=sha256,
    )
