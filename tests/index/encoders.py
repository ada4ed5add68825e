"""A small encoder for tests that train or read closely."""

from functools import cache

from index import Encoder


@cache
def short_encoder() -> Encoder:
    """The base encoder with the first of its six layers alone. Tests leave it as it is."""
    encoder = Encoder.load(tuned=None)
    stack = encoder.model[0].get_submodule("model.encoder")
    stack.layer = stack.get_submodule("layer")[:1]  # type: ignore[index]
    return encoder
