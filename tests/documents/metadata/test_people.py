"""Who inspected, and to whom the letter is addressed."""

import pytest

from documents.metadata.people import find_addressee, find_inspectors
from tests.documents.making import read

AT = ("Wren Abbot", "Lambert Oakes", "Ines Quarry-Hale")


def _names(text: str) -> tuple[str, ...]:
    found = find_inspectors(text)
    if found is None:
        return ()
    names, place = found
    assert place.start is not None
    span = text[place.start : place.end]
    assert all(name in span for name in names)
    assert any(span.startswith(name) for name in names)
    assert any(span.endswith(name) for name in names)
    return names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The visit was carried out by Wren Abbot and Lambert Oakes, Inspectors.", AT[:2]),
        ("The visit to Saltmarsh was led by Her Majesty’s Inspector Wren Abbot.", AT[:1]),
        (
            "The visit was carried out by two of His Majesty’s Inspectors (HMI): Wren Abbot HMI, "
            "Lambert Oakes, Ofsted Inspector (OI), and Ines Quarry-Hale (seconded HMI).",
            AT,
        ),
        (
            "His Majesty’s Inspectors for this visit were Wren Abbot, Lambert Oakes and "
            "Ines Quarry-Hale.",
            AT,
        ),
        ("The inspection team were Wren Abbot and Dr Lambert Oakes.", AT[:2]),
        ("Wren Abbot led the visit, with Lambert Oakes and Ines Quarry-Hale, Inspectors.", AT),
        ("Wren Abbot led the visit.", AT[:1]),
        (
            "Wren Abbot, Lambert Oakes and Ines Quarry-Hale, Her Majesty’s Inspectors, carried out "
            "the visit.",
            AT,
        ),
        ("Yours sincerely\n\nWren Abbot\n\nHis Majesty’s Inspector", AT[:1]),
        # Nobody is named, or not as an inspector of this visit.
        ("We thank all who met us.", ()),
        ("Inspectors were made welcome. Inspectors were Glad.", ()),
        ("The last inspection was led by Corin Vale.", ()),
        ("Yours sincerely\n\nWren Abbot\n\nChair of the board", ()),
        ("Saltmarsh Council carried out the inspection of its homes.", ()),
    ],
)
def test_letters_name_inspectors_in_a_sentence(text: str, names: tuple[str, ...]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lead inspector: Wren Abbot, Her Majesty’s Inspector", AT[:1]),
        ("Lead inspector: Wren Abbot\nHis Majesty’s Inspector, Social Care", AT[:1]),
        ("Lead inspector on site: Wren Abbot HMI.", AT[:1]),
        ("Reporting inspector Wren Abbot HMI\n\nAge group: All", AT[:1]),
        ("Lead inspector Wren Abbot said that children are safe.", ()),
        ("Lead inspector: to be named", ()),
        # The lead comes first, wherever it stands; the analyst and the manager are no inspectors.
        (
            "Team inspectors: Lambert Oakes SHMI,\n\nInes Quarry-Hale (Contracted Inspector).\n"
            "Lead inspector: Wren Abbot Senior HMI\nSenior data analyst: Una Dace\n"
            "Quality assurance manager: Corin Vale Any complaints should be made to us.",
            AT,
        ),
        (
            "Lead inspector: Wren Abbot\nDeputy lead inspectors: Lambert Oakes, HMI, "
            "Ines Quarry-Hale, HMI designate. Shadow inspector: Una Dace",
            (*AT, "Una Dace"),
        ),
        # On the first page and with the team: once.
        (
            "Lead inspector: Wren Abbot\n\nChildren are safe.\n\nLead inspector: Wren Abbot\n\n"
            "Supernumerary inspector: Lambert Oakes",
            AT[:2],
        ),
        ("The inspection team: Wren Abbot; Lambert Oakes", AT[:2]),
        (
            "Inspectors: Fiona J Marsh, Máire D’Arcy, J. R. van der Tal",
            ("Fiona J Marsh", "Máire D’Arcy", "J. R. van der Tal"),
        ),
    ],
)
def test_reports_name_inspectors_behind_labels(text: str, names: tuple[str, ...]) -> None:
    assert _names(text) == names


LETTER = "4 June 2021\n\n{above}\n\nDear {salutation}\n\nChildren are safe."


@pytest.mark.parametrize(
    ("above", "salutation", "addressee"),
    [
        ("Ottilie Greenhalgh", "Ms Greenhalgh", "Ottilie Greenhalgh"),
        ("Ms Ottilie Greenhalgh", "Ottilie", "Ottilie Greenhalgh"),
        ("Ottilie Greenhalgh Interim Director", "Ottilie", "Ottilie Greenhalgh"),
        ("Ottilie Greenhalgh, Director of Services", "Ottilie", "Ottilie Greenhalgh"),
        ("The Director", "Ottilie", "Ottilie"),
        ("Ottilie Greenhalgh", "Director of Children’s Services", None),
        ("Ottilie Greenhalgh", "colleagues", None),
    ],
)
def test_the_addressee_is_the_person_whom_the_salutation_means(
    above: str, salutation: str, addressee: str | None
) -> None:
    document = read(LETTER.format(above=above, salutation=salutation))
    assert document.metadata.addressee == addressee
    found = find_addressee(document.text, document.blocks)
    if addressee is None:
        assert found is None
    else:
        place = document.metadata.read_from["addressee"]
        assert document.text[place.start : place.end] == addressee


def test_without_a_salutation_nobody_is_addressed() -> None:
    document = read("# Saltmarsh\n\nOttilie Greenhalgh is the director.")
    assert document.metadata.addressee is None
