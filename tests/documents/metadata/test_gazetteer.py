"""The list of authorities: whole, consistent, and what it recognises."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from documents.metadata.gazetteer import known_authorities, recognise, strip_council
from tests.documents.test_letters import LETTERS

KINDS = {
    "county": "E10",
    "unitary authority": "E06",
    "metropolitan borough": "E08",
    "London borough": "E09",
    "City corporation": "E09",
}


def _names(name: str, on: date | None = None) -> list[str]:
    return [authority.name for authority in recognise(name, on)]


def test_the_list_is_whole() -> None:
    today = [authority for authority in known_authorities() if authority.last is None]
    assert len(today) == 153
    assert [sum(a.kind == kind for a in today) for kind in KINDS] == [21, 63, 36, 32, 1]


def test_every_entry_is_consistent() -> None:
    known = known_authorities()
    codes = [authority.gss for authority in known if authority.gss]
    assert len(codes) == len(set(codes))
    assert [a.name for a in known] == sorted(a.name for a in known)
    for authority in known:
        if authority.gss:
            assert re.fullmatch(rf"{KINDS[authority.kind]}0000\d\d", authority.gss), authority.name
        assert bool(authority.last) == bool(authority.successors), authority.name
        for successor in authority.successors:
            # Somebody of that name took over on the next day.
            assert authority.last is not None
            day = date.fromordinal(authority.last.toordinal() + 1)
            assert [a.first for a in recognise(successor, day)] == [day], authority.name
        for name in (authority.name, *authority.aliases, *authority.providers):
            assert authority in recognise(name)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Hull", "Kingston upon Hull"),
        ("Kingston upon Hull, City of", "Kingston upon Hull"),
        ("Royal Borough of Windsor & Maidenhead", "Windsor and Maidenhead"),
        ("the Royal Borough of Kensington and Chelsea", "Kensington and Chelsea"),
        ("St. Helens", "St Helens"),
        ("BCP Council", "Bournemouth, Christchurch and Poole"),
        ("Bournemouth Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
        ("City of York Council", "York"),
        ("City of London", "City of London"),
        ("DURHAM COUNTY COUNCIL", "Durham"),
        ("Stockton on Tees Borough Council", "Stockton-on-Tees"),
        ("Brum", "Birmingham"),
        ("Birmingham Children's Trust", "Birmingham"),
        ("Birmingham Children’s Trust", "Birmingham"),
        ("Bath", "Bath and North East Somerset"),
        ("Metropolitan Borough of Solihull", "Solihull"),
    ],
)
def test_names_in_all_their_forms(written: str, name: str) -> None:
    assert _names(written) == [name]


def test_a_name_of_several_gives_each() -> None:
    assert _names("Kingston") == ["Kingston upon Hull", "Kingston upon Thames"]
    assert _names("Achieving for Children") == [
        "Kingston upon Thames",
        "Richmond upon Thames",
        "Windsor and Maidenhead",
    ]


def test_of_old_and_new_the_day_decides() -> None:
    old, new = recognise("Dorset")
    assert (old.kind, new.kind) == ("county", "unitary authority")
    assert recognise("Dorset", date(2019, 3, 31)) == (old,)
    assert recognise("Dorset", date(2019, 4, 1)) == (new,)
    assert _names("Cumbria", date(2023, 4, 1)) == []
    assert _names("Cumbria", date(2022, 4, 1)) == ["Cumbria"]


@pytest.mark.parametrize("name", ["Aldermere", "Kestleshire County Council", "", "Council", "City"])
def test_what_is_not_on_the_list_is_not_recognised(name: str) -> None:
    assert recognise(name) == ()


def test_the_kind_of_council_is_no_part_of_a_name() -> None:
    assert strip_council("City of Northwick Metropolitan District Council") == "Northwick"


@pytest.mark.skipif(
    not (LETTERS / "official.csv").is_file(), reason=f"there is no official.csv in {LETTERS}"
)
def test_every_authority_of_the_official_list_is_known() -> None:
    with Path(LETTERS / "official.csv").open(encoding="utf-8", newline="") as file:
        named = {row["authority"] for row in csv.DictReader(file)}
    assert len(named) > 140
    assert sorted(name for name in named if not recognise(name)) == []
