"""Checkpoints: how far a training has come, in one file, so that it can be broken off."""

import pickle
from io import BytesIO
from pathlib import Path

import torch

from documents import EncoderError
from documents.disk import write_whole
from eval.training import State

FILE = "checkpoint.pt"

Beginning = dict[str, str]
"""What decides the result of a training, by the names of which to speak of it."""


def write_checkpoint(path: Path, state: State, beginning: Beginning) -> None:
    """Writes the file whole, in the place of the one before it."""
    content = BytesIO()
    torch.save({"beginning": beginning, "state": dict(vars(state))}, content)
    write_whole(path, content.getbuffer())


def read_checkpoint(path: Path, beginning: Beginning) -> State:
    """The state in a checkpoint of a training with this beginning.

    Raises EncoderError if there is none, if it cannot be read, or if it is of another training.
    """
    if not path.is_file():
        raise EncoderError(f"{path}: missing; without --resume training begins anew")
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
        kept, state = dict(held["beginning"]), State(**held["state"])
    except (RuntimeError, pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as no:
        raise EncoderError(
            f"{path}: cannot be read as a checkpoint; remove it to begin anew"
        ) from no
    names = sorted(kept.keys() | beginning.keys())
    if differing := [name for name in names if kept.get(name) != beginning.get(name)]:
        raise EncoderError(
            f"{path}: of another training ({', '.join(differing)}); remove it to begin anew"
        )
    return state
