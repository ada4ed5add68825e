"""Whose letter it is."""

import pytest

from documents.metadata.authorities import canonical_name
from tests.documents.making import read


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Highmoor County Council", "Highmoor"),
        ("Saltmarsh Metropolitan Borough Council", "Saltmarsh"),
        ("London Borough of Elmside", "Elmside"),
        ("The Royal Borough of Oakham and Ashby", "Oakham and Ashby"),
        ("City of Northwick Council", "Northwick"),
        ("Northwick City Council", "Northwick"),
        ("Oakham & Ashby", "Oakham and Ashby"),
        ("Council of the Isles of Grey", "Isles of Grey"),
        ("Greyport, City of", "Greyport"),
        ("Stone-upon-Wey", "Stone-upon-Wey"),
        ("King’s Ferry Council", "King's Ferry"),
        # Those on the list go by their name there.
        ("Hull City Council", "Kingston upon Hull"),
        ("London Borough of Hammersmith & Fulham", "Hammersmith and Fulham"),
        ("Dorset Council", "Dorset"),
        # One name of several is none of them.
        ("Kingston Council", "Kingston"),
    ],
)
def test_canonical_names(written: str, name: str) -> None:
    assert canonical_name(written) == name
    assert canonical_name(name) == name


@pytest.mark.parametrize(
    ("text", "as_written"),
    [
        ("# Inspection of Saltmarsh local authority children’s services\n\nText.", "Saltmarsh"),
        ("# Inspection of Oakham and Ashby children's social care services\n", "Oakham and Ashby"),
        (
            "# Focused visit to Saltmarsh City Council children’s services\n",
            "Saltmarsh City Council",
        ),
        ("# Saltmarsh: focused visit\n\nChildren are safe.", "Saltmarsh"),
        ("# Improvements seen at Stone-upon-Wey\n\nChildren are safe.", "Stone-upon-Wey"),
        (
            "# Saltmarsh Metropolitan Borough Council\n\n## Inspection of services for children\n",
            "Saltmarsh Metropolitan Borough Council",
        ),
        ("# London Borough of Elmside\n\n## Inspection\n", "London Borough of Elmside"),
        ("# Focused visit to Saltmarsh\n\nChildren are safe.", "Saltmarsh"),
        # A trust is known to act for its authority, and that a known name is one.
        (
            "# Monitoring visit to Sandwell Children’s Trust on children in need\n\nText.",
            "Sandwell Children’s Trust",
        ),
        ("North Somerset\n\nInspection dates: 3 to 14 May 2021", "North Somerset"),
        ("Saltmarsh\n\nInspection dates: 3 to 14 May 2021\n\nSaltmarsh is safe.", "Saltmarsh"),
        # "Children" begins a heading and is no authority.
        ("# Visit to Children Council\n\n## Saltmarsh: inspection\n", "Saltmarsh"),
        (
            "# Families are helped\n\nThe council of the town is glad. Now Saltmarsh children’s "
            "services are good. They now wait.",
            "Saltmarsh",
        ),
        (
            "# Families are helped sooner\n\nInspectors say that Saltmarsh children’s services "
            "have done well. Highmoor Council sent its good wishes. Saltmarsh Council is glad.",
            "Saltmarsh",
        ),
    ],
)
def test_the_name_is_read_from_the_text(text: str, as_written: str) -> None:
    document = read(text)
    metadata = document.metadata
    assert metadata.authority_as_written == as_written
    place = metadata.read_from["authority_as_written"]
    assert document.text[place.start : place.end] == as_written
    assert metadata.authority == canonical_name(as_written)


@pytest.mark.parametrize(
    "text",
    [
        "Children are safe and their plans are clear.",
        "# Headline findings\n\nChildren are safe.",
        "# The inspection of children’s services\n\nThe council has done well.",
        # A line with a capital is not yet an authority; nor is a trust of three.
        "Errands\n\nbread and milk",
        "# Monitoring visit to Achieving for Children on care leavers\n\nText.",
    ],
)
def test_where_no_authority_is_named_none_is_guessed(text: str) -> None:
    metadata = read(text, "saltmarsh-2021.txt").metadata
    assert metadata.authority is None
    assert metadata.authority_as_written is None
    assert "authority" not in metadata.read_from


def test_a_long_list_of_names_is_read_in_time() -> None:
    """Each word that begins with a capital may begin a name; a name has an end."""
    document = read("Saltmarsh Council is glad. " + "Aa Bb-" * 20_000, "names.txt")
    assert document.metadata.authority == "Saltmarsh"
