"""Earlier snapshots come back into service."""

import shutil

import pytest

from documents import (
    SnapshotDamaged,
    SnapshotError,
    SnapshotMissing,
)
from index import (
    current,
    roll_back,
)
from index.store import path_of
from tests.index.refreshes import World, letter


def published(world: World, number: int) -> str:
    world.write("new.md", letter("Port Brannock", f"There were {number} visits."))
    return world.refresh().snapshot.manifest.id


def test_rolled_back_the_one_before_is_in_service(world: World) -> None:
    first, second, third = (published(world, number) for number in range(2, 5))
    assert roll_back(world.data, world.made_by) == second == current(world.data)
    assert roll_back(world.data, world.made_by) == first == current(world.data)
    with pytest.raises(SnapshotError, match="no snapshot is kept that was published before"):
        roll_back(world.data, world.made_by)
    assert set(world.kept()) == {first, second, third}
    # A refresh leads forward again, and knows what it knew.
    assert world.refresh().snapshot.manifest.id == third
    assert world.encoder.embedded == []
    assert roll_back(world.data, world.made_by) == second


def test_what_is_damaged_is_not_rolled_back_to(world: World) -> None:
    with pytest.raises(SnapshotMissing):
        roll_back(world.data, world.made_by)
    first, second = published(world, 2), published(world, 3)
    (path_of(world.data, first) / "passages.npy").write_bytes(b"")
    with pytest.raises(SnapshotDamaged, match=r"passages\.npy"):
        roll_back(world.data, world.made_by)
    assert current(world.data) == second


def test_where_the_pointer_names_nothing_that_is_kept_the_newest_is_rolled_back_to(
    world: World,
) -> None:
    first, second = published(world, 2), published(world, 3)
    shutil.rmtree(path_of(world.data, second))
    assert roll_back(world.data, world.made_by) == first
