from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from documents import Document, Judgement, Visited
from eval.catalogue import (
    CatalogueResult,
    Mistake,
    compare_catalogue,
    known_mistakes,
    read_table,
)
from tests.documents.making import read

FILE = "letter.md"
ROW = {
    "file": FILE,
    "authority": "aldermere & Dunmoor",
    "published": "2024-05-03",
    "framework": "short",
    "lead_inspector": "Ann  Reed-Hale",
    "inspected_from": "2024-03-04",
    "inspected_to": "2024-03-15",
    "overall_effectiveness": "requires improvement",
    "impact_of_leaders": "good",
    "help_and_protection": "requires improvement",
    "in_care": "outstanding",
    "care_leavers": "inadequate",
}
GRADES = {
    "Overall effectiveness": "Requires improvement to be good",
    "The impact of leaders on social work practice with children and families": "Good",
    "The experiences and progress of children who need help and protection": "Requires improvement",
    "The experiences and progress of children in care": "Outstanding",
    "The experiences and progress of care leavers": "Inadequate",
}


def letter(changed: dict[str, object] | None = None, grades: dict[str, str] = GRADES) -> Document:
    """A letter that says what ``ROW`` does, but for what is changed."""
    document = read("# Letter\n\nStaff visit often.\n", FILE)
    known: dict[str, object] = {
        "authority": "Aldermere and Dunmoor",
        "published_year": 2024,
        "published": date(2024, 5, 3),
        "framework": "ILACS short",
        "inspectors": ("Ann Reed-Hale", "Bo Lund"),
        "visited": Visited(date(2024, 3, 4), date(2024, 3, 15)),
        "judgements": tuple(Judgement(area, grade, 0, 1) for area, grade in grades.items()),
    }
    return replace(document, metadata=replace(document.metadata, **known | (changed or {})))  # type: ignore[arg-type]


def result(document: Document | None, row: dict[str, str] = ROW) -> CatalogueResult:
    return compare_catalogue({FILE: document}, [row])


def wrong(found: CatalogueResult) -> dict[str, str]:
    return {error.field: error.read for error in found.disagreements}


def test_a_letter_that_says_what_the_catalogue_says_is_right() -> None:
    found = result(letter())
    assert found.disagreements == ()
    assert [(f.field, f.values, f.right, f.right_corrected) for f in found.fields] == [
        (field, 1, 1, 1)
        for field in (
            "authority",
            "published_year",
            "inspected_from",
            "inspected_to",
            "framework",
            "lead_inspector",
            "overall_effectiveness",
            "impact_of_leaders",
            "help_and_protection",
            "in_care",
            "care_leavers",
        )
    ]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"authority": "Aldermere"}, {"authority": "Aldermere"}),
        ({"authority": None}, {"authority": ""}),
        ({"published_year": 2023}, {"published_year": "2023"}),
        ({"published_year": None}, {"published_year": ""}),
        ({"framework": "ILACS standard"}, {"framework": "ILACS standard"}),
        ({"framework": None}, {"framework": ""}),
        ({"inspectors": ("Bo Lund", "Ann Reed-Hale")}, {"lead_inspector": "Bo Lund"}),
        ({"inspectors": ()}, {"lead_inspector": ""}),
        (
            {"visited": Visited(date(2024, 3, 4), date(2024, 3, 8))},
            {"inspected_to": "2024-03-08"},
        ),
        ({"visited": None}, {"inspected_from": "", "inspected_to": ""}),
    ],
)
def test_each_field_that_is_read_otherwise_is_a_disagreement(
    changed: dict[str, object], fields: dict[str, str]
) -> None:
    found = result(letter(changed))
    assert wrong(found) == fields
    assert {f.field for f in found.fields if f.right == 0} == set(fields)


def test_good_is_not_requires_improvement_to_be_good() -> None:
    row = ROW | {"overall_effectiveness": "good"}
    assert wrong(result(letter(), row)) == {
        "overall_effectiveness": "Requires improvement to be good"
    }


def test_areas_of_an_older_framework_are_known_by_their_words() -> None:
    older = letter(
        grades={
            "Children's services in Aldermere": "Inadequate",
            "Children who need help and protection": "Inadequate",
            "Children looked after and achieving permanence": "Good",
            "Adoption performance": "Outstanding",
            "Experiences and progress of Care Leavers": "Good",
            "Leadership, management and governance": "Requires improvement",
            "The Local Safeguarding Children Board": "Good",
        }
    )
    row = {
        "file": FILE,
        "overall_effectiveness": "inadequate",
        "impact_of_leaders": "requires improvement",
        "help_and_protection": "inadequate",
        "in_care": "good",
        "care_leavers": "good",
        "adoption_performance": "outstanding",
        "lscb": "good",
    }
    assert wrong(result(older, row)) == {}
    assert len(result(older, row).fields) == 7


def test_a_grade_for_children_in_care_and_care_leavers_is_none_for_care_leavers_alone() -> None:
    both = letter(
        grades={"The experiences and progress of children in care and care leavers": "Good"}
    )
    row = {"file": FILE, "in_care": "good", "care_leavers": "good"}
    assert wrong(result(both, row)) == {"care_leavers": ""}


def test_a_file_that_was_not_read_has_no_value() -> None:
    assert set(wrong(result(None)).values()) == {""}
    assert len(result(None).disagreements) == 11


def test_blank_says_nothing_unless_people_have_looked() -> None:
    row = {"file": FILE, "authority": " ", "framework": "", "inspectors": "", "published": ""}
    assert result(letter(), row).fields == ()
    made_up = compare_catalogue({FILE: letter()}, [row], blank_is_none=True)
    assert set(wrong(made_up)) == {"authority", "framework", "inspectors", "published_year"}
    silent = letter(
        {"authority": None, "framework": None, "inspectors": (), "published_year": None}
    )
    assert wrong(compare_catalogue({FILE: silent}, [row], blank_is_none=True)) == {}


def test_what_people_read_has_the_day_and_every_inspector() -> None:
    row = {
        "file": FILE,
        "published_year": "2024",
        "published": "2024-05-03",
        "inspectors": "Ann Reed-Hale; Bo Lund",
    }
    assert [field.field for field in result(letter(), row).fields] == [
        "published_year",
        "published",
        "inspectors",
    ]
    assert wrong(result(letter(), row)) == {}
    other = letter({"inspectors": ("Ann Reed-Hale",), "published": None})
    assert wrong(result(other, row)) == {"published": "", "inspectors": "Ann Reed-Hale"}


def test_known_mistakes_of_the_catalogue_count_apart() -> None:
    row = ROW | {"framework": "standard", "published": "2023-05-03"}
    mistakes = [
        Mistake(FILE, "framework", "standard", "ILACS short"),
        Mistake(FILE, "published_year", "2023", "2024"),
        Mistake(FILE, "authority", "another value", "Kestleshire"),  # not what this one says
        Mistake("other.md", "in_care", "outstanding", "good"),
    ]
    found = compare_catalogue({FILE: letter()}, [row], mistakes)
    scores = {field.field: (field.right, field.right_corrected) for field in found.fields}
    assert scores["framework"] == scores["published_year"] == (0, 1)
    assert {pair for field, pair in scores.items() if field not in wrong(found)} == {(1, 1)}
    assert [error.letter for error in found.disagreements] == ["2024", "ILACS short"]


def test_where_the_catalogue_is_wrong_agreeing_with_it_is_wrong() -> None:
    mistake = Mistake(FILE, "framework", "short", "ILACS standard")
    (field,) = (
        field
        for field in compare_catalogue({FILE: letter()}, [ROW], [mistake]).fields
        if field.field == "framework"
    )
    assert (field.right, field.right_corrected) == (1, 0)


def test_rows_of_other_files_are_counted_and_not_compared() -> None:
    found = compare_catalogue({"another.md": letter()}, [ROW])
    assert (found.elsewhere, found.fields) == (1, ())


def test_known_mistakes_are_read_from_their_table() -> None:
    mistakes = known_mistakes()
    assert mistakes
    assert all(mistake.file.endswith(".pdf") for mistake in mistakes)
    # A mistake in the day of publication is one in the year that is compared.
    assert "published" not in {mistake.field for mistake in mistakes}


def test_tables_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('file,authority\na.pdf,"Aldermere, old"\n', encoding="utf-8")
    assert read_table(path) == ({"file": "a.pdf", "authority": "Aldermere, old"},)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"authority\nAldermere\n", "there is no column file"),
        (b"", "there is no column file"),
        (b"file,authority\na.pdf\n", "row 2 has not as many values"),
        (b"file,authority\na.pdf,Aldermere,1\n", "row 2 has not as many values"),
        (b"file\n\xff\n", "'utf-8'"),
        (b'file\n"a\n', "unexpected end of data"),
    ],
)
def test_tables_that_are_wrong_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"table\.csv: ") as raised:
        read_table(path)
    assert message in str(raised.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.csv: No such file"):
        read_table(tmp_path / "none.csv")
