"""Render the invented sample letters in ``sources/`` into the formats that real letters come in.

A source is a short front matter (``key: value`` lines) and Markdown. The same sources always give
the same bytes. Run it as ``python documents/samples/make.py``.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from reportlab import platypus as rl
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
MARKDOWN = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
NOTICE = "Invented sample. No real authority, person or letter."
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
Kind = Literal["heading", "paragraph", "bullet", "number", "table"]
Inline = tuple[str | int, ...]
"""Text (a newline is a hard line break) and, as integers, references to footnotes."""


@dataclass(frozen=True)
class Block:
    """One block of a letter; ``level`` is a heading's level or a list's depth (0: in no list)."""

    kind: Kind
    text: Inline = ()
    level: int = 0
    number: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Letter:
    """A source file, read: its front matter, its Markdown, and that Markdown as blocks."""

    format: str
    header: str
    footer: str
    title: str
    body: str
    blocks: tuple[Block, ...]
    notes: tuple[Inline, ...]


def read(source: str) -> Letter:
    """Read a source file's text."""
    opening, front, body = source.split("---\n", 2)
    if opening:
        raise ValueError("a source begins with its front matter")
    pairs = (line.partition(":") for line in front.splitlines() if line.strip())
    keys = {key.strip(): value.strip() for key, _, value in pairs}
    blocks, notes = parse(MARKDOWN.parse(body))
    return Letter(**keys, body=body.strip() + "\n", blocks=tuple(blocks), notes=tuple(notes))


def parse(tokens: Sequence[Token]) -> tuple[list[Block], list[Inline]]:
    """Turn Markdown tokens into blocks and footnotes; refuse markup that letters do not have."""
    blocks: list[Block] = []
    notes: list[Inline] = []
    rows: list[tuple[str, ...]] = []
    depth, level, in_notes = 0, 0, False
    item: str | None = None  # the marker of the list item that has just begun
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case name if "_list_" in name:  # opens or closes
                depth += token.nesting
            case "list_item_open":
                item = f"{token.info}." if token.info else ""
            case "tr_open":
                rows.append(())
            case "table_close":
                blocks.append(Block("table", rows=tuple(rows)))
                rows = []
            case "footnote_block_open":
                in_notes = True
            case "inline":
                text = inline(token.children or [])
                if in_notes:
                    notes.append(text)
                elif rows:
                    rows[-1] += (plain(text),)
                elif level:
                    blocks.append(Block("heading", text, level))
                else:
                    kind: Kind = "paragraph" if item is None else "number" if item else "bullet"
                    blocks.append(Block(kind, text, depth, item or ""))
                level, item = 0, None
            case "fence" | "code_block" | "html_block" | "hr" | "blockquote_open":
                raise ValueError(f"no {token.type} in a letter: {token.content[:60]!r}")
    return blocks, notes


def inline(tokens: Sequence[Token]) -> Inline:
    """Turn a block's inline tokens into text and footnote references."""
    breaks: dict[str, str] = {"softbreak": " ", "hardbreak": "\n"}
    parts: list[str | int] = []
    for token in tokens:
        if token.type not in ("text", "text_special", "footnote_ref", *breaks):
            raise ValueError(f"no {token.type} in a letter: {token.content!r}")
        note = token.type == "footnote_ref"
        parts.append(token.meta["id"] + 1 if note else breaks.get(token.type, token.content))
    return tuple(parts)


def plain(text: Inline, note: str = "[{}]") -> str:
    """Write inline content as one string, its footnote references in the form of ``note``."""
    return "".join(note.format(part) if isinstance(part, int) else part for part in text)


WIDTH, HEIGHT = A4
SIDE, TOP, BOTTOM = 68.0, 78.0, 70.0
ROOM = WIDTH - 2 * SIDE
INK, GREY = HexColor("#1a1a1a"), HexColor("#5a5a5a")
BODY = ParagraphStyle("", fontSize=11, leading=15, spaceAfter=9, textColor=INK, allowOrphans=1)
CELL = ParagraphStyle("", BODY, spaceAfter=0)
BOLD = ParagraphStyle("", CELL, fontName="Helvetica-Bold")
NOTE = ParagraphStyle("", BODY, fontSize=8.5, leading=11, spaceAfter=2)
HEAD = ParagraphStyle("", BOLD, spaceBefore=9, spaceAfter=7, keepWithNext=1)


def markup(text: Inline) -> str:
    """Write inline content in ReportLab's markup; each footnote reference reports its page."""
    note = '<super size="7">{0}</super><onDraw name="footnote" label="{0}"/>'
    escaped = (part if isinstance(part, int) else html.escape(part, False) for part in text)
    return plain(tuple(escaped), note).replace("\n", "<br/>")


def flowable(block: Block) -> rl.Flowable:
    """Make ReportLab's counterpart of a block."""
    text, indent = markup(block.text), 24 * block.level
    if block.kind == "heading":
        size = (17.0, 13.5, 11.5)[block.level - 1]
        return rl.Paragraph(text, ParagraphStyle("", HEAD, fontSize=size, leading=size * 1.3))
    if block.kind != "table":
        style = ParagraphStyle("", BODY, leftIndent=indent, bulletIndent=max(0, indent - 22))
        style.spaceAfter = 5 if block.kind == "bullet" else 9
        bullet = "•" if block.kind == "bullet" else block.number or None
        return rl.Paragraph(text, style, bulletText=bullet)
    cells = [
        [rl.Paragraph(html.escape(cell, False), CELL if index else BOLD) for cell in row]
        for index, row in enumerate(block.rows)
    ]
    lines = [("GRID", (0, 0), (-1, -1), 0.6, GREY), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    widths = [ROOM * 0.66] + [None] * (len(cells[0]) - 1)
    return rl.Table(cells, widths, style=lines, repeatRows=1, spaceBefore=4, spaceAfter=14)


def to_pdf(letter: Letter) -> bytes:
    """Render a PDF; a footnote stands at the foot of the page that refers to it."""
    notes = [rl.Paragraph(f'<super size="6">{n}</super> {markup(note)}', NOTE)
             for n, note in enumerate(letter.notes, 1)]  # fmt: skip
    heights = [note.wrap(ROOM, HEIGHT)[1] + 2 for note in notes]
    low = BOTTOM + sum(heights) + (14 if notes else 0)  # room for all, should one page have all
    here: list[int] = []  # the notes of the page being laid out

    def furnish(canvas: Canvas, _: object) -> None:
        canvas.setNamedCB("footnote", lambda *call: here.append(int(call[-1]) - 1))
        canvas.setFont("Helvetica", 8.5)
        canvas.setFillColor(GREY)
        canvas.drawString(SIDE, HEIGHT - 44, letter.header)
        canvas.drawString(SIDE, 36, letter.footer)
        canvas.drawRightString(WIDTH - SIDE, 36, str(canvas.getPageNumber()))

    def annotate(canvas: Canvas, _: object) -> None:
        y = BOTTOM + sum(heights[index] for index in here)
        if here:
            canvas.line(SIDE, y + 5, SIDE + 130, y + 5)
        for index in here:
            y -= heights[index]
            notes[index].drawOn(canvas, SIDE, y)
        here.clear()

    frame = rl.Frame(SIDE, low, ROOM, HEIGHT - TOP - low, 0, 0, 0, 0)
    buffer = io.BytesIO()
    document = rl.BaseDocTemplate(
        buffer, pagesize=A4, title=letter.title, subject=NOTICE, author="Paperknife", lang="en-GB",
        pageTemplates=[rl.PageTemplate("page", frame, furnish, annotate)], invariant=1,
    )  # fmt: skip
    document.build([flowable(block) for block in letter.blocks])
    return buffer.getvalue()


def fill(paragraph: WordParagraph, text: Inline) -> None:
    """Write inline content into a Word paragraph."""
    for part in text:
        paragraph.add_run(str(part)).font.superscript = True if isinstance(part, int) else None


def to_docx(letter: Letter) -> bytes:
    """Render a Word document with its own heading, list and table styles; notes at the end."""
    document = docx.Document()
    about = document.core_properties
    about.title, about.comments, about.author = letter.title, NOTICE, "Paperknife"
    about.created, about.modified, about.language = EPOCH, EPOCH, "en-GB"
    document.sections[0].header.paragraphs[0].text = letter.header
    foot = document.sections[0].footer.paragraphs[0]
    foot.text = f"{letter.footer}\t\t"
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    for block in letter.blocks:
        if block.kind == "table":
            table = document.add_table(0, len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    cell.text = words
            document.add_paragraph()
        elif block.kind == "heading":
            fill(document.add_heading(level=block.level), block.text)
        else:
            style = "List Bullet" if block.kind == "bullet" else None
            number = (f"{block.number}\t",) if block.number else ()
            fill(document.add_paragraph(style=style), number + block.text)
    for index, note in enumerate(letter.notes, 1):
        fill(document.add_paragraph(), (index, " ", *note))
    buffer, fixed = io.BytesIO(), io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in old.namelist():  # the same entries, without the time of writing
            entry = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


PAGE = """<!DOCTYPE html><html lang="en-GB">
<head><meta charset="utf-8"><meta name="description" content="{notice}">
<title>{title}</title></head>
<body><header><p>{header}</p></header>
<nav><a href="#main">Skip to main content</a>
<ul><li><a href="/">Home</a></li> <li><a href="/reports">Find a report</a></li></ul></nav>
<main id="main">
{main}</main><footer><p>{footer}</p> <p><a href="/cookies">Cookies</a></p></footer>
</body></html>
"""


def to_html(letter: Letter) -> bytes:
    """Render a saved web page."""
    keys = ("title", "header", "footer")
    fields = {key: html.escape(getattr(letter, key), False) for key in keys}
    return PAGE.format(**fields, notice=NOTICE, main=MARKDOWN.render(letter.body)).encode()


def to_txt(letter: Letter) -> bytes:
    """Render plain text: one line a paragraph, however long."""
    text = letter.header
    for before, block in zip((None, *letter.blocks), letter.blocks, strict=False):
        marker = f"{block.number} " if block.number else "- " if block.kind == "bullet" else ""
        words = "\n".join("\t".join(row) for row in block.rows) or plain(block.text)
        in_list = before and before.kind == block.kind == "bullet"
        text += ("\n" if in_list else "\n\n") + marker + words
    notes = [f"[{index}] {plain(note)}" for index, note in enumerate(letter.notes, 1)]
    return ("\n\n".join((text, *notes, letter.footer)).strip() + "\n").encode()


RENDERERS: dict[str, Callable[[Letter], bytes]] = {
    "pdf": to_pdf, "docx": to_docx, "html": to_html, "txt": to_txt,
    "md": lambda letter: letter.body.encode(),
}  # fmt: skip


def make(sources: Path = HERE / "sources", target: Path = HERE) -> list[Path]:
    """Render every letter of ``sources`` into ``target``, and list the files written."""
    written = []
    for source in sorted(sources.glob("*.md")):
        try:
            letter = read(source.read_text(encoding="utf-8"))
            data = RENDERERS[letter.format](letter)
        except (ValueError, TypeError, KeyError) as problem:
            raise SystemExit(f"{source.name}: {problem!r}") from problem
        written.append(target / f"{source.stem}.{letter.format}")
        written[-1].write_bytes(data)
    return written


if __name__ == "__main__":
    for made in make():
        print(made.relative_to(HERE))
