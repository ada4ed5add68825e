"""A document is cut into passages: the units that are retrieved and shown as context."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from documents import Block, Document, Sentence

_LEAST_WORDS = 60
_MOST_WORDS = 130

# What it costs to end a passage at a place. A passage far below _LEAST_WORDS costs _SHORT, so a
# break that costs more is made only where a passage would grow beyond _MOST_WORDS.
_AT_PARAGRAPH = 0.0
_AT_BULLET = 0.5
_WITHIN_BLOCK = 1.0
_AFTER_LEAD_IN = 2.0
_SHORT = 1.5
# Two paragraphs that are each long enough stay apart; below that, even lengths are preferred.
_JOINED_PARAGRAPHS = 0.15
_UNEVEN = 0.05


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences within one section: ``text[start:end]`` is the passage, verbatim.

    ``first`` and ``last`` are the half-open range of its sentences in ``document.sentences``.
    """

    section: int
    start: int
    end: int
    first: int
    last: int


def cut_passages(document: Document) -> list[Passage]:
    """The passages of a document in order, of about 60 to 130 words.

    Every sentence that belongs neither to a heading nor to boilerplate is in exactly one of
    them. No passage goes over a heading or over boilerplate. Paragraphs are kept whole and bullets
    with their lead-in where they fit; a sentence longer than 130 words is a passage by itself.
    """
    passages = []
    for first, last in _runs(document):
        words = [
            len(document.text[sentence.start : sentence.end].split())
            for sentence in document.sentences[first:last]
        ]

        def breaking(offset: int, first: int = first) -> float:
            return _breaking(document, first + offset)

        begin = 0
        for end in _cut(words, breaking):
            passages.append(_passage(document, first + begin, first + end))
            begin = end
    return passages


def is_answerable(block: Block) -> bool:
    """Whether the sentences of ``block`` belong to passages."""
    return block.kind != "heading" and not block.boilerplate


def _runs(document: Document) -> Iterator[tuple[int, int]]:
    """Half-open ranges of sentences between which no passage may reach."""
    first: int | None = None
    for number, sentence in enumerate(document.sentences):
        if not is_answerable(document.blocks[sentence.block]):
            if first is not None:
                yield first, number
            first = None
        elif first is None:
            first = number
        elif _parted(document, document.sentences[number - 1], sentence):
            yield first, number
            first = number
    if first is not None:
        yield first, len(document.sentences)


def _parted(document: Document, one: Sentence, next_one: Sentence) -> bool:
    """Whether a new section, a heading or boilerplate lies between two neighbours."""
    blocks = document.blocks
    return blocks[one.block].section != blocks[next_one.block].section or any(
        not is_answerable(block) for block in blocks[one.block + 1 : next_one.block]
    )


def _breaking(document: Document, number: int) -> float:
    """The cost of a passage that begins with sentence ``number`` of the document."""
    before, after = document.sentences[number - 1].block, document.sentences[number].block
    if before == after:
        return _WITHIN_BLOCK
    block = document.blocks[after]
    if block.kind == "bullet" and block.lead_in == before:
        return _AFTER_LEAD_IN
    if block.kind in ("bullet", "row") and document.blocks[before].kind == block.kind:
        return _AT_BULLET
    return _AT_PARAGRAPH


def _cut(words: list[int], breaking: Callable[[int], float]) -> list[int]:
    """The ends of the pieces of a run that cost least together.

    ``words`` are the lengths of its sentences, ``breaking(i)`` is the cost of a break before
    the i-th. Least cost over all ways to cut, found from the front.
    """
    costs = [0.0] + [breaking(number) for number in range(1, len(words))]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        choices = []
        length, joined = 0, 0.0
        for begin in range(end - 1, -1, -1):
            length += words[begin]
            if length > _MOST_WORDS and begin < end - 1:
                break
            total = best[begin][0] + costs[begin] + joined + _size_cost(length)
            choices.append((total, begin))
            if costs[begin] == _AT_PARAGRAPH:
                joined += _JOINED_PARAGRAPHS
        best.append(min(choices))
    ends, end = [], len(words)
    while end:
        ends.append(end)
        end = best[end][1]
    return ends[::-1]


def _size_cost(words: int) -> float:
    middle = (_LEAST_WORDS + _MOST_WORDS) / 2
    uneven = _UNEVEN * abs(words - middle) / middle
    return uneven + _SHORT * max(0, _LEAST_WORDS - words) / _LEAST_WORDS


def _passage(document: Document, first: int, last: int) -> Passage:
    sentences = document.sentences
    return Passage(
        section=document.blocks[sentences[first].block].section,
        start=sentences[first].start,
        end=sentences[last - 1].end,
        first=first,
        last=last,
    )
