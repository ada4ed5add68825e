from datetime import date
from urllib.parse import urlencode

import pytest
from starlette.datastructures import QueryParams

from qa.form import read_form
from qa.schema import AskRequest


def form_of(*pairs: tuple[str, str]) -> QueryParams:
    return QueryParams(urlencode(pairs))


def test_every_field_of_the_form_reaches_the_request() -> None:
    form = read_form(
        form_of(
            ("question", "  What about caseloads? "),
            ("authority", "Aldermere"),
            ("authority", "Kestleshire"),
            ("kind", "focused visit"),
            ("document", "a-1"),
            ("since", "2019-01-31"),
            ("until", "2020-02-29"),
            ("limit", "7"),
            ("order", "date"),
        )
    )
    assert form.errors == {}
    assert form.request is not None
    assert form.request.model_dump() == {
        "question": "What about caseloads?",
        "authorities": ["Aldermere", "Kestleshire"],
        "kinds": ["focused visit"],
        "since": date(2019, 1, 31),
        "until": date(2020, 2, 29),
        "documents": ["a-1"],
        "limit": 7,
        "order": "date",
        "min_confidence": None,
    }


def test_fields_left_empty_limit_nothing() -> None:
    pairs = [("question", "Why?"), ("authority", ""), ("since", ""), ("limit", ""), ("order", "")]
    form = read_form(form_of(*pairs))
    assert form.filters == []
    assert form.request == AskRequest(question="Why?")


@pytest.mark.parametrize(
    ("pairs", "field", "said"),
    [
        ([("question", " ")], "question", "Write a question first."),
        ([("question", "a" * 1001)], "question", "1,001 characters"),
        ([("since", "banana")], "since", "“banana” is not a date"),
        ([("until", "2021-02-30")], "until", "“2021-02-30” is not a date"),
        ([("kind", "postcard")], "kind", "“postcard” is not a kind of letter"),
        ([("authority", str(n)) for n in range(201)], "authority", "At most 200"),
        ([("limit", "0")], "limit", "“0” is not a number of answers from 1 to 50"),
        ([("limit", "ten")], "limit", "“ten” is not a number"),
        ([("order", "size")], "order", "“size” is not an order"),
        ([("since", "2020-01-02"), ("until", "2020-01-01")], "", "later than the last"),
        ([("since", "2020-01-02"), ("since", "2020-01-01")], "since", "more than once"),
        ([("authorities", "Aldermere")], "", "does not know: “authorities”"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    pairs: list[tuple[str, str]], field: str, said: str
) -> None:
    question = [] if pairs[0][0] == "question" else [("question", "Why?")]
    form = read_form(form_of(*question, *pairs))
    assert form.request is None
    assert list(form.errors) == [field]
    assert said in form.errors[field]


def test_without_a_question_nothing_is_asked_and_nothing_is_wrong() -> None:
    form = read_form(form_of(("authority", "Aldermere")))
    assert form.request is None
    assert form.errors == {}
    assert form.filters == ["Aldermere"]


def test_a_bad_date_is_told_even_without_a_question() -> None:
    assert list(read_form(form_of(("since", "soon"))).errors) == ["since"]
