from pathlib import Path

from tests.qa.soaking import soak


def test_two_servers_and_two_refreshers_share_a_data_directory(tmp_path: Path) -> None:
    """A small part of what ``python -m tests.qa.soaking`` does."""
    soaked = soak(tmp_path, seconds=20)
    assert soaked.heard.errors == []
    assert soaked.heard.queries > 20
    assert set(soaked.refreshes) <= {"done", "running"}
    assert soaked.refreshes["done"] > 0
    assert soaked.changes.total() > 5
    assert soaked.snapshots > 1
