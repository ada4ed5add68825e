from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Document
from qa.schema import Understood
from qa.understanding import PlainUnderstanding
from tests.qa.understanding_helpers import about, samples

UNDERSTANDING = PlainUnderstanding(samples())


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return samples()


@pytest.mark.parametrize(
    ("question", "authorities"),
    [
        ("Are caseloads high in Kestleshire?", ["Kestleshire"]),
        ("are caseloads high in KESTLESHIRE", ["Kestleshire"]),
        ("What did Kestleshire’s inspectors say?", ["Kestleshire"]),
        ("What is Wexley & Dunmoor's offer?", ["Wexley and Dunmoor"]),
        ("Is Aldermere better than Port Brannock?", ["Aldermere", "Port Brannock"]),
        ("How are caseloads in Kestleshireland?", []),
        ("How are private fostering checks judged?", []),
    ],
)
def test_authorities_are_known_by_their_whole_names(
    documents: tuple[Document, ...], question: str, authorities: list[str]
) -> None:
    assert PlainUnderstanding(documents).understand(question).understood.authorities == authorities


def test_a_longer_name_is_not_also_the_shorter_one_within_it() -> None:
    both = PlainUnderstanding(about(["Chester", "Cheshire West and Chester"]))
    meaning = both.understand("Is Cheshire West & Chester good?")
    assert meaning.understood.authorities == ["Cheshire West and Chester"]


def test_years_become_the_span_from_the_first_to_the_last(
    documents: tuple[Document, ...],
) -> None:
    meaning = PlainUnderstanding(documents).understand("Did it improve from 2019 to 2024?")
    understood = meaning.understood
    assert (understood.since, understood.until) == (date(2019, 1, 1), date(2024, 12, 31))


def test_a_name_may_stand_within_a_time(documents: tuple[Document, ...]) -> None:
    meaning = PlainUnderstanding(documents).understand("Who led the latest Kestleshire inspection?")
    assert meaning.understood.authorities == ["Kestleshire"]
    assert meaning.understood.times == ["the latest inspection"]
    assert meaning.topic == "Who led?"
    (meant,) = sorted(meaning.letters or [])
    assert meant.startswith("kestleshire-inspection-2026")


def test_numbers_that_are_no_years_are_left_alone(documents: tuple[Document, ...]) -> None:
    meaning = PlainUnderstanding(documents).understand("Why do 1200 children wait 20 days?")
    assert meaning.understood.since is None


def test_kinds_are_known_by_their_names(documents: tuple[Document, ...]) -> None:
    meaning = PlainUnderstanding(documents).understand("What did the Focused Visit find?")
    assert meaning.understood.kinds == ["focused visit"]


def test_without_documents_no_authority_is_known() -> None:
    assert PlainUnderstanding([]).understand("Is Kestleshire good?").understood.authorities == []


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Are Kestleshire’s caseloads high?", "Are caseloads high?"),
        ("Are caseloads in Wexley & Dunmoor high in spring 2020?", "Are caseloads high?"),
        ("How are children in Kestleshire's care?", "How are children in care?"),
        ("Were caseloads high by late 2019?", "Were caseloads high?"),
        (
            "In 2019, were caseloads high, going by the visit?",
            "were caseloads high, going by the visit?",
        ),
        ("Is Aldermere, Kestleshire or Port Brannock better?", "Is better?"),
        ("Were caseloads high, going by the 2019 report?", "Were caseloads high?"),
        ("Kestleshire 2023", "Kestleshire 2023"),
        ("Are caseloads high?", "Are caseloads high?"),
    ],
)
def test_the_topic_is_what_is_left(
    documents: tuple[Document, ...], question: str, topic: str
) -> None:
    assert PlainUnderstanding(documents).understand(question).topic == topic


def test_a_question_is_taken_apart(documents: tuple[Document, ...]) -> None:
    meaning = PlainUnderstanding(documents).understand(
        "How many children did each IRO have in Aldermeer at the 2017 inspection, and in Leeds?"
    )
    assert meaning.understood == Understood(
        authorities=["Aldermere"],
        unknown_authorities=["Leeds"],
        since=date(2017, 1, 1),
        until=date(2017, 12, 31),
        times=["2017"],
        asks_for="number",
        expanded={"IRO": "independent reviewing officer"},
        corrected={"Aldermeer": "Aldermere"},
    )
    assert meaning.topic == (
        "How many children did each IRO independent reviewing officer have, and in Leeds?"
    )
    assert meaning.letters is not None
    (meant,) = meaning.letters
    assert meant.startswith("aldermere-inspection-2017")


@pytest.mark.parametrize(
    ("question", "letter"),
    [
        ("Aldermere's most recent inspection", "aldermere-inspection-2022"),
        ("Aldermere's latest visit", "aldermere-focused-visit-2025"),
        ("the third monitoring visit to Kestleshire", "kestleshire-monitoring-visit-2024"),
        ("Kestleshire in autumn 2023", "kestleshire-monitoring-visit-2023"),
        ("Was Port Brannock good before the pandemic?", "port-brannock-focused-visit-2018"),
        ("Kestleshire this year", "kestleshire-inspection-2026"),
        ("Is it good as of this year?", "kestleshire-inspection-2026"),
    ],
)
def test_a_time_means_letters(documents: tuple[Document, ...], question: str, letter: str) -> None:
    letters = PlainUnderstanding(documents).understand(question).letters
    assert letters is not None
    assert [one[: len(letter)] for one in letters] == [letter]


def test_relative_times_are_meant_of_the_documents_that_are_open(
    documents: tuple[Document, ...],
) -> None:
    understanding = PlainUnderstanding(documents)
    among = [d for d in documents if d.metadata.authority == "Port Brannock"]
    understood = understanding.understand("What was found this year?", among).understood
    assert understood.since == date(2021, 1, 1)
    # a name of which no letter is open does not close the others
    asked = understanding.understand("Is Kestleshire good this year?", among).understood
    assert asked.since == date(2021, 1, 1)


@given(st.text(max_size=80))
def test_any_question_can_be_taken_apart(question: str) -> None:
    meaning = UNDERSTANDING.understand(question)
    assert meaning == UNDERSTANDING.understand(question)
    assert meaning.topic or not question.strip()


MIXTURE = (
    "Aldermere Kestleshire's Bristol in the latest inspection since 2019 , and IRO report before"
    " Reading spring 2020 caseloads"
)


@given(
    st.lists(
        st.sampled_from(MIXTURE.split()),
        min_size=1,
        max_size=12,
    )
)
def test_any_mixture_of_names_and_times_can_be_taken_apart(words: list[str]) -> None:
    question = " ".join(words)
    meaning = UNDERSTANDING.understand(question)
    assert meaning.topic
    assert ("Aldermere" in words) == ("Aldermere" in meaning.understood.authorities)
    since, until = meaning.understood.since, meaning.understood.until
    assert since is None or until is None or since <= until


def test_threads_understand_alike(documents: tuple[Document, ...]) -> None:
    questions = ["Aldermeer's caselods in 2019", "IROs in Leeds last year", "Kestleshire"] * 20
    alone = [UNDERSTANDING.understand(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(UNDERSTANDING.understand, questions)) == alone
