import json
from pathlib import Path

import pytest

from eval.run import compare, read_run
from tests.eval.outcomes import outcome, run_of


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = run_of({"one": [outcome(1, 1, probabilities=(0.5, 0.1)), outcome(2, found_at=(None, 3))]})
    (tmp_path / "run.json").write_text(run.model_dump_json(), encoding="utf-8")
    assert read_run(tmp_path / "run.json") == run
    assert read_run(tmp_path) == run


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"other\.json is no run of the evaluation: "),
        ("[1]", r"other\.json is no run of the evaluation: "),
        ('{"layout": "2"}', r"other\.json is no run of the evaluation: layout "),
        ('{"layout": 2}', r"other\.json is no run of the evaluation: created "),
        ('{"layout": 1}', r"other\.json has layout 1, and this program reads layout 2: ask"),
        ('{"layout": 3}', r"other\.json has layout 3, and this program reads layout 2: ask"),
    ],
)
def test_a_file_that_is_no_such_run_is_refused_by_name(
    tmp_path: Path, content: str, message: str
) -> None:
    other = tmp_path / "other.json"
    other.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as refused:
        read_run(other)
    assert "\n" not in str(refused.value)


def test_a_run_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.json: No such file"):
        read_run(tmp_path / "none.json")


def test_a_run_without_a_field_is_refused(tmp_path: Path) -> None:
    held = json.loads(run_of({"one": [outcome(1, 1)]}).model_dump_json())
    del held["systems"][0]["outcomes"][0]["right"]
    (tmp_path / "run.json").write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(ValueError, match=r"systems\.0\.outcomes\.0\.right Field required"):
        read_run(tmp_path)


def test_systems_and_questions_of_one_run_only_are_left_out() -> None:
    now = run_of({"both": [outcome(1, 1)], "new": [outcome(1, 1)], "apart": [outcome(1, 1)]})
    before = run_of({"both": [outcome(1, None)], "old": [outcome(1, 1)], "apart": [outcome(2, 1)]})
    found = compare(now, before)
    assert set(found) == {"both"}
    assert found["both"]["hit@1"].difference == 1
    # One question has no interval, and so no verdict.
    assert found["both"]["hit@1"].low is None
    assert found["both"]["hit@1"].verdict == "no clear difference"
