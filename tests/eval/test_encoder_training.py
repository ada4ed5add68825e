import copy
import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from documents import EncoderError
from eval.batches import Batch, EncoderPlan
from eval.encoder_training import EncoderTraining
from eval.pairs import Material
from eval.training import State
from index import Encoder
from index.encoder import BASE
from index.tuned import WeightsIdentity, layers
from tests.index.encoders import short_encoder

SMALL = EncoderPlan(epochs=2, batch=2, together=2, mined=2, precision="float32")
Heard = list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def base() -> Encoder:
    return short_encoder()


def small(
    base: Encoder, material: Material, plan: EncoderPlan = SMALL, seed: int = 0
) -> EncoderTraining:
    """Four steps: two epochs of two."""
    return EncoderTraining(base, material.lessons[:4], material, plan, seed, "cpu")


def copied(state: State) -> State:
    """The state as a checkpoint has it: of its own, whatever the training does next."""
    return copy.deepcopy(state)


def weights(training: EncoderTraining) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in training.tensors().items()}


@dataclass
class Whole:
    """A training without a break: the state after each step, and what it told of its progress."""

    training: EncoderTraining
    states: list[State]
    heard: Heard


@pytest.fixture(scope="module")
def whole(base: Encoder, material: Material) -> Whole:
    training = small(base, material)
    states: list[State] = []
    heard: Heard = []
    training.run(lambda state: states.append(copied(state)), 1, lambda *told: heard.append(told))
    return Whole(training, states, heard)


def test_a_seed_gives_the_same_weights_and_another_one_others(
    base: Encoder, material: Material, whole: Whole
) -> None:
    again = small(base, material)
    again.run(lambda _: None, 100)
    assert weights(again) == weights(whole.training)
    plan = SMALL.model_copy(update={"epochs": 1})
    other = small(base, material, plan, seed=1)
    other.run(lambda _: None, 100)
    assert not torch.equal(
        other.state.weights["encoder.layer.0.output.dense.weight"],
        whole.states[1].weights["encoder.layer.0.output.dense.weight"],
    )


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_training_that_goes_on_comes_to_the_same_end(
    base: Encoder,
    material: Material,
    whole: Whole,
    after: int,
) -> None:
    training = small(base, material)
    training.restore(copied(whole.states[after - 1]))
    state = training.run(lambda _: None, 100)
    assert weights(training) == weights(whole.training)
    last = whole.states[-1]
    assert (state.step, state.loss, state.losses) == (last.step, last.loss, last.losses)
    assert state.mined == last.mined


def test_only_the_layers_change_and_the_base_stays(base: Encoder, whole: Whole) -> None:
    before = {name: p.detach().numpy() for name, p in layers(base.model).items()}
    after = whole.training.tensors()
    assert list(after) == list(before)
    assert len(after) == 16
    for name, array in after.items():
        assert array.dtype == np.float16
        assert not np.array_equal(array.astype(np.float32), before[name]), name
    assert set(whole.states[-1].weights) == set(before)
    own = dict(whole.training._encoder.model.named_parameters())
    for name, parameter in base.model.named_parameters():
        assert torch.equal(own[name], parameter) == ("encoder.layer." not in name), name


def test_wrong_sentences_are_mined_after_the_first_epoch(whole: Whole, material: Material) -> None:
    assert [state.mined is None for state in whole.states] == [True, True, False, False]
    mined = whole.states[-1].mined
    assert mined is not None
    assert set(mined) == {lesson.id for lesson in material.lessons[:4]}


def test_progress_tells_of_each_step_and_of_mining(whole: Whole) -> None:
    steps = [("training", step, 4) for step in range(1, 5)]
    assert [told for told in whole.heard if told[0] == "training"] == steps
    mining = [told for told in whole.heard if told[0] == "mining wrong sentences"]
    assert mining
    assert whole.heard == [*steps[:2], *mining, *steps[2:]]


def test_training_draws_the_right_sentence_near(base: Encoder, material: Material) -> None:
    plan = EncoderPlan(epochs=4, batch=6, together=6, passages=0, topics=1, rate=2e-4)
    lessons = material.lessons[:6]
    training = EncoderTraining(base, lessons, material, plan, 0, "cpu")
    state = training.run(lambda _: None, 100)
    tuned = copy.deepcopy(base.model)
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

    assert margin(Encoder(tuned)) > margin(base) + 0.02
    assert len(state.losses) == 4


def test_training_begins_from_the_base(base: Encoder, material: Material) -> None:
    tuned = Encoder(base.model, WeightsIdentity(name="another", sha256="1" * 64))
    with pytest.raises(EncoderError, match=f"another: is tuned already; .* from {BASE.name}"):
        small(tuned, material)


def test_a_loss_that_is_no_number_ends_it(base: Encoder, material: Material) -> None:
    training = small(base, material, EncoderPlan(scale=1e39))
    with pytest.raises(EncoderError, match="step 1: the loss is no number any more"):
        training.run(lambda _: None, 100)


def test_equal_texts_have_equal_vectors_whatever_stands_beside_them(
    base: Encoder, material: Material
) -> None:
    texts: list[str] = list(material.rows.sentence_texts[:9])
    with torch.no_grad():
        vectors = small(base, material)._embed(texts)
    assert np.allclose(vectors.numpy(), base.encode(texts), atol=1e-5)


def test_the_loss_is_the_cross_entropy_of_what_is_not_masked(
    base: Encoder, material: Material
) -> None:
    texts = list(material.rows.sentence_texts[:4])
    queries = ["Are checks late?", "Who led the visit?"]
    masked = np.array([[False, True, False, False], [False, False, False, True]])
    with torch.no_grad():
        loss = small(base, material)._contrast(Batch(queries, texts, masked))
    scores = 20 * base.encode(queries) @ base.encode(texts).T
    expected = [
        math.log(sum(math.exp(s) for s, m in zip(row, hidden, strict=True) if not m)) - row[number]
        for number, (row, hidden) in enumerate(zip(scores.tolist(), masked.tolist(), strict=True))
    ]
    assert loss.item() == pytest.approx(sum(expected) / 2, abs=1e-4)


def test_rounded_numbers_give_nearly_the_same_loss(base: Encoder, material: Material) -> None:
    texts = list(material.rows.sentence_texts[:6])
    batch = Batch(["Are checks late?", "Who led it?"], texts, np.zeros((2, 6), dtype=bool))
    rounded = SMALL.model_copy(update={"precision": "bfloat16"})
    with torch.no_grad():
        exact, near = (small(base, material, plan)._contrast(batch) for plan in (SMALL, rounded))
    assert near.dtype == torch.float32
    assert near.item() != exact.item()
    assert near.item() == pytest.approx(exact.item(), rel=0.05)
