import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.candidates import FEATURES, Candidates, Query
from qa.confidence import (
    ANSWER_SIGNS,
    SIGNS,
    AnswerConfidence,
    WeightedConfidence,
    answer_signs,
    signs,
)
from qa.recipe import Weights
from qa.schema import Understood


def query(letters: frozenset[str] | None = None) -> Query:
    return Query("q", "q", Understood(), np.zeros(384, dtype=np.float32), letters)


def candidates(*known: dict[str, float]) -> Candidates:
    """One candidate for each; what is not said of it is 0."""
    features = np.array(
        [[own.get(name, 0.0) for name in FEATURES] for own in known], dtype=np.float32
    ).reshape(len(known), len(FEATURES))
    return Candidates(np.arange(len(known)), features)


def sign(
    name: str, found: Candidates, probabilities: list[float], asked: Query | None = None
) -> float:
    every = signs(asked or query(), found, np.array(probabilities))
    assert every.shape == (len(SIGNS),)
    return float(every[SIGNS.index(name)])


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def test_the_best_counts_by_its_log_odds() -> None:
    found = candidates(*[{}] * 4)
    assert sign("best", found, [0.1, 0.5, 0.9, 0.3]) == pytest.approx(logit(0.9))
    assert sign("best", candidates({}), [1.0]) == pytest.approx(logit(1 - 1e-6))
    assert sign("best", candidates({}), [0.0]) == pytest.approx(logit(1e-6))


def test_what_was_read_counts_unless_it_is_of_another_time() -> None:
    found = candidates(
        {"read": 1, "answers": 1.5},
        {"read": 1, "answers": -0.5},
        {"read": 1, "answers": 9.0, "other_time": 1},
        {"answers": 7.0},
    )
    probabilities = [0.1] * 4
    total = math.log(math.exp(1.5) + math.exp(-0.5) + math.exp(-8))
    assert sign("all_answers", found, probabilities) == pytest.approx(total, abs=1e-6)


def test_what_is_only_looked_back_to_is_of_no_other_time() -> None:
    found = candidates({"read": 1, "answers": 1.5, "other_time": 0.5})
    assert sign("all_answers", found, [0.1]) == pytest.approx(1.5, abs=1e-3)
    assert sign("other_time", found, [0.1]) == 0


def test_where_no_letter_is_of_the_time_all_that_was_read_counts() -> None:
    found = candidates({"read": 1, "answers": 1.5, "other_time": 1})
    nowhere = query(frozenset())
    assert sign("all_answers", found, [0.1], nowhere) == pytest.approx(1.5, abs=1e-3)
    assert sign("other_time", found, [0.1], nowhere) == 0
    assert sign("other_time", found, [0.1], query(frozenset(["a"]))) == 1


@pytest.mark.parametrize(("topic", "wants"), [("How many wait?", 1), ("Do many wait?", 0)])
def test_it_counts_whether_a_kind_of_thing_is_wanted(topic: str, wants: int) -> None:
    asked = replace(query(), topic=topic)
    assert sign("wants_kind", candidates({}), [0.5], asked) == wants


def test_where_nothing_was_read_the_answers_are_at_their_least() -> None:
    found = candidates({}, {"read": 1, "answers": 3.0, "other_time": 1})
    assert sign("all_answers", found, [0.4, 0.5]) == -8


@pytest.mark.parametrize("name", ["states_fact", "lacks_kind", "lacks_count"])
def test_it_counts_whether_the_best_gives_what_is_asked_for(name: str) -> None:
    found = candidates({name: 1}, {})
    assert sign(name, found, [0.9, 0.1]) == 1
    assert sign(name, found, [0.1, 0.9]) == 0


@pytest.mark.parametrize(("probabilities", "other"), [([0.9, 0.1], 0), ([0.1, 0.9], 1)])
def test_it_counts_whether_the_best_is_of_another_time(
    probabilities: list[float], other: int
) -> None:
    assert sign("other_time", candidates({}, {"other_time": 1}), probabilities) == other


@pytest.mark.parametrize(
    ("letters", "none"), [(None, 0), (frozenset[str](), 1), (frozenset(["a"]), 0)]
)
def test_it_counts_whether_no_letter_is_of_the_time_that_is_named(
    letters: frozenset[str] | None, none: int
) -> None:
    assert sign("no_letters", candidates({}), [0.5], query(letters)) == none


def test_no_candidates_give_no_confidence() -> None:
    sure = WeightedConfidence(Weights(bias=9.0, weights={}))
    assert sure.of(query(), candidates(), np.zeros(0)) == 0


def test_the_signs_are_weighed_and_those_without_a_weight_are_not() -> None:
    found = candidates({"read": 1, "answers": 2.0, "lacks_kind": 1})
    weights = Weights(
        bias=-1.0, weights={"all_answers": 0.5, "lacks_kind": 3.0, "of no kind": 100.0}
    )
    everything = math.log(math.exp(2) + math.exp(-8))
    expected = 1 / (1 + math.exp(-(-1 + 0.5 * everything + 3)))
    given_by = WeightedConfidence(weights).of(query(), found, np.array([0.3]))
    assert given_by == pytest.approx(expected)


PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array)


@settings(deadline=None)
@given(PROBABILITIES, st.permutations(range(12)))
def test_the_order_of_the_candidates_makes_no_difference(
    probabilities: NDArray[np.float64], order: list[int]
) -> None:
    count = len(probabilities)
    turned = [place for place in order if place < count]
    known = [{"read": float(n % 2), "answers": n / 3, "sentence_cosine": n / 9} for n in range(12)]
    one = signs(query(), candidates(*known[:count]), probabilities)
    other = signs(query(), candidates(*(known[n] for n in turned)), probabilities[turned])
    np.testing.assert_allclose(one, other, atol=1e-9)
    weights = Weights(bias=0.1, weights=dict.fromkeys(SIGNS, 0.3))
    confidence = WeightedConfidence(weights)
    assert 0 <= confidence.of(query(), candidates(*known[:count]), probabilities) <= 1


def of_answers(**weights: float) -> AnswerConfidence:
    assert weights.keys() <= set(ANSWER_SIGNS)
    return AnswerConfidence(Weights(bias=0.0, weights=weights))


def test_the_best_answer_is_as_sure_as_its_question_makes_it() -> None:
    np.testing.assert_allclose(
        answer_signs(0.9, [0.2, 0.6, 0.6]),
        [[logit(0.2), 0, 0], [logit(0.6), 1, logit(0.9)], [logit(0.6), 0, 0]],
    )
    assert answer_signs(0.9, []).shape == (0, len(ANSWER_SIGNS))
    found = of_answers(own=1.0, question_of_best=1.0).of(0.9, [0.2, 0.6])
    assert found == pytest.approx([0.2, 1 / (1 + math.exp(-logit(0.6) - logit(0.9)))])


def test_no_answer_is_surer_than_the_best() -> None:
    assert of_answers(own=1.0, is_best=-9.0).of(0.9, [0.3, 0.6]) == pytest.approx(
        [0.0002] * 2, abs=1e-4
    )
    assert of_answers(own=1.0).of(0.9, []) == []


@given(
    question=st.floats(0, 1),
    probabilities=st.lists(st.floats(0, 1), min_size=1, max_size=6),
    best=st.floats(-3, 3),
)
def test_what_is_likelier_is_never_less_sure(
    question: float, probabilities: list[float], best: float
) -> None:
    sure = of_answers(own=0.7, is_best=best, question_of_best=0.6).of(question, probabilities)
    assert all(0 <= one <= 1 for one in sure)
    by_probability = sorted(range(len(sure)), key=lambda at: (-probabilities[at], at))
    assert [sure[at] for at in by_probability] == sorted(sure, reverse=True)
