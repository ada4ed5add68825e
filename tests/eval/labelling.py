"""Labels as people would make them of a sample letter, and ways to make them wrong."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from eval.matching import words
from eval.windows import Window

SAMPLE = "aldermere-2022-inspection.pdf"
SECOND = "kestleshire-2024-third-monitoring-visit.pdf"

# Two stretches of the first page of the sample, a unit to a line.
IMPROVE = [
    "What needs to improve",
    "How soon a permanent home is agreed for children in long-term foster care.",
    "The choice of homes for teenagers and for brothers and sisters, so that children need not "
    "move so often.",
    "The oversight of children who are living in unregistered homes.",
    "Housing and emotional support for care leavers over 21.",
    "The use of what children say in return home interviews.",
    "The experiences and progress of children who need help and protection: good",
]
FIRST_PARAGRAPH = [
    "Families can find early help near where they live.",
    "The six family hubs, two more than in 2017, are open on Saturdays and are used by around "
    "1,900 families a year.",
    "Every secondary school now has a named early help worker, and schools start more than half "
    "of all early help plans.",
]


def window(units: Sequence[str], *, file: str = SAMPLE, page: int = 1, **more: object) -> Window:
    """The label of units that follow each other on a page; ``more`` replaces its fields."""
    every: list[str] = []
    places: list[tuple[int, int]] = []
    for unit in units:
        own = words(unit)
        places.append((len(every), len(every) + len(own)))
        every += own
    fields: dict[str, object] = {
        "file": file,
        "page": page,
        "fold": "test",
        "drawn": "at random",
        "words": len(every),
        "sha256": hashlib.sha256(" ".join(every).encode()).hexdigest(),
        "units": places,
    }
    return Window.model_validate(fields | more)


def write_windows(path: Path, windows: Sequence[Window]) -> Path:
    """Write labels as the file that ``read_windows`` reads."""
    path.write_text("".join(f"{one.model_dump_json()}\n" for one in windows), encoding="utf-8")
    return path
