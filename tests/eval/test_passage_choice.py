import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from documents import Corpus
from eval.pairs import Lesson, Material
from eval.passage_choice import choose, nearest_passages
from eval.questions import file_name


def drawn(texts: Sequence[str]) -> NDArray[np.float32]:
    """A unit vector for each text, by its hash alone: shape (texts, 8)."""
    vectors = np.zeros((len(texts), 8), dtype=np.float32)
    for row, text in enumerate(texts):
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
        vectors[row] = np.random.default_rng(seed).normal(size=8)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.fixture(scope="module")
def lessons(material: Material) -> tuple[Lesson, ...]:
    several = [lesson for lesson in material.lessons if len(lesson.scope) > 1]
    one = [lesson for lesson in material.lessons if len(lesson.scope) == 1]
    return (*several[:3], *one[:3], *[x for x in material.unanswered if x.scope][:3])


def scope_rows(lesson: Lesson, material: Material, corpus: Corpus) -> list[int]:
    """The rows of the passages of its scope."""
    names = [file_name(document.file) for document in corpus.documents]
    return [
        row
        for row, number in enumerate(material.rows.passages["document"].tolist())
        if names[number] in lesson.scope
    ]


def test_the_nearest_passages_of_the_scope_come_first(
    lessons: tuple[Lesson, ...], material: Material, samples_corpus: Corpus
) -> None:
    found = nearest_passages(lessons, material, samples_corpus.documents, drawn, 4)
    assert list(found) == [lesson.id for lesson in lessons]
    rows = material.rows
    for lesson in lessons:
        (query,) = drawn([lesson.topic])
        scores = {}
        for row in scope_rows(lesson, material, samples_corpus):
            own = range(int(rows.passages["first"][row]), int(rows.passages["last"][row]))
            best = max(drawn([rows.sentence_texts[n] for n in own]) @ query)
            scores[row] = float(drawn([rows.passage_texts[row]])[0] @ query + best)
        nearest = sorted(scores, key=lambda row: -scores[row])[:4]
        assert len(nearest) == 4
        assert [scores[row] for row in found[lesson.id]] == pytest.approx(
            [scores[row] for row in nearest], abs=1e-5
        )


def test_only_the_letters_that_are_asked_of_are_embedded(
    lessons: tuple[Lesson, ...], material: Material, samples_corpus: Corpus
) -> None:
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        seen.extend(texts)
        return drawn(texts)

    (one, *_) = [lesson for lesson in lessons if len(lesson.scope) == 1]
    nearest_passages([one], material, samples_corpus.documents, encode, 99)
    rows = scope_rows(one, material, samples_corpus)
    assert seen[: len(rows)] == [material.rows.passage_texts[row] for row in rows]
    assert seen[-1] == one.topic
    assert len(seen) < len(material.rows.sentence_texts)


def test_letters_that_are_held_out_are_passed_over(
    lessons: tuple[Lesson, ...], material: Material, samples_corpus: Corpus
) -> None:
    (several, *_), (one, *_) = (
        [x for x in lessons if (len(x.scope) > 1) == more] for more in (True, False)
    )
    held = [*one.scope, several.scope[0]]
    found = nearest_passages([several, one], material, samples_corpus.documents, drawn, 99, held)
    assert one.id not in found
    kept = replace(several, scope=tuple(set(several.scope) - set(held)))
    assert set(found[several.id]) == set(scope_rows(kept, material, samples_corpus))


def test_where_no_letter_is_left_nothing_is_found(
    lessons: tuple[Lesson, ...], material: Material, samples_corpus: Corpus
) -> None:
    every = [file_name(document.file) for document in samples_corpus.documents]
    assert nearest_passages(lessons, material, samples_corpus.documents, drawn, 9, every) == {}
    nowhere = replace(lessons[0], scope=())
    assert nearest_passages([nowhere], material, samples_corpus.documents, drawn, 9) == {}


def passage_of(material: Material, row: int) -> int:
    return int(material.rows.sentences["passage"][row])


@settings(deadline=None)
@given(
    number=st.integers(0, 40),
    near=st.lists(st.integers(0, 30), unique=True),
    most=st.integers(2, 6),
    share=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 1000),
)
def test_up_to_two_that_answer_stand_before_wrong_ones(
    material: Material, number: int, near: list[int], most: int, share: float, seed: int
) -> None:
    lesson = material.lessons[number]
    nearest = {lesson.id: tuple(near)}
    chosen = choose(lesson, material, nearest, most, share, random.Random(seed))
    right = {passage_of(material, row) for row in lesson.gold}
    wrong = set(near) - right
    own = [row for row in chosen if row in right]
    assert len(set(chosen)) == len(chosen) <= most
    assert set(chosen) <= right | wrong
    assert len(own) in ((min(2, len(right)), 0) if share and wrong else (min(2, len(right)),))
    assert not (share == 1 and wrong and own)
    assert chosen[: len(own)] == own
    assert len(chosen) == min(most, len(own) + len(wrong))
    assert choose(lesson, material, nearest, most, share, random.Random(seed)) == chosen


def test_what_answers_is_taken_away_as_often_as_planned(material: Material) -> None:
    lesson = material.lessons[0]
    right = {passage_of(material, row) for row in lesson.gold}
    nearest = {lesson.id: tuple(range(20))}
    rng = random.Random(0)
    drawn_at = [choose(lesson, material, nearest, 4, 0.3, rng) for _ in range(400)]
    share = sum(not right & set(chosen) for chosen in drawn_at) / 400
    assert 0.22 < share < 0.38


def test_a_question_that_nothing_answers_is_read_with_what_tempts_if_that_lies_near(
    material: Material,
) -> None:
    tempting, elsewhere = (int(material.rows.passages["first"][row]) for row in (3, 30))
    lesson = replace(material.lessons[0], gold=(), tempting=(tempting, elsewhere))
    for seed in range(20):
        nearest = {lesson.id: (7, 3, 5)}
        chosen = choose(lesson, material, nearest, 4, 0.5, random.Random(seed))
        assert chosen[0] == 3
        assert sorted(chosen) == [3, 5, 7]
        far = {lesson.id: (7, 5)}
        assert sorted(choose(lesson, material, far, 4, 0.5, random.Random(seed))) == [5, 7]


def test_of_the_wrong_ones_the_nearest_are_taken_most(material: Material) -> None:
    lesson = replace(material.lessons[0], gold=(), tempting=())
    nearest = {lesson.id: tuple(range(12))}
    rng = random.Random(1)
    counts = Counter(
        row for _ in range(400) for row in choose(lesson, material, nearest, 3, 0.0, rng)
    )
    assert counts[0] > counts[3] > counts[8] > 0
