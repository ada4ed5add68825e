import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eval.metrics import DEPTH, MEASURES, Outcome, columns, recall_at, served
from tests.eval.outcomes import outcome


def applying(one: Outcome) -> set[str]:
    return {name for name, column in columns([one]).items() if not np.isnan(column[0])}


def test_every_measure_has_a_column_with_a_place_for_each_question() -> None:
    found = columns([outcome(1, 1), outcome(2, answerable=False)])
    assert tuple(found) == MEASURES
    assert {column.shape for column in found.values()} == {(2,)}
    assert [column.size for column in columns([]).values()] == [0] * len(MEASURES)


def test_an_unanswerable_question_is_no_case_of_what_answers_are_worth() -> None:
    refused = outcome(1, answerable=False, refused=True)
    assert applying(refused) == {"unanswerable refused", "served"}


def test_a_system_without_threshold_or_candidates_has_no_such_measures() -> None:
    assert applying(outcome(1, 1, refused=None)) == {"hit@1", "hit@5", "MRR@5"}
    assert applying(outcome(1, answerable=False, refused=None)) == set()


@given(st.lists(st.none() | st.integers(1, DEPTH), min_size=1, max_size=12))
def test_ranking_is_by_the_first_right_answer_of_each_question(ranks: list[int | None]) -> None:
    found = columns([outcome(n, rank) for n, rank in enumerate(ranks)])
    assert found["hit@1"].tolist() == [float(rank == 1) for rank in ranks]
    assert found["hit@5"].tolist() == [float(rank is not None) for rank in ranks]
    assert found["MRR@5"].tolist() == pytest.approx([1 / rank if rank else 0 for rank in ranks])


def test_a_question_that_was_given_no_answer_counts_as_missed() -> None:
    none = outcome(1, probabilities=())
    assert none.right == ()
    found = columns([outcome(2, answerable=False), none])
    for name in ("hit@1", "hit@5", "MRR@5"):
        assert np.isnan(found[name][0])
        assert found[name][1] == 0


def test_later_right_answers_change_nothing() -> None:
    two = outcome(1, 2).model_copy(update={"right": (False, True, False, True, True)})
    assert two.right_at == 2
    assert columns([two])["MRR@5"][0] == 1 / 2


def test_recall_is_the_share_of_quotes_found_up_to_a_depth() -> None:
    # Two quotes at one rank: a candidate may hold both.
    some = outcome(1, found_at=(4, 4, 11, None))
    assert [recall_at(depth)(some) for depth in (3, 4, 10, 11, 50)] == [
        0,
        1 / 2,
        1 / 2,
        3 / 4,
        3 / 4,
    ]
    assert recall_at(5)(outcome(1)) is None


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (outcome(1, 5, refused=False), 1),
        (outcome(1, None, refused=False), 0),
        (outcome(1, 1, refused=True), 0),
        (outcome(1, answerable=False, refused=True), 1),
        (outcome(1, answerable=False, refused=False), 0),
        (outcome(1, 1, refused=None), None),
    ],
)
def test_a_question_is_served_by_a_right_answer_or_a_right_refusal(
    one: Outcome, value: float | None
) -> None:
    assert served(one) == value


def test_each_answer_has_its_probability_or_none_has() -> None:
    with pytest.raises(ValidationError, match="probabilities are not as many as answers"):
        Outcome.model_validate(outcome(1).model_dump() | {"probabilities": (0.5,)})
