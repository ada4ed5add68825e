import pytest

from eval.changes import changes, paired
from eval.metrics import Outcome
from tests.eval.outcomes import outcome


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


def test_a_lower_error_of_confidence_is_the_better() -> None:
    def sure(confidence: float) -> list[Outcome]:
        return [outcome(n, 1, confidence=confidence, probabilities=(confidence,)) for n in range(6)]

    found = changes(sure(0.9), sure(0.4))
    for name in ("ECE questions", "ECE answers"):
        assert found[name].difference == pytest.approx(-0.5)
        assert found[name].verdict == "better"


def test_a_figure_that_one_run_does_not_have_is_left_out() -> None:
    with_it = [outcome(n, 1, confidence=0.5, probabilities=(0.5,)) for n in range(3)]
    without = [outcome(n, 1, refused=None) for n in range(3)]
    found = changes(with_it, without)
    assert "ECE questions" not in found
    assert "answerable refused" not in found
    assert "hit@1" in found


def test_pairs_are_taken_in_their_order_whatever_they_were_asked() -> None:
    now, before = [outcome(1, 1), outcome(2, None)], [outcome(8, 1), outcome(9, 1)]
    assert changes(now, before) == {}
    assert paired(now, before)["hit@1"].difference == -1 / 2
