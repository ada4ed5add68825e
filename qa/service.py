"""The snapshot in service: opened, made where there is none, and replaced by a newer one."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from documents import CorpusError, EncoderError, RefreshRunning, SnapshotError, SnapshotMissing
from index import (
    Changes,
    Choices,
    Encoder,
    LateEncoder,
    MadeBy,
    Refreshed,
    RefreshReport,
    Snapshot,
    current,
    open_snapshot,
    open_sound,
    planned,
    refresh,
    roll_back,
)
from index.origin import read_origin
from index.store import kept, path_of
from qa.answerer import Answerer
from qa.answering import ANSWERING
from qa.recipe import recipe
from qa.reranker import PACKAGED, Reranker
from qa.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""

_LOG = logging.getLogger(__name__)
PATIENCE = 60 * 60.0
"""How many seconds a server waits for the refresh of another process."""


@dataclass(frozen=True, slots=True)
class _InService:
    """What changes together when a snapshot takes the place of another."""

    answerer: Answerer
    corpus: Path


@dataclass(frozen=True, slots=True)
class _Publication:
    """That a snapshot was published. Its folder's time tells one that was damaged from one of the
    same id that a refresh put in its place."""

    snapshot: str
    time: int | None


class Service:
    """The data directory, the encoder and the snapshot in service.

    Whoever answers a request takes ``answerer`` once and keeps it, and so sees one snapshot from
    beginning to end. Nothing is loaded before ``prepare``.
    """

    def __init__(
        self, settings: Settings, encoder: Encoder | None = None, *, fitting: bool = False
    ) -> None:
        """A service that is not ready yet. ``encoder`` is one that was loaded already. Only for
        ``fitting`` may the recipe be one of another reranker. ``damaged`` is what is wrong with the
        published snapshot where another one serves in its place."""
        self.settings = settings
        self.damaged: str | None = None
        self._given = encoder
        self._late: LateEncoder | None = None
        self._reranker: Reranker | None = None
        self._fitting = fitting
        self._in_service: _InService | None = None
        self._taking_up = Lock()
        self._refused: _Publication | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when it is first asked for. Raises EncoderError."""
        return self._encoder.loaded()

    @property
    def reranker(self) -> Reranker:
        """The reranker, loaded when it is first asked for. Raises EncoderError, also where the
        recipe was not fitted with these weights: its threshold would mean nothing."""
        if self._reranker is None:
            loaded = Reranker.load(self.encoder)
            if loaded.identity.sha256 != recipe().reranker and not self._fitting:
                raise EncoderError(
                    f"{PACKAGED}: SHA-256 {loaded.identity.sha256} is not the reranker that the"
                    " recipe was fitted with; `paperknife fit` fits one to it"
                )
            self._reranker = loaded
        return self._reranker

    @property
    def ready(self) -> bool:
        """Whether there is a snapshot in service."""
        return self._in_service is not None

    @property
    def answerer(self) -> Answerer:
        """What answers, over the snapshot in service. Raises SnapshotMissing while there is
        none."""
        return self._current().answerer

    @property
    def corpus(self) -> Path:
        """The folder that the snapshot in service was made of. Raises SnapshotMissing."""
        return self._current().corpus

    def prepare(self, progress: Progress | None = None) -> None:
        """Put the published snapshot into service; ``refresh`` where there is none, or where
        somebody chose another corpus than the one that it was made of.

        A published snapshot that is damaged is refused; the one before it serves, and ``damaged``
        says why. Raises SnapshotDamaged where there is none before it, SnapshotMismatch,
        CorpusError and EncoderError.
        """
        origin = read_origin(self.settings.data)
        chosen = self._chosen_corpus()
        if self.settings.corpus_was_given and origin is not None and origin.corpus != chosen:
            self._serve_refreshed(progress)
            return
        try:
            snapshot, damaged = open_sound(self.settings.data, self.encoder, ANSWERING)
        except SnapshotMissing:
            self._serve_refreshed(progress)
            return
        certain = origin is not None and (damaged or origin.snapshot == snapshot.manifest.id)
        if self.settings.corpus_was_given and not certain:
            self._serve_refreshed(progress)
        else:
            self._serve(snapshot, origin.corpus if origin else chosen)
            if damaged is not None:
                _LOG.error("%s; snapshot %s serves instead", damaged, snapshot.manifest.id)
                self.damaged, self._refused = str(damaged), self._refusable()

    def refresh(
        self,
        progress: Progress | None = None,
        choices: Choices | None = None,
        report: RefreshReport | None = None,
        withdraw: Sequence[str] = (),
    ) -> Refreshed:
        """Read what is new in the corpus and publish its snapshot, which takes the place of the
        one in service where there is one; that one serves until then. Raises as
        ``index.refresh``, and CorpusError where nobody knows which folder to read."""
        self._check_source()
        made_by = MadeBy(self._encoder, ANSWERING)
        choices = choices or self.choices
        refreshed = refresh(
            *(self.source, self.settings.data, made_by, choices, progress, report, withdraw),
            held=self._held,
        )
        self.take_up(refreshed.snapshot)
        return refreshed

    def planned(self) -> Changes:
        """What a refresh would find new. Raises CorpusError as ``refresh`` does."""
        self._check_source()
        return planned(self.source, self.settings.data, self.settings.limits, self._held)

    def roll_back(self) -> str:
        """Publish the snapshot that was published before the one in service; its id. Raises as
        ``index.roll_back``."""
        earlier = roll_back(self.settings.data, MadeBy(self._encoder, ANSWERING))
        self.take_up()
        return earlier

    def take_up(self, opened: Snapshot | None = None) -> bool:
        """Put the published snapshot into service if it is not there yet: another process, or a
        person, may have published one. Whether it was done. One that cannot be served is logged
        once, and what is in service stays. ``opened`` is one that need not be opened again."""
        with self._taking_up:
            published = None
            try:
                published = self._published()
                if published.snapshot == self._served:
                    self.damaged = self._refused = None
                    return False
                if self._in_service is None or published == self._refused:
                    return False
                if opened is None or opened.manifest.id != published.snapshot:
                    opened = open_snapshot(self.settings.data, self._encoder, ANSWERING)
            except (SnapshotError, OSError) as problem:
                if self.damaged != str(problem):
                    _LOG.error("%s; snapshot %s stays in service", problem, self._served)
                self._refused, self.damaged = published, str(problem)
                return False
            self._serve(opened, self.source)
            return True

    @property
    def choices(self) -> Choices:
        """How a refresh is done where nobody says otherwise."""
        return Choices(limits=self.settings.limits, keep=self.settings.keep_snapshots)

    @property
    def source(self) -> Path:
        """The folder that a refresh reads: the one that was chosen, or else the one that the
        published snapshot was made of."""
        return self.read_from or self._chosen_corpus()

    def for_clients(self, text: str) -> str:
        """A text as clients may see it: the folders of this machine are named by what they are."""
        for folder, what in (
            (self.settings.data, "the data directory"),
            (self.source, "the corpus folder"),
        ):
            if folder.is_absolute():
                text = text.replace(str(folder), what)
        return text

    @property
    def read_from(self) -> Path | None:
        """The folder that was chosen, or else the one that the published snapshot was made of;
        None where nobody chose one, and none was recorded."""
        if self.settings.corpus_was_given:
            return self._chosen_corpus()
        origin = read_origin(self.settings.data)
        return origin.corpus if origin else None

    def _check_source(self) -> None:
        """Raises CorpusError where letters are in service and their folder is not recorded: the
        default one would take their place."""
        data = self.settings.data
        if self.read_from is None and kept(data):
            raise CorpusError(
                f"{data}: which folder its letters are from is not recorded; --corpus names it"
            )

    @property
    def _encoder(self) -> LateEncoder:
        if self._late is None:
            self._late = LateEncoder(self._given)
        return self._late

    def _current(self) -> _InService:
        if self._in_service is None:
            raise SnapshotMissing(
                f"{self.settings.data}: no snapshot is in service; `paperknife refresh` makes one"
            )
        return self._in_service

    def _serve_refreshed(self, progress: Progress | None) -> None:
        try:
            refreshed = self.refresh(progress)
        except RefreshRunning:
            # Several servers may start at once on a directory that is empty: what one has read is
            # known to the next.
            _LOG.warning("%s: another refresh is running; waiting for it", self.settings.data)
            refreshed = self.refresh(progress, replace(self.choices, wait=PATIENCE))
        if not self.ready:
            self._serve(refreshed.snapshot, self.source)

    def _serve(self, snapshot: Snapshot, corpus: Path) -> None:
        self._in_service = _InService(Answerer(snapshot, self.encoder, self.reranker), corpus)
        self.damaged = self._refused = None

    def _published(self) -> _Publication:
        snapshot = current(self.settings.data)
        folder = path_of(self.settings.data, snapshot)
        return _Publication(snapshot, folder.stat().st_mtime_ns if folder.is_dir() else None)

    def _refusable(self) -> _Publication | None:
        """What was published and cannot be served; None where not even its name can be read."""
        try:
            return self._published()
        except SnapshotError:
            return None

    @property
    def _held(self) -> Snapshot | None:
        return self._in_service.answerer.snapshot if self._in_service else None

    @property
    def _served(self) -> str | None:
        return self._held.manifest.id if self._held else None

    def _chosen_corpus(self) -> Path:
        return self.settings.corpus.resolve()
