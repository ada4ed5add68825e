from dataclasses import replace

import pytest

from eval.judging import is_right, judge
from eval.metrics import Outcome
from tests.eval.replies import GOLD, LATE, PROMPT, asked, reply, span


@pytest.mark.parametrize(
    ("file", "text", "right"),
    [
        ("ashford.md", LATE, True),
        ("any/folder/ashford.md", LATE.upper(), True),
        ("corby.md", LATE, False),
        # The words of another document's quote, and none like its own.
        ("bexley.md", "They visit carers.", False),
        ("ashford.md", "Managers meet care leavers every month.", False),
        ("notashford.md", LATE, False),
    ],
)
def test_an_answer_is_right_by_document_and_by_words(file: str, text: str, right: bool) -> None:
    assert is_right(span(file, text), asked(1, *GOLD).gold) == right


def test_an_answer_is_not_right_for_what_another_gold_document_says() -> None:
    gold = asked(1, ("ashford.md", LATE), ("bexley.md", "Nobody waits.")).gold
    assert not is_right(span("bexley.md", LATE), gold)


def test_the_rank_is_that_of_the_first_right_answer() -> None:
    wrong, right = span("corby.md", LATE), span("ashford.md", LATE)
    assert judge(asked(1, *GOLD), reply(right, right)).right_at == 1
    assert judge(asked(1, *GOLD), reply(wrong, wrong, right, right)).right_at == 3
    assert judge(asked(1, *GOLD), reply(wrong)).right_at is None
    # The sixth is too late, however long the list.
    assert judge(asked(1, *GOLD), reply(*[wrong] * 5, right)).right_at is None
    assert judge(asked(1), reply(right)).right_at is None


def test_each_gold_quote_is_found_at_the_rank_of_its_first_candidate() -> None:
    right, wrong = span("ashford.md", LATE), span("corby.md", LATE)
    assert judge(asked(1, *GOLD), reply(candidates=[wrong, right, right])).found_at == (2, None)
    assert judge(asked(1, *GOLD), reply(candidates=[])).found_at == (None, None)
    assert judge(asked(1, *GOLD), reply()).found_at is None
    assert judge(asked(1), reply(candidates=[right])).found_at is None


def test_token_f1_is_that_of_the_first_answer_with_the_quote_most_like_it() -> None:
    # Three of its four words are among the seven of the quote.
    some = span("ashford.md", "Checks are late now.")
    gold = (("ashford.md", "Nobody waits."), *GOLD)
    assert judge(asked(1, *gold), reply(some)).token_f1 == 2 * 3 / (4 + 7)
    assert judge(asked(1, *gold), reply(some, span("ashford.md", LATE))).token_f1 == 6 / 11
    # The words of another document say nothing.
    assert judge(asked(1, *gold), reply(span("bexley.md", "Nobody waits."))).token_f1 == 0
    assert judge(asked(1, *gold), reply()).token_f1 == 0
    assert judge(asked(1), reply(some)).token_f1 is None


def test_probabilities_are_kept_where_the_scores_are_such() -> None:
    answers = reply(span("ashford.md", LATE), span("corby.md", PROMPT))
    assert judge(asked(1, *GOLD), answers).probabilities is None
    assert judge(asked(1, *GOLD), replace(answers, probable=True)).probabilities == (0.5, 0.5)


def test_an_outcome_keeps_what_the_figures_need() -> None:
    question = asked(1, *GOLD)
    given = replace(reply(span("corby.md", PROMPT), refused=True), stages={"find": 1.5})
    assert judge(question, given) == Outcome(
        id="q1",
        fingerprint=question.fingerprint,
        type="fact",
        answerable=True,
        right=(False,),
        probabilities=None,
        confidence=0.5,
        refused=True,
        found_at=None,
        token_f1=0,
        milliseconds=12.5,
        stages={"find": 1.5},
    )
