"""The marks that letters are structured with."""

import pytest

from documents.draft import Draft
from documents.marks import is_rule, is_terminated, runs_on, strip_item, strip_number
from documents.model import BlockKind


@pytest.mark.parametrize(
    ("kind", "before", "text", "expected"),
    [
        ("paragraph", "Plans are read by", "parents.", True),
        ("paragraph", "Plans are read by parents.", "and by others.", False),
        ("paragraph", "Plans are long;", "visits are late.", True),
        ("bullet", "plans;", "visits", False),
        ("heading", "Plans and", "visits", False),
        ("row", "Plans", "and visits", False),
        ("paragraph", "Plans", "(and visits)", True),
        ("paragraph", "Plans", "Visits", False),
    ],
)
def test_what_runs_on(kind: BlockKind, before: str, text: str, expected: bool) -> None:
    assert runs_on(Draft(kind, before), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a) plans", ("a) ", "plans")),
        ("(iv) plans", ("(iv) ", "plans")),
        ("12) plans", ("12) ", "plans")),
        ("(plans) are", None),
        ("a)plans", None),
    ],
)
def test_items_in_brackets(text: str, expected: tuple[str, str] | None) -> None:
    assert strip_item(text) == expected


def test_a_number_before_a_figure_must_be_the_next() -> None:
    assert strip_number("15. 40 homes") is None
    assert strip_number("15. 40 homes", 13) is None
    assert strip_number("15. 40 homes", 14) == ("15", "40 homes")
    assert strip_number("15.40 homes", 14) is None


def test_rules() -> None:
    assert is_rule("-----")
    assert is_rule("* * * *")
    assert not is_rule("--")
    assert not is_rule("– so it is –")


def test_an_end_is_seen_in_a_long_text() -> None:
    assert is_terminated("Plans are long " * 99 + "indeed. (Recommendation 3)")
    assert not is_terminated("Plans are long. " * 99 + "Indeed")
