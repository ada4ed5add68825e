from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.mining import mine
from eval.pairs import Lesson, Material
from index import Encoder


@pytest.fixture(scope="module")
def lessons(material: Material) -> tuple[Lesson, ...]:
    return material.lessons[:6]


def test_the_nearest_wrong_sentences_of_the_gold_documents_are_found(
    material: Material, lessons: tuple[Lesson, ...], base_encoder: Encoder
) -> None:
    mined = mine(lessons, material, base_encoder.encode, 3)
    assert list(mined) == [lesson.id for lesson in lessons]
    vectors = base_encoder.encode(material.rows.sentence_texts)
    queries = base_encoder.encode([lesson.topic for lesson in lessons])
    texts = material.rows.sentence_texts
    numbers = material.rows.sentences["document"]
    for lesson, query in zip(lessons, queries, strict=True):
        right = {texts[row] for row in lesson.gold}
        documents = set(numbers[list(lesson.gold)].tolist())
        limit = 0.95 * (vectors[list(lesson.gold)] @ query).max()
        own = [int(row) for n in sorted(documents) for row in material.own[n]]
        cosines = vectors[own] @ query
        wrong = [
            (float(cosine), row)
            for cosine, row in zip(cosines, own, strict=True)
            if texts[row] not in right and cosine <= limit
        ]
        nearest = sorted((cosine for cosine, _ in wrong), reverse=True)[:3]
        cosine_of = {row: cosine for cosine, row in wrong}
        assert len(mined[lesson.id]) == 3
        assert [cosine_of[row] for row in mined[lesson.id]] == pytest.approx(nearest, abs=1e-5)


def test_what_is_as_near_as_the_right_one_is_left_alone(material: Material) -> None:
    lesson = material.lessons[0]

    def alike(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (len(texts), 1))

    assert mine([lesson], material, alike, 5) == {lesson.id: ()}


def test_gold_that_is_a_fragment_is_told_from_the_rest(
    material: Material, base_encoder: Encoder
) -> None:
    lesson = material.lessons[0]
    without = tuple(np.setdiff1d(rows, lesson.gold) for rows in material.own)
    (found,) = mine([lesson], replace(material, own=without), base_encoder.encode, 4).values()
    assert found == mine([lesson], material, base_encoder.encode, 4)[lesson.id]
