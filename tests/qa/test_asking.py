import pytest

from qa.asking import asks_for


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How well are care leavers housed?", "judgement"),
        ("Are caseloads manageable?", "judgement"),
        ("In winter, are caseloads manageable?", "judgement"),
        ("What grade did leaders get?", "judgement"),
        ("What did inspectors think of it?", "judgement"),
        ("Is there a waiting list for counselling?", "judgement"),
        ("How much were young people helped?", "judgement"),
        ("Do families still wait?", "judgement"),
        ("Are children who are in prison visited?", "judgement"),
        ("Were plans good when inspectors called in July?", "judgement"),
        ("How many children wait?", "number"),
        ("How much did the hub cost?", "number"),
        ("How much is spent on it?", "number"),
        ("What percentage of workers are from agencies?", "number"),
        ("By how many did it grow?", "number"),
        ("When was the visit?", "date"),
        ("On what dates did they come?", "date"),
        ("s114 notice when", "date"),
        ("Who led the inspection?", "name"),
        ("What do the letters LADO stand for?", "name"),
        ("What is the offer called?", "name"),
        ("Which team is it, and who leads it? And who chairs the board?", "name"),
        ("Why do children wait?", "reason"),
        ("What lay behind the delays?", "reason"),
        ("How come nobody saw it?", "reason"),
        ("What were the areas for improvement?", "list"),
        ("What needs to improve? What must leaders put right?", "list"),
        ("Which services must it commission better?", "list"),
        ("Has it got any better?", "comparison"),
        ("Are there fewer children in care than before?", "comparison"),
        ("How has support changed since the visit?", "comparison"),
        ("Why is it slower than it was?", "reason"),
        ("When a child comes back, a talk follows", "other"),
        ("private fostering", "other"),
        ("Which slice of the work was it about?", "other"),
        ("", "other"),
    ],
)
def test_the_words_say_what_is_asked_for(question: str, expected: str) -> None:
    assert asks_for(question, places=1, periods=1) == expected


def test_two_places_or_periods_are_compared() -> None:
    question = "How good are plans?"
    assert asks_for(question, places=2, periods=0) == "comparison"
    assert asks_for(question, places=0, periods=2) == "comparison"
    assert asks_for("How many wait?", places=2, periods=2) == "number"
