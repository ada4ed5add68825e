from datetime import UTC, datetime
from pathlib import Path

import pytest

from eval.metrics import Outcome, by_type, figures
from eval.run import Run, SnapshotUsed, SystemResult, changes, compare, read_run


def outcome(
    number: int,
    right_at: int | None,
    *,
    answerable: bool = True,
    confidence: float = 0.5,
    refused: bool | None = False,
) -> Outcome:
    return Outcome(
        id=f"q{number}",
        fingerprint=f"f{number}",
        type="fact",
        answerable=answerable,
        right_at=right_at,
        confidence=confidence,
        refused=refused,
        found=None,
        milliseconds=1,
    )


def run_of(**systems: list[Outcome]) -> Run:
    return Run(
        created=datetime(2026, 1, 1, tzinfo=UTC),
        versions={},
        snapshot=SnapshotUsed(
            id="s", encoder="e", documents=1, failures=0, passages=1, sentences=1
        ),
        question_files=(),
        questions=3,
        systems=tuple(
            SystemResult(
                name=name,
                figures=figures(outcomes),
                by_type=by_type(outcomes),
                outcomes=tuple(outcomes),
            )
            for name, outcomes in systems.items()
        ),
    )


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = run_of(one=[outcome(1, 1), outcome(2, None)])
    (tmp_path / "run.json").write_text(run.model_dump_json(), encoding="utf-8")
    assert read_run(tmp_path / "run.json") == run
    assert read_run(tmp_path) == run


def test_a_file_that_is_no_run_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.json: No such file"):
        read_run(tmp_path / "none.json")
    other = tmp_path / "other.json"
    other.write_text('{"layout": 2}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.json is no run of the evaluation: layout ") as e:
        read_run(other)
    assert "\n" not in str(e.value)


def test_the_differences_are_between_the_same_questions() -> None:
    before = [outcome(1, 1), outcome(2, 2), outcome(3, None), outcome(8, 1)]
    now = [outcome(9, 1), outcome(3, 1), outcome(2, 1), outcome(1, None)]
    found = changes(now, before)
    # Of 1, 2 and 3: before right first 1, now 2; reciprocal ranks 1 + 1/2 and 1 + 1.
    hit = found["hit@1"]
    assert hit.questions == 3
    assert [hit.before, hit.now] == pytest.approx([1 / 3, 2 / 3])
    assert found["MRR@5"].difference == pytest.approx(2 / 3 - 1.5 / 3)
    assert hit.verdict == "no clear difference"
    assert "AUROC" not in found


def test_a_change_of_every_question_is_clear() -> None:
    missed = [outcome(n, None, refused=True) for n in range(20)]
    right = [outcome(n, 1, refused=False) for n in range(20)]
    better, worse = changes(right, missed), changes(missed, right)
    assert (better["hit@1"].low, better["hit@1"].high) == (1, 1)
    assert better["hit@1"].verdict == "better"
    assert worse["hit@1"].verdict == "worse"
    # Fewer answerable questions refused is the better.
    assert better["answerable refused"].difference == -1
    assert better["answerable refused"].verdict == "better"
    assert worse["answerable refused"].verdict == "worse"


def test_pairs_make_a_small_steady_gain_clear() -> None:
    # Half of thirty are right before, and seven more now: by pairs nothing was lost.
    before = [outcome(n, 1 if n < 15 else None) for n in range(30)]
    now = [outcome(n, 1 if n < 22 else None) for n in range(30)]
    change = changes(now, before)["hit@1"]
    assert change.difference == pytest.approx(7 / 30)
    # Unpaired, the interval of 15 against 22 of 30 would begin at about 0.
    assert change.low == pytest.approx(0.1)
    assert change.verdict == "better"


def test_the_order_of_confidence_is_compared_too() -> None:
    def with_confidences(answerable: float, unanswerable: float) -> list[Outcome]:
        return [
            outcome(n, None, answerable=n < 5, confidence=answerable if n < 5 else unanswerable)
            for n in range(10)
        ]

    change = changes(with_confidences(0.9, 0.1), with_confidences(0.2, 0.2))["AUROC"]
    assert (change.before, change.now, change.questions) == (0.5, 1.0, 10)
    assert change.verdict == "better"


def test_systems_and_questions_of_one_run_only_are_left_out() -> None:
    now = run_of(both=[outcome(1, 1)], new=[outcome(1, 1)], apart=[outcome(1, 1)])
    before = run_of(both=[outcome(1, None)], old=[outcome(1, 1)], apart=[outcome(2, 1)])
    found = compare(now, before)
    assert set(found) == {"both"}
    assert found["both"]["hit@1"].difference == 1
    # One question has no interval, and so no verdict.
    assert found["both"]["hit@1"].low is None
    assert found["both"]["hit@1"].verdict == "no clear difference"
