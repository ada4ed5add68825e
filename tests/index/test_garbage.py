import gc
from collections.abc import Iterator

import pytest

from index.garbage import nothing_collected


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    collected = gc.isenabled()
    yield
    (gc.enable if collected else gc.disable)()


@pytest.mark.parametrize("collected", [True, False])
def test_garbage_is_looked_for_as_before_also_after_an_error(collected: bool) -> None:
    (gc.enable if collected else gc.disable)()
    with nothing_collected():
        assert not gc.isenabled()
    assert gc.isenabled() == collected
    with pytest.raises(StopIteration), nothing_collected():
        next(iter(()))
    assert gc.isenabled() == collected
