"""A card for tests, as a training would write it."""

from collections.abc import Sequence

from eval.batches import EncoderPlan
from eval.card import Card, Data, Made, versions
from eval.pairs import Counts
from index.encoder import BASE
from index.tuned import WeightsIdentity


def card_of(held_out: Sequence[str]) -> Card:
    """One of a training that held out these files."""
    counts = dict.fromkeys(Counts.model_fields, 0)
    return Card(
        weights=WeightsIdentity(name="made for a test", sha256="1" * 64),
        base=BASE,
        tensors=96,
        bytes=1,
        data=Data(
            questions=(),
            counts=Counts(**counts),
            documents=0,
            letters="",
            hold_out=0.0,
            held_out=tuple(held_out),
            learnt_from=0,
        ),
        made=Made(
            begun_from=BASE,
            seed=0,
            plan=EncoderPlan().model_dump(mode="json"),
            steps=1,
            runs_on="cpu",
            losses=(),
            final_loss=0.0,
            versions=versions(),
        ),
    )
