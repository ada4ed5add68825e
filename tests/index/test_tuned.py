import hashlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pathspec import GitIgnoreSpec

from documents import EncoderError
from index.encoder import BASE
from index.tuned import CARD, WEIGHTS, WeightsIdentity, lay_over, layers, packaged, write_tuned
from qa.reranker import RERANKER_WEIGHTS
from tests.index.weights import NAME_OF_TUNED, write_card, write_weights

ROOT = Path(__file__).parents[2]
Tensors = dict[str, NDArray[np.float16]]


def small_model() -> torch.nn.Module:
    """A model with the names of the real one, and few numbers."""
    model = torch.nn.Module()
    model.embeddings = torch.nn.Embedding(3, 2)
    model.encoder = torch.nn.Module()
    model.encoder.layer = torch.nn.ModuleList([torch.nn.Linear(2, 4), torch.nn.Linear(4, 2)])
    model.pooler = torch.nn.Linear(2, 2)
    return torch.nn.Sequential(model)


def tuned_tensors() -> Tensors:
    return {
        name: np.full(tuple(layer.shape), 0.5, dtype=np.float16)
        for name, layer in layers(small_model()).items()
    }


def values(model: torch.nn.Module) -> dict[str, list[float]]:
    return {n: p.detach().flatten().tolist() for n, p in model.named_parameters()}


def refused(path: Path) -> str:
    """The error of laying a file over a model, which must leave it as it was."""
    model = small_model()
    before = values(model)
    with pytest.raises(EncoderError) as caught:
        lay_over(layers(model), path, BASE)
    assert values(model) == before
    text = str(caught.value)
    assert "\n" not in text
    assert str(path.parent) in text
    return text


def test_only_the_layers_are_tuned() -> None:
    assert list(layers(small_model())) == [
        "encoder.layer.0.weight",
        "encoder.layer.0.bias",
        "encoder.layer.1.weight",
        "encoder.layer.1.bias",
    ]


def test_tuned_tensors_take_the_place_of_the_layers(tmp_path: Path) -> None:
    model = small_model()
    before = values(model)
    path = write_weights(tmp_path, tuned_tensors())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert lay_over(layers(model), path, BASE) == WeightsIdentity(name=NAME_OF_TUNED, sha256=sha256)
    for name, now in values(model).items():
        assert now == ([0.5] * len(now) if "layer" in name else before[name])
    assert all(p.dtype == torch.float32 for p in model.parameters())


def test_equal_tensors_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    tensors = tuned_tensors()
    turned = dict(reversed(tensors.items()))
    one, two = (write_tuned(tmp_path / f"{n}", t, "base") for n, t in enumerate((tensors, turned)))
    assert one == two == hashlib.sha256((tmp_path / "0").read_bytes()).hexdigest()
    assert one != write_tuned(tmp_path / "2", tensors, "another base")
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1", "2"}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_of_which_any_bit_is_another_is_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = write_weights(Path(folder), tuned_tensors())
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(content)
        text = refused(path)
        assert str(path) in text
        assert "is not its card's; `paperknife train` writes it anew" in text


@settings(max_examples=60, deadline=None)
@given(data=st.data(), with_its_card=st.booleans())
def test_a_file_that_is_cut_off_is_refused(data: st.DataObject, with_its_card: bool) -> None:
    with TemporaryDirectory() as folder:
        path = write_weights(Path(folder), tuned_tensors())
        content = path.read_bytes()
        content = content[: data.draw(st.integers(0, len(content) - 1))]
        path.write_bytes(content)
        if with_its_card:
            write_card(path.parent, hashlib.sha256(content).hexdigest())
        assert str(path) in refused(path)


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(sorted(tuned_tensors())))
def test_each_tensor_is_needed_as_it_is(name: str) -> None:
    def without(tensors: Tensors) -> None:
        del tensors[name]

    def turned(tensors: Tensors) -> None:
        tensors[name] = np.ones((*tensors[name].shape, 1), dtype=np.float16)

    def wider(tensors: Tensors) -> None:
        tensors[name] = tensors[name].astype(np.float32)

    def no_number(tensors: Tensors) -> None:
        tensors[name].flat[0] = np.nan

    def more(tensors: Tensors) -> None:
        tensors[f"{name}.more"] = tensors[name]

    wrong: list[tuple[Callable[[Tensors], None], str]] = [
        (without, f"tensor {name} is missing"),
        (turned, f"tensor {name} is torch.float16 ("),
        (wider, f"tensor {name} is torch.float32 ("),
        (no_number, f"tensor {name} has values that are no numbers"),
        (more, f"tensor {name}.more is not one of those that are tuned"),
    ]
    for alter, says in wrong:
        with TemporaryDirectory() as folder:
            tensors = tuned_tensors()
            alter(tensors)
            path = write_weights(Path(folder), tensors)
            assert f"{path}: {says}" in refused(path)


def test_weights_for_another_base_are_refused(tmp_path: Path) -> None:
    path = write_weights(tmp_path, tuned_tensors(), base="0" * 64)
    assert "tuned from all-MiniLM-L6-v2 (SHA-256 000000000000…), which is not" in refused(path)


def test_weights_without_a_card_and_a_card_without_weights_are_refused(tmp_path: Path) -> None:
    path = write_weights(tmp_path, tuned_tensors())
    (tmp_path / CARD).unlink()
    assert f"{tmp_path / CARD}: missing; `paperknife train`" in refused(path)
    write_card(tmp_path, "0" * 64)
    path.unlink()
    assert f"{path}: missing; `paperknife train`" in refused(path)
    path.mkdir()
    assert f"{path}: Is a directory" in refused(path)


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("{}", "weights: Field required"),
        ("no card", "the card: Invalid JSON"),
        ('{"weights": {"name": "a", "sha256": "B"}, "base": {}}', "weights.sha256: String should"),
    ],
)
def test_a_card_that_is_none_is_refused(tmp_path: Path, card: str, says: str) -> None:
    path = write_weights(tmp_path, tuned_tensors())
    (tmp_path / CARD).write_text(card, encoding="utf-8")
    assert f"{tmp_path / CARD}: {says}" in refused(path)


def test_the_weights_of_the_package_are_there_with_their_card_or_not_at_all() -> None:
    path = packaged()
    folder = ROOT / "index" / "weights"
    names = {file.name for file in folder.glob("*")} & {WEIGHTS, CARD}
    assert names == ({WEIGHTS, CARD} if path else set())
    assert path in (None, folder / WEIGHTS)


def test_the_wheel_takes_the_weights_and_no_checkpoint() -> None:
    """It takes all files of the folders that git does not ignore."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text("utf-8").splitlines())
    for folder, weights in (("index", WEIGHTS), ("qa", RERANKER_WEIGHTS)):
        assert not ignored.match_file(f"{folder}/weights/{weights}")
        assert not ignored.match_file(f"{folder}/weights/{CARD}")
        assert ignored.match_file(f"{folder}/weights/checkpoint.pt")
