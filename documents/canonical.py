"""Drafts become one canonical text, and spans of it.

Blocks stand apart by an empty line, the bullets of a list and the rows of a table by a new line.
Marks that are printed (a bullet, "15.") stand before their block and outside its span.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from documents.draft import Draft, Reading
from documents.marks import is_terminated
from documents.model import Block, Page, Section, Sentence
from documents.sentences import split_sentences

_BULLET_MARK = "• "
_LISTED = ("bullet", "row")
# A paragraph that ends so has lost its end; one that only lacks its full stop has not. A bullet
# may end in "; and".
_UNFINISHED = re.compile(
    r"(?:,|\b(?:a|an|and|are|as|at|be|by|for|from|has|have|in|is|its|of|on|or|that|the|their|this"
    r"|to|was|were|which|who|with))$"
)
_MAY_END_BULLET = re.compile(r"(?:,|\b(?:and|or))$")
# What the publisher puts at the end of each report; all that follows it is of the same nature.
_CLOSING = re.compile(
    r"^(?:The Office for Standards in Education, Children.?s Services and Skills \(Ofsted\)"
    r" regulates"
    r"|Any complaints about the inspection or the report should be made"
    r"|If you would like a copy of this document\b"
    r"|You may (?:re-?use|copy) (?:this|all))"
)
# Sections of every report that say nothing of its authority.
_ANNEX = re.compile(r"^What the inspection judge?ments mean\b")
# "… in the following areas.": a lead-in that ends as a sentence.
_LEAD_IN = re.compile(r"\b(?:following|below|these|include[sd]?|including)\b[^.]*\.$")
_SHORT_LEAD_IN = 90  # characters: "The judgement on adoption is good." over its reasons
_LETTERHEAD = re.compile(
    r"^(?:Ofsted|Piccadilly Gate|Agora|Store St(?:reet)?|Manchester|Nottingham"
    r"|(?:M1|NG1) \d[A-Z]{2}|(?:T|E|W|Tel|Textphone|Email)\b[: ].*|\S+@\S+"
    r"|(?:https?://|www\.)\S+)$"
)


@dataclass(frozen=True, slots=True)
class Canonical:
    """The text of a document and all its structure."""

    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]


def assemble(reading: Reading) -> Canonical:
    """The canonical text of what was read. Empty drafts are passed over."""
    parts: list[str] = []
    length = 0
    spans: list[tuple[Draft, int, int]] = []
    page_starts: list[tuple[int, int]] = []
    before: Draft | None = None
    for draft in (draft for draft in reading.drafts if draft.text):
        if before is not None:
            listed = draft.kind == before.kind and draft.kind in _LISTED
            parts.append("\n" if listed else "\n\n")
            length += len(parts[-1])
        mark = draft.mark or (_BULLET_MARK if draft.kind == "bullet" else "")
        parts.append(mark + draft.text)
        start = length + len(mark)
        for offset, page in draft.breaks:
            if not page_starts or page > page_starts[-1][0]:
                page_starts.append((page, length if offset == 0 else start + offset))
        length += len(parts[-1])
        spans.append((draft, start, length))
        before = draft
    text = "".join(parts)
    pages = _pages(page_starts, reading.pages, length)
    blocks, sections = _structure(spans, pages, length)
    return Canonical(text, pages, sections, blocks, _sentences(text, blocks))


def page_at(pages: Sequence[Page], offset: int) -> int | None:
    """The number of the page that an offset is on; None where the format has no pages."""
    if not pages:
        return None
    return pages[max(bisect_right(pages, offset, key=lambda page: page.start) - 1, 0)].number


def _pages(starts: list[tuple[int, int]], count: int, length: int) -> tuple[Page, ...]:
    """Every page of the file; one without text is empty and stands where the next begins."""
    if not count:
        return ()
    known = dict(starts)
    begins = length
    pages: list[Page] = []
    end = length
    for number in range(count, 0, -1):
        begins = known.get(number, begins)
        if number == 1:
            begins = 0
        pages.append(Page(number, begins, end))
        end = begins
    return tuple(reversed(pages))


def _structure(
    spans: list[tuple[Draft, int, int]], pages: tuple[Page, ...], length: int
) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    numbered = any(d.mark and d.kind == "paragraph" for d, _, _ in spans)
    blocks: list[Block] = []
    heads: list[tuple[str, int, int]] = []  # heading, level, start
    ordinal = 0
    leads: list[int | None] = [None]  # for bullets of each depth
    closing = False
    annex: int | None = None  # the level of its heading, within one
    for index, (draft, start, end) in enumerate(spans):
        if draft.kind == "heading" or not heads:
            is_heading = draft.kind == "heading"
            heads.append((draft.text if is_heading else "", draft.level, start if heads else 0))
        counts = draft.kind in ("paragraph", "bullet") and not numbered
        ordinal += counts
        closing = closing or bool(_CLOSING.match(draft.text))
        if draft.kind == "heading" and (annex is None or draft.level <= annex):
            annex = draft.level if _ANNEX.match(draft.text) else None
        is_standing = closing or annex is not None or bool(_LETTERHEAD.match(draft.text))
        lead_in, level = None, 0
        if draft.kind == "bullet":
            level = min(draft.level, len(leads) - 1)
            lead_in = leads[level]
            leads[level + 1 :] = [index]
        elif draft.kind != "footnote":
            behind = spans[index + 1][0].text if index + 1 < len(spans) else ""
            leads = [index if _introduces(draft, behind) else None]
        blocks.append(
            Block(
                kind=draft.kind,
                start=start,
                end=end,
                page=page_at(pages, start),
                section=len(heads) - 1,
                number=draft.number,
                ordinal=ordinal if counts else None,
                lead_in=lead_in,
                level=level,
                boilerplate=draft.boilerplate or is_standing,
            )
        )
    ends = [start for _, _, start in heads[1:]] + [length]
    sections = tuple(
        Section(heading, level, page_at(pages, start), start, end)
        for (heading, level, start), end in zip(heads, ends, strict=True)
    )
    return tuple(blocks), sections


def _introduces(draft: Draft, behind: str) -> bool:
    """Whether a draft says what the bullets behind it are; ``behind`` is the first of them."""
    if draft.kind == "heading" or draft.text.endswith(":"):
        return True
    return draft.kind == "paragraph" and (
        len(draft.text) < _SHORT_LEAD_IN
        or behind[:1].islower()
        or not is_terminated(draft.text)
        or bool(_LEAD_IN.search(draft.text))
    )


def _sentences(text: str, blocks: tuple[Block, ...]) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    for index, block in enumerate(blocks):
        if block.kind == "heading":
            continue
        if block.kind == "row":
            sentences.append(Sentence(block.start, block.end, index))
            continue
        spans = split_sentences(text, block.start, block.end)
        for position, (start, end) in enumerate(spans):
            sentences.append(
                Sentence(
                    start,
                    end,
                    index,
                    fragment=_has_lost_start(text, start, block, is_first=position == 0)
                    or (position == len(spans) - 1 and _has_lost_end(text[start:end], block)),
                )
            )
    return tuple(sentences)


def _has_lost_start(text: str, start: int, block: Block, *, is_first: bool) -> bool:
    """Whether a sentence begins with a small letter where it should not."""
    if is_first and block.kind != "paragraph":
        return False
    # Not "iART provides …".
    return text[start].islower() and not text[start + 1 : start + 2].isupper()


def _has_lost_end(sentence: str, block: Block) -> bool:
    """Whether the last sentence of a block stops where none can."""
    if block.kind not in ("paragraph", "bullet") or not _UNFINISHED.search(sentence):
        return False
    return block.kind == "paragraph" or not _MAY_END_BULLET.search(sentence)
