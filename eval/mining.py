"""Hard negatives: the wrong sentences that the encoder takes for right so far."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.batches import Mined
from eval.pairs import Lesson, Material

# A sentence nearer than this share of the right one's cosine is too likely to be right as well,
# and left out of the gold (Moreira et al., NV-Retriever, 2024: "TopK-PercPos").
_BELOW_RIGHT = 0.95


def mine(
    lessons: Sequence[Lesson],
    material: Material,
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    most: int,
) -> Mined:
    """For each lesson up to ``most`` wrong sentences of the documents that hold its gold, the
    nearest to its topic first.

    Left out are sentences with the same text as a right one, and those whose cosine is above 0.95
    of that of the nearest right one.
    """
    sentences = material.rows.sentences["document"]
    numbers = sorted({int(n) for lesson in lessons for n in sentences[list(lesson.gold)]})
    needed = np.unique(
        np.concatenate(
            [*(material.own[n] for n in numbers), *(np.array(x.gold) for x in lessons)]
        ).astype(np.intp)
    )
    texts = material.rows.sentence_texts
    vectors = encode([texts[row] for row in needed])
    queries = encode([lesson.topic for lesson in lessons])
    found: dict[str, tuple[int, ...]] = {}
    for lesson, query in zip(lessons, queries, strict=True):
        gold = np.searchsorted(needed, lesson.gold)
        limit = _BELOW_RIGHT * float((vectors[gold] @ query).max())
        right = {texts[row] for row in lesson.gold}
        places = sorted({int(n) for n in sentences[list(lesson.gold)]})
        rows = np.concatenate([material.own[place] for place in places])
        scores = vectors[np.searchsorted(needed, rows)] @ query
        order = np.argsort(-scores, kind="stable")
        nearest = [
            int(rows[at]) for at in order if scores[at] <= limit and texts[rows[at]] not in right
        ]
        found[lesson.id] = tuple(nearest[:most])
    return found
