"""What is known of a corpus is not read again, and the corpus is the same as if it were."""

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import fields, replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from documents import (
    Corpus,
    CorpusError,
    Document,
    Failure,
    Known,
    Limits,
    content_hash,
    read_corpus,
    reading_fingerprint,
    scan_corpus,
)
from documents import corpus as corpus_module
from documents import known as known_module
from documents.files import read_file
from documents.workers import read_files

ALDERMERE = "Focused visit to Aldermere children’s services\n\nChildren are safe.\n"
KESTLESHIRE = "Inspection of Kestleshire children’s services\n\nPlans are clear.\n"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, in order."""
    names: list[str] = []
    real = read_files

    def reading(
        folder: Path, some: Sequence[str], limits: Limits, workers: int | None
    ) -> Generator[tuple[int, Document | Failure]]:
        names.extend(some)
        return real(folder, some, limits, workers)

    monkeypatch.setattr(corpus_module, "read_files", reading)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two letters, a copy of one, and a file that is none."""
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "aldermere.txt").write_text(ALDERMERE, encoding="utf-8")
    (folder / "again.txt").write_text(ALDERMERE, encoding="utf-8")
    (folder / "kestleshire.txt").write_text(KESTLESHIRE, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


def known_of(corpus: Corpus) -> Known:
    return Known([*corpus.documents, *corpus.copies], corpus.failures)


def test_what_is_known_is_not_read_and_the_corpus_is_the_same(
    folder: Path, read: list[str]
) -> None:
    first = read_corpus(folder)
    assert sorted(read) == ["again.txt", "aldermere.txt", "empty.txt", "kestleshire.txt"]
    read.clear()
    heard: list[tuple[int, int]] = []
    assert read_corpus(folder, lambda *told: heard.append(told), known=known_of(first)) == first
    assert (read, heard) == ([], [])


def test_only_what_is_new_is_read(folder: Path, read: list[str]) -> None:
    first = read_corpus(folder)
    read.clear()
    (folder / "new.txt").write_text("Focused visit to Wexley\n\nHomes are warm.\n")
    (folder / "kestleshire.txt").write_text(KESTLESHIRE + "\nMore is said.\n", encoding="utf-8")
    (folder / "empty.txt").write_text("Not empty any more.\n")
    (folder / "aldermere.txt").rename(folder / "moved.txt")
    again = read_corpus(folder, known=known_of(first))
    assert sorted(read) == ["empty.txt", "kestleshire.txt", "moved.txt", "new.txt"]
    assert again == read_corpus(folder)


def test_the_same_name_size_and_time_with_other_content_is_read_again(
    folder: Path, read: list[str]
) -> None:
    path = folder / "kestleshire.txt"
    first, before = read_corpus(folder), path.stat()
    path.write_text(KESTLESHIRE.replace("clear", "vague"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    read.clear()
    again = read_corpus(folder, known=known_of(first))
    assert read == ["kestleshire.txt"]
    assert any("Plans are vague." in document.text for document in again.documents)


def test_a_copy_whose_letter_goes_is_the_document_without_being_read(
    folder: Path, read: list[str]
) -> None:
    first = read_corpus(folder)
    (original,) = [document for document in first.documents if document.copies]
    (folder / original.file).unlink()
    read.clear()
    again = read_corpus(folder, known=known_of(first))
    assert read == []
    assert again == read_corpus(folder)
    assert set(original.copies) <= {document.file for document in again.documents}
    assert again.copies == ()


def test_outcomes_are_by_name_and_as_they_were_before_they_were_compared(folder: Path) -> None:
    corpus = read_corpus(folder)
    known = known_of(corpus)
    (original,) = [document for document in corpus.documents if document.copies]
    assert known.outcome(original.file) == replace(original, copies=())
    (copy,) = corpus.copies
    assert known.outcome(copy.file) == copy
    (empty,) = [failure for failure in corpus.failures if failure.copy_of is None]
    assert known.outcome("empty.txt") == empty
    assert known.has(empty)
    assert not known.has(replace(empty, problem="another"))
    assert not any(known.has(failure) for failure in corpus.failures if failure.copy_of)
    assert known.outcome("nowhere.txt") is None


def test_a_failure_without_its_content_is_not_known() -> None:
    failure = Failure("locked-txt", "locked.txt", None, "the file cannot be opened", transient=True)
    known = Known((), (failure,))
    assert known.outcome("locked.txt") is None
    assert not known.has(failure)


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_the_fingerprint_changes_with_each_limit(name: str) -> None:
    limits = Limits()
    assert reading_fingerprint(limits) == reading_fingerprint(Limits())
    other = replace(limits, **{name: getattr(limits, name) + 1})
    assert reading_fingerprint(other) != reading_fingerprint(limits)


def test_the_fingerprint_changes_with_what_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {reading_fingerprint(Limits())}
    for name, other in (
        ("can_recognise", lambda: "another"),
        ("_code", lambda: "0" * 64),
        ("_libraries", lambda: {"lxml": "0.0"}),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(known_module, name, other)
            found.add(reading_fingerprint(Limits()))
    assert len(found) == 4
    assert all(len(one) == 16 for one in found)


def test_libraries_are_those_that_the_package_names(monkeypatch: pytest.MonkeyPatch) -> None:
    made = known_module._libraries.__wrapped__

    def requires(name: str) -> list[str]:
        return ["lxml>=6,<7", 'no-such-library; extra == "ocr"']

    monkeypatch.setattr(known_module, "requires", requires)
    versions = made()
    assert set(versions) == {"lxml", "no-such-library"}
    assert versions["lxml"]
    assert versions["no-such-library"] is None

    def uninstalled(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(known_module, "requires", uninstalled)
    assert made() == {}


def test_a_file_that_is_written_while_it_is_read_is_tried_again_and_then_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = Path.read_bytes, iter(range(1))

    def read_bytes(path: Path) -> bytes:
        content = real(path)
        if path.name == "kestleshire.txt" and next(writes, None) is not None:
            with path.open("a") as file:
                file.write("More is said.\n")
        return content

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    outcome = read_file(folder, "kestleshire.txt", Limits())
    assert isinstance(outcome, Failure)
    assert outcome.problem == "the file was changed while it was read"
    assert (outcome.transient, outcome.sha256) == (True, None)
    writes = iter(range(1))
    assert content_hash(folder, "kestleshire.txt", Limits()) is None
    assert content_hash(folder, "kestleshire.txt", Limits()) is not None


def failing(times: int) -> Any:  # noqa: ANN401  in the place of read_files
    """Reads in this process; so many times nothing can be opened."""
    left = iter(range(times))

    def reading(
        folder: Path, names: Sequence[str], limits: Limits, workers: int | None
    ) -> Iterator[tuple[int, Document | Failure]]:
        closed = next(left, None) is not None
        for place, name in enumerate(names):
            outcome = read_file(folder, name, limits)
            if closed:
                problem = "the file cannot be opened"
                outcome = Failure(name, name, None, problem, transient=True)
            yield place, outcome

    return reading


@pytest.mark.parametrize(("times", "failures"), [(1, 0), (2, 0), (3, 2)])
def test_what_cannot_be_opened_is_tried_again_twice(
    folder: Path, monkeypatch: pytest.MonkeyPatch, times: int, failures: int
) -> None:
    for name in ("again.txt", "empty.txt"):
        (folder / name).unlink()
    monkeypatch.setattr(corpus_module, "read_files", failing(times))
    monkeypatch.setattr(corpus_module, "_PAUSES", (0.0, 0.0))
    corpus = read_corpus(folder)
    assert (len(corpus.failures), len(corpus.documents)) == (failures, 2 - failures)


def test_a_file_that_goes_between_listing_and_reading_is_not_in_the_corpus(folder: Path) -> None:
    def progress(done: int, total: int) -> None:
        (folder / "kestleshire.txt").unlink(missing_ok=True)

    corpus = read_corpus(folder, progress)
    everything: list[Document | Failure] = [*corpus.documents, *corpus.failures]
    assert sorted({item.file for item in everything}) == ["again.txt", "aldermere.txt", "empty.txt"]


@pytest.fixture
def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """The folders that cannot be listed: a test adds to them."""
    closed: set[Path] = set()
    real = os.scandir

    def scandir(path: Any = ".") -> Any:  # noqa: ANN401  as os has it
        if Path(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    return closed


def test_a_folder_that_cannot_be_listed_is_a_failure_that_may_pass(
    folder: Path, closed: set[Path]
) -> None:
    inner = folder / "2024"
    inner.mkdir()
    (inner / "letter.txt").write_text("Focused visit to Wexley\n\nHomes are warm.\n")
    first = read_corpus(folder)
    closed.add(inner)
    again = read_corpus(folder, known=known_of(first))
    (failure,) = [failure for failure in again.failures if failure.file == "2024"]
    assert failure.problem == "the folder cannot be listed"
    assert (failure.transient, failure.sha256) == (True, None)
    assert scan_corpus(folder)["2024"] is None
    closed.clear()
    assert read_corpus(folder, known=known_of(again)) == first


def test_a_corpus_folder_that_cannot_be_listed_is_an_error(folder: Path, closed: set[Path]) -> None:
    closed.add(folder)
    for look in (read_corpus, scan_corpus):
        with pytest.raises(CorpusError, match=r"cannot be listed \(Permission denied\)"):
            look(folder)


def test_a_scan_has_the_content_of_each_file(folder: Path) -> None:
    corpus = read_corpus(folder)
    everything: list[Document | Failure] = [*corpus.documents, *corpus.failures]
    read = {item.file: item.sha256 for item in everything}
    assert scan_corpus(folder) == read
    assert scan_corpus(folder, Limits(bytes=1)) == {
        name: content if name == "empty.txt" else None for name, content in read.items()
    }
