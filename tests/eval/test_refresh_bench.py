from pathlib import Path

import pytest

from documents import CorpusError
from eval.processes import has_proc
from eval.refresh_bench import Refreshing, measure_refreshing, table
from tests.eval.conftest import Run
from tests.eval.letters import write_letters
from tests.index.changing import letter, write_state

QUESTIONS = ["Are caseloads too high?"]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Seven small letters in a folder within the corpus."""
    folder = tmp_path / "letters"
    folder.mkdir()
    write_state(folder, {f"old/{n}.txt": letter(n, 0).encode() for n in range(7)})
    return folder


@pytest.mark.skipif(not has_proc(), reason="the memory of processes is read in /proc")
def test_each_refresh_is_measured_beside_the_full_build(
    run: Run, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    before = {path: path.read_bytes() for path in letters.rglob("*.txt")}
    result = run("bench", "--refresh", "--corpus", str(letters), "--limit", "1", "--json")
    assert result.exit_code == 0, result.output
    found = Refreshing.model_validate_json(result.stdout)
    assert found.letters == 3
    assert found.full.ratio == 1
    for refresh in (
        found.nothing_new,
        found.one_new,
        found.one_changed,
        found.one_moved,
        found.one_removed,
    ):
        assert refresh.seconds > 0
        assert refresh.ratio == pytest.approx(refresh.seconds / found.full.seconds)
    # The encoder is loaded for what is new alone, and weighs more than all the rest.
    for refresh in (found.nothing_new, found.one_moved, found.one_removed):
        assert refresh.peak_megabytes
        assert found.full.peak_megabytes
        assert 0 < refresh.peak_megabytes < found.full.peak_megabytes / 1.5
    assert found.serving.ratio
    assert found.serving.alone_megabytes
    assert found.serving.alone_megabytes > 100
    assert 0 < found.serving.one_new_seconds < found.one_new.seconds
    rows = [str(cell) for cell in table(found).columns[0].cells]
    assert rows[1:3] == ["nothing new", "one new letter"]
    assert rows[-1] == f"and refreshes ({found.serving.ratio:.2f} of it)"
    # The letters are as they were, and nothing is left behind.
    assert before == {path: path.read_bytes() for path in letters.rglob("*.txt")}
    assert list(place.iterdir()) == []


def test_too_few_letters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="has 3 files; at least 6 are needed"):
        measure_refreshing(write_letters(tmp_path / "letters"), QUESTIONS)


def test_a_refresh_that_fails_says_why(letters: Path) -> None:
    (letters / ".paperknifeignore").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(CorpusError, match="UTF-8"):
        measure_refreshing(letters, QUESTIONS)


def test_no_snapshot_is_kept_of_refreshes(run: Run, letters: Path, tmp_path: Path) -> None:
    arguments = ("--refresh", "--corpus", str(letters), "--keep", str(tmp_path / "kept"))
    result = run("bench", *arguments)
    assert result.exit_code == 2
    assert "--keep and --refresh" in result.output
