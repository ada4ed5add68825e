import pytest

from qa.figures import FIGURES


@pytest.mark.parametrize(
    "text",
    [
        "The average caseload is 17.",
        "Two thirds of children are seen in time.",
        "Nearly 40% of posts are filled by agency staff.",
        "The number of visits has doubled.",
        "Ten per cent of plans are late.",
    ],
)
def test_a_number_in_digits_or_in_words(text: str) -> None:
    assert FIGURES["number"].search(text)


@pytest.mark.parametrize(
    "text", ["Caseloads are high.", "Tenants are helped.", "Most children are seen in time."]
)
def test_no_number(text: str) -> None:
    assert not FIGURES["number"].search(text)


@pytest.mark.parametrize(
    "text", ["The team began in March.", "It opened in 2019.", "They have met since the summer."]
)
def test_a_date_or_a_time(text: str) -> None:
    assert FIGURES["date"].search(text)


def test_no_time() -> None:
    assert not FIGURES["date"].search("The team is new and small.")
