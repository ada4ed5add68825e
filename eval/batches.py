"""What the encoder sees at a step of its training: queries, and texts of which one each is right.

Everything that is drawn at a step is drawn by the seed, the epoch and the step alone, so that a
training that was broken off goes on as if it had not been.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from eval.pairs import Lesson, Material
from qa.schema import Strict

Mined = Mapping[str, tuple[int, ...]]
"""For the id of a lesson: the rows of the wrong sentences that lie nearest."""


Precision = Literal["bfloat16", "float32"]


class Plan(Strict):
    """How a model is trained.

    Of ``batch`` lessons ``together`` are of one document, if there are as many. The learning rate
    rises to ``rate`` over the first ``warm_up`` (a share) of the steps and falls along a cosine to
    ``least_rate`` of it. ``precision`` is what numbers go through the model in; the weights are
    kept in float32.
    """

    epochs: int = Field(default=3, ge=1)
    batch: int = Field(default=64, ge=2)
    together: int = Field(default=16, ge=1)
    rate: float = Field(default=1e-4, gt=0)
    warm_up: float = Field(default=0.1, gt=0, le=1)
    least_rate: float = Field(default=0.05, ge=0, le=1)
    weight_decay: float = Field(default=0.01, ge=0)
    longest_gradient: float = Field(default=1.0, gt=0)
    precision: Precision = "bfloat16"


class EncoderPlan(Plan):
    """How the encoder is trained.

    Of the batches, ``passages`` (a share) have passages to be told apart and the others sentences;
    of the queries, ``topics`` are without the authority and the year that the question names.
    Cosines are multiplied by ``scale``. ``mined`` is how many of the nearest wrong sentences are
    taken up after the first epoch; 0 mines none.
    """

    passages: float = Field(default=0.25, ge=0, le=1)
    topics: float = Field(default=0.8, ge=0, le=1)
    scale: float = Field(default=20.0, gt=0)
    mined: int = Field(default=0, ge=0)


@dataclass(frozen=True)
class Batch:
    """Texts in columns for queries in rows: that of column i is right for query i, the others
    count as wrong unless ``masked`` (queries, texts) says that they may be right as well."""

    queries: list[str]
    texts: list[str]
    masked: NDArray[np.bool_]


def steps_of(lessons: int, plan: Plan) -> int:
    """The steps of an epoch in which so many lessons have their turn."""
    return -(-lessons // plan.batch)


def epoch_of(
    lessons: Sequence[Lesson], plan: Plan, seed: int, epoch: int
) -> list[tuple[Lesson, ...]]:
    """The lessons of each step of an epoch, each lesson once, of nearly equal numbers."""
    rng = random.Random(f"{seed} {epoch}")
    by_file: dict[str, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        by_file[rng.choice(lesson.files)].append(lesson)
    groups: list[list[Lesson]] = []
    for own in by_file.values():
        rng.shuffle(own)
        groups += [own[at : at + plan.together] for at in range(0, len(own), plan.together)]
    rng.shuffle(groups)
    order = [lesson for group in groups for lesson in group]
    count = steps_of(len(order), plan)
    bounds = [len(order) * step // count for step in range(count + 1)]
    return [tuple(order[a:b]) for a, b in pairwise(bounds)]


def draw(
    lessons: Sequence[Lesson],
    material: Material,
    plan: EncoderPlan,
    mined: Mined,
    rng: random.Random,
) -> Batch:
    """The batch of these lessons. For each: one of its right sentences, and after all of those
    one wrong sentence of the same document each; or one of the passages of its right sentences."""
    queries = [x.topic if rng.random() < plan.topics else x.question for x in lessons]
    right = [rng.choice(lesson.gold) for lesson in lessons]
    wrong = [_wrong(x, row, material, mined, rng) for x, row in zip(lessons, right, strict=True)]
    if rng.random() < plan.passages:
        columns, texts = _passages(right, material), material.rows.passage_texts
        gold = [frozenset(_passages(lesson.gold, material)) for lesson in lessons]
    else:
        columns, texts = [*right, *wrong], material.rows.sentence_texts
        gold = [frozenset(lesson.gold) for lesson in lessons]
    masked = np.zeros((len(lessons), len(columns)), dtype=bool)
    for number, own in enumerate(gold):
        # The same words in another letter answer as well.
        same = {texts[row] for row in own}
        masked[number] = [row in own or texts[row] in same for row in columns]
        masked[number, number] = False
    return Batch(queries, [texts[row] for row in columns], masked)


def _passages(rows: Sequence[int], material: Material) -> list[int]:
    passages: list[int] = material.rows.sentences["passage"][list(rows)].tolist()
    return passages


def _wrong(lesson: Lesson, right: int, material: Material, mined: Mined, rng: random.Random) -> int:
    """A tempting sentence or one that was mined, where there is either; else any other of the
    document (which may by chance be right: then it is masked)."""
    kinds = [rows for rows in (lesson.tempting, mined.get(lesson.id, ())) if rows]
    if kinds:
        return rng.choice(rng.choice(kinds))
    own = material.own[int(material.rows.sentences["document"][right])]
    # A document may be of fragments alone.
    return int(own[rng.randrange(len(own))]) if len(own) else right
