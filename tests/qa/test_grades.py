import pytest

from qa.fact_questions import Fact, FactQuestions
from qa.grades import Stated, areas_of, grade_of, stated_grade
from qa.schema import Understood


def asked(question: str, *, authorities: tuple[str, ...] = ()) -> list[str]:
    understood = Understood(authorities=list(authorities))
    found = FactQuestions(()).asked(question, understood)
    assert all(fact == Fact("grade", fact.of) for fact in found)
    return [fact.of for fact in found]


@pytest.mark.parametrize(
    ("question", "areas"),
    [
        ("What was the overall effectiveness?", ["overall"]),
        ("How was leadership rated?", ["leaders"]),
        ("What grade did get for care leavers?", ["care leavers"]),
        (
            "How were services for children in care and care leavers graded?",
            ["care leavers", "children in care"],
        ),
        ("What rating did the bosses get?", ["leaders"]),
        ("What is the overall judgement on looked-after children?", ["children in care"]),
        ("Which mark was given for help and protection?", ["help and protection"]),
        ("How was the adoption service judged?", ["adoption"]),
        ("What was the verdict on the LSCB?", ["board"]),
        ("How has the mark for young people leaving care changed?", ["care leavers"]),
        ("Which areas were graded good?", ["every area"]),
        ("What were the ratings?", ["every area"]),
        ("Overall grade?", ["overall"]),
        ("what did get overall", ["overall"]),
        ("What did it get for care leavers?", ["care leavers"]),
        ("How was the council judged?", ["overall"]),
        ("Is adoption outstanding?", ["adoption"]),
        ("HOW WAS LEADERSHIP RATED", ["leaders"]),
    ],
)
def test_questions_for_a_grade(question: str, areas: list[str]) -> None:
    assert asked(question) == areas


@pytest.mark.parametrize(
    "question",
    [
        "How are private fostering checks judged?",
        "How do foster carers rate the support?",
        "What grades have Ofsted given the three new children's homes?",
        "What rate of children are looked after?",
        "Is there a do to mark what children in care have achieved?",
        "What lifted the rating for help and protection?",
        "What grade was given for care leavers last time round?",
        "In what circumstances is a council graded inadequate?",
        "What was the result for families of the delay?",
        "How good are assessments of children in care?",
        "Was it judged?",
        "What did children in care get for Christmas?",
        "What did get better for children in care?",
        "Are leaders visible?",
    ],
)
def test_questions_for_no_grade_of_an_area(question: str) -> None:
    assert asked(question) == []


def test_an_authority_alone_may_be_asked_for_by_its_grade() -> None:
    assert asked("Was inadequate?", authorities=("Aldermere",)) == ["overall"]
    assert asked("Was inadequate?") == []


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Overall effectiveness", {"overall"}),
        ("The impact of leaders on social work practice with children and families", {"leaders"}),
        ("Leadership, management and governance", {"leaders"}),
        (
            "The experiences and progress of children who need help and protection",
            {"help and protection"},
        ),
        ("Children looked after and achieving permanence", {"children in care"}),
        (
            "The experiences and progress of children in care and care leavers",
            {"children in care", "care leavers"},
        ),
        ("Local Safeguarding Children Board", {"board"}),
        ("Private fostering", set()),
    ],
)
def test_areas(text: str, areas: set[str]) -> None:
    assert areas_of(text) == areas


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Requires Improvement", "require"),
        ("Services require improvement to be good.", "require"),
        ("Good", "good"),
        ("It was inadequate and is now good.", None),
        ("It is better.", None),
    ],
)
def test_grades(text: str, grade: str | None) -> None:
    assert grade_of(text) == grade


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Children’s services in Aldermere are inadequate", {"overall"}),
        ("The graded judgement for adoption performance is that it is inadequate", {"adoption"}),
        ("The support is inadequate.", None),
        ("Support for care leavers with disabilities is inadequate.", None),
        ("Care leavers are well supported.", None),
        ("Care leavers " + "and care leavers " * 12 + "are inadequate.", None),
    ],
)
def test_sentences_that_say_nothing_but_a_grade(text: str, areas: set[str] | None) -> None:
    stated = stated_grade(text, "Aldermere")
    assert stated == (Stated(frozenset(areas), "inadequate") if areas else None)
