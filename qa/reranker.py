"""A cross-encoder that reads a question with a whole passage and says of each of its sentences how
far it answers.

    [CLS] question [SEP] header [SEP] ■ first sentence ■ second sentence … [SEP]

The score of a sentence is a linear function of the last state at the mark (■) before it, so that it
depends on its neighbours, its section and the question at once; sentences scored alone lack these.
Scores are log-odds against "none of these answers": the sentences of a passage, and of several,
stand in one softmax with a 0 for that. The layers are trained (``paperknife train``); the words'
embeddings are the base encoder's.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from documents import Document
from index import Encoder
from index.context import passage_header
from index.encoder import BASE
from index.tuned import WeightsIdentity, lay_over, layers

if TYPE_CHECKING:
    import torch

RERANKER_WEIGHTS = "reranker.safetensors"
PACKAGED = Path(str(files("qa"))) / "weights" / RERANKER_WEIGHTS

_CLS, _SEP, _MARK = 101, 102, 2  # the mark is the vocabulary's [unused1]
_MOST_TOKENS = 320
_QUESTION_TOKENS, _HEADER_TOKENS = 64, 40
# Tokens in one forward pass; more gain no speed on two cores.
_BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class PassageText:
    """What is read of a passage: ``header`` says where it stands, then come its sentences."""

    header: str
    sentences: tuple[str, ...]


def passage_text_of(
    document: Document, passage: np.void, sentences: NDArray[np.void]
) -> PassageText:
    """What is read of a passage: ``passage`` is its row, ``sentences`` are the rows of all."""
    own = sentences["index"][int(passage["first"]) : int(passage["last"])].tolist()
    spans = [document.sentences[number] for number in own]
    header = passage_header(document, int(passage["section"]), own[0])
    return PassageText(
        header, tuple(" ".join(document.text[s.start : s.end].split()) for s in spans)
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a question with a passage. ``question`` is where the question ends, ``marks``
    the place of the mark before each sentence."""

    tokens: list[int]
    question: int
    marks: list[int]


class Reranker:
    """The cross-encoder. Safe to share between threads."""

    def __init__(self, encoder: Encoder, weights: WeightsIdentity = BASE) -> None:
        """Layers as the encoder has them, on its device, under a head that says nothing yet;
        ``load`` is the way to a trained one."""
        import torch

        bert = encoder.model[0].get_submodule("model")
        # The embeddings are large, and nothing changes them: they are shared.
        kept = {id(one): one for one in bert.get_submodule("embeddings").parameters()}
        self.bert = copy.deepcopy(bert, kept)
        self.head = torch.nn.Linear(encoder.dimension, 1, device=encoder.model.device)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)
        self.identity = weights
        self._encoder = encoder

    @classmethod
    def begun_from(cls, encoder: Encoder, path: Path) -> Self:
        """The trained one in a file, checked against the card beside it, in float32: to be trained
        further. Raises EncoderError as ``index.tuned.lay_over`` does."""
        made = cls(encoder)
        made.identity = lay_over(made.parameters(), path, BASE)
        return made

    @classmethod
    def load(cls, encoder: Encoder, path: Path = PACKAGED) -> Self:
        """The trained one in a file, checked against the card beside it. It computes in bfloat16
        where the processor does: three times as fast, and the scores differ by some hundredths.
        Raises EncoderError as ``begun_from`` does."""
        import torch

        made = cls.begun_from(encoder, path)
        able = torch.cpu.get_capabilities()
        if able.get("amx_bf16") or able.get("avx512_bf16"):
            # A copy with embeddings of its own: the shared ones are the encoder's.
            made.bert = copy.deepcopy(made.bert).to(torch.bfloat16)
        return made

    def parameters(self) -> "dict[str, torch.nn.Parameter]":
        """What is trained, by the names that it is stored under."""
        head = {f"head.{name}": parameter for name, parameter in self.head.named_parameters()}
        return layers(self.bert) | head

    def scores(self, question: str, passages: Sequence[PassageText]) -> list[NDArray[np.float32]]:
        """For each passage the scores of its sentences: one array each, shape (sentences,)."""
        import torch

        read = self.readings([question] * len(passages), passages)
        order = sorted(range(len(read)), key=lambda number: len(read[number].tokens))
        scored: dict[int, NDArray[np.float32]] = {}
        with torch.inference_mode():
            for batch in _batches([len(read[number].tokens) for number in order]):
                numbers = [order[at] for at in batch]
                for number, own in zip(
                    numbers, self.forward([read[n] for n in numbers]), strict=True
                ):
                    scored[number] = own.float().cpu().numpy()
        return [scored[number] for number in range(len(read))]

    def forward(self, readings: Sequence[Reading]) -> "list[torch.Tensor]":
        """For each of one or more readings the scores at its marks, shape (marks,), in one pass
        with its gradients."""
        import torch

        shape = (len(readings), max(len(one.tokens) for one in readings))
        ids = np.zeros(shape, dtype=np.int64)
        mask, second = np.zeros_like(ids), np.zeros_like(ids)
        for row, one in enumerate(readings):
            length = len(one.tokens)
            ids[row, :length] = one.tokens
            mask[row, :length] = 1
            second[row, one.question : length] = 1
        device = self.head.weight.device
        states = self.bert(
            input_ids=torch.from_numpy(ids).to(device),
            attention_mask=torch.from_numpy(mask).to(device),
            token_type_ids=torch.from_numpy(second).to(device),
        ).last_hidden_state
        # In training too, where the layers' numbers are rounded: a loss of rounded scores is blind
        # to small differences.
        with torch.autocast(device.type, enabled=False):
            return [
                self.head(states[row, one.marks].float()).squeeze(1)
                for row, one in enumerate(readings)
            ]

    def readings(self, questions: Sequence[str], passages: Sequence[PassageText]) -> list[Reading]:
        """The tokens of each question with its passage, at most 320: long sentences are cut,
        none is left out."""
        asked = self._own_tokens(questions)
        headers = self._own_tokens([passage.header for passage in passages])
        sentences = self._own_tokens([s for passage in passages for s in passage.sentences])
        made: list[Reading] = []
        at = 0
        for number, passage in enumerate(passages):
            own = sentences[at : at + len(passage.sentences)]
            at += len(own)
            made.append(_reading(asked[number], headers[number], own))
        return made

    def _own_tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text without those at its ends; of equal texts only once counted."""
        distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        tokens = [one[1:-1].tolist() for one in self._encoder.tokens(list(distinct))]
        return [tokens[distinct[text]] for text in texts]


def _reading(question: list[int], header: list[int], sentences: Sequence[list[int]]) -> Reading:
    tokens = [_CLS, *question[:_QUESTION_TOKENS], _SEP]
    end = len(tokens)
    tokens += [*header[:_HEADER_TOKENS], _SEP]
    longest = _longest([len(one) for one in sentences], _MOST_TOKENS - len(tokens) - 1)
    marks: list[int] = []
    for sentence in sentences:
        marks.append(len(tokens))
        tokens += [_MARK, *sentence[:longest]]
    return Reading([*tokens, _SEP], end, marks)


def _longest(lengths: Sequence[int], room: int) -> int:
    """To how many tokens each sentence is cut, so that all of them and their marks have room. For
    the marks alone there always is: a passage has at most 130 words."""
    longest = max(lengths, default=0)
    while sum(min(length, longest) + 1 for length in lengths) > room and longest:
        longest -= 1
    return longest


def _batches(lengths: Sequence[int]) -> list[range]:
    """Ranges of positions, of which lengths rise, whose longest times their number stays within
    _BATCH_TOKENS."""
    batches: list[range] = []
    start = 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or lengths[end] * (end + 1 - start) > _BATCH_TOKENS:
            batches.append(range(start, end))
            start = end
    return batches
