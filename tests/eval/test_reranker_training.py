import copy
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import Document
from eval.batches import Precision, steps_of
from eval.pairs import Counts, Lesson, Material
from eval.reranker_training import RerankerPlan, RerankerTraining
from eval.training import State
from index import Encoder
from index.encoder import BASE
from index.rows import rows_of
from index.tuned import CARD, WeightsCard, WeightsIdentity, write_tuned
from qa.reranker import passage_text_of
from tests.index.encoders import short_encoder
from tests.index.letters import Letter

SMALL = RerankerPlan(
    epochs=2, batch=2, passages=2, nearest=4, without_answer=0.3, precision="float32"
)


LETTERS = (
    ("Checks of carers are late.", "Managers know this."),
    ("Caseloads fell last year.", "Staff are proud of that."),
    ("Plans are written with children.", "Their health needs are met."),
    ("Care leavers live in good homes.", "Few of them are in work."),
)
LESSONS = tuple(
    Lesson(f"q{number}", f"{topic} In Elmshire?", topic, ("elmshire-0.txt",), (), gold, ())
    for number, (topic, gold) in enumerate(
        [("Are checks late?", (0,)), ("Are workers proud?", (3,)), ("What do checks cost?", ())]
    )
)
NEAR = (0, 1, 2, 3)


@dataclass(frozen=True)
class Task:
    """Three questions, of which the last has no answer, on four letters of one passage each. That
    passage has two sentences, whose rows are 2n and 2n + 1."""

    documents: tuple[Document, ...]
    material: Material

    def training(
        self,
        plan: RerankerPlan = SMALL,
        seed: int = 0,
        lessons: Sequence[Lesson] = LESSONS,
        begin_from: Path | None = None,
    ) -> RerankerTraining:
        nearest = {lesson.id: NEAR for lesson in lessons}
        return RerankerTraining(
            short_encoder(), lessons, self.material, self.documents, nearest, plan, seed, "cpu",
            begin_from,
        )  # fmt: skip


@pytest.fixture(scope="module")
def task() -> Task:
    documents = tuple(
        Letter().heading("Findings").paragraph(*sentences).document(f"elmshire-{number}")
        for number, sentences in enumerate(LETTERS)
    )
    rows = rows_of(documents)
    assert rows.passages["first"].tolist() == [0, 2, 4, 6]
    counts = Counts(**dict.fromkeys(Counts.model_fields, 0))
    return Task(documents, Material(rows, (), LESSONS[:2], LESSONS[2:], counts, (), 4, ""))


def weights(training: RerankerTraining) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in training.tensors().items()}


@dataclass
class Whole:
    training: RerankerTraining
    states: list[State]


@pytest.fixture(scope="module")
def whole(task: Task) -> Whole:
    """A training without a break of four steps, and the state after each."""
    training = task.training()
    states: list[State] = []
    training.run(lambda state: states.append(copy.deepcopy(state)), 1)
    return Whole(training, states)


def test_a_seed_gives_the_same_weights_and_another_one_others(task: Task, whole: Whole) -> None:
    again, other = task.training(), task.training(seed=1)
    for training in (again, other):
        training.run(lambda _: None, 100)
    assert weights(again) == weights(whole.training)
    assert weights(other) != weights(whole.training)


@pytest.mark.parametrize("after", [1, 2])
def test_a_training_that_goes_on_comes_to_the_same_end(
    task: Task, whole: Whole, after: int
) -> None:
    training = task.training()
    training.restore(copy.deepcopy(whole.states[after - 1]))
    state = training.run(lambda _: None, 100)
    assert weights(training) == weights(whole.training)
    last = whole.states[-1]
    assert (state.step, state.loss, state.losses) == (last.step, last.loss, last.losses)


def test_layers_and_head_change_and_embeddings_and_encoder_do_not(whole: Whole) -> None:
    names = set(whole.training.tensors())
    assert len(names) == 18
    assert names >= {"head.weight", "head.bias", "encoder.layer.0.output.dense.weight"}
    base: Encoder = short_encoder()
    assert all(parameter.requires_grad for parameter in base.model.parameters())
    own = dict(whole.training._reranker.bert.named_parameters())
    for name, parameter in base.model[0].get_submodule("model").named_parameters():
        assert torch.equal(own[name], parameter) == (name not in names), name
        assert own[name].requires_grad == (name in names)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_answers_comes_to_the_front(task: Task, precision: Precision) -> None:
    plan = RerankerPlan(
        epochs=16,
        batch=3,
        rate=1e-3,
        head_rate=3e-2,
        without_answer=0,
        topics=1,
        precision=precision,
    )
    training = task.training(plan)

    def loss() -> float:
        with torch.no_grad():
            return training._loss(LESSONS, random.Random(0)).item()

    before = loss()
    # The head says nothing yet: what is right is one of nine, eight sentences and the "none".
    assert before == pytest.approx(math.log(9), abs=1e-3)
    training.run(lambda _: None, 100)
    assert loss() < 0.7 * before
    with torch.no_grad():
        scores = torch.cat(training._scores([LESSONS[0].topic] * 4, NEAR))
    assert int(scores.argmax()) == 0


def test_rounded_numbers_give_nearly_the_same_loss(task: Task, whole: Whole) -> None:
    losses = []
    for precision in ("float32", "bfloat16"):
        training = task.training(SMALL.model_copy(update={"precision": precision}))
        training.restore(copy.deepcopy(whole.states[-1]))
        with torch.no_grad():
            losses.append(training._loss(LESSONS, random.Random(0)).item())
    assert losses[0] != losses[1]
    assert losses[0] == pytest.approx(losses[1], rel=0.1)


def test_scores_are_not_rounded_where_the_layers_numbers_are(task: Task, whole: Whole) -> None:
    """The head was once computed in bfloat16 as well: near 8, scores a thirtieth apart were equal,
    and so was the loss."""
    training = task.training(SMALL.model_copy(update={"precision": "bfloat16"}))
    training.restore(copy.deepcopy(whole.states[-1]))
    with torch.no_grad():
        training._reranker.head.bias.fill_(8.0)
    scores = torch.cat(training._scores([LESSONS[0].topic] * 4, NEAR))
    assert scores.dtype == torch.float32
    assert not torch.equal(scores, scores.bfloat16().float())
    gradients = torch.autograd.grad(scores.sum(), training._reranker.head.weight)
    assert gradients[0].isfinite().all()


MANY = tuple(
    replace(LESSONS[number % 3], id=f"m{number}") for number in range(30)
)  # twenty with an answer, ten without


@settings(max_examples=30, deadline=None)
@given(share=st.floats(0.01, 1.0), epoch=st.integers(0, 5), seed=st.integers(0, 99))
def test_a_share_of_what_is_answered_has_a_turn(
    task: Task, share: float, epoch: int, seed: int
) -> None:
    plan = SMALL.model_copy(update={"answerable": share})
    training = task.training(plan, seed, MANY)
    turns = training._turns(epoch)
    assert [x for x in turns if not x.gold] == [x for x in MANY if not x.gold]
    assert len(turns) == 10 + math.ceil(20 * share)
    assert sorted(turns, key=MANY.index) == list(turns)
    assert len(set(turns)) == len(turns)
    assert task.training(plan, seed, MANY)._turns(epoch) == turns
    assert training.steps == 2 * steps_of(len(turns), plan)


def test_the_share_is_drawn_anew_in_each_epoch_and_by_the_seed(task: Task) -> None:
    plan = SMALL.model_copy(update={"answerable": 0.4})
    drawn = {
        tuple(x.id for x in task.training(plan, seed, MANY)._turns(epoch) if x.gold)
        for seed in range(3)
        for epoch in range(3)
    }
    assert len(drawn) == 9


def test_only_those_drawn_are_learnt_from(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = SMALL.model_copy(update={"answerable": 0.1, "batch": 4})
    training = task.training(plan, 0, MANY)
    learnt: list[list[str]] = [[], []]
    loss = training._loss

    def losing(group: Sequence[Lesson], rng: random.Random) -> torch.Tensor:
        learnt[(training.state.step - 1) // 3].extend(x.id for x in group)
        return loss(group, rng)

    monkeypatch.setattr(training, "_loss", losing)
    training.run(lambda _: None, 100)
    for epoch, own in enumerate(learnt):
        assert sorted(own) == sorted(x.id for x in training._turns(epoch))
        assert len(own) == 12


def test_a_training_begins_from_the_weights_of_another(
    task: Task, whole: Whole, tmp_path: Path
) -> None:
    path = tmp_path / "reranker.safetensors"
    sha256 = write_tuned(path, whole.training.tensors(), BASE.sha256)
    identity = WeightsIdentity(name="first stage", sha256=sha256)
    card = WeightsCard(weights=identity, base=BASE)
    path.with_name(CARD).write_text(card.model_dump_json(), encoding="utf-8")
    training = task.training(begin_from=path)
    assert training.begun_from == identity
    assert weights(training) == weights(whole.training)
    assert all(x.dtype == torch.float32 for x in training._reranker.parameters().values())
    assert weights(task.training()) != weights(whole.training)
    assert task.training().begun_from == BASE
    training.run(lambda _: None, 100)
    assert weights(training) != weights(whole.training)


def by_hand(right: list[float], wrong: list[float]) -> float:
    """The mean cross-entropy of each right score among it, all wrong ones and a 0."""
    rest = sum(map(math.exp, [0.0, *wrong]))
    if not right:
        return math.log(rest)
    return sum(math.log(math.exp(r) + rest) - r for r in right) / len(right)


@pytest.mark.parametrize(
    ("gold", "right", "wrong"),
    [
        ([1], [2.0], [0.5, -1.0, 3.0]),
        ([1, 3], [2.0, 3.0], [0.5, -1.0]),
        ([], [], [0.5, 2.0, -1.0, 3.0]),
        ([0, 1, 2, 3], [0.5, 2.0, -1.0, 3.0], []),
    ],
)
def test_the_loss_of_a_lesson_by_hand(
    task: Task, gold: list[int], right: list[float], wrong: list[float]
) -> None:
    lesson = replace(LESSONS[0], gold=tuple(gold))
    scores = [(0, torch.tensor([0.5, 2.0])), (1, torch.tensor([-1.0, 3.0]))]
    found = task.training()._loss_of(lesson, scores)
    assert found.item() == pytest.approx(by_hand(right, wrong), abs=1e-5)


def test_the_loss_of_a_step_is_the_mean_of_its_lessons(task: Task, whole: Whole) -> None:
    plan = SMALL.model_copy(update={"topics": 1.0, "without_answer": 0.0, "passages": 4})
    training = task.training(plan)
    training.restore(copy.deepcopy(whole.states[-1]))
    rows = task.material.rows
    texts = [
        passage_text_of(document, rows.passages[number], rows.sentences)
        for number, document in enumerate(task.documents)
    ]
    with torch.no_grad():
        together = training._loss(LESSONS, random.Random(0)).item()
    alone = []
    for lesson in LESSONS:
        scores = np.concatenate(training._reranker.scores(lesson.topic, texts)).tolist()
        right = [scores[row] for row in lesson.gold]
        wrong = [score for row, score in enumerate(scores) if row not in lesson.gold]
        alone.append(by_hand(right, wrong))
    assert together == pytest.approx(sum(alone) / 3, abs=1e-4)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_questions_stand_without_their_authority_as_often_as_planned(
    task: Task, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = task.training(SMALL.model_copy(update={"topics": share}))
    asked: set[str] = set()
    scores = training._scores

    def scoring(questions: Sequence[str], rows: Sequence[int]) -> list[torch.Tensor]:
        asked.update(questions)
        return scores(questions, rows)

    monkeypatch.setattr(training, "_scores", scoring)
    with torch.no_grad():
        training._loss(LESSONS, random.Random(0))
    assert asked == {x.topic if share else x.question for x in LESSONS}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_answers_is_taken_away_as_often_as_planned(
    task: Task, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = task.training(SMALL.model_copy(update={"without_answer": share, "passages": 3}))
    read: list[list[int]] = []
    loss_of = training._loss_of

    def losing(lesson: Lesson, own: Sequence[tuple[int, torch.Tensor]]) -> torch.Tensor:
        read.append([row for row, _ in own])
        return loss_of(lesson, own)

    monkeypatch.setattr(training, "_loss_of", losing)
    with torch.no_grad():
        training._loss(LESSONS[:2], random.Random(0))
    assert [row in own for row, own in zip((0, 1), read, strict=True)] == [not share] * 2
    assert [len(own) for own in read] == [3, 3]


def test_the_head_learns_faster_than_the_layers(task: Task) -> None:
    training = task.training()
    assert training._rate_of("head.bias") == SMALL.head_rate
    assert training._rate_of("encoder.layer.0.output.dense.bias") == SMALL.rate
