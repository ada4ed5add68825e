"""Facts that stand in the head of a letter, in its table of judgements or in its metadata, and
the sentences that state them: who led the visit, when it was, what was graded how, what a short
form stands for.

Such sentences are names, dates and rows: they share few words with the questions that they answer,
so that retrieval by words and vectors passes them over.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from documents import Document
from qa.abbreviations import definitions
from qa.fact_questions import Fact, FactKind, FactQuestions
from qa.grades import EVERY_AREA, areas_of, grade_of, stated_grade
from qa.schema import Understood

# The facts that are read from the span of one field of the metadata.
_FIELDS: tuple[tuple[FactKind, str], ...] = (
    ("inspectors", "inspectors"),
    ("visited", "visited"),
    ("published", "published"),
    ("addressee", "addressee"),
    ("framework", "framework"),
    ("kind", "kind"),
)
_Place = tuple[Fact, int, int]
# Sections that tell of other inspections: "The local authority was judged to be good." in there.
_OTHER_INSPECTIONS = re.compile(r"\b(?:previous|other|earlier|last)\b.*\binspections?\b", re.I)


class Facts:
    """The facts of the letters of a snapshot, each with the rows of the sentences that state it.

    Safe to share between threads.
    """

    def __init__(self, documents: Sequence[Document], sentences: NDArray[np.void]) -> None:
        """``sentences`` has SENTENCE_DTYPE, as in a snapshot of these documents. What stands only
        in a heading has no row; what has lost its beginning or its end states nothing."""
        self._kinds = np.array([document.metadata.kind for document in documents], dtype=object)
        self._documents = sentences["document"]
        found: defaultdict[Fact, set[int]] = defaultdict(set)
        bounds = np.searchsorted(self._documents, np.arange(len(documents) + 1))
        for number, document in enumerate(documents):
            own = [
                (row, start, end)
                for row, index, start, end in zip(
                    range(bounds[number], bounds[number + 1]),
                    *(
                        sentences[name][bounds[number] : bounds[number + 1]].tolist()
                        for name in ("index", "start", "end")
                    ),
                    strict=True,
                )
                if not document.sentences[index].fragment
            ]
            starts = np.array([start for _, start, _ in own], dtype=np.int64)
            for fact, start, end in _places(document, own):
                last = int(np.searchsorted(starts, end))
                found[fact].update(row for row, _, over in own[:last] if over > start)
        self._rows = {
            fact: np.array(sorted(rows), dtype=np.intp) for fact, rows in found.items() if rows
        }
        self._questions = FactQuestions(fact.of for fact in found if fact.kind == "stands for")

    def asked(self, topic: str, understood: Understood) -> tuple[Fact, ...]:
        """The facts that a question asks for, as ``Query`` and ``Meaning`` have it: none for most.

        A question for a grade, a date or a name asks for a fact only if it speaks of nothing else:
        "how was leadership rated?" does, "how are pathway plans rated?" does not.
        """
        return self._questions.asked(topic, understood)

    def rows(self, facts: Iterable[Fact], allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Rows of the sentences that state one of ``facts``, ascending and each once, of the
        documents that ``allowed`` (one truth a document) is true for. Shape (rows,).

        Where the question names times, those of other letters state the same fact of another
        visit: whoever asks leaves them out by ``allowed``.
        """
        found = [np.arange(0)]
        for fact in facts:
            rows = self._rows.get(Fact(fact.kind, fact.of), np.arange(0))
            open_to = allowed if fact.among is None else allowed & (self._kinds == fact.among)
            found.append(rows[open_to[self._documents[rows]]])
        return np.unique(np.concatenate(found))


def _places(document: Document, own: Sequence[tuple[int, int, int]]) -> Iterator[_Place]:
    """The facts of a document and the spans that they were read from."""
    read_from = document.metadata.read_from
    for kind, field in _FIELDS:
        place = read_from.get(field)
        if place is not None and place.start is not None and place.end is not None:
            yield Fact(kind), place.start, place.end
            if kind == "inspectors":
                # The names are in the order of the text, the lead's the first.
                yield Fact("lead inspector"), place.start, place.start + 1
    yield from _grades(document, own)
    seen: set[str] = set()
    for definition in definitions(document.text):
        short = definition.short.casefold()
        if short not in seen:
            seen.add(short)
            yield Fact("stands for", short), definition.start, definition.end


def _grades(document: Document, own: Sequence[tuple[int, int, int]]) -> Iterator[_Place]:
    """Judgements where they were read, and the sentences that give an area the same grade where
    the letter speaks of its own inspection."""
    about = document.metadata
    grades: dict[str, str | None] = {}
    for judgement in about.judgements:
        for area in areas_of(judgement.area):
            grades.setdefault(area, grade_of(judgement.grade))
            yield Fact("grade", area), judgement.start, judgement.end
        yield Fact("grade", EVERY_AREA), judgement.start, judgement.end
    names = " ".join(filter(None, (about.authority, about.authority_as_written)))
    elsewhere = [part for part in document.sections if _OTHER_INSPECTIONS.search(part.heading)]
    for _, start, end in own:
        if any(part.start <= start < part.end for part in elsewhere):
            continue
        stated = stated_grade(document.text[start:end], names)
        for area in stated.areas if stated else ():
            if stated and grades.get(area) == stated.grade:
                yield Fact("grade", area), start, end
