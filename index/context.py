"""What is embedded and matched by words: a passage or sentence with what it needs to be
understood. None of this is ever shown or cited; that is the canonical text alone."""

from documents import Document, Sentence
from index.passages import Passage

# A passage has up to 130 words: with these it stays within the encoder's 256 tokens.
_TITLE_WORDS = 16
_HEADING_WORDS = 16
_LEAD_IN_WORDS = 40


def passage_text(document: Document, passage: Passage) -> str:
    """Title of the document, heading of the section, then the passage, each as a sentence."""
    title = _first_words(document.metadata.title, _TITLE_WORDS)
    heading = _first_words(document.sections[passage.section].heading, _HEADING_WORDS)
    parts = [title] if heading == title else [title, heading]
    return _joined([*parts, document.text[passage.start : passage.end]])


def sentence_text(document: Document, sentence: Sentence, *, lead_in: bool = True) -> str:
    """The sentence; a bullet with the words that introduce it before it, if ``lead_in``."""
    own = document.text[sentence.start : sentence.end]
    introducing = document.blocks[sentence.block].lead_in
    if not lead_in or introducing is None:
        return _joined([own])
    return _joined([_last_words(document, introducing), own])


def passage_header(document: Document, section: int, first: int) -> str:
    """Where a passage stands, for who reads it: the kind of its document, the heading of its
    section, and the words that introduce its first sentence if that is a bullet, as these stand
    before it. ``first`` is the number of that sentence."""
    heading = _first_words(document.sections[section].heading, _HEADING_WORDS)
    introducing = document.blocks[document.sentences[first].block].lead_in
    lead_in = "" if introducing is None else _last_words(document, introducing)
    return _joined([document.metadata.kind, heading, lead_in])


def _last_words(document: Document, block: int) -> str:
    """Of a block that introduces others: the end of a long one is what names the list."""
    own = document.blocks[block]
    return " ".join(document.text[own.start : own.end].split()[-_LEAD_IN_WORDS:])


def _first_words(text: str, most: int) -> str:
    return " ".join(text.split()[:most])


def _joined(parts: list[str]) -> str:
    """Non-empty parts on one line, each but the last closed by a mark of punctuation."""
    folded = [" ".join(part.split()) for part in parts]
    *before, last = [part for part in folded if part] or [""]
    return " ".join([part if part[-1] in ".?!:;" else f"{part}." for part in before] + [last])
