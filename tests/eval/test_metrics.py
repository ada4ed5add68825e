import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import (
    METRICS,
    Figure,
    Outcome,
    area,
    auroc,
    by_type,
    figures,
    hit_at,
    interval,
    reciprocal_rank,
)


def outcome(
    number: int,
    right_at: int | None = None,
    *,
    answerable: bool = True,
    confidence: float = 0.5,
    refused: bool | None = False,
    found: float | None = None,
    milliseconds: float = 10,
    kind: str = "fact",
) -> Outcome:
    return Outcome(
        id=f"q{number}",
        fingerprint=f"f{number}",
        type=kind,
        answerable=answerable,
        right_at=right_at,
        confidence=confidence,
        refused=refused,
        found=found,
        milliseconds=milliseconds,
    )


# Four answerable questions, right at ranks 1, 3, 5 and nowhere; three unanswerable ones.
OUTCOMES = [
    outcome(1, 1, confidence=0.9, found=1.0, milliseconds=10),
    outcome(2, 3, confidence=0.6, found=0.5, milliseconds=20),
    outcome(3, 5, confidence=0.4, found=0.5, milliseconds=30, refused=True, kind="list"),
    outcome(4, None, confidence=0.2, found=0.0, milliseconds=40, refused=True, kind="list"),
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
        ("recall@50", 2 / 4, 4),
        ("unanswerable refused", 2 / 3, 3),
        ("answerable refused", 2 / 4, 4),
        # Of the 12 pairs: 0.9 wins 3; 0.6 wins 2 and ties 1; 0.4 wins 2; 0.2 wins 1.
        ("AUROC", 8.5 / 12, 7),
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
    assert set(found["unanswerable"]) == {"unanswerable refused"}


def test_an_unanswerable_question_is_no_case_of_what_answers_are_worth() -> None:
    refused = outcome(1, answerable=False, found=None)
    eligible = {name for name, metric in METRICS.items() if metric(refused) is not None}
    assert eligible == {"unanswerable refused"}


def test_a_system_without_threshold_or_candidates_has_no_such_figures() -> None:
    plain = [outcome(1, 1, refused=None), outcome(2, answerable=False, refused=None)]
    assert set(figures(plain)) == {"hit@1", "hit@5", "MRR@5", "AUROC", "p50 ms", "p95 ms"}


def test_auroc_needs_both_kinds() -> None:
    assert auroc([outcome(1), outcome(2)]) is None
    assert auroc([outcome(1, answerable=False)]) is None
    assert figures([]) == {}


def test_a_rank_counts_up_to_the_metric_s_own_depth() -> None:
    assert [hit_at(3)(outcome(1, rank)) for rank in (1, 3, 4, None)] == [1, 1, 0, 0]
    assert [reciprocal_rank(outcome(1, rank)) for rank in (1, 4, None)] == [1, 1 / 4, 0]


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


def test_one_question_has_no_interval() -> None:
    figure = figures([outcome(1, 1)])["hit@1"]
    assert (figure.value, figure.low, figure.high) == (1, None, None)


confidence = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=8)


@given(confidence, confidence)
def test_area_is_the_share_of_pairs_in_the_right_order(p: list[float], n: list[float]) -> None:
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in p for b in n]
    assert area(np.array(p), np.array(n)) == pytest.approx(sum(pairs) / len(pairs))
