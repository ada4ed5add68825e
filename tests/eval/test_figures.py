import numpy as np
import pytest

from eval.figures import Figure, by_type, figures, interval, mean_interval, stages
from tests.eval.outcomes import outcome

# Four answerable questions, right at ranks 1, 3, 5 and nowhere; three unanswerable ones.
OUTCOMES = [
    outcome(1, 1, confidence=0.9, found_at=(1,), token_f1=1.0, milliseconds=10),
    outcome(2, 3, confidence=0.6, found_at=(3, None), token_f1=0.4, milliseconds=20),
    outcome(3, 5, confidence=0.4, found_at=(5, 20), refused=True, milliseconds=30, kind="list"),
    outcome(4, None, confidence=0.2, found_at=(None,), refused=True, milliseconds=40, kind="list"),
    outcome(5, answerable=False, confidence=0.6, milliseconds=50, kind="unanswerable"),
    outcome(
        6, answerable=False, confidence=0.3, milliseconds=60, refused=True, kind="unanswerable"
    ),
    outcome(
        7, answerable=False, confidence=0.1, milliseconds=70, refused=True, kind="unanswerable"
    ),
]


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return figures(OUTCOMES)


@pytest.mark.parametrize(
    ("name", "value", "questions"),
    [
        ("hit@1", 1 / 4, 4),
        ("hit@5", 3 / 4, 4),
        ("MRR@5", (1 + 1 / 3 + 1 / 5 + 0) / 4, 4),
        ("recall@5", (1 + 1 / 2 + 1 / 2 + 0) / 4, 4),
        ("recall@10", (1 + 1 / 2 + 1 / 2 + 0) / 4, 4),
        ("recall@50", (1 + 1 / 2 + 1 + 0) / 4, 4),
        ("token F1", 0.7, 2),
        ("unanswerable refused", 2 / 3, 3),
        ("answerable refused", 2 / 4, 4),
        ("served", 4 / 7, 7),
        # Of the 12 pairs: 0.9 wins 3; 0.6 wins 2 and ties 1; 0.4 wins 2; 0.2 wins 1.
        ("AUROC", 8.5 / 12, 7),
        # Errors, the surest first: 0, then 1/2 and 1/2 of two equals, 0, 1, 1, 1.
        ("AURC", (0 + 0.25 + 1 / 3 + 0.25 + 2 / 5 + 3 / 6 + 4 / 7) / 7, 7),
        ("p50 ms", 40, 7),
        # Between the sixth and the seventh of seven: 0.95 * 6 = 5.7.
        ("p95 ms", 67, 7),
    ],
)
def test_figures_computed_by_hand(
    found: dict[str, Figure], name: str, value: float, questions: int
) -> None:
    assert found[name].value == pytest.approx(value)
    assert found[name].questions == questions


def test_figures_by_type() -> None:
    found = by_type(OUTCOMES)
    assert found["fact"]["hit@1"].value == 1 / 2
    assert found["list"]["hit@5"].value == 1 / 2
    assert found["list"]["answerable refused"].value == 1
    assert set(found["unanswerable"]) == {"unanswerable refused", "served", "AURC"}
    assert all("p50 ms" not in figures for figures in found.values())


def test_a_type_of_both_kinds_of_questions_has_its_own_auroc() -> None:
    mixed = [outcome(1, 1, confidence=0.9), outcome(2, answerable=False, confidence=0.1)]
    assert by_type(mixed)["fact"]["AUROC"].value == 1


def test_only_what_applies_is_a_figure() -> None:
    plain = [outcome(1, 1, refused=None), outcome(2, answerable=False, refused=None)]
    names = {"hit@1", "hit@5", "MRR@5", "AUROC", "AURC", "p50 ms", "p95 ms"}
    assert set(figures(plain)) == names
    assert "AUROC" not in figures([outcome(1), outcome(2)])
    assert "AUROC" not in figures([outcome(1, answerable=False)])
    assert "p50 ms" not in figures([outcome(1, milliseconds=None)])
    assert figures([]) == {}


def test_intervals_hold_the_figure_and_are_the_same_each_time(found: dict[str, Figure]) -> None:
    assert figures(OUTCOMES) == found
    for figure in found.values():
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
    # One of four is right: P(none in four draws) = 0.32, P(all) = 0.004, P(3 or more) = 0.05.
    assert (found["hit@1"].low, found["hit@1"].high) == (0, 0.75)


def test_an_interval_is_as_wide_as_the_spread_of_the_mean() -> None:
    values = np.repeat([0.0, 1.0], 200)
    low, high = interval((400,), lambda rows: float(values[rows].mean()))
    # 1.96 standard errors of 0.025.
    assert low == pytest.approx(0.451, abs=0.01)
    assert high == pytest.approx(0.549, abs=0.01)
    # All resamples at once are the same resamples.
    assert mean_interval(values) == pytest.approx((low, high))


def test_one_question_has_no_interval() -> None:
    figure = figures([outcome(1, 1)])["hit@1"]
    assert (figure.value, figure.low, figure.high) == (1, None, None)


def test_steps_have_their_median_and_their_slowest() -> None:
    timed = [
        outcome(n).model_copy(update={"stages": {"find": n, "compose": 2.0}}) for n in (1, 2, 9)
    ]
    found = stages([*timed, outcome(4)])
    assert found["find"]["p50 ms"].value == 2
    assert found["find"]["p95 ms"].value == pytest.approx(8.3)
    assert found["compose"]["p50 ms"].questions == 3
    assert stages([outcome(1)]) == {}
