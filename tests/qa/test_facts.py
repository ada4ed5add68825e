from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from documents import Document
from index.rows import Rows, rows_of
from qa.fact_questions import Fact, FactKind
from qa.facts import Facts
from qa.understanding import PlainUnderstanding
from tests.documents.making import read
from tests.qa.understanding_helpers import samples

INSPECTION = """# Inspection of Kestleshire local authority children’s services

Inspection dates: 4 to 15 March 2024

Lead inspector: Ada Fenwright, His Majesty’s Inspector

| Judgement | Grade |
|---|---|
| The impact of leaders on social work practice with children and families | Good |
| The experiences and progress of children in care | Inadequate |
| The experiences and progress of care leavers | Good |
| Overall effectiveness | Good |

## What it is like

Children’s services in Kestleshire are good. Services for care leavers are good. Services for
children in care are good. The practice of leaders is good and swift. Help for care leavers was
inadequate and is now good.

The Multi-Agency Safeguarding Hub (MASH) is quick. The multi-agency safeguarding hub (MASH) learns.
The ChAD (children’s advice and duty) team answers every call.
"""


@cache
def rows() -> Rows:
    return rows_of(samples())


@cache
def facts() -> Facts:
    return Facts(samples(), rows().sentences)


@cache
def understanding() -> PlainUnderstanding:
    return PlainUnderstanding(samples())


def of(file: str) -> NDArray[np.bool_]:
    return np.array([document.file.startswith(file) for document in samples()], dtype=bool)


def answers(question: str, file: str = "") -> list[str]:
    """What the letters whose file's name begins so say."""
    meaning = understanding().understand(question)
    found = facts().rows(facts().asked(meaning.topic, meaning.understood), of(file))
    return [text_of(samples(), rows(), int(row)) for row in found]


def text_of(documents: tuple[Document, ...], rows: Rows, row: int) -> str:
    sentence = rows.sentences[row]
    document = documents[int(sentence["document"])]
    return document.text[int(sentence["start"]) : int(sentence["end"])]


def said(document: Document, *facts: Fact) -> list[str]:
    """What a document says of these facts."""
    its = rows_of([document])
    found = Facts([document], its.sentences).rows(facts, np.ones(1, dtype=bool))
    return [text_of((document,), its, int(row)) for row in found]


@pytest.mark.parametrize(
    ("question", "file", "words"),
    [
        ("Who led the inspection of Aldermere?", "aldermere-2017", "Rosalind Quillfeather"),
        ("When did inspectors visit?", "aldermere-2022", "9 to 20 May 2022"),
        ("When was the report published?", "kestleshire-2023-i", "13 March 2023"),
        ("Who was the letter addressed to?", "aldermere-2019", "Marguerite Ashgrove-Bello"),
        ("Who were the inspectors?", "kestleshire-2024", "Bettina Corvale led the visit"),
        ("What framework was it inspected under?", "wexley-and-dunmoor-2020", "short inspection"),
        ("How was leadership graded in Kestleshire?", "kestleshire-2026", "The impact of leaders"),
        ("What does DCS stand for?", "aldermere-2017", "(DCS)"),
        ("Was Kestleshire inadequate in 2023?", "kestleshire-2023-i", "Overall effectiveness"),
    ],
)
def test_a_question_for_a_fact_is_answered_by_the_sentence_that_states_it(
    question: str, file: str, words: str
) -> None:
    found = answers(question, file)
    assert len(found) == 1
    assert words in found[0]


def test_a_fact_is_found_in_every_document_that_is_allowed() -> None:
    found = answers("What grade was given to care leavers?", "kestleshire")
    assert found == [
        "The experiences and progress of care leavers\tRequires improvement to be good",
        "The experiences and progress of care leavers\tGood",
    ]
    assert answers("What grade was given to care leavers?", "no such file") == []


def test_every_area_is_all_of_the_table() -> None:
    found = answers("What were the grades?", "kestleshire-2026")
    assert [row.partition("\t")[2] for row in found] == [
        "Good",
        "Requires improvement to be good",
        "Good",
        "Good",
    ]


def test_a_kind_that_is_named_leaves_other_letters_out() -> None:
    found = answers("When was the monitoring visit?", "kestleshire-2023")
    assert len(found) == 1
    assert "10 and 11 October 2023" in found[0]


def test_the_lead_inspector_is_the_first_of_the_names() -> None:
    document = read(
        "# Inspection of Kestleshire local authority children’s services\n\n"
        "Inspection dates: 4 to 15 March 2024\n\n"
        "Lead inspector: Ada Fenwright\n\nTeam inspectors: Bo Larch, Cy Dunmere\n",
        "letter.md",
    )
    assert said(document, Fact("lead inspector")) == ["Lead inspector: Ada Fenwright"]
    assert said(document, Fact("inspectors")) == [
        "Lead inspector: Ada Fenwright",
        "Team inspectors: Bo Larch, Cy Dunmere",
    ]


def test_sentences_that_give_an_area_the_grade_of_its_row_state_it_as_well() -> None:
    document = read(INSPECTION, "letter.md")
    assert said(document, Fact("grade", "overall")) == [
        "Overall effectiveness\tGood",
        "Children’s services in Kestleshire are good.",
    ]
    assert said(document, Fact("grade", "care leavers")) == [
        "The experiences and progress of care leavers\tGood",
        "Services for care leavers are good.",
    ]


def test_a_sentence_with_another_grade_than_the_row_or_more_to_say_states_none() -> None:
    document = read(INSPECTION, "letter.md")
    assert said(document, Fact("grade", "children in care")) == [
        "The experiences and progress of children in care\tInadequate"
    ]
    assert len(said(document, Fact("grade", "leaders"))) == 1


@pytest.mark.parametrize(
    "heading", ["Previous Ofsted inspections", "Other inspections", "Since the last inspection"]
)
def test_what_is_told_of_another_inspection_states_no_grade_of_this_one(heading: str) -> None:
    told = "The local authority was judged to be good."
    alone = read(f"{INSPECTION}\n{told}\n", "letter.md")
    assert told in said(alone, Fact("grade", "overall"))
    document = read(f"{INSPECTION}\n## {heading}\n\n{told}\n", "letter.md")
    assert told not in said(document, Fact("grade", "overall"))


def test_a_short_form_is_explained_where_a_letter_does_so_first() -> None:
    document = read(INSPECTION, "letter.md")
    assert said(document, Fact("stands for", "mash")) == [
        "The Multi-Agency Safeguarding Hub (MASH) is quick."
    ]
    assert said(document, Fact("stands for", "chad")) == [
        "The ChAD (children’s advice and duty) team answers every call."
    ]


def test_what_stands_in_a_heading_alone_has_no_row() -> None:
    assert said(read(INSPECTION, "letter.md"), Fact("kind")) == []


def test_most_questions_ask_for_no_fact() -> None:
    meaning = understanding().understand("How are private fostering checks judged?")
    assert facts().asked(meaning.topic, meaning.understood) == ()
    assert facts().rows((), of("")).shape == (0,)


def test_there_may_be_no_documents() -> None:
    none = Facts([], rows_of([]).sentences)
    assert none.rows([Fact("visited")], np.ones(0, dtype=bool)).shape == (0,)


_HEAD: tuple[FactKind, ...] = (
    "lead inspector",
    "inspectors",
    "visited",
    "published",
    "addressee",
    "framework",
    "kind",
)


@given(
    st.lists(st.sampled_from(_HEAD), unique=True),
    st.lists(st.booleans(), min_size=len(samples()), max_size=len(samples())),
)
def test_rows_are_sorted_distinct_and_of_allowed_documents(
    kinds: list[FactKind], allowed: list[bool]
) -> None:
    found = facts().rows(map(Fact, kinds), np.array(allowed, dtype=bool))
    assert (np.diff(found) > 0).all()
    assert all(allowed[number] for number in rows().sentences["document"][found])
