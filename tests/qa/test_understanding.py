from dataclasses import replace
from datetime import date

import pytest

from documents import Document, read_corpus
from qa.settings import SAMPLES
from qa.understanding import PlainUnderstanding


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    return read_corpus(SAMPLES).documents


def named(document: Document, authority: str) -> Document:
    return replace(document, metadata=replace(document.metadata, authority=authority))


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


def test_a_longer_name_is_not_also_the_shorter_one_within_it(
    documents: tuple[Document, ...],
) -> None:
    both = [named(documents[0], "Chester"), named(documents[1], "Cheshire West and Chester")]
    meaning = PlainUnderstanding(both).understand("Is Cheshire West & Chester good?")
    assert meaning.understood.authorities == ["Cheshire West and Chester"]


def test_years_become_the_span_from_the_first_to_the_last(
    documents: tuple[Document, ...],
) -> None:
    meaning = PlainUnderstanding(documents).understand("Did it improve from 2019 to 2024?")
    understood = meaning.understood
    assert (understood.since, understood.until) == (date(2019, 1, 1), date(2024, 12, 31))


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
        ("Are caseloads in Wexley & Dunmoor high in spring 2020?", "Are caseloads in high ?"),
        ("Were caseloads high by late 2019?", "Were caseloads high ?"),
        ("Kestleshire 2023", "Kestleshire 2023"),
        ("Are caseloads high?", "Are caseloads high?"),
    ],
)
def test_the_topic_is_what_is_left(
    documents: tuple[Document, ...], question: str, topic: str
) -> None:
    assert PlainUnderstanding(documents).understand(question).topic == topic
