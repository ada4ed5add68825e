from collections.abc import Sequence
from datetime import date

import pytest

from documents import Document, DocumentKind
from qa.times import Times, read_times
from tests.qa.understanding_helpers import letter

SHELF = [
    letter("old", visited=date(2014, 3, 3), published_year=2014),
    letter("focus", visited=date(2016, 6, 3), kind="focused visit"),
    letter("first", visited=date(2017, 1, 3), kind="monitoring visit", visit_number=1),
    letter("third", visited=date(2017, 9, 3), kind="monitoring visit", visit_number=3),
    letter("middle", visited=date(2018, 11, 20), published=date(2019, 1, 8)),
    letter("new", visited=date(2023, 5, 5), published=date(2023, 6, 30)),
    letter("dateless"),
    letter("news", kind="news", published=date(2024, 1, 1)),
]
OTHERS = [
    letter("their-old", visited=date(2015, 5, 5), authority="Kestleshire"),
    letter("their-new", visited=date(2021, 2, 20), authority="Kestleshire"),
    letter("their-year", published_year=2012, authority="Kestleshire"),
]


def read(
    question: str,
    documents: Sequence[Document] = SHELF,
    kinds: Sequence[DocumentKind] = (),
    *,
    named: bool = True,
    compares: bool = False,
) -> Times:
    return read_times(question, kinds, documents, named=named, compares=compares)


def letters(
    question: str,
    documents: Sequence[Document] = SHELF,
    kinds: Sequence[DocumentKind] = (),
    *,
    named: bool = True,
    compares: bool = False,
) -> set[str] | None:
    found = read(question, documents, kinds, named=named, compares=compares).letters
    return None if found is None else set(found)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("in 2023", {"new"}),
        ("in June 2023", {"new"}),
        # published in that year
        ("the 2019 report", {"middle"}),
        # none in that month: of about that time, or of that year
        ("in July 2023", {"new"}),
        ("in March 2023", {"new"}),
        ("in December 2023", {"news"}),
        ("in spring 2014", {"old"}),
        ("in 2020", set()),
        ("in 2014 and in 2023", {"old", "new"}),
        ("since 2018", {"middle", "new", "news"}),
        ("before 2017", {"old", "focus"}),
        ("before the pandemic", {"old", "focus", "first", "third", "middle"}),
        ("by 2023, since the 2014 inspection", {"new"}),
        ("the latest inspection", {"new"}),
        ("its most recent report", {"new"}),
        ("the last full inspection", {"new"}),
        ("the last inspection before the pandemic", {"middle"}),
        ("the previous inspection", {"middle"}),
        ("the earlier inspections", {"old", "middle"}),
        ("since the previous inspection", {"new"}),
        ("the oldest letter", {"old"}),
        ("the first inspection", {"old"}),
        ("the second inspection", {"middle"}),
        ("the first monitoring visit", {"first"}),
        ("the third monitoring visit", {"third"}),
        ("the latest monitoring visit", {"third"}),
        ("the latest focused visit", {"focus"}),
        ("When was it last inspected?", {"new"}),
        ("its grade when most recently inspected", {"new"}),
        ("When was it last visited by Ofsted?", {"new"}),
        ("last year", {"new"}),
        ("this year", {"news"}),
        ("in the last two years", {"new", "news"}),
        ("in the past few years", {"new", "news"}),
        ("six years ago", {"middle"}),
        ("a year ago", {"new"}),
    ],
)
def test_times_mean_letters(question: str, meant: set[str]) -> None:
    assert letters(question) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Are caseloads high?",
        "over the past year",
        "this year group",
        "the second monitoring visit",
        "over the years",
        "across all its inspections",
        "in the last resort",
        "When was the child last visited?",
    ],
)
def test_what_tells_no_letter_from_another_means_none(question: str) -> None:
    assert letters(question) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is its overall rating now?", "now"),
        ("How is leadership currently judged?", "currently"),
        ("What is the current grade for adoption?", "current"),
        ("What is the latest overall judgement?", "latest"),
        ("Which ones are graded inadequate at the  moment?", "at the moment"),
    ],
)
def test_a_grade_stands_until_the_next_inspection(question: str, words: str) -> None:
    later = letter("visit", visited=date(2025, 5, 5), kind="focused visit")
    times = read(question, [*SHELF, later, *OTHERS])
    assert times.letters == frozenset({"new", "their-new"})
    assert times.said == (words,)


@pytest.mark.parametrize(
    "question",
    [
        "Are caseloads lower now?",
        "Is the current team settled?",
        "What was it rated?",
        "Is the judgement of managers knowing? Snow fell.",
    ],
)
def test_what_is_so_now_is_said_by_any_letter_if_it_is_no_grade(question: str) -> None:
    assert letters(question) is None


def test_the_latest_is_meant_of_each_authority() -> None:
    assert letters("the latest inspection", [*SHELF, *OTHERS]) == {"new", "their-new"}


def test_letters_of_about_a_time_are_meant_of_each_authority_that_is_named() -> None:
    both = [*SHELF, *OTHERS]
    assert letters("in May 2023 or early 2021", both) == {"new", "their-new"}
    assert letters("in June 2015", both, named=True) == {"their-old"}
    shelf = [letter("exact", visited=date(2015, 6, 6)), *OTHERS]
    assert letters("in June 2015", shelf, named=True) == {"exact", "their-old"}
    assert letters("in June 2015", shelf, named=False) == {"exact"}


def test_a_kind_that_is_named_counts_with_the_time() -> None:
    assert letters("the 2016 focused visit", kinds=["focused visit"]) == {"focus"}
    assert letters("the 2023 focused visit", kinds=["focused visit"]) == set()
    since = letters("since the 2016 focused visit", kinds=["focused visit"])
    assert since == {"focus", "first", "third", "middle", "new", "news"}


@pytest.mark.parametrize(
    ("question", "earlier"),
    [
        ("Compared with 2014, is it better in 2023?", {"old"}),
        ("Is it better in 2023, compared with the 2014 report?", {"old"}),
        ("Given what inspectors said in 2014, was it well done in 2023?", {"old"}),
        ("By 2023 had it mended the weakness that it was told about in 2014?", {"old"}),
        ("How was it at the latest visit, rather than the first inspection?", {"old"}),
        ("Is it better in 2023 than in 2014?", set()),
        ("How was it in 2014 and 2023?", set()),
        # nothing else is asked of
        ("Given what inspectors said in 2014, was it well done?", set()),
        ("Compared with 2023, is it better in June 2023?", set()),
    ],
)
def test_some_times_are_only_looked_back_to(question: str, earlier: set[str]) -> None:
    found = read(question)
    assert found.earlier == earlier
    assert found.letters is not None
    assert found.letters >= earlier


def test_a_comparison_with_one_time_is_with_all_that_came_later() -> None:
    assert letters("Is it better than in 2018?", compares=True) == {"middle", "new", "news"}
    assert letters("Is it better than in 2020?", compares=True) == set()
    assert letters("Is it better in 2023 than in 2014?", compares=True) == {"old", "new"}


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("in 2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("in 2018 and 2022", date(2018, 1, 1), date(2022, 12, 31)),
        ("since 2018", date(2018, 1, 1), None),
        ("before 2018", None, date(2017, 12, 31)),
        ("the latest inspection", date(2023, 6, 30), date(2023, 6, 30)),
        ("last year", date(2023, 1, 1), date(2023, 12, 31)),
        ("over the years", None, None),
        ("nothing", None, None),
    ],
)
def test_the_bounds_are_the_outermost_days(
    question: str, since: date | None, until: date | None
) -> None:
    times = read(question)
    assert (times.since, times.until) == (since, until)


def test_the_words_that_name_times_are_told() -> None:
    times = read("Over the years, and in spring 2014 or the  latest visit?")
    assert times.said == ("Over the years", "spring 2014", "the latest visit")
    assert times.points == 2


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Was it good in the 2014 inspection of care?", "Was it good | of care?"),
        ("Did the 2014 report say so?", "Did the | report say so?"),
        ("Going by its latest focused visit, what?", "|, what?"),
        ("What changed since it was last inspected?", "What changed |?"),
        ("When was it last inspected?", "When was it | inspected?"),
        ("What came after the 2014 inspection?", "What came |?"),
        ("What to work on after 2014?", "What to work on |?"),
        ("What changed between the 2014 and the 2018 inspection?", "What changed |?"),
        ("In 2014, was it good?", "|, was it good?"),
    ],
)
def test_words_that_lead_to_a_time_go_with_it(question: str, left: str) -> None:
    ((start, end),) = read(question).spans
    assert f"{question[:start]}|{question[end:]}" == left


def test_without_dated_letters_nothing_is_latest() -> None:
    assert letters("last year and the latest inspection", []) == set()
    assert letters("last year", [letter("dateless")]) is None
