"""What one file may cost at most, so that none keeps the others waiting."""

from dataclasses import dataclass, fields

from documents.draft import Reading
from documents.errors import UnreadableDocument

_LEAST = {"memory": 128 * 1024 * 1024}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. A file beyond one of them is a failure that names the bound.

    ``bytes`` is the size of the file, ``pages`` and ``characters`` what is in it. ``seconds`` is
    how long its reader may take, ``ocr_seconds`` how long where text has to be recognised on
    pictures, which is slow. ``memory`` is how many bytes a reader may use beyond those that its
    process has at its start (on Linux; elsewhere the system bounds it). The longest real letters
    have a hundred pages and 300,000 characters and take two seconds. Raises ValueError for a
    bound that no letter could keep.
    """

    bytes: int = 64 * 1024 * 1024
    pages: int = 2_000
    characters: int = 5_000_000
    seconds: float = 60.0
    ocr_seconds: float = 600.0
    memory: int = 1024 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what would refuse every file."""
        for field in fields(self):
            value, least = getattr(self, field.name), _LEAST.get(field.name, 1)
            if not value >= least:
                raise ValueError(f"the limit on {field.name} is {value}, and not at least {least}")

    def check_pages(self, pages: int, file: str) -> None:
        """Raises UnreadableDocument where a file has too many pages."""
        if pages > self.pages:
            raise UnreadableDocument(
                file, f"the file has {pages:,} pages, more than the {self.pages:,} allowed"
            )

    def check_reading(self, reading: Reading, file: str) -> None:
        """Raises UnreadableDocument where more was read than a letter has."""
        self.check_pages(reading.pages, file)
        characters = sum(len(draft.text) for draft in reading.drafts)
        if characters > self.characters:
            raise UnreadableDocument(
                file,
                f"the file has {characters:,} characters, more than the "
                f"{self.characters:,} allowed",
            )
