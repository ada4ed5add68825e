from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Failure
from qa import wording
from qa.schema import Understood


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2025, 7, 23), date(2025, 7, 23), "23 July 2025"),
        (date(2025, 7, 23), date(2025, 7, 24), "23 to 24 July 2025"),
        (date(2025, 6, 30), date(2025, 7, 4), "30 June to 4 July 2025"),
        (date(2019, 12, 30), date(2020, 1, 3), "30 December 2019 to 3 January 2020"),
    ],
)
def test_days_are_written_without_repeating_what_they_share(
    first: date, last: date, expected: str
) -> None:
    assert wording.days(first, last) == expected


@pytest.mark.parametrize(
    ("probability", "words", "number"),
    [
        (1.0, "very high confidence", "100%"),
        (0.999, "very high confidence", "99%"),
        (0.8, "high confidence", "80%"),
        (0.29, "low confidence", "29%"),
        (0.004, "very low confidence", "under 1%"),
        (0.0, "very low confidence", "0%"),
    ],
)
def test_a_confidence_is_said_in_words_and_as_a_number(
    probability: float, words: str, number: str
) -> None:
    assert (wording.confidence(probability), wording.percent(probability)) == (words, number)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_is_never_said_as_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    order = [wording.confidence(n / 100) for n in range(101)]
    assert order.index(wording.confidence(low)) <= order.index(wording.confidence(high))


def test_what_a_question_was_taken_to_say_is_told() -> None:
    read = Understood(
        authorities=["Aldermere"],
        kinds=["focused visit"],
        since=date(2019, 1, 1),
        until=date(2022, 5, 9),
        expanded={"IRO": "independent reviewing officer"},
    )
    assert wording.understood(read) == (
        "about Aldermere; in letters of the kind focused visit; from 1 January 2019; "
        "up to 9 May 2022; IRO for “independent reviewing officer”"
    )
    assert wording.understood(Understood()) == ""
    assert wording.understood(
        Understood(
            unknown_authorities=["Leeds", "Kent"],
            asks_for="number",
            corrected={"caselods": "caseloads"},
        )
    ) == (
        "naming Leeds, Kent, of which no letter is on the shelf; asking for a number; "
        "“caselods” spelt “caseloads”"
    )


def test_a_problem_does_not_repeat_the_name_of_the_file() -> None:
    assert wording.problem(Failure("a", "a.pdf", None, "a.pdf: it is empty")) == "it is empty"


def test_counts_go_with_their_nouns() -> None:
    assert wording.plural(1, "letter") == "1 letter"
    assert wording.plural(1200, "letter") == "1,200 letters"
    assert wording.plural(0, "child", "children") == "0 children"
