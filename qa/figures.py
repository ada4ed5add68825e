"""Whether a sentence has a figure of the kind that is asked for."""

import re
from collections.abc import Mapping

from documents import MONTHS
from qa.schema import AsksFor

_NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred"
    " half halved third thirds quarter quarters double doubled twice tripled percent none"
)
_TIMES = "spring summer autumn winter year years month months week weeks day days recently since"


def _any_of(words: str) -> re.Pattern[str]:
    return re.compile(rf"\d|\bper cent\b|\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


FIGURES: Mapping[AsksFor, re.Pattern[str]] = {
    "number": _any_of(_NUMBERS),
    "date": _any_of(f"{_TIMES} {' '.join(MONTHS)}"),
}
"""For what is asked for: what a sentence has to have to give it, in digits or in words."""
