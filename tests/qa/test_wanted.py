import pytest

from qa.wanted import Kind, counts, gives, wanted


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("What percentage of workers are from agencies?", "percentage"),
        ("What share of visits was late?", "percentage"),
        ("what per cent of posts are empty", "percentage"),
        ("How much money was found?", "money"),
        ("How much did the hub cost?", "money"),
        ("How much extra, in pounds?", "money"),
        ("How old was the girl?", "age"),
        ("At what age does support stop?", "age"),
        ("How long do families wait?", "duration"),
        ("How many working days does it take?", "duration"),
        ("When was the hub opened?", "date"),
        ("In which month did it open?", "date"),
        ("How often are children visited?", "rate"),
        ("How many children wait?", "count"),
        ("What is the number of children?", "count"),
        ("What was the name of the school?", "name"),
        ("What is the offer called?", "name"),
        ("Which charity helps?", "name"),
    ],
)
def test_the_kind_that_is_wanted(topic: str, kind: Kind) -> None:
    found = wanted(topic)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "topic",
    [
        "How good is supervision?",
        "How much attention is paid to plans?",
        "Which slice of the work was it about?",
        "Which age groups do best?",
        "What has changed since inspectors last called?",
        "Do plans say who does what by when?",
        "Why are a small number of plans weak?",
        "",
    ],
)
def test_most_questions_want_nothing_of_a_known_form(topic: str) -> None:
    assert wanted(topic) is None


@pytest.mark.parametrize(
    ("kind", "given", "not_given"),
    [
        ("percentage", "Agency staff fill 31% of posts.", "A small number missed five grades."),
        ("percentage", "Two thirds are seen in time.", "Four of them wait."),
        ("percentage", "Of the 22 children, nine came in a hurry.", "A grade at 5 GCSEs."),
        ("money", "It costs £90,000 a year.", "A converted bus brings it every Tuesday."),
        ("money", "They found 4.2 million more.", "The budget was protected."),
        ("age", "A boy aged 12 had packed a bag.", "One girl had spent five months there."),
        ("age", "Support goes on until 25.", "It was used by 25% of them."),
        ("duration", "Waits still run to seven months.", "Some families wait too long."),
        ("date", "The team began in March.", "The team is for those aged 13 to 19."),
        ("rate", "Supervision takes place every nine weeks.", "Supervision is good."),
        ("count", "Four agency staff remain.", "Few agency staff remain."),
        ("count", "There is not a single agency worker.", "There are agency workers."),
        ("name", "The edge of care team is known as ECHO.", "Students at a language school."),
        ("name", "They call it “the blue book”.", "Inspectors saw a book."),
    ],
)
def test_what_gives_a_kind_and_what_does_not(kind: Kind, given: str, not_given: str) -> None:
    assert gives(kind, given)
    assert not gives(kind, not_given)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("How many agency social workers did have?", "There is not a single agency social worker."),
        ("How many youngsters are on plans?", "In March, 147 children were on a plan."),
        ("How many foster families?", "It has 61 fostering households of its own."),
        ("How many children does it look after?", "The number of children in care rose to 412."),
        ("How many times did they come back?", "It was the third visit."),
        ("HOW MANY FLATS HAVE THEY?", "Four flats have been set aside."),
    ],
)
def test_a_number_beside_what_is_to_be_counted(topic: str, text: str) -> None:
    found = wanted(topic)
    assert found is not None
    assert counts(found.things, text)


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("How many adoptions fell apart?", "47 households were recruited."),
        (
            "How many young people did each help?",
            "They kept in touch with 64% and knew of 22 homes.",
        ),
        ("How many social workers were trained?", "The rate came down to 6%."),
    ],
)
def test_a_number_of_another_thing(topic: str, text: str) -> None:
    found = wanted(topic)
    assert found is not None
    assert not counts(found.things, text)


@pytest.mark.parametrize("topic", ["agency workers how many", "How many did it help?"])
def test_where_it_does_not_say_what_is_to_be_counted_there_is_no_thing(topic: str) -> None:
    found = wanted(topic)
    assert found is not None
    assert found.things == frozenset()
