import copy
import math
import os
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from documents import EncoderError
from eval.batches import Batch, Plan
from eval.pairs import Material
from eval.training import State, Training, _deterministic, processor, rate_at
from index import Encoder
from index.encoder import BASE
from index.tuned import WeightsIdentity, layers

SMALL = Plan(epochs=2, batch=2, together=2, mined=2)
Heard = list[tuple[str, int, int]]


class BrokenOff(Exception):  # noqa: N818
    pass


def small(base: Encoder, material: Material, plan: Plan = SMALL, seed: int = 0) -> Training:
    """Four steps: two epochs of two."""
    return Training(base, material.lessons[:4], material, plan, seed, "cpu")


def copied(state: State) -> State:
    """The state as a checkpoint has it: of its own, whatever the training does next."""
    return copy.deepcopy(state)


def weights(training: Training) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in training.tensors().items()}


@dataclass
class Whole:
    """A training without a break: the state after each step, and what it told of its progress."""

    training: Training
    states: list[State]
    heard: Heard


@pytest.fixture(scope="module")
def whole(base_encoder: Encoder, material: Material) -> Whole:
    training = small(base_encoder, material)
    states: list[State] = []
    heard: Heard = []
    training.run(lambda state: states.append(copied(state)), 1, lambda *told: heard.append(told))
    return Whole(training, states, heard)


def test_a_seed_gives_the_same_weights_and_another_one_others(
    base_encoder: Encoder, material: Material, whole: Whole
) -> None:
    again = small(base_encoder, material)
    again.run(lambda _: None, 100)
    assert weights(again) == weights(whole.training)
    plan = SMALL.model_copy(update={"epochs": 1})
    other = small(base_encoder, material, plan, seed=1)
    other.run(lambda _: None, 100)
    assert not torch.equal(
        other.state.weights["encoder.layer.0.output.dense.weight"],
        whole.states[1].weights["encoder.layer.0.output.dense.weight"],
    )


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_training_that_goes_on_comes_to_the_same_end(
    base_encoder: Encoder,
    material: Material,
    whole: Whole,
    after: int,
) -> None:
    training = small(base_encoder, material)
    training.restore(copied(whole.states[after - 1]))
    state = training.run(lambda _: None, 100)
    assert weights(training) == weights(whole.training)
    last = whole.states[-1]
    assert (state.step, state.loss, state.losses) == (last.step, last.loss, last.losses)
    assert state.mined == last.mined


def test_only_the_layers_change_and_the_base_stays(base_encoder: Encoder, whole: Whole) -> None:
    before = {name: p.detach().numpy() for name, p in layers(base_encoder.model).items()}
    after = whole.training.tensors()
    assert list(after) == list(before)
    assert len(after) == 96
    for name, array in after.items():
        assert array.dtype == np.float16
        assert not np.array_equal(array.astype(np.float32), before[name]), name
    assert sum(array.nbytes for array in after.values()) < 22_000_000
    assert set(whole.states[-1].weights) == set(before)
    assert Encoder.load(tuned=None).encode(["Checks are late."]) == pytest.approx(
        base_encoder.encode(["Checks are late."]), abs=1e-6
    )


def test_wrong_sentences_are_mined_after_the_first_epoch(whole: Whole, material: Material) -> None:
    assert [state.mined is None for state in whole.states] == [True, True, False, False]
    mined = whole.states[-1].mined
    assert mined is not None
    assert set(mined) == {lesson.id for lesson in material.lessons[:4]}


def test_the_state_is_kept_at_the_end_of_each_epoch_and_in_between(
    base_encoder: Encoder, material: Material
) -> None:
    plan = SMALL.model_copy(update={"mined": 0, "epochs": 3})
    training = small(base_encoder, material, plan)
    kept: list[int] = []
    heard: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int, total: int) -> None:
        heard.append((stage, done, total))
        if done == 5:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        training.run(lambda state: kept.append(state.step), 3, tell)
    assert training.steps == 6
    assert heard == [("training", step, 6) for step in range(1, 6)]
    assert kept == [2, 3, 4]
    assert not torch.are_deterministic_algorithms_enabled()


def test_progress_tells_of_each_step_and_of_mining(whole: Whole) -> None:
    steps = [("training", step, 4) for step in range(1, 5)]
    assert [told for told in whole.heard if told[0] == "training"] == steps
    mining = [told for told in whole.heard if told[0] == "mining wrong sentences"]
    assert mining
    assert whole.heard == [*steps[:2], *mining, *steps[2:]]


def test_training_draws_the_right_sentence_near(base_encoder: Encoder, material: Material) -> None:
    plan = Plan(epochs=4, batch=6, together=6, passages=0, topics=1, rate=2e-4)
    lessons = material.lessons[:6]
    training = Training(base_encoder, lessons, material, plan, 0, "cpu")
    state = training.run(lambda _: None, 100)
    tuned = copy.deepcopy(base_encoder.model)
    for name, parameter in layers(tuned).items():
        parameter.data = torch.from_numpy(training.tensors()[name].astype(np.float32))

    def margin(encoder: Encoder) -> float:
        """How much nearer the gold is than the other sentences, in the mean."""
        texts = encoder.encode(material.rows.sentence_texts[:100])
        sums = 0.0
        for lesson, query in zip(lessons, encoder.encode([x.topic for x in lessons]), strict=True):
            own = encoder.encode([material.rows.sentence_texts[row] for row in lesson.gold])
            sums += float((own @ query).mean() - (texts @ query).mean())
        return sums / len(lessons)

    assert margin(Encoder(tuned)) > margin(base_encoder) + 0.02
    assert len(state.losses) == 4


def test_training_begins_from_the_base(base_encoder: Encoder, material: Material) -> None:
    tuned = Encoder(base_encoder.model, WeightsIdentity(name="another", sha256="1" * 64))
    with pytest.raises(EncoderError, match=f"another: is tuned already; .* from {BASE.name}"):
        small(tuned, material)


def test_a_loss_that_is_no_number_ends_it(base_encoder: Encoder, material: Material) -> None:
    training = small(base_encoder, material, Plan(scale=1e39))
    with pytest.raises(EncoderError, match="step 1: the loss is no number any more"):
        training.run(lambda _: None, 100)


def test_the_rate_rises_and_falls() -> None:
    plan = Plan(rate=2.0, warm_up=0.1, least_rate=0.05)
    rates = [rate_at(step, 100, plan) for step in range(1, 101)]
    assert rates[0] == pytest.approx(0.2, rel=1e-2)
    assert rates[9] == pytest.approx(2.0 * 0.5 * (1 + math.cos(math.pi / 10)))
    assert max(rates) == rates[9]
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] == pytest.approx(0.1)


def test_the_device_is_the_gpu_where_torch_sees_one(
    base_encoder: Encoder, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = Training(base_encoder, material.lessons[:4], material, SMALL, 0)
    assert training.runs_on.startswith("cuda" if torch.cuda.is_available() else "cpu")
    assert processor(torch.device("cpu")) == f"cpu, threads: {torch.get_num_threads()}"
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"a {device.type} card")
    assert processor(torch.device("cuda")) == "cuda, a cuda card"


def test_a_gpu_adds_up_in_one_order_while_training_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    os.environ.pop("CUBLAS_WORKSPACE_CONFIG")
    with _deterministic(torch.device("cpu")):
        assert not torch.are_deterministic_algorithms_enabled()
        assert "CUBLAS_WORKSPACE_CONFIG" not in os.environ
    with _deterministic(torch.device("cuda")):
        assert torch.are_deterministic_algorithms_enabled()
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert not torch.are_deterministic_algorithms_enabled()


def test_equal_texts_have_equal_vectors_whatever_stands_beside_them(
    base_encoder: Encoder, material: Material
) -> None:
    texts: list[str] = list(material.rows.sentence_texts[:9])
    with torch.no_grad():
        vectors = small(base_encoder, material)._embed(texts)
    assert np.allclose(vectors.numpy(), base_encoder.encode(texts), atol=1e-5)


def test_the_loss_is_the_cross_entropy_of_what_is_not_masked(
    base_encoder: Encoder, material: Material
) -> None:
    texts = list(material.rows.sentence_texts[:4])
    queries = ["Are checks late?", "Who led the visit?"]
    masked = np.array([[False, True, False, False], [False, False, False, True]])
    with torch.no_grad():
        loss = small(base_encoder, material)._loss(Batch(queries, texts, masked))
    scores = 20 * base_encoder.encode(queries) @ base_encoder.encode(texts).T
    expected = [
        math.log(sum(math.exp(s) for s, m in zip(row, hidden, strict=True) if not m)) - row[number]
        for number, (row, hidden) in enumerate(zip(scores.tolist(), masked.tolist(), strict=True))
    ]
    assert loss.item() == pytest.approx(sum(expected) / 2, abs=1e-4)
