"""A reranker for tests: layers of the small encoder, under a head that was drawn."""

from functools import cache

import torch

from qa.reranker import Reranker
from tests.index.encoders import short_encoder


@cache
def drawn_reranker() -> Reranker:
    """Its scores mean nothing, but differ. Tests leave it as it is."""
    return with_head(Reranker(short_encoder()), seed=0)


def with_head(reranker: Reranker, seed: int) -> Reranker:
    """The reranker with a head drawn by the seed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        reranker.head.weight.normal_(std=0.5, generator=generator)
        reranker.head.bias.fill_(0.25)
    return reranker
