from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.periods import periods


def days(question: str) -> list[tuple[str | None, str | None]]:
    return [
        (p.since.isoformat() if p.since else None, p.until.isoformat() if p.until else None)
        for p in periods(question)
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("in 2022", [("2022-01-01", "2022-12-31")]),
        ("in March 2019", [("2019-03-01", "2019-03-31")]),
        ("in Feb. 2020", [("2020-02-01", "2020-02-29")]),
        ("on 3 Sept 2020", [("2020-09-01", "2020-09-30")]),
        ("spring 2024", [("2024-03-01", "2024-05-31")]),
        ("in the autumn of 2021", [("2021-09-01", "2021-11-30")]),
        ("winter 2021", [("2021-01-01", "2021-12-31")]),
        ("late spring 2021", [("2021-03-01", "2021-05-31")]),
        ("mid-2018", [("2018-05-01", "2018-08-31")]),
        ("by the end of 2015", [("2015-10-01", "2015-12-31")]),
        ("early in 2023", [("2023-01-01", "2023-04-30")]),
        ("between 2015 and 2018", [("2015-01-01", "2018-12-31")]),
        ("between the 2015 and the 2018 inspection", [("2015-01-01", "2018-12-31")]),
        ("from March 2016 to late 2018", [("2016-03-01", "2018-12-31")]),
        ("from the 2016 report to those of 2020", [("2016-01-01", "2020-12-31")]),
        ("2014 to 2018", [("2014-01-01", "2018-12-31")]),
        ("in 2016-17", [("2016-01-01", "2017-12-31")]),
        ("2013/14 or 2015–2019", [("2013-01-01", "2014-12-31"), ("2015-01-01", "2019-12-31")]),
        ("since 2019", [("2019-01-01", None)]),
        ("since its May 2019 inspection", [("2019-05-01", None)]),
        ("after 2019", [("2019-01-01", None)]),
        ("after the autumn 2019 inspection", [("2019-09-01", "2019-11-30")]),
        ("after the service was failed in 2024", [("2024-01-01", None)]),
        ("after a flood in May 2024", [("2024-05-01", None)]),
        ("after inspectors came in May 2024", [("2024-05-01", "2024-05-31")]),
        ("after they looked in at Aldermere in 2024", [("2024-01-01", "2024-12-31")]),
        ("before 2019", [(None, "2018-12-31")]),
        ("before the 2019 visit", [("2019-01-01", "2019-12-31")]),
        ("until March 2019", [(None, "2019-03-31")]),
        ("before the pandemic", [(None, "2020-03-15")]),
        ("since Covid-19", [("2020-03-16", None)]),
        ("during the first lockdown", [("2020-03-16", "2021-07-31")]),
        ("2016, 2019 and 2023", [(f"{y}-01-01", f"{y}-12-31") for y in (2016, 2019, 2023)]),
        ("between 2018 and 2015", []),
        ("1200 children within 20 days, 12024", []),
        ("may the march go on", []),
    ],
)
def test_periods_are_read_as_they_are_written(
    question: str, expected: list[tuple[str | None, str | None]]
) -> None:
    assert days(question) == expected


def test_what_happened_at_a_time_is_no_part_of_it() -> None:
    question = "Why did things stall after the service was failed in 2024?"
    (found,) = periods(question)
    assert question[found.start : found.end] == "2024"


@given(st.text(alphabet=" 0129-/abdefinorstuvyMSW,.", max_size=60))
def test_periods_stand_in_order_and_begin_before_they_end(question: str) -> None:
    last = 0
    for period in periods(question):
        assert last <= period.start < period.end <= len(question)
        assert period.since is None or period.until is None or period.since <= period.until
        assert period.closed == (period.since is not None and period.until is not None)
        last = period.end


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_any_month_of_any_year_is_read(day: date) -> None:
    (period,) = periods(f"the {day:%B %Y} inspection")
    assert period.since == day.replace(day=1)
    assert period.until is not None
    assert (period.until.year, period.until.month) == (day.year, day.month)
