"""Which passages a question is read with in the reranker's training: those with what answers it,
and the wrong ones that the encoder takes for right."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from documents import Document
from eval.pairs import Lesson, Material
from eval.questions import file_name

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Nearest = Mapping[str, tuple[int, ...]]
"""For the id of a lesson: the rows of the passages of its scope that lie nearest, nearest first."""

_SOONER = 3.0  # of the wrong passages the nearest are taken most: the mean place that is drawn


def nearest_passages(
    lessons: Sequence[Lesson],
    material: Material,
    documents: Sequence[Document],
    encode: Encode,
    most: int,
    without: Sequence[str] = (),
) -> Nearest:
    """For each lesson the ``most`` passages of its scope with the highest sum of two cosines with
    its topic: the passage's, and that of the nearest of its sentences. ``documents`` are in the
    order of the material's rows; those in the files ``without`` are passed over, and so are lessons
    of which then no document is left."""
    rows = material.rows
    scopes = {name for lesson in lessons for name in lesson.scope} - set(without)
    number_of = {
        file_name(d.file): n for n, d in enumerate(documents) if file_name(d.file) in scopes
    }
    wanted = sorted(number_of.values())
    passages = np.flatnonzero(np.isin(rows.passages["document"], wanted))
    of_document: dict[int, list[int]] = defaultdict(list)
    for at, number in enumerate(rows.passages["document"][passages].tolist()):
        of_document[number].append(at)
    passage_vectors = encode([rows.passage_texts[row] for row in passages])
    firsts, lasts = rows.passages["first"][passages], rows.passages["last"][passages]
    sentences = np.concatenate(
        [np.arange(0), *(np.arange(a, b) for a, b in zip(firsts, lasts, strict=True))]
    )
    sentence_vectors = encode([rows.sentence_texts[row] for row in sentences])
    starts = np.concatenate([[0], np.cumsum(lasts - firsts)])
    queries = encode([lesson.topic for lesson in lessons])
    found: dict[str, tuple[int, ...]] = {}
    for lesson, query in zip(lessons, queries, strict=True):
        own = [
            at for name in lesson.scope if name in number_of for at in of_document[number_of[name]]
        ]
        if not own:
            continue
        best = [float((sentence_vectors[starts[at] : starts[at + 1]] @ query).max()) for at in own]
        scores = passage_vectors[own] @ query + np.array(best)
        order = np.argsort(-scores, kind="stable")[:most]
        found[lesson.id] = tuple(int(passages[own[at]]) for at in order)
    return found


def choose(
    lesson: Lesson,
    material: Material,
    nearest: Nearest,
    most: int,
    without_answer: float,
    rng: random.Random,
) -> list[int]:
    """Up to ``most`` passages to read the lesson with, by their rows. Up to two have what answers
    it, unless these are taken away (with the probability ``without_answer``, so that none is left
    but wrong ones, if there are any); of a question that nothing answers, one that tempts. The
    others are wrong ones of the ``nearest``."""
    holders = material.rows.sentences["passage"]
    right = sorted({int(row) for row in holders[list(lesson.gold)]})
    near = nearest.get(lesson.id, ())
    tempting = sorted({int(row) for row in holders[list(lesson.tempting)]} & set(near))
    wrong = [row for row in near if row not in right]
    taken_away = rng.random() < without_answer and bool(wrong)
    chosen = [] if taken_away else rng.sample(right, min(2, len(right)))
    if not right and tempting:
        chosen = [rng.choice(tempting)]
        wrong.remove(chosen[0])
    while len(chosen) < most and wrong:
        at = min(int(rng.expovariate(1 / _SOONER)), len(wrong) - 1)
        chosen.append(wrong.pop(at))
    return chosen
