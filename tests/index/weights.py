"""Tuned weights for tests, with a card that fits them."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import BASE
from index.tuned import CARD, WEIGHTS, write_tuned

NAME_OF_TUNED = "made for a test"


def write_weights(
    folder: Path, tensors: Mapping[str, NDArray[np.float16]], base: str = BASE.sha256
) -> Path:
    """Writes both files; the path of the weights."""
    path = folder / WEIGHTS
    write_card(folder, write_tuned(path, tensors, base), base)
    return path


def write_card(folder: Path, sha256: str, base: str = BASE.sha256) -> None:
    card = {
        "weights": {"name": NAME_OF_TUNED, "sha256": sha256},
        "base": {"name": BASE.name, "sha256": base},
        "note": "what is for people is passed over",
    }
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
