import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from eval.calibration import (
    BINS,
    POOLED,
    answers_said,
    area,
    calibration_error,
    questions_said,
    reliability,
    risks,
)
from eval.metrics import Outcome
from tests.eval.outcomes import outcome

predictions = st.lists(
    st.tuples(st.sampled_from(np.linspace(0, 1, 41).tolist()) | st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=40,
)
Predictions = list[tuple[float, bool]]


@given(predictions)
def test_reliability_is_that_of_scikit_learn(drawn: Predictions) -> None:
    said, true = np.array(drawn, dtype=np.float64).T
    found = reliability(said, true)
    came_true, on_average = calibration_curve(true, said, n_bins=BINS)
    assert found.true == pytest.approx(came_true)
    assert found.said == pytest.approx(on_average)
    assert found.counts.sum() == len(drawn)


def test_the_calibration_error_by_hand() -> None:
    # Three at 0.9 of which two come true; one at 0.25 that does.
    said, true = np.array([0.9, 0.9, 0.9, 0.25]), np.array([1.0, 1.0, 0.0, 1.0])
    assert calibration_error(said, true) == pytest.approx(3 / 4 * (0.9 - 2 / 3) + 1 / 4 * 0.75)
    assert calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
    assert calibration_error(np.array([]), np.array([])) == 0


@given(predictions)
def test_the_calibration_error_lies_between_the_whole_and_each_prediction(
    drawn: Predictions,
) -> None:
    said, true = np.array(drawn, dtype=np.float64).T
    error = calibration_error(said, true)
    assert abs(said.mean() - true.mean()) - 1e-9 <= error <= np.abs(said - true).mean() + 1e-9


def test_places_without_an_answer_are_no_predictions() -> None:
    said, true = answers_said([outcome(1, 1, probabilities=(0.75,)), outcome(2)])
    assert said.shape == (2, 5)
    found = reliability(said, true)
    assert (found.counts.tolist(), found.said.tolist(), found.true.tolist()) == ([1], [0.75], [1])


def test_risk_by_hand() -> None:
    found = risks(np.array([0.2, 0.9, 0.5]), np.array([0.0, 1.0, 0.0]))
    assert found == pytest.approx([0, 1 / 2, 2 / 3])


def test_equals_share_their_risk() -> None:
    assert risks(np.full(4, 0.5), np.array([1.0, 0.0, 1.0, 0.0])) == pytest.approx([0.5] * 4)
    found = risks(np.array([0.1, 0.7, 0.7]), np.array([1.0, 0.0, 1.0]))
    assert found == pytest.approx([1 / 2, 1 / 2, 1 / 3])


@given(predictions, st.randoms())
def test_risk_is_the_same_in_any_order_and_ends_at_the_share_of_errors(
    drawn: Predictions, order: np.random.RandomState
) -> None:
    other = list(drawn)
    order.shuffle(other)
    one, two = (risks(*np.array(some, dtype=np.float64).T) for some in (drawn, other))
    assert one == pytest.approx(two)
    assert one[-1] == pytest.approx(np.mean([not right for _, right in drawn]))


confidence = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=8)


@given(confidence, confidence)
def test_area_is_that_of_scikit_learn(p: list[float], n: list[float]) -> None:
    labels = [1] * len(p) + [0] * len(n)
    assert area(np.array(p), np.array(n)) == pytest.approx(roc_auc_score(labels, p + n))


def test_area_is_the_share_of_pairs_in_the_right_order() -> None:
    # 0.9 wins both, 0.4 wins one and ties one.
    assert area(np.array([0.9, 0.4]), np.array([0.4, 0.1])) == 3.5 / 4


def value(name: str, outcomes: list[Outcome]) -> float | None:
    statistic = POOLED[name](outcomes)
    return None if statistic is None else statistic(np.arange(len(outcomes)))


SURE = [
    outcome(1, 2, confidence=0.9, probabilities=(0.6, 0.4)),
    outcome(2, answerable=False, confidence=0.3, probabilities=(0.2,)),
]


def test_an_unanswerable_question_is_never_answered() -> None:
    said, true = questions_said(SURE)
    assert (said.tolist(), true.tolist()) == ([0.9, 0.3], [1, 0])
    assert value("ECE questions", SURE) == pytest.approx((0.1 + 0.3) / 2)


def test_each_answer_counts_in_the_error_of_answers() -> None:
    assert value("ECE answers", SURE) == pytest.approx((0.6 + 0.6 + 0.2) / 3)


def test_scores_that_are_no_probabilities_have_no_calibration() -> None:
    plain = [outcome(1, 1, confidence=12.5), outcome(2, confidence=3.5)]
    assert value("ECE questions", plain) is None
    assert value("ECE answers", plain) is None
    assert value("AURC", plain) == pytest.approx((0 + 1 / 2) / 2)


def test_what_gives_no_answer_has_no_risk() -> None:
    silent = [outcome(1, probabilities=(), confidence=0.25)]
    assert value("AURC", silent) is None
    assert value("ECE answers", silent) is None
    assert value("ECE questions", silent) == 0.25
    assert all(make([]) is None for make in POOLED.values())
