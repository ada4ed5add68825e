"""One refresh at a time, which says how far it is."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from documents import (
    RefreshRunning,
)
from index import (
    Choices,
    Refreshed,
    Reports,
    new_report,
    refresh,
)
from index.store import writing
from tests.index.encoders import Counting
from tests.index.refreshes import World, newest


class Waiting(Counting):
    """Does not embed before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        self.reached.set()
        assert self.go_on.wait(60)
        return super().encode(texts, progress)


@pytest.mark.parametrize("wait", [0.0, 60.0])
def test_of_two_refreshes_one_is_told_of_the_other(world: World, wait: float) -> None:
    waiting = world.encoder = Waiting()
    report = new_report()
    done: list[Refreshed] = []

    def first() -> None:
        done.append(refresh(world.folder, world.data, world.made_by, report=report))

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert waiting.reached.wait(60)
        if wait:
            threading.Timer(0.3, waiting.go_on.set).start()
            second = world.refresh(choices=Choices(wait=wait))
        else:
            with pytest.raises(RefreshRunning, match="another refresh is running") as raised:
                world.refresh()
            assert raised.value.refresh == report.id
            assert Reports(world.data).get(report.id).state == "running"
    finally:
        waiting.go_on.set()
        thread.join()
    assert Reports(world.data).get(report.id) == done[0].report
    if wait:
        assert second.report.unchanged == 5
        assert second.report.snapshot == done[0].report.snapshot


def test_who_is_told_of_a_writer_that_has_no_report_knows_no_id(world: World) -> None:
    with writing(world.data), pytest.raises(RefreshRunning) as raised:
        world.refresh()
    assert raised.value.refresh is None


def test_a_report_that_was_given_out_before_is_the_one_that_is_written(world: World) -> None:
    waiting = new_report("waiting")
    Reports(world.data).write(waiting)
    refreshed = refresh(world.folder, world.data, world.made_by, report=waiting)
    assert refreshed.report.id == waiting.id
    assert newest(world) == refreshed.report


def test_who_died_is_said_to_have_failed(world: World) -> None:
    dead = new_report()
    Reports(world.data).write(dead)
    world.refresh()
    assert Reports(world.data).get(dead.id).state == "failed"


def test_progress_is_told_of_each_stage(world: World) -> None:
    stages: list[str] = []
    refresh(
        world.folder, world.data, world.made_by, progress=lambda stage, *_: stages.append(stage)
    )
    assert list(dict.fromkeys(stages)) == [
        *("reading", "embedding passages", "embedding sentences", "indexing words")
    ]
