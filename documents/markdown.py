"""Markdown: CommonMark with tables, through markdown-it-py's tokens."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.marks import tidy
from documents.plain import decode

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_markdown(data: bytes, file: str) -> Reading:
    """The drafts of a Markdown file. Raises UnreadableDocument where it holds no words."""
    drafts: list[Draft] = []
    cells: list[str] = []
    lists: list[tuple[str, int]] = []  # kind and number of each open list
    item_is_new = in_head = in_cell = False
    level = 0
    for token in _PARSER.parse(decode(data, file)):
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "bullet_list_open":
                lists.append(("bullet", 0))
            case "ordered_list_open":
                lists.append(("ordered", int(token.attrGet("start") or 1) - 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                kind, number = lists[-1]
                lists[-1] = (kind, number + 1)
                item_is_new = True
            case "thead_open" | "thead_close":
                in_head = token.type == "thead_open"
            case "tr_open":
                cells = []
            case "tr_close":
                text = "\t".join(cell for cell in cells if cell)
                drafts.append(Draft("row", text, boilerplate=in_head))
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


def _draft(text: str, level: int, lists: list[tuple[str, int]], item_is_new: bool) -> Draft:
    if level:
        return Draft("heading", text, level=level)
    if lists and item_is_new:
        kind, number = lists[-1]
        if kind == "bullet":
            return Draft("bullet", text)
        return Draft("paragraph", text, mark=f"{number}. ")
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
