"""The rows of a snapshot: every passage and sentence of its documents, and what is embedded of
them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from documents import Document
from index.context import passage_text, sentence_text
from index.passages import cut_passages
from index.snapshot import PASSAGE_DTYPE, SENTENCE_DTYPE


@dataclass(frozen=True)
class Rows:
    """``passages`` and ``sentences`` as a snapshot has them, and the text of each row that is
    embedded and matched by words."""

    passages: NDArray[np.void]
    sentences: NDArray[np.void]
    passage_texts: tuple[str, ...]
    sentence_texts: tuple[str, ...]


def rows_of(documents: Sequence[Document]) -> Rows:
    """The rows of these documents, in their order."""
    passage_rows: list[tuple[int, ...]] = []
    sentence_rows: list[tuple[int, ...]] = []
    passage_texts: list[str] = []
    sentence_texts: list[str] = []
    for number, document in enumerate(documents):
        for passage in cut_passages(document):
            row = len(passage_rows)
            first = len(sentence_rows)
            for index in range(passage.first, passage.last):
                sentence = document.sentences[index]
                sentence_rows.append((number, row, index, sentence.start, sentence.end))
                sentence_texts.append(sentence_text(document, sentence))
            span = (passage.section, passage.start, passage.end)
            passage_rows.append((number, *span, first, len(sentence_rows)))
            passage_texts.append(passage_text(document, passage))
    return Rows(
        np.array(passage_rows, dtype=PASSAGE_DTYPE),
        np.array(sentence_rows, dtype=SENTENCE_DTYPE),
        tuple(passage_texts),
        tuple(sentence_texts),
    )
