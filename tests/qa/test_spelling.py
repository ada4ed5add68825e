from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spelling import Spelling
from qa.words import Vocabulary
from tests.qa.understanding_helpers import samples, vocabulary

NAMES = [("aldermere",), ("port", "brannock"), ("tower", "hamlets"), ("february",), ("somerset",)]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(vocabulary(), NAMES, ["iros"])


@pytest.mark.parametrize(
    ("text", "mended", "corrected"),
    [
        ("health assesments late", "health assessments late", {"assesments": "assessments"}),
        ("Are caselods high?", "Are caseloads high?", {"caselods": "caseloads"}),
        ("superivsion in Aldermeer", "supervision in Aldermere", None),
        ("HOW ARE CASELODS", "HOW ARE Caseloads", {"CASELODS": "Caseloads"}),
        ("the childern’s servises", "the children’s services", None),
        # in a name of two words, a short one as well
        ("towr hamlets", "tower hamlets", {"towr": "tower"}),
        ("Was it good in Febuary 2022?", "Was it good in February 2022?", None),
        ("a privat home", "a private home", {"privat": "private"}),
    ],
)
def test_words_are_mended_that_have_one_clear_neighbour(
    spelling: Spelling, text: str, mended: str, corrected: dict[str, str] | None
) -> None:
    found, pairs = spelling.mend(text)
    assert found == mended
    assert corrected is None or pairs == corrected
    assert pairs


@pytest.mark.parametrize(
    "text",
    [
        "What fraction of youngsters were choosy?",  # English, though no letter has it
        "Were caseloads and children’s plans good?",
        "the childrens plans",
        "supervising and visits",
        "Who is Kestrell Mereside?",  # a name that is nobody's near
        "What is a NEETT or the iros s114 16plus?",  # abbreviations and numbers
        "towr of hams",
        "qzxvw wifi",
        "shouldn't theyre've",
        "Aldermeres plans",
    ],
)
def test_nothing_else_is_touched(spelling: Spelling, text: str) -> None:
    assert spelling.mend(text) == (text, {})


def test_a_capitalised_word_is_only_mended_to_a_name(spelling: Spelling) -> None:
    assert spelling.mend("Is the Supervison here?")[1] == {}
    assert spelling.mend("Supervison here?")[1] == {"Supervison": "Supervision"}


def test_two_neighbours_as_near_leave_a_word_alone() -> None:
    words = Vocabulary(["tracker " * 9, "tracked " * 9])
    assert Spelling(words, [], []).mend("trackex") == ("trackex", {})


def test_a_far_more_frequent_neighbour_is_the_clear_one() -> None:
    words = Vocabulary(["placement " * 500, "placemenu " * 5])
    assert Spelling(words, [], []).mend("placemen8 placementt")[0] == "placemen8 placement"


@given(st.text(max_size=60))
def test_any_text_stays_as_it_is_between_its_mends(spelling: Spelling, text: str) -> None:
    mended, corrected = spelling.mend(text)
    if not corrected:
        assert mended == text


def test_threads_mend_alike(spelling: Spelling) -> None:
    texts = [document.text[:400].replace("ee", "e").replace("ss", "s") for document in samples()]
    alone = [spelling.mend(text) for text in texts] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(spelling.mend, texts * 8)) == alone
