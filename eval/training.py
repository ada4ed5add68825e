"""Training of the encoder: what answers a question is drawn near to it, what does not is pushed
away.

The loss is the cross-entropy of the right text under a softmax over all texts of the batch, by
their cosines (in-batch negatives: Henderson et al., 2017). The words' embeddings stay as they are:
words on which nothing was learnt keep their meaning, and half of the weights need not be stored.
Nothing is dropped out, and what is drawn hangs on the seed and the step alone: on one machine the
same seed gives the same weights.
"""

import copy
import math
import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from documents import EncoderError
from eval.batches import Batch, Mined, Plan, draw, epoch_of, steps_of
from eval.mining import mine
from eval.pairs import Lesson, Material
from index import Encoder
from index.encoder import BASE, features_of
from index.tuned import layers

Progress = Callable[[str, int, int], None]

# The mean loss that is told leans on about the last thirty steps.
_KEPT_LOSS = 0.97
# Texts of like length go through the model together: what is padded costs time.
_PARTS = 4
_MASKED = -1e4


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


class Training:
    """One training, from the base encoder or from a state that an earlier one came to."""

    def __init__(
        self,
        base: Encoder,
        lessons: Sequence[Lesson],
        material: Material,
        plan: Plan,
        seed: int,
        device: str | None = None,
    ) -> None:
        """``base`` itself is left as it is. ``device`` is the GPU where torch sees one, else the
        CPU. Raises EncoderError if ``base`` is tuned already."""
        if base.sha256 != BASE.sha256:
            raise EncoderError(f"{base.name}: is tuned already; training begins from {BASE.name}")
        self._device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._encoder = Encoder(copy.deepcopy(base.model).to(self._device))
        self._lessons, self._material = lessons, material
        self._plan, self._seed = plan, seed
        self._rounded = plan.precision == "bfloat16"
        self._layers = layers(self._encoder.model)
        for parameter in self._encoder.model.parameters():
            parameter.requires_grad_(False)
        for parameter in self._layers.values():
            parameter.requires_grad_(True)
        self._optimiser = torch.optim.AdamW(
            self._layers.values(), lr=plan.rate, weight_decay=plan.weight_decay
        )
        self._per_epoch = steps_of(len(lessons), plan)
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
        self._state.weights = {name: tensor.detach() for name, tensor in self._layers.items()}
        self._state.optimiser = self._optimiser.state_dict()
        return self._state

    def restore(self, state: State) -> None:
        """Go on from where another training with the same beginning was."""
        self._state = state
        with torch.no_grad():
            for name, parameter in self._layers.items():
                parameter.copy_(state.weights[name])
        self._optimiser.load_state_dict(state.optimiser)

    def tensors(self) -> dict[str, NDArray[np.float16]]:
        """The layers as they are stored: float16, by the base file's names."""
        return {
            name: parameter.detach().cpu().numpy().astype(np.float16)
            for name, parameter in self._layers.items()
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
                if epoch >= 1 and self._plan.mined and state.mined is None:
                    state.mined = self._mine(progress)
                groups = epoch_of(self._lessons, self._plan, self._seed, epoch)
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

    def _learn(self, group: Sequence[Lesson], epoch: int) -> None:
        state = self._state
        rng = random.Random(f"{self._seed} {epoch} {state.step}")
        batch = draw(group, self._material, self._plan, state.mined or {}, rng)
        state.step += 1
        for settings in self._optimiser.param_groups:
            settings["lr"] = rate_at(state.step, self.steps, self._plan)
        loss = self._loss(batch)
        value = loss.item()
        if not math.isfinite(value):
            raise EncoderError(f"training, step {state.step}: the loss is no number any more")
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._layers.values(), self._plan.longest_gradient)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        first = state.step == 1
        state.loss = value if first else _KEPT_LOSS * state.loss + (1 - _KEPT_LOSS) * value

    def _loss(self, batch: Batch) -> torch.Tensor:
        scores = self._embed(batch.queries) @ self._embed(batch.texts).T * self._plan.scale
        masked = torch.from_numpy(batch.masked).to(self._device)
        right = torch.arange(len(batch.queries), device=self._device)
        return torch.nn.functional.cross_entropy(scores.masked_fill(masked, _MASKED), right)

    def _embed(self, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors with their gradients: shape (texts, dimension)."""
        tokens = self._encoder.tokens(texts)
        order = sorted(range(len(texts)), key=lambda number: len(tokens[number]))
        size = -(-len(order) // _PARTS)
        parts = []
        for start in range(0, len(order), size):
            features = features_of([tokens[n] for n in order[start : start + size]], self._device)
            with torch.autocast(self._device.type, torch.bfloat16, enabled=self._rounded):
                vectors = self._encoder.model(features)["sentence_embedding"]
            parts.append(vectors.float())
        back = torch.from_numpy(np.argsort(np.array(order))).to(self._device)
        # The model's last module makes unit vectors of them.
        return torch.cat(parts).index_select(0, back)

    def _mine(self, progress: Progress | None) -> Mined:
        told = progress and partial(progress, "mining wrong sentences")
        return mine(
            self._lessons,
            self._material,
            lambda texts: self._encoder.encode(texts, told),
            self._plan.mined,
        )


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
