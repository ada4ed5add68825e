"""Training of the reranker: of the sentences of a few passages, those that answer come first, and
before "none of these" (a score of 0) where one answers, behind it where none does.

For each right sentence the loss is its cross-entropy under a softmax over it, all wrong sentences
and the 0 (a question has several right ones, and all are to be found); where none is right, that of
the 0 over all sentences.
"""

import copy
import math
import random
from collections.abc import Sequence
from pathlib import Path

import torch
from pydantic import Field

from documents import Document
from eval.batches import Plan
from eval.pairs import Lesson, Material
from eval.passage_choice import Nearest, choose
from eval.training import Training, chosen_device
from index import Encoder
from index.tuned import WeightsIdentity
from qa.reranker import PassageText, Reading, Reranker, passage_text_of

# Readings of like length go through the model together: what is padded costs time.
_PARTS = 4


class RerankerPlan(Plan):
    """How the reranker is trained: a lesson is read with ``passages`` passages at a time, drawn
    from the ``nearest`` of its scope; ``without_answer`` is the share of the turns in which those
    that answer are taken away, ``topics`` the share in which the question stands without the
    authority and the time that it names. Of the lessons that a sentence answers the share
    ``answerable``, drawn anew, has a turn in each epoch; the others have theirs in each."""

    epochs: int = Field(default=2, ge=1)
    batch: int = Field(default=8, ge=2)
    together: int = Field(default=1, ge=1)
    rate: float = Field(default=8e-5, gt=0)
    head_rate: float = Field(default=1e-3, gt=0)
    warm_up: float = Field(default=0.05, gt=0, le=1)
    passages: int = Field(default=4, ge=2)
    nearest: int = Field(default=12, ge=2)
    without_answer: float = Field(default=0.1, ge=0, le=1)
    topics: float = Field(default=0.9, ge=0, le=1)
    answerable: float = Field(default=1.0, gt=0, le=1)


class RerankerTraining(Training):
    """One training of the reranker, from the layers of an encoder or from an earlier one's end."""

    def __init__(
        self,
        encoder: Encoder,
        lessons: Sequence[Lesson],
        material: Material,
        documents: Sequence[Document],
        nearest: Nearest,
        plan: RerankerPlan,
        seed: int,
        device: str | None = None,
        begin_from: Path | None = None,
    ) -> None:
        """``encoder`` is left as it is; ``documents`` are in the order of the material's rows.
        ``begin_from`` are the weights of a reranker in place of the encoder's layers. Raises
        EncoderError as ``Reranker.begun_from`` does."""
        runs_on = chosen_device(device)
        # Of its own, as the reranker shares the embeddings of the one that it is made from.
        own_encoder = Encoder(copy.deepcopy(encoder.model).to(runs_on))
        if begin_from:
            self._reranker = Reranker.begun_from(own_encoder, begin_from)
        else:
            weights = WeightsIdentity(name=encoder.name, sha256=encoder.sha256)
            self._reranker = Reranker(own_encoder, weights)
        self._material, self._nearest, self._reranker_plan = material, nearest, plan
        self._documents = documents
        self._texts: dict[int, PassageText] = {}
        for parameter in self._reranker.bert.parameters():
            parameter.requires_grad_(False)
        own = self._reranker.parameters()
        for parameter in own.values():
            parameter.requires_grad_(True)
        super().__init__(own, lessons, plan, seed, runs_on)

    @property
    def begun_from(self) -> WeightsIdentity:
        """Which weights the layers had at its beginning."""
        return self._reranker.identity

    def _turns(self, epoch: int) -> Sequence[Lesson]:
        answered = [number for number, lesson in enumerate(self._lessons) if lesson.gold]
        most = math.ceil(self._reranker_plan.answerable * len(answered))
        drawn = set(random.Random(f"{self._seed} {epoch} turns").sample(answered, most))
        return [x for number, x in enumerate(self._lessons) if not x.gold or number in drawn]

    def _rate_of(self, name: str) -> float:
        head = name.startswith("head.")
        return self._reranker_plan.head_rate if head else self._reranker_plan.rate

    def _loss(self, group: Sequence[Lesson], rng: random.Random) -> torch.Tensor:
        plan = self._reranker_plan
        questions: list[str] = []
        passages: list[int] = []
        owners: list[int] = []
        for number, lesson in enumerate(group):
            asked = lesson.topic if rng.random() < plan.topics else lesson.question
            chosen = choose(
                lesson, self._material, self._nearest, plan.passages, plan.without_answer, rng
            )
            questions += [asked] * len(chosen)
            passages += chosen
            owners += [number] * len(chosen)
        scores = self._scores(questions, passages)
        losses = [
            self._loss_of(lesson, [(passages[at], scores[at]) for at in _where(owners, number)])
            for number, lesson in enumerate(group)
        ]
        return torch.stack(losses).mean()

    def _loss_of(self, lesson: Lesson, read: Sequence[tuple[int, torch.Tensor]]) -> torch.Tensor:
        """The loss of one lesson from the passages that it was read with and their scores."""
        firsts = self._material.rows.passages["first"]
        rows = [int(firsts[row]) + at for row, own in read for at in range(len(own))]
        none = torch.zeros(1, device=self._device)
        every = torch.cat([none, *(own for _, own in read)])
        gold = set(lesson.gold)
        right = torch.tensor([False, *(row in gold for row in rows)], device=self._device)
        rest = torch.logsumexp(every[~right], 0)
        if not bool(right.any()):
            return rest - none[0]
        return (torch.logaddexp(every[right], rest) - every[right]).mean()

    def _scores(self, questions: Sequence[str], rows: Sequence[int]) -> list[torch.Tensor]:
        readings = self._reranker.readings(questions, [self._text(row) for row in rows])
        order = sorted(range(len(readings)), key=lambda number: len(readings[number].tokens))
        size = -(-len(order) // _PARTS)
        scores: dict[int, torch.Tensor] = {}
        for start in range(0, len(order), size):
            part = order[start : start + size]
            own: list[Reading] = [readings[number] for number in part]
            with self._autocast():
                found = self._reranker.forward(own)
            scores.update(zip(part, found, strict=True))
        return [scores[number] for number in range(len(readings))]

    def _text(self, row: int) -> PassageText:
        if row not in self._texts:
            rows = self._material.rows
            passage = rows.passages[row]
            document = self._documents[int(passage["document"])]
            self._texts[row] = passage_text_of(document, passage, rows.sentences)
        return self._texts[row]


def _where(owners: Sequence[int], number: int) -> list[int]:
    return [at for at, owner in enumerate(owners) if owner == number]
