"""The letters of a catalogue into the corpus folder, each as it is published today."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

from documents.catalogue import Letter, decode_catalogue
from documents.errors import LetterUnavailable, ServerBusy
from documents.fetch import folder
from documents.fetch.content import check_content
from documents.fetch.download import Download, download, forget
from documents.fetch.notes import Note, Standing, read_note, standing
from documents.fetch.outcome import Outcome, State, outcome_of
from documents.fetch.policy import Clock, Policy
from documents.fetch.web import Web
from documents.fetch.writing import writing

Progress = Callable[[int, int], None]

_LEFT: dict[Standing, str] = {
    "changed": "was changed by hand since it was fetched",
    "removed": "was removed or renamed by hand since it was fetched",
    "blocked": "its name belongs to a folder, a link or a file that must not be read",
}
_FOREIGN = "is there already, was not fetched, and differs from the letter that is published"


def fetch(
    letters: Sequence[Letter],
    corpus: Path,
    policy: Policy | None = None,
    *,
    base: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> tuple[Outcome, ...]:
    """Bring the letters into the folder ``corpus``, and say what became of each, in their order.

    A letter that is there is asked for on the condition that it has changed. One that a person
    changed or removed is left alone, unless ``overwrite`` is set. No file of the corpus is removed.
    ``base`` takes the place of scheme and host of every address; ``progress`` hears of letters done
    and letters in all. Raises FetchRunning and FetchError; what was fetched by then is kept.
    """
    outcomes: list[Outcome] = []
    with folder.held(corpus), Web(policy or Policy(), clock) as web:
        run = _Run(web, corpus, base, overwrite)
        if progress:
            progress(0, len(letters))
        for letter in letters:
            outcomes.append(run.outcome(letter))
            if progress:
                progress(len(outcomes), len(letters))
    return tuple(outcomes)


def plan(
    letters: Sequence[Letter], corpus: Path, *, base: str | None = None, overwrite: bool = False
) -> tuple[Outcome, ...]:
    """What ``fetch`` would set out to do; asks no server and writes nothing."""
    folder.check_corpus(corpus)
    return tuple(_planned(letters, corpus, base, overwrite))


def fetch_catalogue(
    url: str, policy: Policy | None = None, clock: Clock | None = None
) -> tuple[Letter, ...]:
    """The letters of a catalogue that is published at an address. Raises LetterUnavailable where it
    cannot be had, CatalogueError where it is not well formed."""
    with tempfile.TemporaryDirectory() as temporary, Web(policy or Policy(), clock) as web:
        part = Path(temporary) / "catalogue.csv"
        try:
            web.patiently(lambda: download(web, url, part, None))
        except LetterUnavailable as error:
            raise LetterUnavailable(f"{url}: {error.reason}") from error
        return decode_catalogue(part.read_bytes(), url)


def address(letter: Letter, base: str | None) -> str:
    """Where a letter is asked for."""
    if base is None:
        return str(letter.url)
    other = httpx.URL(base)
    return str(
        httpx.URL(str(letter.url)).copy_with(scheme=other.scheme, host=other.host, port=other.port)
    )


def _planned(
    letters: Sequence[Letter], corpus: Path, base: str | None, overwrite: bool
) -> Iterator[Outcome]:
    for letter in letters:
        found, sha256 = standing(corpus, letter.file, read_note(corpus, letter.file))
        url = address(letter, base)
        if _is_left(found, overwrite):
            yield outcome_of(letter, url, "left", _LEFT[found])
        elif sha256 is None or found in ("outdated", "changed"):
            yield outcome_of(letter, url, "to fetch")
        else:
            yield outcome_of(letter, url, "to check")


class _Run:
    """One call of ``fetch``, which remembers which hosts do not answer."""

    def __init__(self, web: Web, corpus: Path, base: str | None, overwrite: bool) -> None:
        self._web = web
        self._corpus = corpus
        self._base = base
        self._overwrite = overwrite
        self._strikes: Counter[str] = Counter()
        self._given_up: dict[str, str] = {}

    def outcome(self, letter: Letter) -> Outcome:
        """Fetches one letter, if it must be."""
        url = address(letter, self._base)
        host = httpx.URL(url).host
        note = read_note(self._corpus, letter.file)
        before = standing(self._corpus, letter.file, note)
        if _is_left(before[0], self._overwrite):
            return outcome_of(letter, url, "left", _LEFT[before[0]])
        if host in self._given_up:
            return outcome_of(letter, url, "failed", self._given_up[host])
        try:
            outcome = self._fetched(letter, url, note, before)
        except ServerBusy as error:
            self._strike(host, error)
            return outcome_of(letter, url, "failed", error.reason)
        except LetterUnavailable as error:
            outcome = outcome_of(letter, url, "failed", error.reason)
        self._strikes[host] = 0
        return outcome

    def _fetched(
        self, letter: Letter, url: str, note: Note | None, before: tuple[Standing, str | None]
    ) -> Outcome:
        corpus, name = self._corpus, letter.file
        known = note if before[0] == "fetched" and note and note.url == url else None
        part = folder.part_of(corpus, name)

        def attempt() -> Download | None:
            arrived = download(self._web, url, part, known)
            if arrived:
                try:
                    check_content(part.read_bytes(), name)
                except LetterUnavailable:
                    forget(part)
                    raise
            return arrived

        arrived = self._web.patiently(attempt)
        if arrived is None:
            if known and not known.placed:
                # A killed process had put it in its place and could not say so.
                folder.settle(corpus, name, known)
            return outcome_of(letter, url, "unchanged", sha256=before[1])
        if arrived.sha256 == before[1]:
            with writing(corpus / name):
                forget(part)
            folder.settle(corpus, name, folder.note_of(url, arrived))
            return outcome_of(letter, url, "unchanged", sha256=before[1])
        if before[0] == "foreign" and not self._overwrite:
            forget(part)
            return outcome_of(letter, url, "left", _FOREIGN)
        if not folder.place(corpus, name, url, arrived, before):
            return outcome_of(letter, url, "left", "was changed by hand while it was fetched")
        state: State = "fetched" if before[1] is None else "updated"
        return outcome_of(letter, url, state, sha256=arrived.sha256)

    def _strike(self, host: str, error: ServerBusy) -> None:
        """Leaves a host alone that asks for it, or that failed too often in a row."""
        self._strikes[host] += 1
        if error.retry_after > self._web.policy.longest_wait:
            self._given_up[host] = f"not asked for: {error.reason}"
        elif self._strikes[host] >= self._web.policy.strikes:
            times = f"{host} failed {self._strikes[host]} times in a row"
            self._given_up[host] = f"not asked for: {times}, at last because {error.reason}"


def _is_left(found: Standing, overwrite: bool) -> bool:
    """Whether a letter's file is a person's work, and none of ours."""
    return found == "blocked" or (found in ("changed", "removed") and not overwrite)
