"""The same letter in several files, of one format or of several, becomes one document.

A letter that was corrected is another letter: it differs in few words, and in those that matter.
So two files hold the same letter only if what they say of themselves agrees, and their words are
the same but for what two readers make of one page. What may be left over then is a few words that
one of them has more, such as a letterhead. A word in the place of another is a correction, and so
are a figure, a grade, and a word that turns a finding round ("not"), even where they are only more.
"""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from documents.files import failure_id
from documents.model import Corpus, Document, Failure

# Of a letter's words, those that one of the two files may have more. The PDFs of 115 real reports
# and the texts that pdftotext makes of them differ in none; a letterhead on one side is about this.
_MOST_DIFFERENT = 0.005
_SHINGLE = 5  # words
_AROUND = 5  # words before one that tell its place
_LIKELY = 0.5  # of the shingles are the same: far less than in twins, so that none is missed
_PERMUTATIONS = 64
_MULTIPLIER = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio: it spreads neighbours well
_BETTER = ("pdf", "docx", "odt", "html", "mhtml", "eml", "markdown", "text")
_SAID = ("authority", "published", "published_year", "visited", "visit_number")
_WORD = re.compile(r"[^\W_]+")
_MARKED = re.compile(r"([a-z]+|\d{4})(\d{1,2})")
_TURNING = frozenset(
    {
        *("no", "not", "none", "never", "nor", "neither", "without", "cannot", "nobody", "nothing"),
        *("outstanding", "good", "adequate", "inadequate", "requires", "improvement", "poor"),
        *("all", "most", "many", "some", "few", "less", "more", "fewer", "always", "must"),
    }
)


def join_twins(documents: Sequence[Document], failures: Iterable[Failure]) -> Corpus:
    """The corpus of what was read, each letter in it once, whatever the order.

    The document that stays is the one of which most is known: not recognised on a scan, whole, with
    pages, with the fewest fragments, in the richer format; then the first in the order of names.
    The others are named in its ``copies``, and are failures that name it.
    """
    failed = list(failures)
    ordered = sorted(documents, key=_preference)
    likely = _likely_pairs(ordered)
    words = [_Words(document) for document in ordered]
    kept: list[int] = []
    copies: dict[int, list[str]] = {}
    joined: list[Document] = []
    for place, document in enumerate(ordered):
        # Compared with those that stay and not with their copies: likeness is not handed on.
        original = next(
            (k for k in kept if k in likely[place] and _is_same(words[k], words[place])), None
        )
        if original is None:
            kept.append(place)
            continue
        copies.setdefault(original, []).append(document.file)
        joined.append(document)
        cited = ordered[original]
        what = "bytes" if cited.sha256 == document.sha256 else "letter"
        problem = f"the same {what} as {cited.file}, which is cited"
        failed.append(
            Failure(failure_id(document.file), document.file, document.sha256, problem, cited.file)
        )
    return Corpus(
        tuple(
            sorted(
                (replace(ordered[k], copies=tuple(sorted(copies.get(k, ())))) for k in kept),
                key=lambda document: document.id,
            )
        ),
        tuple(sorted(failed, key=lambda failure: failure.id)),
        tuple(sorted(joined, key=lambda document: document.file)),
    )


def _preference(document: Document) -> tuple[bool, bool, bool, float, int, str]:
    fragments = sum(sentence.fragment for sentence in document.sentences)
    return (
        document.ocr,
        document.problem is not None,
        not document.pages,
        fragments,
        _BETTER.index(document.format),
        document.file,
    )


def _likely_pairs(documents: Sequence[Document]) -> list[set[int]]:
    """For each document the places of those before it that may be the same letter by what they say
    of themselves, and share many of its runs of words."""
    likely: list[set[int]] = [set() for _ in documents]
    comparable = _comparable(documents)
    if not comparable:
        return likely
    # Loaded here: with it comes scipy, which takes longer than most commands.
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=_LIKELY, num_perm=_PERMUTATIONS)
    for place in sorted({place for pair in comparable for place in pair}):
        # The runs are hashed already.
        sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
        sketch.update_batch(_runs(documents[place].text))
        likely[place] = {k for k in index.query(sketch) if (k, place) in comparable}
        index.insert(place, sketch)
    return likely


def _comparable(documents: Sequence[Document]) -> set[tuple[int, int]]:
    """The pairs of places, the lower first, that have the same bytes, or agree in what they say of
    themselves: few, where letters say who they are about."""
    pairs: set[tuple[int, int]] = set()
    of_bytes: dict[str, list[int]] = defaultdict(list)
    of_kind: dict[str, dict[str | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, document in enumerate(documents):
        authority = document.metadata.authority if _is_said(document, "authority") else None
        groups = of_kind[document.metadata.kind]
        # One that does not say its authority may be of any.
        near = groups.values() if authority is None else (groups[authority], groups[None])
        pairs.update((k, place) for group in near for k in group if _agree(documents[k], document))
        pairs.update((k, place) for k in of_bytes[document.sha256])
        groups[authority].append(place)
        of_bytes[document.sha256].append(place)
    return pairs


def _runs(text: str) -> list[int]:
    """A number of 32 bits for each run of words of a text; for all of it where it has fewer."""
    import numpy as np

    words = list(_words(text))
    words += [""] * (_SHINGLE - len(words))
    codes = {word: zlib.crc32(word.encode()) for word in set(words)}
    row = np.fromiter((codes[word] for word in words), np.uint64, len(words))
    runs = np.zeros(len(row) - _SHINGLE + 1, np.uint64)
    for offset in range(_SHINGLE):
        # Products that overflow are as good as any.
        runs = runs * np.uint64(_MULTIPLIER) + row[offset : offset + len(runs)]
    numbers: list[int] = np.unique(runs >> np.uint64(32)).tolist()
    return numbers


@dataclass(frozen=True)
class _Words:
    """A document, and its words as they are compared."""

    document: Document

    @cached_property
    def order(self) -> list[str]:
        """The words of its blocks, without what is printed before them."""
        text = self.document.text
        return [word for b in self.document.blocks for word in _words(text[b.start : b.end])]

    @cached_property
    def said(self) -> Counter[str]:
        """How often it says each word."""
        return Counter(self.order)

    @cached_property
    def places(self) -> dict[tuple[str, ...], str]:
        """Each figure and each word that turns a finding, by the words around it; none where the
        same words stand around different ones."""
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for place, word in enumerate(self.order):
            if _weighs(word):
                before = self.order[max(place - _AROUND, 0) : place]
                found[(*before, "", *self.order[place + 1 : place + 3])].add(word)
        return {around: next(iter(words)) for around, words in found.items() if len(words) == 1}

    @cached_property
    def aside(self) -> Counter[str]:
        """What another reader may have taken for words of the text: furniture and the numbers of
        paragraphs and bullets."""
        lines = [line.text for line in self.document.furniture]
        numbers = [block.number for block in self.document.blocks if block.number]
        return Counter(word for line in (*lines, *numbers) for word in _words(line))


def _words(text: str) -> Iterator[str]:
    yield from _WORD.findall(text.lower())


def _weighs(word: str) -> bool:
    return word in _TURNING or not word.isalpha()


def _is_same(one: _Words, other: _Words) -> bool:
    """Whether two documents hold the same letter."""
    if one.document.sha256 == other.document.sha256:
        return True
    if not _agree(one.document, other.document):
        return False
    less, more = one.said - other.said, other.said - one.said
    match_divided(less, more)
    match_divided(more, less)
    _match_marked(less, more, one.aside)
    _match_marked(more, less, other.aside)
    less, more = less - other.aside, more - one.aside
    if (less and more) or not one.said or not other.said:
        return False
    different = less or more
    if any(_weighs(word) for word in different):
        return False
    if any(
        one.places[around] != other.places[around]
        for around in one.places.keys() & other.places.keys()
    ):
        return False
    return different.total() <= _MOST_DIFFERENT * min(one.said.total(), other.said.total())


def _agree(one: Document, other: Document) -> bool:
    """Whether what the documents say of themselves is the same, where both say it in their
    words."""
    if one.metadata.kind != other.metadata.kind:
        return False
    for field in _SAID:
        if all(_is_said(document, field) for document in (one, other)) and (
            getattr(one.metadata, field) != getattr(other.metadata, field)
        ):
            return False
    grades, others = _grades(one), _grades(other)
    return all(grades[area] == others[area] for area in grades.keys() & others.keys())


def _is_said(document: Document, field: str) -> bool:
    source = document.metadata.read_from.get(field)
    return source is not None and source.start is not None


def _grades(document: Document) -> dict[str, str]:
    return {row.area.lower(): row.grade.lower() for row in document.metadata.judgements}


def match_divided(whole: Counter[str], halves: Counter[str]) -> int:
    """Take out of both what one of them has as a word and the other as its two halves; how many
    words they were."""
    count = 0
    for word in list(whole):
        for place in range(1, len(word)):
            pair = Counter((word[:place], word[place:]))
            while whole[word] > 0 and pair <= halves:
                whole[word] -= 1
                halves.subtract(pair)
                count += 1
    return count


def _match_marked(plain: Counter[str], marked: Counter[str], marks: Counter[str]) -> None:
    """Take out of both the words that one has with the number of a footnote glued to them
    ("board1"), where the other has taken that number out of the sentence; ``marks`` are all the
    words that it has taken out."""
    for word in list(marked):
        match = _MARKED.fullmatch(word)
        if match is None or not marks[match[2]]:
            continue
        count = min(plain[match[1]], marked[word])
        plain[match[1]] -= count
        marked[word] -= count
        if marks[match[1]]:
            # The word is one of the page furniture, too, of which the other has taken out more.
            marked[match[1]] += marked.pop(word)
