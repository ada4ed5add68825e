import pytest

from index import Encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load()
