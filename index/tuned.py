"""Weights that were tuned on questions: a file of what differs from the base, and beside it the
card that says what it is.

    encoder.safetensors   the tensors of the layers, float16, by the base file's names for them (the
                          reranker's, ``qa.reranker``, is another, in a folder of its own)
    card.json             its SHA-256, that of the base weights, and how it was made

Both are checked before a tensor is laid over the base.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from documents import EncoderError
from documents.disk import write_whole

if TYPE_CHECKING:
    import torch

WEIGHTS = "encoder.safetensors"
CARD = "card.json"

_PACKAGED = Path(str(files("index"))) / "weights" / WEIGHTS
# What the tensors of the layers begin with in the base file; in a loaded model more stands before.
_LAYERS = "encoder.layer."


class WeightsIdentity(BaseModel):
    """Which weights: ``sha256`` is that of their file."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class WeightsCard(BaseModel):
    """What has to be known of tuned weights to load them; what else a card says is for people."""

    model_config = ConfigDict(frozen=True)

    weights: WeightsIdentity
    base: WeightsIdentity


def packaged() -> Path | None:
    """The tuned weights in this package, None where it has none. A card without its weights
    counts as having them, so that the loss is seen."""
    there = _PACKAGED.exists() or _PACKAGED.with_name(CARD).exists()
    return _PACKAGED if there else None


def layers(model: "torch.nn.Module") -> dict[str, "torch.nn.Parameter"]:
    """The parameters that are tuned, by the base file's names, in the model's order. The words'
    embeddings are none of them, nor the pooler, which no vector goes through."""
    return {
        name[name.index(_LAYERS) :]: parameter
        for name, parameter in model.named_parameters()
        if _LAYERS in name
    }


def lay_over(
    parameters: "Mapping[str, torch.nn.Parameter]", path: Path, base: WeightsIdentity
) -> WeightsIdentity:
    """Lays the tuned weights in ``path`` over the parameters of a model that has the base's; which
    weights it then has.

    Raises EncoderError, with the model as it was, if the file or its card is missing, was cut off
    or altered, is for another base, or does not hold exactly these parameters.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    content = _read(path)
    weights = _checked(content, path, base)
    try:
        tensors = load(content)
    except SafetensorError as problem:
        raise EncoderError(f"{path}: cannot be read ({problem}); {_mended(path)}") from problem
    for name in sorted(parameters.keys() ^ tensors.keys()):
        what = "missing" if name in parameters else "not one of those that are tuned"
        raise EncoderError(f"{path}: tensor {name} is {what}; {_mended(path)}")
    for name, tensor in tensors.items():
        is_so, wanted = tuple(tensor.shape), tuple(parameters[name].shape)
        if tensor.dtype != torch.float16 or is_so != wanted:
            raise EncoderError(
                f"{path}: tensor {name} is {tensor.dtype} {is_so}, not torch.float16 {wanted};"
                f" {_mended(path)}"
            )
        if not torch.isfinite(tensor).all():
            raise EncoderError(
                f"{path}: tensor {name} has values that are no numbers; {_mended(path)}"
            )
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])
    return weights


def checked_identity(path: Path, base: WeightsIdentity) -> WeightsIdentity:
    """Which weights a file holds. Raises EncoderError, as ``lay_over`` does, if the file is not its
    card's or is for another base; its tensors are not looked at."""
    return _checked(_read(path), path, base)


def _checked(content: bytes, path: Path, base: WeightsIdentity) -> WeightsIdentity:
    card = _card(path.with_name(CARD), path)
    if (found := hashlib.sha256(content).hexdigest()) != card.weights.sha256:
        raise EncoderError(f"{path}: SHA-256 {found} is not its card's; {_mended(path)}")
    if card.base != base:
        raise EncoderError(
            f"{path}: tuned from {card.base.name} (SHA-256 {card.base.sha256[:12]}…), which is"
            f" not the base here; {_mended(path)}"
        )
    return card.weights


def write_tuned(path: Path, tensors: Mapping[str, NDArray[np.float16]], base_sha256: str) -> str:
    """Writes tuned weights, whole or not at all; the SHA-256 of the file. Equal tensors over equal
    base weights give equal bytes."""
    from safetensors.numpy import save

    # One entry and no more: the library writes several in an order of chance.
    content = save(dict(tensors), metadata={"base": base_sha256})
    write_whole(path, content)
    return hashlib.sha256(content).hexdigest()


def _card(path: Path, weights: Path) -> WeightsCard:
    content = _read(path)
    try:
        return WeightsCard.model_validate_json(content)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the card"
        raise EncoderError(f"{path}: {field}: {first['msg']}; {_mended(weights)}") from problem


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        why = "missing" if isinstance(problem, FileNotFoundError) else problem.strerror
        raise EncoderError(f"{path}: {why}; {_mended(path)}") from problem


def _mended(path: Path) -> str:
    if (path.parents[1] / "__init__.py").is_file():  # in a package, as ``weights`` are
        return "installing Paperknife again mends it"
    return "`paperknife train` writes it anew"
