"""The labelled public reports, where they are: see tests/documents/test_letters.py."""

import os
import shutil
from pathlib import Path

import pytest

import eval
from documents import read_corpus
from eval.boundary_scores import score_boundaries
from eval.reading import by_file
from eval.windows import read_windows

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR", "../shared/letters"))
LABELS = Path(eval.__path__[0]) / "labels" / "boundaries.jsonl"
# What was reached when this was written, less what the choice of pages may account for.
LEAST = {"fold dev": 0.995, "fold test": 0.99}


@pytest.mark.skipif(
    not (LETTERS / "national").is_dir(),
    reason=f"the real letters are not in {LETTERS} (PAPERKNIFE_LETTERS_DIR names another folder)",
)
def test_boundaries_of_labelled_reports_are_right(tmp_path: Path) -> None:
    windows = read_windows(LABELS)
    for file in {window.file for window in windows}:
        shutil.copy(LETTERS / "national" / file, tmp_path / file)
    result = score_boundaries(by_file(read_corpus(tmp_path)), windows)
    assert result
    assert (result.elsewhere, result.not_found) == (0, 0)
    f1 = {score.group: score.f1 for score in result.scores}
    assert {group: f1[group] >= least for group, least in LEAST.items()} == {
        "fold dev": True,
        "fold test": True,
    }, f1
