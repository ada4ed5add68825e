"""Small files of our own for the readers to read, and what the tests ask of the result."""

from functools import cache
from io import BytesIO
from pathlib import Path

import docx
import reportlab
from docx.document import Document as WordDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from documents import Block, Document
from documents.files import read_document

_FONTS = Path(reportlab.__file__).parent / "fonts"
PLAIN, BOLD = "Vera", "VeraBd"


@cache
def _register_fonts() -> None:
    for name in (PLAIN, BOLD):
        font = TTFont(name, str(_FONTS / f"{name}.ttf"))
        # Word sets bullets and some ligatures as characters that this font has not: lend them
        # the looks of others.
        for character in "ﬀ\uf02d\uf06e\uf0b7":
            font.face.charToGlyph[ord(character)] = font.face.charToGlyph[ord("•")]
        pdfmetrics.registerFont(font)


class Pdf:
    """A PDF written line by line from the top of each page. Places are points from the lower
    left; A4 is 595 by 842."""

    def __init__(self, encrypt: str | None = None) -> None:
        _register_fonts()
        self._buffer = BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=A4, invariant=True, encrypt=encrypt)
        self.x, self.y = 72.0, 770.0

    def line(
        self,
        text: str,
        *,
        x: float = 72,
        gap: float = 1.25,
        size: float = 11,
        bold: bool = False,
    ) -> "Pdf":
        """A line ``gap`` times its size below the one before."""
        self.y -= gap * size
        return self.at(x, self.y, text, size=size, bold=bold)

    def paragraph(self, *lines: str, x: float = 72, hang: float = 0, gap: float = 2.5) -> "Pdf":
        """Lines that belong together; those after the first stand ``hang`` to the right."""
        for index, text in enumerate(lines):
            self.line(text, x=x if index == 0 else x + hang, gap=1.25 if index else gap)
        return self

    def heading(self, text: str) -> "Pdf":
        """A line in large bold type."""
        return self.line(text, gap=2.5, size=14, bold=True)

    def at(self, x: float, y: float, text: str, *, size: float = 11, bold: bool = False) -> "Pdf":
        """Words at a place of the page; the next line does not depend on them."""
        self._canvas.setFont(BOLD if bold else PLAIN, size)
        self._canvas.drawString(x, y, text)
        return self

    def mark(
        self, line: str, number: str, *, size: float = 11, bold: bool = False, rise: float = 0.4
    ) -> "Pdf":
        """A raised footnote number behind the line that was written last; what is written with
        ``at(pdf.x, pdf.y, …)`` stands behind it."""
        self.x = 72 + pdfmetrics.stringWidth(line, BOLD if bold else PLAIN, size)
        self.at(self.x, self.y + rise * size, number, size=0.6 * size, bold=bold)
        self.x += pdfmetrics.stringWidth(number + " ", PLAIN, 0.6 * size)
        return self

    def page(self) -> "Pdf":
        """End the page."""
        self._canvas.showPage()
        self.y = 770.0
        return self

    def box(self) -> "Pdf":
        """Something to see that has no words, as a scan has none."""
        self._canvas.rect(100, 100, 300, 500, fill=1)
        return self

    def data(self) -> bytes:
        """The bytes of the file, the open page included."""
        self._canvas.save()
        return self._buffer.getvalue()


def raw_pdf(content: str, *, unicode: str = "0041", pages: str = "3 0 R") -> bytes:
    """A PDF written by hand: a line of Helvetica on one page, whose "A" stands for other
    UTF-16 units."""

    def stream(data: str) -> str:
        return f"<</Length {len(data)}>>\nstream\n{data}\nendstream"

    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{pages}]/Count {pages.count('R')}>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        stream(f"BT /F 12 Tf 72 700 Td ({content}) Tj ET"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(
            "begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
            f"1 beginbfchar <41> <{unicode}> endbfchar endcmap"
        ),
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode()


def word_bytes(document: WordDocument) -> bytes:
    """The bytes of a Word file."""
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def word_file(*paragraphs: str) -> bytes:
    """A Word file of plain paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return word_bytes(document)


def read(content: str | bytes, file: str = "letter") -> Document:
    """The document that a file with this content becomes."""
    return read_document(content.encode() if isinstance(content, str) else content, file)


def texts(document: Document, *kinds: str) -> list[str]:
    """The words of the blocks, of all kinds or of some, in order."""
    return [
        document.text[block.start : block.end]
        for block in document.blocks
        if not kinds or block.kind in kinds
    ]


def sentences(document: Document) -> list[str]:
    """The words of the sentences in order."""
    return [document.text[s.start : s.end] for s in document.sentences]


def block_of(document: Document, words: str) -> Block:
    """The one block that has these words in it."""
    (found,) = (b for b in document.blocks if words in document.text[b.start : b.end])
    return found


def page_of(document: Document, words: str) -> int:
    """The page that these words begin on."""
    offset = document.text.index(words)
    return next(p.number for p in reversed(document.pages) if p.start <= offset)


def check_spans(document: Document) -> None:
    """What holds for every document: spans within the text, in order, and covering it."""
    text, length = document.text, len(document.text)
    assert document.blocks
    assert document.sections
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= length
        assert not text[block.start].isspace()
        assert not text[block.end - 1].isspace()
        section = document.sections[block.section]
        assert section.start <= block.start < block.end <= section.end
        if block.lead_in is not None:
            assert document.blocks[block.lead_in].end <= block.start
        end = block.end
    end, before = 0, 0
    for sentence in document.sentences:
        block = document.blocks[sentence.block]
        assert before <= sentence.block
        assert max(end, block.start) <= sentence.start < sentence.end <= block.end
        end, before = sentence.end, sentence.block
    assert [s.start for s in document.sections] == [
        0,
        *(section.end for section in document.sections[:-1]),
    ]
    assert document.sections[-1].end == length
    if document.pages:
        assert [p.number for p in document.pages] == list(range(1, len(document.pages) + 1))
        assert [p.start for p in document.pages] == [0, *(p.end for p in document.pages[:-1])]
        assert document.pages[-1].end == length
        assert all(
            document.pages[block.page - 1].start <= block.start
            for block in document.blocks
            if block.page is not None
        )
