from pathlib import Path

import pytest

from eval.asking import measure_asking
from eval.bench import Bench, bench
from eval.indexing import measure_indexing
from qa.settings import Settings
from tests.eval.conftest import Run
from tests.eval.letters import write_letters

QUESTIONS = ["Are checks of private foster carers late?", "How many children do they hold?"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(corpus=write_letters(tmp_path / "letters"), data=tmp_path / "data")


def test_indexing_counts_what_was_embedded(settings: Settings) -> None:
    found = measure_indexing(settings)
    assert (found.documents, found.passages) == (3, 3)
    # Every text of the three letters is another.
    assert found.texts == found.passages + found.sentences
    assert 0 < found.encoding_seconds < found.seconds
    assert found.ratio == pytest.approx(found.bare_seconds / found.seconds)
    assert found.passages_per_second == pytest.approx(3 / found.seconds)
    # The weights alone are 87 MiB.
    assert found.peak_mebibytes > 87


def test_asking_is_measured_over_http(settings: Settings) -> None:
    found = measure_asking(settings, QUESTIONS)
    assert found.questions == 2
    assert 0 < found.p50_ms <= found.p95_ms
    assert found.own_p50_ms > 0
    assert found.ratio == pytest.approx(found.p50_ms / found.bare_p50_ms)


def test_both_are_measured_and_nothing_is_left_behind(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    found = bench(settings.corpus, QUESTIONS)
    assert found.indexing.documents == 3
    assert found.asking.questions == 2
    assert list(place.iterdir()) == []


def test_the_command_prints_json_for_machines(run: Run, settings: Settings) -> None:
    result = run("bench", "--corpus", str(settings.corpus), "--limit", "2", "--json")
    assert result.exit_code == 0, result.output
    assert Bench.model_validate_json(result.stdout).asking.questions == 2


def test_the_table_is_for_people(run: Run, settings: Settings) -> None:
    result = run("bench", "--corpus", str(settings.corpus), "--limit", "1")
    assert result.exit_code == 0, result.output
    for words in ("indexing 3 documents", "passages a second", "peak memory", "p50 ms", "p95 ms"):
        assert words in result.stdout


def test_the_snapshot_is_kept_where_it_is_asked_for(run: Run, settings: Settings) -> None:
    arguments = ("bench", "--corpus", str(settings.corpus), "--limit", "1")
    kept = run(*arguments, "--keep", str(settings.data))
    assert kept.exit_code == 0, kept.output
    assert (settings.data / "CURRENT").is_file()
    again = run(*arguments, "--keep", str(settings.data))
    assert again.exit_code == 2
    assert "not empty" in again.output
