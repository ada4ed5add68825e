"""Which snapshot is in service, and when the letters are read again."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from documents import CorpusError, EncoderError, SnapshotDamaged, SnapshotMissing
from index import Encoder
from index.store import writing
from qa.recipe import recipe
from qa.service import Service
from qa.settings import Settings
from tests.qa.conftest import soon


def restarted(old: Service, **settings: Path) -> tuple[Service, list[str]]:
    """A service as a new process would have it, and the stages that its start went through."""
    service = Service(Settings(data=old.settings.data, **settings), old.encoder)  # type: ignore[arg-type]
    stages: list[str] = []
    service.prepare(lambda stage, done, total: stages.append(stage))
    return service, stages


def identity(service: Service) -> str:
    return service.answerer.snapshot.manifest.id


def test_before_it_is_prepared_nothing_is_in_service(idle_service: Service) -> None:
    assert not idle_service.ready
    with pytest.raises(SnapshotMissing, match="paperknife refresh"):
        _ = idle_service.answerer
    with pytest.raises(SnapshotMissing):
        _ = idle_service.corpus


def test_an_empty_data_folder_is_filled(small_service: Service, small_corpus: Path) -> None:
    assert small_service.ready
    assert small_service.corpus == small_corpus
    assert len(small_service.answerer.snapshot.documents) == 2


def test_the_same_corpus_is_not_read_again(small_service: Service, small_corpus: Path) -> None:
    again, stages = restarted(small_service, corpus=small_corpus)
    assert stages == []
    assert identity(again) == identity(small_service)


def test_no_corpus_given_keeps_the_one_in_service(
    small_service: Service, small_corpus: Path
) -> None:
    again, stages = restarted(small_service)
    assert stages == []
    assert again.corpus == small_corpus
    again.refresh()
    assert again.corpus == small_corpus
    assert identity(again) == identity(small_service)


def test_another_corpus_is_read(small_service: Service, small_corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(small_corpus / "news.txt", other)
    again, stages = restarted(small_service, corpus=other)
    assert stages
    assert again.corpus == other
    assert len(again.answerer.snapshot.documents) == 1


def test_a_relative_path_names_the_same_corpus(
    small_service: Service, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_corpus.parent)
    _, stages = restarted(small_service, corpus=Path(small_corpus.name))
    assert stages == []


@pytest.mark.parametrize("record", [None, "", "{}", '{"snapshot": "other", "corpus": "/x"}'])
def test_killed_before_the_corpus_was_recorded_it_is_recorded_and_nothing_is_read_again(
    small_service: Service, small_corpus: Path, record: str | None
) -> None:
    file = small_service.settings.data / "corpus.json"
    before = file.read_bytes()
    file.unlink()
    if record is not None:
        file.write_text(record)
    again, stages = restarted(small_service, corpus=small_corpus)
    assert stages == []
    assert identity(again) == identity(small_service)
    assert file.read_bytes() == before
    assert again.corpus == small_corpus


def test_killed_before_the_corpus_was_recorded_what_came_since_is_read(
    small_service: Service, small_corpus: Path
) -> None:
    (small_service.settings.data / "corpus.json").unlink()
    (small_corpus / "new.txt").write_text("Dear Director\n\nThe new team is settled.\n")
    again, stages = restarted(small_service, corpus=small_corpus)
    assert "reading" in stages
    assert len(again.answerer.snapshot.documents) == 3


def test_a_snapshot_of_unknown_origin_is_not_replaced_unasked(small_service: Service) -> None:
    (small_service.settings.data / "corpus.json").unlink()
    again, stages = restarted(small_service)
    assert stages == []
    assert identity(again) == identity(small_service)


def test_where_the_folder_is_not_recorded_no_other_is_read_in_its_place(
    small_service: Service, small_corpus: Path
) -> None:
    (small_service.settings.data / "corpus.json").write_text("{")
    again, _ = restarted(small_service)
    unknown = "which folder its letters are from is not recorded; --corpus names it"
    with pytest.raises(CorpusError, match=unknown):
        again.refresh()
    with pytest.raises(CorpusError, match=unknown):
        again.planned()
    assert identity(again) == identity(small_service)
    assert restarted(small_service, corpus=small_corpus)[0].planned().added == ()
    # From here on it is recorded again.
    assert restarted(small_service)[0].planned().added == ()


def test_a_missing_corpus_leaves_what_is_in_service(small_service: Service, tmp_path: Path) -> None:
    before = small_service.answerer
    shutil.rmtree(small_service.corpus)
    with pytest.raises(CorpusError, match="letters"):
        small_service.refresh()
    assert small_service.answerer is before
    assert restarted(small_service)[0].ready
    with pytest.raises(CorpusError, match="elsewhere"):
        restarted(small_service, corpus=tmp_path / "elsewhere")


def test_an_empty_corpus_is_served_as_one(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "empty").mkdir()
    service = Service(Settings(corpus=tmp_path / "empty", data=tmp_path / "data"), encoder)
    service.prepare()
    assert service.ready
    assert service.answerer.snapshot.documents == ()


def damage(service: Service) -> Path:
    """One bit of the largest file of the snapshot in service is turned round; the file."""
    folder = service.settings.data / "snapshots" / identity(service)
    files = (file for file in folder.rglob("*") if file.is_file())
    largest = max(files, key=lambda file: file.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    return largest


def test_a_damaged_snapshot_is_not_served(small_service: Service) -> None:
    damaged = damage(small_service)
    with pytest.raises(SnapshotDamaged, match=damaged.name):
        restarted(small_service)


def test_where_the_newest_is_damaged_the_one_before_serves(
    small_service: Service, small_corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = identity(small_service)
    (small_corpus / "news.txt").unlink()
    small_service.refresh()
    damaged = damage(small_service)
    for settings in ({}, {"corpus": small_corpus}):
        again, stages = restarted(small_service, **settings)
        assert stages == []
        assert identity(again) == before
        assert damaged.name in str(again.damaged)
        assert f"snapshot {before} serves instead" in caplog.text
        # It is not looked at again each second.
        assert not again.take_up()
    again.refresh()
    assert again.damaged is None
    assert identity(again) == identity(small_service)


def test_a_damaged_one_is_not_taken_up(
    small_service: Service,
    small_corpus: Path,
    encoder: Encoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other, _ = restarted(small_service)
    before = identity(other)
    (small_corpus / "news.txt").unlink()
    small_service.refresh()
    damaged = damage(small_service)
    for _ in range(3):
        assert not other.take_up()
    assert identity(other) == before
    assert damaged.name in str(other.damaged)
    assert caplog.text.count(f"snapshot {before} stays in service") == 1


def test_what_another_process_publishes_is_taken_up(
    small_service: Service, small_corpus: Path
) -> None:
    other, _ = restarted(small_service)
    assert not other.take_up()
    (small_corpus / "news.txt").unlink()
    small_service.refresh()
    held = other.answerer
    assert other.take_up()
    assert not other.take_up()
    assert identity(other) == identity(small_service)
    assert len(held.snapshot.documents) == 2
    assert small_service.roll_back() == held.snapshot.manifest.id
    assert identity(small_service) == held.snapshot.manifest.id
    assert other.take_up()
    assert identity(other) == held.snapshot.manifest.id


def test_what_is_not_ready_takes_up_nothing(small_service: Service, encoder: Encoder) -> None:
    assert not Service(Settings(data=small_service.settings.data), encoder).take_up()


def test_a_start_waits_for_the_refresh_of_another_process(
    small_corpus: Path, tmp_path: Path, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    service = Service(Settings(corpus=small_corpus, data=data), encoder)
    with ThreadPoolExecutor(1) as starting:
        with writing(data):
            started = starting.submit(service.prepare)
            soon(lambda: "waiting for it" in caplog.text)
        started.result()
    assert len(service.answerer.snapshot.documents) == 2


def test_folders_of_the_machine_are_not_named_to_clients(
    small_service: Service, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{small_service.settings.data}/lock and {small_corpus}/a.md"
    assert small_service.for_clients(text) == "the data directory/lock and the corpus folder/a.md"
    monkeypatch.chdir(small_corpus.parent)
    assert Service(Settings(data=Path())).for_clients("a. b") == "a. b"


def test_one_who_holds_the_answerer_keeps_the_snapshot(
    small_service: Service, small_corpus: Path
) -> None:
    held = small_service.answerer
    (small_corpus / "news.txt").unlink()
    small_service.refresh()
    assert small_service.answerer is not held
    assert len(held.snapshot.documents) == 2
    assert len(small_service.answerer.snapshot.documents) == 1


def test_a_recipe_of_another_reranker_serves_nobody_and_can_be_fitted_anew(
    small_service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = recipe().model_copy(update={"reranker": "0" * 64})
    monkeypatch.setattr("qa.service.recipe", lambda: other)
    with pytest.raises(EncoderError, match=r"reranker\.safetensors: .*`paperknife fit`"):
        restarted(small_service)
    fitting = Service(small_service.settings, encoder, fitting=True)
    fitting.prepare()
    assert fitting.ready
