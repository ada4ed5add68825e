"""What several rooms' tests share: the encoder and a snapshot of the samples, made once."""

import os

import pytest

from index import Encoder
from index.encoder import BASE
from qa.service import Service
from qa.settings import FOR_TESTS, PREFIX, SAMPLES, Settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(PREFIX) and name not in FOR_TESTS:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The encoder; it takes seconds to load."""
    return Encoder.load()


@pytest.fixture(scope="session")
def base_encoder(encoder: Encoder) -> Encoder:
    """The encoder without tuned weights."""
    return encoder if encoder.sha256 == BASE.sha256 else Encoder.load(tuned=None)


@pytest.fixture(scope="session")
def samples_service(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service over a snapshot of all the sample letters. Tests leave it as it is."""
    service = Service(Settings(corpus=SAMPLES, data=tmp_path_factory.mktemp("samples")), encoder)
    service.prepare()
    return service
