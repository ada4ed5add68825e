"""Training of the encoder: what answers a question is drawn near to it, what does not is pushed
away.

The loss is the cross-entropy of the right text under a softmax over all texts of the batch, by
their cosines (in-batch negatives: Henderson et al., 2017). The words' embeddings stay as they are:
words on which nothing was learnt keep their meaning, and half of the weights need not be stored.
"""

import copy
import random
from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from documents import EncoderError
from eval.batches import Batch, EncoderPlan, draw
from eval.mining import mine
from eval.pairs import Lesson, Material
from eval.training import Progress, Training, chosen_device
from index import Encoder
from index.encoder import BASE, features_of
from index.tuned import layers

# Texts of like length go through the model together: what is padded costs time.
_PARTS = 4
_MASKED = -1e4


class EncoderTraining(Training):
    """One training, from the base encoder or from a state that an earlier one came to."""

    def __init__(
        self,
        base: Encoder,
        lessons: Sequence[Lesson],
        material: Material,
        plan: EncoderPlan,
        seed: int,
        device: str | None = None,
    ) -> None:
        """``base`` itself is left as it is. ``device`` is the GPU where torch sees one, else the
        CPU. Raises EncoderError if ``base`` is tuned already."""
        if base.sha256 != BASE.sha256:
            raise EncoderError(f"{base.name}: is tuned already; training begins from {BASE.name}")
        runs_on = chosen_device(device)
        self._encoder = Encoder(copy.deepcopy(base.model).to(runs_on))
        self._material, self._encoder_plan = material, plan
        for parameter in self._encoder.model.parameters():
            parameter.requires_grad_(False)
        own = layers(self._encoder.model)
        for parameter in own.values():
            parameter.requires_grad_(True)
        super().__init__(own, lessons, plan, seed, runs_on)

    def _prepare(self, epoch: int, progress: Progress | None) -> None:
        """After the first epoch the nearest wrong sentences are mined, if the plan says so."""
        if epoch >= 1 and self._encoder_plan.mined and self._state.mined is None:
            told = progress and partial(progress, "mining wrong sentences")
            self._state.mined = mine(
                self._lessons,
                self._material,
                lambda texts: self._encoder.encode(texts, told),
                self._encoder_plan.mined,
            )

    def _loss(self, group: Sequence[Lesson], rng: random.Random) -> torch.Tensor:
        batch = draw(group, self._material, self._encoder_plan, self._state.mined or {}, rng)
        return self._contrast(batch)

    def _contrast(self, batch: Batch) -> torch.Tensor:
        scores = self._embed(batch.queries) @ self._embed(batch.texts).T * self._encoder_plan.scale
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
            with self._autocast():
                vectors = self._encoder.model(features)["sentence_embedding"]
            parts.append(vectors.float())
        back = torch.from_numpy(np.argsort(np.array(order))).to(self._device)
        # The model's last module makes unit vectors of them.
        return torch.cat(parts).index_select(0, back)
