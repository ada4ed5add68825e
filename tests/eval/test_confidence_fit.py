from dataclasses import replace

import numpy as np
import pytest

from eval.confidence_fit import (
    FOLDS,
    Case,
    Worth,
    cross_validate,
    fit_answers,
    fit_confidence,
)
from eval.questions import Question, Quote
from qa.confidence import ANSWER_SIGNS, SIGNS


def case(number: int, sign: float, *, right: bool, document: str | None = None) -> Case:
    """Of one of ten documents; the first sign is known of it."""
    quote = Quote(document=f"{number % 10}.pdf", quote="so it is")
    question = Question(
        id=f"q{number}",
        question="Is it so?",
        type="fact" if right else "unanswerable",
        answerable=right,
        gold=(quote,) if right else (),
        tempting=() if right else (quote,),
        document=document,
    )
    signs = np.zeros(len(SIGNS))
    signs[0] = sign
    return Case(question, signs, right)


def cases(count: int, **kept: str) -> list[Case]:
    """Questions of which every second is answered, as the first sign says nearly always."""
    drawn = np.random.default_rng(0).normal(size=count)
    rights = [bool(number // 10 % 2) for number in range(count)]
    return [
        case(number, float(drawn[number] + 3 * right), right=right, **kept)
        for number, right in enumerate(rights)
    ]


def test_the_weight_is_that_of_the_sign_that_tells() -> None:
    weights = fit_confidence(cases(400))
    assert tuple(weights.weights) == SIGNS
    assert weights.weights["best"] > 1
    assert [weights.weights[name] for name in SIGNS[1:]] == [0] * (len(SIGNS) - 1)


def test_answers_have_weights_of_their_own() -> None:
    weights = fit_answers([replace(one, signs=one.signs[:3]) for one in cases(400)])
    assert tuple(weights.weights) == ANSWER_SIGNS
    assert weights.weights["own"] > 1


def test_questions_asked_of_the_whole_corpus_count_three_times() -> None:
    signs_say_the_opposite = [case(n, -1.0, right=True, document="0.pdf") for n in range(20)]
    signs_say_the_opposite += [case(n, 1.0, right=False, document="0.pdf") for n in range(20)]
    signs_say = [case(n, 1.0, right=True) for n in range(10)]
    signs_say += [case(n, -1.0, right=False) for n in range(10)]
    assert fit_confidence([*signs_say_the_opposite, *signs_say]).weights["best"] > 0
    asked_of_one = [
        case(n, one.signs[0], right=one.right, document="1.pdf") for n, one in enumerate(signs_say)
    ]
    assert fit_confidence([*signs_say_the_opposite, *asked_of_one]).weights["best"] < 0


def test_it_is_worth_what_it_is_on_documents_that_it_was_not_fitted_on() -> None:
    asked = [*cases(400), *cases(200, document="0.pdf")]
    every, whole, answers = cross_validate(asked, cases(300))
    assert (every.of, every.count) == ("all questions", 600)
    assert (whole.of, whole.count) == ("questions asked of the whole corpus", 400)
    assert (answers.of, answers.count) == ("answers", 300)
    for worth in (every, whole, answers):
        assert worth.auroc == pytest.approx(0.98, abs=0.02)
        assert worth.ece < 0.05


def test_what_is_true_of_one_document_alone_is_worth_nothing_on_the_others() -> None:
    """A sign that says the right thing of the questions about each document, by another scale."""
    told = [
        case(number, 10.0 * (number % 10) + right, right=right)
        for number in range(200)
        for right in (False, True)
    ]
    every, *_ = cross_validate(told, ())
    assert every.auroc is not None
    assert every.auroc < 0.65


def test_without_unanswerable_questions_there_is_no_auroc() -> None:
    asked = [case(n, float(n % 3), right=True) for n in range(40)]
    wrong = [Case(one.question, one.signs, n % 4 > 0) for n, one in enumerate(asked)]
    every = cross_validate(wrong, ())[0]
    assert every.auroc is None
    assert "40, AUROC –, ECE 0." in str(every)


def test_it_is_said_in_words() -> None:
    assert str(Worth("answers", 12, 0.9, 0.04)) == "answers: 12, AUROC 0.900, ECE 0.040"


@pytest.mark.parametrize(
    "too_little", [cases(400)[: FOLDS - 1], [case(n, 1.0, right=True) for n in range(50)]]
)
def test_of_too_little_nothing_is_said(too_little: list[Case]) -> None:
    assert cross_validate(too_little, too_little) == ()
