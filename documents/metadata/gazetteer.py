"""The English local authorities with responsibility for children's services, past and present.

The list is data (``authorities.toml``, which says where it comes from). It is there to recognise
what a text or a person names, in whichever of its forms; an authority that is not on it is read
from the letter all the same.
"""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Authority:
    """One council, for as long as it was responsible.

    ``name`` is what documents are filed under. ``gss`` is its code in the statistics office's
    register, ``first`` and ``last`` are its days of responsibility (None: since before April 2009,
    and to this day), ``successors`` the names of those that took over, ``providers`` the trusts
    that run or ran its services.
    """

    name: str
    kind: str
    gss: str | None
    first: date | None
    last: date | None
    successors: tuple[str, ...]
    aliases: tuple[str, ...]
    providers: tuple[str, ...]

    def existed(self, day: date) -> bool:
        """Whether it was responsible on that day."""
        return (self.first or day) <= day <= (self.last or day)


@cache
def known_authorities() -> tuple[Authority, ...]:
    """All of the list, ordered by name and then by time."""
    source = files("documents.metadata").joinpath("authorities.toml").read_text(encoding="utf-8")
    return tuple(
        Authority(
            name=row["name"],
            kind=row["kind"],
            gss=row.get("gss"),
            first=row.get("from"),
            last=row.get("until"),
            successors=tuple(row.get("successors", ())),
            aliases=tuple(row.get("aliases", ())),
            providers=tuple(row.get("providers", ())),
        )
        for row in tomllib.loads(source)["authority"]
    )


def recognise(name: str, on: date | None = None) -> tuple[Authority, ...]:
    """The authorities that have this name, alias or provider, in the order of the list.

    Capitals, the kind of apostrophe, "&", hyphens, full stops and what kind of council it is make
    no difference. Empty where none is known by it; several where several are: "Dorset" is the old
    county and the new unitary authority, "Kingston" stands on the Hull and on the Thames. With
    ``on``, only those that were responsible on that day.
    """
    found = _by_name().get(_fold(name)) or _by_name().get(_fold(strip_council(name)), ())
    return tuple(authority for authority in found if on is None or authority.existed(on))


@cache
def _by_name() -> dict[str, tuple[Authority, ...]]:
    found: defaultdict[str, list[Authority]] = defaultdict(list)
    for authority in known_authorities():
        for name in {
            _fold(name) for name in (authority.name, *authority.aliases, *authority.providers)
        }:
            found[name].append(authority)
    return {name: tuple(authorities) for name, authorities in found.items()}


def _fold(name: str) -> str:
    """The name without what people write in several ways."""
    name = name.casefold().replace("’", "'").replace("&", " and ")
    return " ".join(re.sub(r"[-\u2010\u2011.,]", " ", name).split())


_PREFIX = re.compile(
    r"^(?:The\s)?"
    r"(?:(?:London|Royal|Metropolitan)\sBorough\sof\s|(?:Royal\s)?Borough\sof\s"
    r"|Metropolitan\sDistrict\sof\s|City\sof\s|County\sof\s|Council\sof\sthe\s)*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"(?:,?\s(?:City\sof$|County\sof$|Metropolitan|City|County|District|Borough|Unitary|Council"
    r"|Authority|MBC|MDC|CC|Combined|local\sauthority))+$",
    re.IGNORECASE,
)


def strip_council(name: str) -> str:
    """The name without what kind of council it is: "Derbyshire County Council" is "Derbyshire"."""
    return _SUFFIX.sub("", _PREFIX.sub("", name.strip()))
