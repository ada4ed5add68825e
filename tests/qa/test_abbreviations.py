import pytest

from documents import Document
from qa.abbreviations import Abbreviations, definitions, long_form
from qa.words import Vocabulary
from tests.qa.understanding_helpers import samples, written


def learned(*documents: Document) -> Abbreviations:
    return Abbreviations(documents, Vocabulary(document.text for document in documents))


@pytest.mark.parametrize(
    ("short", "before", "long"),
    [
        ("PLO", "under the public law outline ", "public law outline"),
        ("MASH", "the multi-agency safeguarding hub ", "multi-agency safeguarding hub"),
        ("EET", "in education, employment or training ", "education, employment or training"),
        ("ASYE", "assessed and supported year in employment", None),
        ("DfE", "by the Department for Education ", "Department for Education"),
        ("CAFCASS", "the Children and Family Court Advisory and Support Service ", None),
        ("ATA", "of a data", None),  # one of its letters within a word, and then a little word
        ("XYZ", "the public law outline", None),
        ("OFS", "by Ofsted ", None),
    ],
)
def test_the_long_form_is_found_before_the_bracket(
    short: str, before: str, long: str | None
) -> None:
    found = long_form(short, before)
    if short in ("ASYE", "CAFCASS"):
        assert found == before.removeprefix("the ").strip()
    else:
        assert found == long


def test_the_sample_letters_explain_theirs() -> None:
    learnt = learned(*samples())
    topic, pairs = learnt.expand("How many children does each IRO have?", [])
    assert topic == "How many children does each IRO independent reviewing officer have?"
    assert pairs == {"IRO": "independent reviewing officer"}
    assert {"iro", "iros", "dcs"} <= set(learnt.shorts)


@pytest.mark.parametrize(
    "question", ["are the IROs good", "are the iros good", "ARE THE IROS GOOD"]
)
def test_a_short_form_is_known_in_any_case_and_number(question: str) -> None:
    assert learned(*samples()).expand(question, [])[1] == {"IRO": "independent reviewing officer"}


def used(short: str, long: str) -> str:
    return f"The {long} ({short}) is good." + f" The {short} is there." * 6


def test_a_long_form_gets_the_short_one_that_letters_use() -> None:
    learnt = learned(written(used("MASH", "multi-agency safeguarding hub")))
    topic, pairs = learnt.expand("Is the Multi-agency safeguarding hub quick?", [])
    assert topic == "Is the Multi-agency safeguarding hub MASH quick?"
    assert pairs == {"MASH": "multi-agency safeguarding hub"}


def test_a_pair_that_the_question_has_is_left_as_it_is() -> None:
    question = "Is the public law outline (PLO) used?"
    learnt = learned(written(used("PLO", "public law outline")))
    assert learnt.expand(question, []) == (question, {"PLO": "public law outline"})


def test_a_short_form_that_letters_hardly_use_stands_for_nothing() -> None:
    learnt = learned(written("The virtual school (VS) is good."))
    assert learnt.expand("How is the virtual school?", []) == ("How is the virtual school?", {})


def test_an_ordinary_word_is_a_short_form_in_capitals_only() -> None:
    letter = written("Children in care talk in the chat. A children's help and advice team (CHAT).")
    learnt = learned(letter)
    assert learnt.expand("do they chat", [])[1] == {}
    assert learnt.expand("DO THEY CHAT", [])[1] == {}
    assert learnt.expand("What is CHAT?", [])[1] == {"CHAT": "children's help and advice team"}


def test_each_authority_has_its_own() -> None:
    learnt = learned(
        written(used("EST", "early support team"), "Aldermere"),
        written(used("EST", "emergency social team"), "Kestleshire"),
    )
    asked = {n: learnt.expand("the EST", [n])[1]["EST"] for n in ("Aldermere", "Kestleshire")}
    assert asked == {"Aldermere": "early support team", "Kestleshire": "emergency social team"}
    assert learnt.expand("the emergency social team", ["Kestleshire"])[1]


def test_a_short_form_of_many_is_kept_as_one() -> None:
    learnt = learned(written("Independent fostering agencies (IFAs) and class (C) and (iv)."))
    assert learnt.expand("an IFA", [])[1] == {"IFA": "independent fostering agency"}
    assert learned(written("A single support process (SSPs).")).expand("SSP", [])[1] == {
        "SSP": "single support process"
    }


def test_what_one_authority_alone_says_is_not_said_of_others() -> None:
    others = [written("Nothing is short.", f"Vale {n}") for n in range(60)]
    learnt = learned(written(used("EST", "early support team"), "Aldermere"), *others)
    assert learnt.expand("an early support team", [])[1] == {}
    assert learnt.expand("an early support team", ["Aldermere"])[1] == {"EST": "early support team"}
    assert learnt.expand("an EST, and another EST", [])[0] == (
        "an EST early support team, and another EST"
    )


def test_without_letters_nothing_is_known() -> None:
    assert learned().expand("the IRO", []) == ("the IRO", {})


@pytest.mark.parametrize(
    ("text", "short", "long", "span"),
    [
        ("Visits by the public law outline (PLO) team.", "PLO", "public law outline", (14, 38)),
        ("Each of the personal advisers (PAs) knows.", "PA", "personal adviser", (12, 35)),
        (
            "The ‘Supportive Action For Elders’ (SAFE).",
            "SAFE",
            "supportive action for elders",
            (5, 41),
        ),
        (
            "The ChAD (children’s advice and duty) team.",
            "ChAD",
            "children's advice and duty",
            (4, 37),
        ),
    ],
)
def test_a_definition_says_where_it_stands(
    text: str, short: str, long: str, span: tuple[int, int]
) -> None:
    (found,) = definitions(text)
    assert (found.short, found.long) == (short, long)
    assert (found.start, found.end) == span


@pytest.mark.parametrize(
    "text",
    [
        "The MASH (which is quick to help) learns.",  # what is in the brackets does not explain it
        "The team (which is quick to help) learns.",
        "The plan (Annex) is good.",
        "(MASH) is quick.",
    ],
)
def test_brackets_that_explain_nothing(text: str) -> None:
    assert list(definitions(text)) == []
