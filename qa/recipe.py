"""What makes the answers: fitted weights and a chosen threshold, with the data behind them.

They are read from ``recipe.json`` beside this file, which ``paperknife fit`` writes, and go into
each snapshot's manifest, so that an index never serves answers that another recipe was chosen for.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue

_FILE = Path(__file__).with_name("recipe.json")


class Weights(BaseModel):
    """A logistic regression: a weight for each named feature, and the bias."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    weights: dict[str, float]

    def probabilities(
        self, values: NDArray[np.float64], names: Sequence[str]
    ) -> NDArray[np.float64]:
        """Of ``values``, whose last dimension is the features of these ``names``: its shape without
        that, each between 0 and 1. A feature without a weight counts for nothing."""
        weights = np.array([self.weights.get(name, 0.0) for name in names], dtype=np.float64)
        found: NDArray[np.float64] = 1 / (1 + np.exp(-(values @ weights + self.bias)))
        return found


class Recipe(BaseModel):
    """All that decides which answers are given and how sure they are said to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    passages: int = Field(ge=1)  # taken from each of the two rankings of passages
    retrieval: Weights  # of a candidate before anything is read
    reranker: str  # the SHA-256 of its weights
    read: int = Field(ge=1)  # passages that it reads
    finder: Weights
    confidence: Weights
    answers: Weights  # of what makes the confidence of an answer
    threshold: float = Field(ge=0, le=1)  # of the confidence, below which the answer is refused
    floor: float = Field(ge=0, le=1)  # of the finder's probability, below which one is left out
    fitted_on: str
    threshold_chosen_on: str
    threshold_chosen_for: str


@cache
def recipe() -> Recipe:
    """The recipe of this installation."""
    return Recipe.model_validate_json(_FILE.read_bytes())


def recipe_identity() -> dict[str, JsonValue]:
    """What a snapshot's manifest records: the whole recipe and the hash of its file."""
    content = _FILE.read_bytes()
    held: dict[str, JsonValue] = recipe().model_dump(mode="json")
    return {**held, "sha256": hashlib.sha256(content).hexdigest()}
