"""The card of tuned weights: what they are, what they were made of, and where they end."""

import platform
from importlib.metadata import version
from pathlib import Path

from pydantic import Field, JsonValue, ValidationError

from documents import EncoderError
from eval.pairs import Counts
from eval.questions import QuestionFile
from index.tuned import CARD, WeightsCard, WeightsIdentity
from qa.schema import Strict

LICENCE = "Apache-2.0, as the base weights"
LIMITS = (
    "Made for English letters and reports of inspections of children's services, and for questions"
    " on them; on other texts the base weights may well be better.",
    "Of a text the first 256 tokens count; of a question with a passage, 320.",
    "Nearness is not truth: a sentence about the same matter that does not answer lies near as"
    " well. What answers is for the answer finder and its threshold to say.",
    "The figures of answers are not on this card: `paperknife evaluate` gives them.",
)
_LIBRARIES = ("paperknife", "torch", "sentence-transformers", "transformers", "safetensors")


class Data(Strict):
    """What was learnt from. ``letters`` is a hash of the letters' names and bytes; ``held_out`` are
    the files on which nothing was learnt; ``learnt_from`` is how many questions were left."""

    questions: tuple[QuestionFile, ...]
    counts: Counts
    documents: int
    letters: str
    hold_out: float
    held_out: tuple[str, ...]
    learnt_from: int


class Made(Strict):
    """How the weights were made. ``begun_from`` are the weights that the layers began as,
    ``encoder`` those by which a reranker's wrong passages were found (older cards lack it),
    ``plan`` the settings of the training; ``losses`` is the running mean at the end of each epoch.
    """

    begun_from: WeightsIdentity
    encoder: WeightsIdentity | None = None
    seed: int
    plan: dict[str, JsonValue]
    steps: int
    runs_on: str
    losses: tuple[float, ...]
    final_loss: float
    versions: dict[str, str]


class Card(WeightsCard):
    """The contents of ``card.json``: nothing in it depends on the time or the place."""

    tensors: int
    bytes: int
    data: Data
    made: Made
    licence: str = LICENCE
    limits: tuple[str, ...] = Field(default=LIMITS)


def versions() -> dict[str, str]:
    """What the weights depend on beside data and seed."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def read_card(path: Path) -> Card:
    """The card in a file. Raises EncoderError if it cannot be read or is none."""
    try:
        return Card.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        raise EncoderError(f"{path}: is not a card that `paperknife train` wrote") from error


def page(card: Card, weights: str) -> str:
    """The card as Markdown, for people; ``weights`` is the name of the file that it is of."""
    data, made, counts = card.data, card.made, card.data.counts
    files = "\n".join(
        f"| `{file.name}` | {file.questions:,} | `{file.sha256}` |" for file in data.questions
    )
    held = ", ".join(f"`{name}`" for name in data.held_out) or "none"
    losses = ", ".join(f"{loss:.4f}" for loss in made.losses)
    settings = "\n".join(f"| {name} | {value} |" for name, value in made.plan.items())
    libraries = ", ".join(f"{name} {number}" for name, number in made.versions.items())
    encoder = made.encoder
    found = (
        f"\nWrong passages were found by {encoder.name} (SHA-256 `{encoder.sha256}`)."
        if encoder
        else ""
    )
    limits = "\n".join(f"- {limit}" for limit in card.limits)
    return f"""# {card.weights.name}

Weights that were trained on questions whose answers are known. Written by
`paperknife train` beside `{CARD}`, which says the same to programs.

| | |
|---|---|
| weights | `{weights}`, {card.bytes:,} bytes: {card.tensors} tensors of the layers, float16 |
| SHA-256 | `{card.weights.sha256}` |
| laid over | {card.base.name}, SHA-256 `{card.base.sha256}` |
| licence | {card.licence} |

## Data

| questions | number | SHA-256 |
|---|---|---|
{files}

{data.documents} letters (SHA-256 of their names and hashes: `{data.letters}`).
Of {counts.questions:,} questions (nothing answers {counts.unanswerable:,} of them)
{data.learnt_from:,} were learnt from. Left out were {counts.without_a_sentence:,} whose gold is in
no sentence, and those on the documents held out ({data.hold_out:.0%}): {held}.
{counts.gold_quotes_unmatched:,} of {counts.gold_quotes:,} gold quotes and
{counts.tempting_quotes_unmatched:,} of {counts.tempting_quotes:,} tempting ones match no sentence.

## Training

{made.steps:,} steps, seed {made.seed}, on {made.runs_on}, from {made.begun_from.name} (SHA-256
`{made.begun_from.sha256}`).{found}
Running mean of the loss at the end of each epoch: {losses}; at the end {made.final_loss:.4f}.

| setting | |
|---|---|
{settings}

Versions: {libraries}.

## Limits

{limits}
"""
