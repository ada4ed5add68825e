from pathlib import Path

from tests.index.crashing import crash


def test_killed_while_it_is_asked_it_serves_the_old_or_the_new(tmp_path: Path) -> None:
    """A small part of what ``python -m tests.index.crashing`` does."""
    found = crash(tmp_path, kills=6, most_points=12)
    assert found.heard.errors == []
    assert found.heard.queries > 20
    assert found.heard.citations > found.heard.queries
    assert found.points > 80
    assert found.at_random.total() == 6
    assert found.at_points["before"] > 0
    assert found.at_points["after"] > 0
    kills = found.at_points.total() + found.at_random.total() + found.ended_before
    assert found.completed == kills >= 18
