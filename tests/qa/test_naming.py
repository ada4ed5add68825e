import pytest

from qa.naming import Names
from qa.words import Vocabulary

CORPUS = [
    "Aldermere",
    "Bedford",
    "Birmingham",
    "Bournemouth, Christchurch and Poole",
    "Bristol",
    "Central Bedfordshire",
    "Cheshire East",
    "Cheshire West and Chester",
    "Dorset",
    "Hammersmith and Fulham",
    "Kensington and Chelsea",
    "Kingston upon Hull",
    "Leicester",
    "North Northamptonshire",
    "North Somerset",
    "Peterborough",
    "Slough",
    "South Gloucestershire",
    "Stockton-on-Tees",
    "Sunderland",
    "Telford and Wrekin",
    "West Berkshire",
    "Wexley and Dunmoor",
    "Wiltshire",
]
WORDS = Vocabulary(["Children are reading at home and like bathing. Reading"])


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(CORPUS, WORDS)


@pytest.mark.parametrize(
    ("question", "authorities"),
    [
        ("Are Brum's caseloads high?", ["Birmingham"]),
        ("bcp care leavers", ["Bournemouth, Christchurch and Poole"]),
        ("How is Telford’s front door?", ["Telford and Wrekin"]),
        ("Is Hull good?", ["Kingston upon Hull"]),
        ("Is the Leicester city council good?", ["Leicester"]),
        ("W Berks", ["West Berkshire"]),
        ("w. berkshire and S Glos", ["South Gloucestershire", "West Berkshire"]),
        ("cwac or h&f", ["Cheshire West and Chester", "Hammersmith and Fulham"]),
        ("the London Borough of Hammersmith & Fulham", ["Hammersmith and Fulham"]),
        ("Is Fulham good? Or Wrekin?", ["Hammersmith and Fulham", "Telford and Wrekin"]),
        ("Peterboro' homes", ["Peterborough"]),
        ("wilts", ["Wiltshire"]),
        ("STOCKTON ON TEES", ["Stockton-on-Tees"]),
        ("Bristols care leavers", ["Bristol"]),
        ("Together for Children", ["Sunderland"]),
        ("working together for children", []),
        # one name, several authorities
        ("Cheshire", ["Cheshire East", "Cheshire West and Chester"]),
        ("Northants", ["North Northamptonshire"]),
        ("Bedfordshire", ["Bedford", "Central Bedfordshire"]),
        ("Dorset", ["Dorset"]),
        ("Poole", ["Bournemouth, Christchurch and Poole"]),
        # what the list does not know
        ("Aldermere’s plans", ["Aldermere"]),
        ("wexley & dunmoor", ["Wexley and Dunmoor"]),
        ("Dunmoor", ["Wexley and Dunmoor"]),
        ("Aldermereland", []),
        # other bodies of a place count where nothing else is named
        ("Do Slough police come?", ["Slough"]),
        ("Do Slough police help Bristol?", ["Bristol"]),
        ("Do Cheshire-wide procedures help?", []),
        ("Which theatre performed Chelsea's Choice?", []),
        ("Is Chelsea's choice good?", ["Kensington and Chelsea"]),
    ],
)
def test_authorities_are_known_by_all_their_names(
    names: Names, question: str, authorities: list[str]
) -> None:
    named = names.find(question)
    assert list(named.authorities) == authorities
    assert named.unknown == ()


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Are caseloads high in Leeds?", ["Leeds"]),
        ("Is Kingston good?", []),
        ("Is Reading's virtual school good?", ["Reading"]),
        ("How good is Reading at this?", ["Reading"]),
        ("Reading borough council", ["Reading"]),
        ("Reading support", []),
        ("how is reading taught", []),
        ("HOW IS READING TAUGHT", []),
        ("Is Bath better than Bury?", ["Bath and North East Somerset", "Bury"]),
        ("Do Essex police come?", []),
        ("Who is Ann Sutton?", []),
        ("Is there help in Sutton?", ["Sutton"]),
        ("Leeds or Bristol?", ["Leeds"]),
        ("Northumbria", []),
    ],
)
def test_authorities_without_a_letter_are_said(
    names: Names, question: str, unknown: list[str]
) -> None:
    assert list(names.find(question).unknown) == unknown


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Are caseloads in Bristol city council high?", "Are caseloads| high?"),
        ("How are children in Bristol's care?", "How are children in | care?"),
        ("Is the Metropolitan Borough of Aldermere good?", "Is | good?"),
        ("Is Bristol’s council good?", "Is | council good?"),
        ("Is Bristol council's plan good?", "Is | plan good?"),
        ("Is Bristol city centre safe?", "Is | city centre safe?"),
        ("Is Bristol city, council and all, safe?", "Is | city, council and all, safe?"),
        ("Is Bristol - council and all - safe?", "Is | - council and all - safe?"),
    ],
)
def test_what_names_an_authority_can_go(names: Names, question: str, left: str) -> None:
    ((start, end),) = names.find(question).spans
    before, after = left.split("|")
    assert question[:start].rstrip() == before.rstrip()
    assert question[end:] == after


def test_the_name_of_an_authority_without_a_letter_stays(names: Names) -> None:
    assert names.find("Did Leeds help Bristol?").spans == ((15, 22),)


def test_without_letters_only_the_list_is_known() -> None:
    nobody = Names([], Vocabulary([]))
    assert nobody.find("Aldermere and Leeds").unknown == ("Leeds",)
    assert nobody.find("Cheshire").unknown == ("Cheshire",)
