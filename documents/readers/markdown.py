"""Markdown: CommonMark with tables, through markdown-it-py's tokens."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.judgements import row_draft
from documents.marks import tidy
from documents.model import BlockKind
from documents.readers.encodings import decode

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_markdown(data: bytes, file: str) -> Reading:
    """The drafts of a Markdown file. Raises UnreadableDocument where it holds no words."""
    drafts: list[Draft] = []
    cells: list[str] = []
    lists: list[str] = []  # the mark of the item of each open list; empty for a bullet
    item_is_new = in_head = in_cell = False
    level = 0
    for token in _PARSER.parse(decode(data, file)):
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "bullet_list_open" | "ordered_list_open":
                lists.append("")
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                # The number as it is written, not as it would be counted.
                lists[-1] = f"{token.info}. " if token.info else ""
                item_is_new = True
            case "thead_open" | "thead_close":
                in_head = token.type == "thead_open"
            case "tr_open":
                cells = []
            case "tr_close":
                drafts.append(row_draft(cells, is_head=in_head))
            case "th_open" | "td_open" | "th_close" | "td_close":
                in_cell = token.type.endswith("open")
            case "fence" | "code_block":
                drafts.append(Draft("paragraph", tidy(token.content)))
            case "inline" if in_cell:
                cells.append(" ".join(_lines(token)))
            case "inline":
                for line in _lines(token):
                    drafts.append(_draft(line, level, lists, item_is_new))
                    item_is_new = False
    drafts = [draft for draft in drafts if draft.text]
    if not drafts:
        raise UnreadableDocument(file, "the file holds no words")
    return Reading(drafts)


def _draft(text: str, level: int, lists: list[str], item_is_new: bool) -> Draft:
    if level:
        return Draft("heading", text, level=level)
    if lists and item_is_new:
        kind: BlockKind = "paragraph" if lists[-1] else "bullet"
        depth = sum(1 for mark in lists[:-1] if not mark) if kind == "bullet" else 0
        return Draft(kind, text, mark=lists[-1], level=depth)
    return Draft("paragraph", text)


def _lines(token: Token) -> list[str]:
    """The words of inline content; a hard break (an address) begins a new line."""
    lines = [""]
    for child in token.children or []:
        if child.type == "hardbreak":
            lines.append("")
        elif child.type == "softbreak":
            lines[-1] += " "
        elif child.type == "image":
            lines[-1] += child.content
        else:
            lines[-1] += child.content
    return [tidy(line) for line in lines]
