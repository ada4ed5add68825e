import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.batches import EncoderPlan, Plan, draw, epoch_of, steps_of
from eval.pairs import Lesson, Material


@given(count=st.integers(1, 60), batch=st.integers(2, 16), seed=st.integers(), epoch=st.integers(0))
def test_each_lesson_has_its_turn_once_in_an_epoch(
    count: int, batch: int, seed: int, epoch: int
) -> None:
    lessons = [
        Lesson(f"q{n}", "q", "q", (f"{n % 5}", f"{n % 3}"), (), (n,), ()) for n in range(count)
    ]
    plan = Plan(batch=batch, together=3)
    steps = epoch_of(lessons, plan, seed, epoch)
    assert len(steps) == steps_of(count, plan)
    assert Counter(x.id for step in steps for x in step) == Counter(x.id for x in lessons)
    sizes = {len(step) for step in steps}
    assert max(sizes) <= batch
    assert max(sizes) - min(sizes) <= 1
    assert epoch_of(lessons, plan, seed, epoch) == steps


def test_lessons_of_one_document_stand_together_and_epochs_differ() -> None:
    lessons = [Lesson(f"q{n}", "q", "q", (f"{n // 32}.pdf",), (), (n,), ()) for n in range(128)]
    plan = Plan(batch=64, together=16)
    first, second = epoch_of(lessons, plan, 0, 0)
    assert [len({x.files for x in first[at : at + 16]}) for at in range(0, 64, 16)] == [1] * 4
    assert (first, second) != tuple(epoch_of(lessons, plan, 0, 1))
    assert (first, second) != tuple(epoch_of(lessons, plan, 1, 0))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), passages=st.sampled_from([0.0, 1.0]), mined=st.booleans())
def test_no_text_that_answers_counts_as_wrong(
    material: Material, seed: int, passages: float, mined: bool
) -> None:
    rng = random.Random(seed)
    lessons = rng.sample(material.lessons, 12)
    nearest = {x.id: (rng.choice(x.gold),) for x in lessons} if mined else {}
    batch = draw(lessons, material, EncoderPlan(passages=passages), nearest, rng)
    rows = material.rows
    own_texts = rows.passage_texts if passages else rows.sentence_texts
    assert len(batch.queries) == len(lessons)
    assert len(batch.texts) == len(lessons) * (1 if passages else 2)
    assert batch.masked.shape == (len(lessons), len(batch.texts))
    for number, lesson in enumerate(lessons):
        assert batch.queries[number] in (lesson.question, lesson.topic)
        right = rows.sentences["passage"][list(lesson.gold)] if passages else lesson.gold
        texts = {own_texts[row] for row in right}
        assert batch.texts[number] in texts
        for column, text in enumerate(batch.texts):
            assert batch.masked[number, column] == (column != number and text in texts)


def test_wrong_sentences_are_tempting_ones_or_mined_ones_or_of_the_same_document(
    material: Material,
) -> None:
    plan = EncoderPlan(passages=0)
    one = next(x for x in material.lessons if not x.tempting)
    number = int(material.rows.sentences["document"][one.gold[0]])
    others = [row for row in material.own[number].tolist() if row not in one.gold]
    tempting, mined = others[0], others[1]
    texts = material.rows.sentence_texts

    def wrong(lesson: Lesson, nearest: dict[str, tuple[int, ...]]) -> set[str]:
        drawn = [
            draw([lesson], material, plan, nearest, random.Random(seed)).texts[1]
            for seed in range(60)
        ]
        return set(drawn)

    tempted = replace(one, tempting=(tempting,))
    assert wrong(tempted, {}) == {texts[tempting]}
    assert wrong(tempted, {one.id: (mined,)}) == {texts[tempting], texts[mined]}
    assert wrong(one, {one.id: (mined,)}) == {texts[mined]}
    at_random = wrong(one, {})
    assert len(at_random) > 5
    documents = {int(material.rows.sentences["document"][row]) for row in one.gold}
    assert at_random <= {texts[row] for n in documents for row in material.own[n]}


def test_a_letter_of_fragments_alone_gives_no_wrong_sentence(material: Material) -> None:
    bare = replace(material, own=tuple(np.array([], dtype=np.intp) for _ in material.own))
    lesson = next(x for x in material.lessons if not x.tempting)
    batch = draw([lesson], bare, EncoderPlan(passages=0), {}, random.Random(0))
    assert batch.masked.tolist() == [[False, True]]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_queries_are_topics_as_often_as_planned(material: Material, share: float) -> None:
    lessons = [x for x in material.lessons if x.topic != x.question]
    batch = draw(lessons, material, EncoderPlan(topics=share), {}, random.Random(0))
    assert batch.queries == [x.topic if share else x.question for x in lessons]
    assert len(lessons) > 5
