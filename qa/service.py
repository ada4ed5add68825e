"""The snapshot in service: opened, made where there is none, and replaced by a newer one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from documents import EncoderError, SnapshotMissing
from index import Encoder, Snapshot, open_snapshot, refresh
from qa.answerer import Answerer
from qa.answering import ANSWERING
from qa.recipe import recipe
from qa.reranker import PACKAGED, Reranker
from qa.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


class _Origin(BaseModel):
    """Which folder a snapshot was made of: what its manifest, free of paths, does not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    snapshot: str
    corpus: Path


@dataclass(frozen=True, slots=True)
class _InService:
    """What changes together when a snapshot takes the place of another."""

    answerer: Answerer
    corpus: Path


class Service:
    """The data directory, the encoder and the snapshot in service.

    Whoever answers a request takes ``answerer`` once and keeps it, and so sees one snapshot from
    beginning to end. Nothing is loaded before ``prepare`` or ``refresh``.
    """

    def __init__(
        self, settings: Settings, encoder: Encoder | None = None, *, fitting: bool = False
    ) -> None:
        """A service that is not ready yet. ``encoder`` is one that was loaded already. Only for
        ``fitting`` may the recipe be one of another reranker."""
        self.settings = settings
        self._encoder = encoder
        self._reranker: Reranker | None = None
        self._fitting = fitting
        self._in_service: _InService | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when it is first asked for. Raises EncoderError."""
        if self._encoder is None:
            self._encoder = Encoder.load()
        return self._encoder

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

        Raises SnapshotDamaged, SnapshotMismatch, CorpusError and EncoderError.
        """
        origin = self._origin()
        chosen = self._chosen_corpus()
        if self.settings.corpus_was_given and origin is not None and origin.corpus != chosen:
            self.refresh(progress)
            return
        try:
            snapshot = open_snapshot(self.settings.data, self.encoder, ANSWERING)
        except SnapshotMissing:
            self.refresh(progress)
            return
        certain = origin is not None and origin.snapshot == snapshot.manifest.id
        if self.settings.corpus_was_given and not certain:
            self.refresh(progress)
        else:
            self._serve(snapshot, origin.corpus if origin else chosen)

    def refresh(self, progress: Progress | None = None) -> Snapshot:
        """Read the corpus, publish its snapshot and put it into service. What was in service
        stays so until then. Raises CorpusError and EncoderError."""
        origin = None if self.settings.corpus_was_given else self._origin()
        corpus = origin.corpus if origin else self._chosen_corpus()
        snapshot = refresh(
            corpus, self.settings.data, self.encoder, ANSWERING, progress, self.settings.limits
        )
        self._record(snapshot, corpus)
        self._serve(snapshot, corpus)
        return snapshot

    def _current(self) -> _InService:
        if self._in_service is None:
            raise SnapshotMissing(
                f"{self.settings.data}: no snapshot is in service; `paperknife refresh` makes one"
            )
        return self._in_service

    def _serve(self, snapshot: Snapshot, corpus: Path) -> None:
        self._in_service = _InService(Answerer(snapshot, self.encoder, self.reranker), corpus)

    def _chosen_corpus(self) -> Path:
        return self.settings.corpus.resolve()

    @property
    def _origin_file(self) -> Path:
        return self.settings.data / "corpus.json"

    def _origin(self) -> _Origin | None:
        try:
            return _Origin.model_validate_json(self._origin_file.read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None  # a refresh writes it again

    def _record(self, snapshot: Snapshot, corpus: Path) -> None:
        # After publishing: killed in between, the record names another snapshot, so that the
        # next start reads the corpus once more instead of trusting it.
        self.settings.data.mkdir(parents=True, exist_ok=True)
        beside = self._origin_file.with_suffix(".new")
        origin = _Origin(snapshot=snapshot.manifest.id, corpus=corpus)
        beside.write_text(origin.model_dump_json(), encoding="utf-8")
        beside.replace(self._origin_file)
