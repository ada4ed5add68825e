"""Small encoders for tests that train, read closely, or count."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from index import Encoder
from index.encoder import BASE
from index.tuned import WeightsIdentity


@cache
def short_encoder() -> Encoder:
    """The base encoder with the first of its six layers alone. Tests leave it as it is."""
    encoder = Encoder.load(tuned=None)
    stack = encoder.model[0].get_submodule("model.encoder")
    stack.layer = stack.get_submodule("layer")[:1]  # type: ignore[index]
    return encoder


class Counting(Encoder):
    """The short encoder, which remembers what it was asked to embed."""

    def __init__(self, weights: WeightsIdentity = BASE) -> None:
        super().__init__(short_encoder().model, weights)
        self.embedded: list[str] = []

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        self.embedded += texts
        return super().encode(texts, progress)
