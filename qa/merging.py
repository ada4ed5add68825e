"""The same point made twice is one answer that names both places; what is compared takes turns."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from documents import Document
from index import content_words

_SAME = 0.8  # F1 of the words with meaning, above which two sentences make the same point
_WORTH_A_TURN = 0.2  # of the best point's probability
# Words that turn a sentence round: two that differ in one of them never make the same point.
_TURNING_STEMS = (
    "no not none never nor neither without few fewer less more most all some least longer yet"
    " still now improv declin deterior better wors"
)
_TURNING = frozenset(_TURNING_STEMS.split())


@dataclass(slots=True)
class Point:
    """A span that answers, with its probability and the spans that say the same."""

    document: Document
    row: int
    start: int
    end: int
    probability: float
    also: list["Point"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The verbatim words."""
        return self.document.text[self.start : self.end]


def merge(points: Iterable[Point], limit: int) -> list[Point]:
    """The first ``limit`` distinct points of a ranking, each with its near-duplicates among the
    points that were looked at until then."""
    kept: list[Point] = []
    words: list[frozenset[str]] = []
    for point in points:
        own = frozenset(content_words(point.text))
        twin = next(
            (one for one, theirs in zip(kept, words, strict=True) if same_point(own, theirs)), None
        )
        if twin is not None:
            twin.also.append(point)
        elif len(kept) == limit:
            break
        else:
            kept.append(point)
            words.append(own)
    return kept


def in_turns(points: Iterable[Point], group_of: Callable[[Point], Hashable]) -> Iterator[Point]:
    """A ranking in which the groups take turns: the best point of each group, in the order of the
    ranking, then the second best of each, and so on; at the end all that are far less probable
    than the best of all, as they were."""
    ranked = list(points)
    least = _WORTH_A_TURN * max((point.probability for point in ranked), default=0.0)
    turns: dict[Hashable, int] = defaultdict(int)
    keys: list[tuple[int, int]] = []
    for place, point in enumerate(ranked):
        if point.probability < least:
            keys.append((len(ranked), place))
        else:
            group = group_of(point)
            keys.append((turns[group], place))
            turns[group] += 1
    for _, place in sorted(keys):
        yield ranked[place]


def same_point(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of stemmed words make the same point: nearly the same words, and none of
    the figures and of the words that turn a sentence round in one alone."""
    if not one or not other:
        return False
    apart = one ^ other
    if any(word in _TURNING or any(c.isdigit() for c in word) for word in apart):
        return False
    return 2 * len(one & other) / (len(one) + len(other)) >= _SAME
