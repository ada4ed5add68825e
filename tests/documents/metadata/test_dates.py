"""Dates as letters write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.metadata.dates import MONTHS, find_date, find_span

JULY = date(2025, 7, 23)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("23 July 2025", JULY, JULY),
        ("23rd July, 2025", JULY, JULY),
        ("23 and 24 July 2025", JULY, date(2025, 7, 24)),
        ("23 to 24 July 2025", JULY, date(2025, 7, 24)),
        ("23–24 July 2025", JULY, date(2025, 7, 24)),
        ("23 - 24 July 2025", JULY, date(2025, 7, 24)),
        ("23, 24 and 25 July 2025", JULY, date(2025, 7, 25)),
        ("26 February 2024 to 8 March 2024", date(2024, 2, 26), date(2024, 3, 8)),
        ("26 February to 8 March 2024", date(2024, 2, 26), date(2024, 3, 8)),
        ("27th February to 10th March 2023", date(2023, 2, 27), date(2023, 3, 10)),
        ("24 November 2015 – 17 December 2015", date(2015, 11, 24), date(2015, 12, 17)),
        ("12 December 2022 and 9 January 2023", date(2022, 12, 12), date(2023, 1, 9)),
        ("12 December to 9 January 2023", date(2022, 12, 12), date(2023, 1, 9)),
        ("Monday 3 March to Friday, 14 March 2014", date(2014, 3, 3), date(2014, 3, 14)),
        ("the 23rd of July 2025", JULY, JULY),
        ("12 Sept. 2018", date(2018, 9, 12), date(2018, 9, 12)),
        ("3 Mar to 5 Apr 2018", date(2018, 3, 3), date(2018, 4, 5)),
    ],
)
def test_spans_of_days(written: str, first: date, last: date) -> None:
    text = f"We came on {written}, as agreed."
    found = find_span(text, 0, len(text))
    assert found is not None
    assert (found.first, found.last) == (first, last)
    assert text[found.start : found.end] == written.removeprefix("the ")


def test_a_day_that_stands_before_a_span_comes_first() -> None:
    text = "on 4 May 2021, and again from 6 to 8 June 2022"
    found = find_span(text, 0, len(text))
    assert found is not None
    assert (found.first, found.last) == (date(2021, 5, 4), date(2021, 5, 4))


@pytest.mark.parametrize(
    "text", ["31 June 2021", "in May 2021", "23 July", "July 2025", "about 14 children", "3/4/21"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert find_date(text, 0, len(text)) is None
    assert find_span(text, 0, len(text)) is None


@pytest.mark.parametrize("text", ["24 to 3 July 2024", "24 July to 3 July 2024"])
def test_a_slip_is_no_visit_of_a_year(text: str) -> None:
    found = find_span(text, 0, len(text))
    assert found is not None
    assert (found.first, found.last) == (date(2024, 7, 3), date(2024, 7, 3))


def test_a_first_day_that_the_year_before_does_not_have() -> None:
    text = "29 February to 3 January 2024"
    found = find_span(text, 0, len(text))
    assert found is not None
    assert (found.first, found.last) == (date(2024, 1, 3), date(2024, 1, 3))


def test_a_span_that_runs_backwards_is_read_as_its_first_day() -> None:
    text = "24 July 2025 to 23 July 2024"
    found = find_span(text, 0, len(text))
    assert found is not None
    assert (found.first, found.last) == (date(2025, 7, 24), date(2025, 7, 24))


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.text(max_size=20))
def test_any_day_is_found_where_it_is_written(day: date, before: str) -> None:
    written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    text = f"{before}\n{written}"
    found = find_date(text, len(before), len(text))
    assert found is not None
    assert found.first == found.last == day
    assert text[found.start : found.end] == written
