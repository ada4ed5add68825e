import pytest

from eval.faults import FAULTS, Fault, fault
from eval.metrics import Outcome
from tests.eval.outcomes import outcome


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (outcome(1, 1), None),
        (outcome(1, answerable=False, refused=True), None),
        (outcome(1, answerable=False, refused=False), "answered"),
        # A system without a threshold always answers.
        (outcome(1, answerable=False, refused=None), "answered"),
        (outcome(1, 1, refused=True), "refused"),
        (outcome(1, 2), "later"),
        (outcome(1, 5, refused=None), "later"),
        (outcome(1, None, found_at=(None, 6)), "candidate"),
        (outcome(1, None, found_at=(None, None)), "not found"),
        (outcome(1, None, found_at=None), "not found"),
    ],
)
def test_each_wrong_answer_has_one_class(one: Outcome, expected: Fault | None) -> None:
    assert fault(one) == expected
    assert expected is None or expected in FAULTS
