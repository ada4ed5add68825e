import shutil
from pathlib import Path

import pytest

from eval import processes, reading_speed
from eval.reading_speed import measure_scale, measure_speed
from eval.wholeness import poppler
from qa.settings import SAMPLES
from tests.eval.labelling import SAMPLE, SECOND

needs_poppler = pytest.mark.skipif(not poppler(), reason="pdftotext is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (SAMPLE, SECOND):
        shutil.copy(SAMPLES / name, tmp_path / name)
    return tmp_path


@needs_poppler
def test_reading_is_measured_beside_pdftotext(folder: Path) -> None:
    found = measure_speed(folder, [SAMPLE, SECOND], rounds=2)
    assert (found.files, found.rounds) == (2, 2)
    assert found.seconds > 0
    assert found.pdftotext_seconds > 0
    assert 0 < found.low <= found.ratio <= found.high
    # A Python with PDFium in it has more than this; nobody reads ten pages with the other.
    assert found.peak_megabytes is None or 20 < found.peak_megabytes < 2000


@needs_poppler
def test_there_is_nothing_to_measure_without_pdfs(folder: Path) -> None:
    with pytest.raises(ValueError, match="there is no PDF"):
        measure_speed(folder, [])
    with pytest.raises(ValueError, match="there is no PDF"):
        measure_scale([])


def test_without_pdftotext_that_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValueError, match="pdftotext is not installed"):
        measure_speed(folder, [SAMPLE])


def test_the_cost_per_page_is_measured_with_copies(folder: Path) -> None:
    files = [(folder / SAMPLE, 4), (folder / SECOND, 3)]
    found = measure_scale(files, sizes=(1, 2, 5))
    assert [(p.documents, p.pages) for p in found.points] == [(1, 4), (2, 7), (5, 18)]
    for point in found.points:
        worked = point.processor_seconds
        assert worked > 0
        assert point.milliseconds_per_page == pytest.approx(worked * 1000 / point.pages)
    costs = [point.milliseconds_per_page for point in found.points]
    assert found.growth == pytest.approx(max(costs[1] / costs[0], costs[2] / min(costs[:2])))
    assert measure_scale(files, sizes=(1,)).growth == 1


def test_copies_differ_and_are_of_all_files(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "copies"
    place.mkdir()
    assert reading_speed._copies(place, [(folder / SAMPLE, 4), (folder / SECOND, 3)], 4) == 14
    copies = sorted(place.iterdir())
    assert len({path.read_bytes() for path in copies}) == 4
    assert [path.name[6:] for path in copies] == [SAMPLE, SECOND] * 2


def test_without_proc_the_cost_is_the_time_that_passes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    (point,) = reading_speed._scale([(folder / SAMPLE, 4)], [1]).points
    assert point.processor_seconds == point.seconds > 0
