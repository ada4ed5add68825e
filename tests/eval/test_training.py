import copy
import math
import os
import random
from collections.abc import Sequence

import numpy as np
import pytest
import torch

from documents import EncoderError
from eval.batches import Plan, Precision, epoch_of
from eval.pairs import Lesson
from eval.training import (
    Progress,
    State,
    Training,
    _deterministic,
    chosen_device,
    processor,
    rate_at,
)

SMALL = Plan(epochs=2, batch=2, together=1, rate=0.1)
LESSONS = tuple(Lesson(f"{n}", "q", "q", (f"{n}.md",), (), (n,), ()) for n in range(4))


class BrokenOff(Exception):  # noqa: N818
    pass


class Nearing(Training):
    """Two numbers and a third that draw near to what the lessons and the step's draw say."""

    def __init__(self, plan: Plan = SMALL, seed: int = 0, slope: float = 1.0) -> None:
        self.prepared: list[int] = []
        self._slope = slope
        parameters = {
            "layer": torch.nn.Parameter(torch.tensor([1.0, -2.0])),
            "head.bias": torch.nn.Parameter(torch.tensor([0.5])),
        }
        super().__init__(parameters, LESSONS, plan, seed, torch.device("cpu"))

    def _rate_of(self, name: str) -> float:
        return 3 * super()._rate_of(name) if name.startswith("head.") else super()._rate_of(name)

    def _prepare(self, epoch: int, progress: Progress | None) -> None:
        super()._prepare(epoch, progress)
        self.prepared.append(epoch)

    def _loss(self, group: Sequence[Lesson], rng: random.Random) -> torch.Tensor:
        target = 5 + rng.random() + sum(int(lesson.id) for lesson in group)
        every = torch.cat(list(self._parameters.values()))
        return self._slope * (every - target).square().mean()


def run(training: Nearing) -> list[State]:
    """The state after each step, each of its own."""
    states: list[State] = []
    training.run(lambda state: states.append(copy.deepcopy(state)), 1)
    return states


def values(training: Nearing) -> dict[str, list[float]]:
    return {name: array.tolist() for name, array in training.tensors().items()}


def test_a_seed_gives_the_same_weights_and_another_one_others() -> None:
    one, two, other = Nearing(), Nearing(), Nearing(seed=1)
    for training in (one, two, other):
        run(training)
    assert values(one) == values(two)
    assert values(one) != values(other)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_training_that_goes_on_comes_to_the_same_end(after: int) -> None:
    whole = Nearing()
    states = run(whole)
    training = Nearing()
    training.restore(copy.deepcopy(states[after - 1]))
    (*_, last) = run(training)
    assert values(training) == values(whole)
    assert vars(last).keys() == vars(states[-1]).keys()
    assert (last.step, last.loss, last.losses) == (4, states[-1].loss, states[-1].losses)
    assert training.prepared == ([0, 1] if after < 2 else [1])


def test_what_was_run_to_its_end_stays_there() -> None:
    training = Nearing()
    run(training)
    before = values(training)
    assert run(training) == []
    assert values(training) == before


def test_weights_are_stored_by_name_in_float16() -> None:
    tensors = Nearing().tensors()
    assert list(tensors) == ["layer", "head.bias"]
    assert all(array.dtype == np.float16 for array in tensors.values())
    assert tensors["layer"].tolist() == [1.0, -2.0]


def test_the_state_is_kept_at_the_end_of_each_epoch_and_in_between() -> None:
    training = Nearing(SMALL.model_copy(update={"epochs": 3}))
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
    assert training.prepared == [0, 1, 2]
    assert not torch.are_deterministic_algorithms_enabled()


def test_the_running_loss_begins_at_the_first_and_leans_on_the_last() -> None:
    plan = SMALL.model_copy(update={"rate": 1e-9})
    states = run(Nearing(plan))
    expected: list[float] = []
    for step in range(4):
        epoch, at = divmod(step, 2)
        ids = [int(lesson.id) for lesson in epoch_of(LESSONS, plan, 0, epoch)[at]]
        target = 5 + sum(ids) + random.Random(f"0 {epoch} {step}").random()
        loss = (torch.tensor([1.0, -2.0, 0.5]) - target).square().mean().item()
        expected.append(0.97 * expected[-1] + 0.03 * loss if expected else loss)
    assert [state.loss for state in states] == pytest.approx(expected, rel=1e-4)
    assert states[0].losses == []
    assert states[3].losses == [round(states[1].loss, 4), round(states[3].loss, 4)]


def test_each_parameter_has_its_own_rate() -> None:
    training = Nearing(SMALL.model_copy(update={"weight_decay": 0.0, "least_rate": 1.0}))
    (first, *_) = run(training)
    assert first.optimiser["param_groups"]
    # The first step of AdamW is as long as the rate, whatever the gradient.
    step = rate_at(1, 4, training._plan)
    assert first.weights["layer"].tolist() == pytest.approx([1 + step, -2 + step], abs=1e-5)
    assert first.weights["head.bias"].tolist() == pytest.approx([0.5 + 3 * step], abs=1e-5)


def test_a_loss_that_is_no_number_ends_it() -> None:
    with pytest.raises(EncoderError, match="step 1: the loss is no number any more"):
        run(Nearing(slope=math.inf))


@pytest.mark.parametrize(
    ("precision", "dtype"), [("bfloat16", torch.bfloat16), ("float32", torch.float32)]
)
def test_numbers_are_rounded_as_planned(precision: Precision, dtype: torch.dtype) -> None:
    training = Nearing(SMALL.model_copy(update={"precision": precision}))
    numbers = torch.ones(2, 2)
    with training._autocast():
        assert (numbers @ numbers).dtype == dtype
    assert (numbers @ numbers).dtype == torch.float32


def test_the_rate_rises_and_falls() -> None:
    plan = Plan(rate=2.0, warm_up=0.1, least_rate=0.05)
    rates = [rate_at(step, 100, plan) for step in range(1, 101)]
    assert rates[0] == pytest.approx(0.2, rel=1e-2)
    assert rates[9] == pytest.approx(2.0 * 0.5 * (1 + math.cos(math.pi / 10)))
    assert max(rates) == rates[9]
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] == pytest.approx(0.1)


def test_the_device_is_the_gpu_where_torch_sees_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Nearing().runs_on == f"cpu, threads: {torch.get_num_threads()}"
    assert chosen_device("cpu") == torch.device("cpu")
    for there, name in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert chosen_device(None) == torch.device(name)
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
