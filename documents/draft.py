"""What a reader hands on: the pieces of a letter in reading order, before they become one text.

A reader knows its format and nothing of letters; ``canonical.assemble`` knows nothing of formats.
"""

from dataclasses import dataclass, field
from datetime import date

from documents.model import BlockKind, Furniture


@dataclass(slots=True)
class Draft:
    """One block to be. ``text`` is on one line; table rows separate their cells by a tab.

    ``breaks`` are (offset in ``text``, page) for each page that the block begins or goes on on;
    it is empty where the format has no pages. ``level`` is for headings, of which
    1 is the title, and for bullets: how deep they are nested, 0 being the outermost.
    ``mark`` is what is printed before the text ("15. ", "2.1 "), ``number`` the number in it.
    """

    kind: BlockKind
    text: str
    breaks: list[tuple[int, int]] = field(default_factory=list)
    level: int = 0
    mark: str = ""
    boilerplate: bool = False

    @property
    def number(self) -> str | None:
        """The printed number before the text, without its full stop or brackets."""
        return self.mark.strip(" .()") or None

    @property
    def page(self) -> int | None:
        """The page that the block begins on."""
        return self.breaks[0][1] if self.breaks else None

    def extend(self, text: str, page: int | None, glue: str = " ") -> None:
        """Put more words behind those that are there, remembering a new page."""
        offset = len(self.text) + len(glue)
        self.text += glue + text
        if page is not None and (not self.breaks or self.breaks[-1][1] != page):
            self.breaks.append((offset, page))


@dataclass(slots=True)
class Reading:
    """A whole file: its drafts in order and what was left out as page furniture.

    ``made`` is the day on which the file itself says it was made; ``ocr`` marks recognised text;
    ``problem`` says which part of the file could not be read.
    """

    drafts: list[Draft]
    furniture: list[Furniture] = field(default_factory=list)
    pages: int = 0
    title: str | None = None
    url: str | None = None
    language: str | None = None
    made: date | None = None
    ocr: bool = False
    problem: str | None = None
