import pytest

from documents import DocumentKind
from qa.fact_questions import Fact, FactQuestions
from qa.schema import Understood

SHORTS = ("mash", "iro", "tyss", "care", "plo")


def asked(
    question: str,
    *,
    kinds: tuple[DocumentKind, ...] = (),
    times: tuple[str, ...] = (),
    **expanded: str,
) -> tuple[Fact, ...]:
    understood = Understood(kinds=list(kinds), times=list(times), expanded=expanded)
    return FactQuestions(SHORTS).asked(question, understood)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who led the inspection?", "lead inspector"),
        ("Who headed the team that inspected?", "lead inspector"),
        ("What is the lead inspector's name?", "lead inspector"),
        ("Which inspector was in charge of the inspection?", "lead inspector"),
        ("Who signed the letter?", "lead inspector"),
        ("Who carried out the inspection?", "inspectors"),
        ("What are the names of the inspectors?", "inspectors"),
        ("When did inspectors visit?", "visited"),
        ("On what dates was inspected?", "visited"),
        ("When did the inspection take place?", "visited"),
        ("How long was the inspection?", "visited"),
        ("When was the report published?", "published"),
        ("When did the report come out?", "published"),
        ("What is the date of the letter?", "published"),
        ("Who was the letter addressed to?", "addressee"),
        ("To whom was the letter sent?", "addressee"),
        ("Who did Ofsted write to?", "addressee"),
        ("Under which framework was inspected?", "framework"),
        ("What kind of visit was it?", "kind"),
        ("WHO LED THE INSPECTION", "lead inspector"),
    ],
)
def test_facts_of_the_head(question: str, kind: str) -> None:
    assert [fact.kind for fact in asked(question)] == [kind]


@pytest.mark.parametrize(
    "question",
    [
        "Who was the deputy lead inspector?",
        "Which inspector was deputy lead inspector?",
        "Who leads the quarterly meeting?",
        "Who led the work on neglect after the inspection?",
        "When was the inspection before this one?",
        "When was the focused visit on care leavers?",
        "When did inspectors find that caseloads had fallen?",
        "When will the guidance be published?",
        "Why are visit notes addressed to the child?",
        "Who is in charge of the virtual school?",
        "How thorough is the quality assurance framework?",
        "What kinds of help do families get?",
        "What does it mean for children?",
        "What is the policy?",
        "What is a plo meeting?",
        "",
    ],
)
def test_other_questions_ask_for_none(question: str) -> None:
    assert asked(question) == ()


@pytest.mark.parametrize(
    ("question", "shorts"),
    [
        ("What does MASH stand for?", ["mash"]),
        ("what does care stand for", ["care"]),
        ("What do the letters IRO mean?", ["iro"]),
        ("What are MASH and TYSS short for?", ["mash", "tyss"]),
        ("TYSS: what does that stand for?", ["tyss"]),
        ("S TYSS: WHAT DOES THAT STAND FOR?", ["tyss"]),  # "Aldermere's" in capitals
        ("MASH stands for", ["mash"]),
        ("What is MASH an abbreviation of?", ["mash"]),
        ("What is the full name of the TYSS?", ["tyss"]),
        ("What is the PLO?", ["plo"]),
        ("What are IROs?", ["iro"]),
        ("What does MASH stand for, and what does it do?", ["mash"]),
        ("WHAT DOES MASH STAND FOR, AND WHAT DOES IT DO?", ["mash"]),
    ],
)
def test_short_forms(question: str, shorts: list[str]) -> None:
    assert asked(question) == tuple(Fact("stands for", short) for short in shorts)


@pytest.mark.parametrize(
    "question",
    [
        "What does PACE stand for?",  # no letter explains it
        "What does care mean?",
        "WHAT DOES CARE MEAN?",
        "What is care?",
        "What does the MASH manager mean?",
    ],
)
def test_words_that_are_no_known_short_form_ask_for_none(question: str) -> None:
    assert asked(question) == ()


def test_a_short_form_that_was_expanded_is_read_as_it_was() -> None:
    topic = "what do mashs multi-agency safeguarding hub mean"
    found = asked(topic, MASH="multi-agency safeguarding hub")
    assert found == (Fact("stands for", "mash"),)


def test_an_inspection_may_be_among_the_times_that_were_taken_away() -> None:
    assert asked("When was?", times=("the last inspection",)) == (Fact("visited"),)
    assert asked("When was published?", times=("the 2020 report",)) == (Fact("published"),)
    assert asked("When was?", times=("2020",)) == ()
    assert asked("Which two raised the alarm, and when?", times=("earlier visits",)) == ()
    assert asked("Who led?", times=("the last inspection",)) == (Fact("lead inspector"),)
    assert asked("Who led?", times=("2020",)) == ()
    assert asked("Who led the council?", times=("the last inspection",)) == ()


def test_each_clause_may_ask_for_one_and_each_fact_comes_once() -> None:
    found = asked("Who led the inspection and when was the inspection? Who led the visit?")
    assert found == (Fact("lead inspector"), Fact("visited"))


def test_kinds_limit_all_but_short_forms() -> None:
    kinds: tuple[DocumentKind, ...] = ("focused visit", "monitoring visit")
    assert asked("When was the focused visit?", kinds=kinds) == (
        Fact("visited", among="focused visit"),
        Fact("visited", among="monitoring visit"),
    )
    assert asked("What does MASH stand for?", kinds=kinds) == (Fact("stands for", "mash"),)
