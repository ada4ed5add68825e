"""Training, step by step, whatever is trained: rates, checkpoints, and the running loss.

Nothing is dropped out, and what is drawn hangs on the seed and the step alone: on one machine the
same seed gives the same weights.
"""

import math
import os
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from documents import EncoderError
from eval.batches import Mined, Plan, epoch_of, steps_of
from eval.pairs import Lesson

Progress = Callable[[str, int, int], None]

# The mean loss that is told leans on about the last thirty steps.
_KEPT_LOSS = 0.97


@dataclass
class State:
    """How far a training has come: all that it needs to go on but what it was given at its
    beginning. ``loss`` is the running mean, ``losses`` what it was at the end of each epoch,
    ``optimiser`` the state of torch's."""

    step: int = 0
    loss: float = 0.0
    losses: list[float] = field(default_factory=list)
    mined: Mined | None = None
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    optimiser: dict[str, object] = field(default_factory=dict)


class Training(ABC):
    """One training of some parameters, from where they are or from a state that an earlier one
    came to. What is learnt from at a step, and with what loss, is the subclass's."""

    def __init__(
        self,
        parameters: Mapping[str, torch.nn.Parameter],
        lessons: Sequence[Lesson],
        plan: Plan,
        seed: int,
        device: torch.device,
    ) -> None:
        """``parameters`` by the names that they are stored under."""
        self._device, self._lessons, self._plan, self._seed = device, lessons, plan, seed
        self._parameters = dict(parameters)
        self._rounded = plan.precision == "bfloat16"
        rates = {name: self._rate_of(name) for name in self._parameters}
        self._optimiser = torch.optim.AdamW(
            [
                {"params": [p for n, p in self._parameters.items() if rates[n] == rate], "lr": rate}
                for rate in sorted(set(rates.values()))
            ],
            weight_decay=plan.weight_decay,
        )
        self._rates = [settings["lr"] for settings in self._optimiser.param_groups]
        self._per_epoch = steps_of(len(self._turns(0)), plan)
        self._state = State()

    @property
    def runs_on(self) -> str:
        """The processor, as ``processor`` names it."""
        return processor(self._device)

    @property
    def steps(self) -> int:
        """The steps of the whole training."""
        return self._plan.epochs * self._per_epoch

    @property
    def state(self) -> State:
        """How far it has come. The next step changes the tensors in it."""
        self._state.weights = {name: tensor.detach() for name, tensor in self._parameters.items()}
        self._state.optimiser = self._optimiser.state_dict()
        return self._state

    def restore(self, state: State) -> None:
        """Go on from where another training with the same beginning was."""
        self._state = state
        with torch.no_grad():
            for name, parameter in self._parameters.items():
                parameter.copy_(state.weights[name])
        self._optimiser.load_state_dict(state.optimiser)

    def tensors(self) -> dict[str, NDArray[np.float16]]:
        """The parameters as they are stored: float16, by name."""
        return {
            name: parameter.detach().cpu().numpy().astype(np.float16)
            for name, parameter in self._parameters.items()
        }

    def run(
        self, keep: Callable[[State], None], every: int, progress: Progress | None = None
    ) -> State:
        """Train to the end. ``keep`` is called with the state after every so many steps, and at
        the end of each epoch; after it ``progress``, as after each step.

        Raises EncoderError if the loss ceases to be a number.
        """
        state = self._state
        with _deterministic(self._device):
            while state.step < self.steps:
                epoch, at = divmod(state.step, self._per_epoch)
                self._prepare(epoch, progress)
                groups = epoch_of(self._turns(epoch), self._plan, self._seed, epoch)
                for group in groups[at:]:
                    self._learn(group, epoch)
                    ended = state.step % self._per_epoch == 0
                    if ended:
                        state.losses.append(round(state.loss, 4))
                    if ended or state.step % every == 0:
                        keep(self.state)
                    if progress:
                        progress("training", state.step, self.steps)
        return self.state

    @abstractmethod
    def _loss(self, group: Sequence[Lesson], rng: random.Random) -> torch.Tensor:
        """The loss of a step on these lessons; all that is drawn is drawn by ``rng``."""

    def _rate_of(self, name: str) -> float:
        """The highest learning rate of the parameter of this name."""
        return self._plan.rate

    def _turns(self, epoch: int) -> Sequence[Lesson]:
        """The lessons that have a turn in an epoch, of which each has as many; all by default."""
        return self._lessons

    def _prepare(self, epoch: int, progress: Progress | None) -> None:  # noqa: B027
        """What an epoch needs before its first step, or before it goes on; nothing by default."""

    def _autocast(self) -> torch.autocast:
        """Numbers go through the model in the precision of the plan while it lasts."""
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._rounded)

    def _learn(self, group: Sequence[Lesson], epoch: int) -> None:
        state = self._state
        rng = random.Random(f"{self._seed} {epoch} {state.step}")
        state.step += 1
        factor = rate_at(state.step, self.steps, self._plan) / self._plan.rate
        for settings, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            settings["lr"] = rate * factor
        loss = self._loss(group, rng)
        value = loss.item()
        if not math.isfinite(value):
            raise EncoderError(f"training, step {state.step}: the loss is no number any more")
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        torch.nn.utils.clip_grad_norm_(self._parameters.values(), self._plan.longest_gradient)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        first = state.step == 1
        state.loss = value if first else _KEPT_LOSS * state.loss + (1 - _KEPT_LOSS) * value


def chosen_device(device: str | None) -> torch.device:
    """The named device; by default the GPU where torch sees one, else the CPU."""
    return torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))


def processor(device: torch.device) -> str:
    """A device by what decides in which order it adds numbers up."""
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    return f"cpu, threads: {torch.get_num_threads()}"


def rate_at(step: int, steps: int, plan: Plan) -> float:
    """The learning rate of a step, which are counted from 1."""
    rising = min(1.0, step / (plan.warm_up * steps))
    falling = 0.5 * (1 + math.cos(math.pi * step / steps))
    return plan.rate * rising * max(plan.least_rate, falling)


@contextmanager
def _deterministic(device: torch.device) -> Iterator[None]:
    """While it lasts, a GPU sums in one order, as a CPU does anyway."""
    before = torch.are_deterministic_algorithms_enabled()
    if device.type == "cuda":
        # Read by CUDA's library when it is first called.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(before or device.type == "cuda")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
