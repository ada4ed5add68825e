"""What cannot be read is reported by name with the reason, and the others go on."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import Failure, Limits, read_corpus
from documents.errors import UnreadableDocument
from documents.files import failed_file, read_file
from tests.documents.making import Pdf, raw_pdf, read, word_file

WHOLE = Pdf().paragraph("Children are safe, and most of them are happy.").data()
WORD = word_file("Children are safe.")


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"abc"))
    return buffer.getvalue()


def _word_with(document: bytes) -> bytes:
    """A Word file whose main part is replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORD)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, document if name == "word/document.xml" else old.read(name))
    return buffer.getvalue()


def _blank_pdf() -> bytes:
    return Pdf().box().page().box().data()


def _only_page_numbers() -> bytes:
    pdf = Pdf()
    for number in range(1, 4):
        pdf.at(500, 30, str(number)).page()
    return pdf.data()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "the file is empty"),
    "blank": (lambda: b" \n\n", "the file is empty"),
    "empty PDF": (lambda: b"%PDF-1.7\n%%EOF\n", "damaged or cut off"),
    "truncated PDF": (lambda: WHOLE[: len(WHOLE) // 3], "damaged or cut off"),
    "PDF with a lost page": (
        lambda: raw_pdf("Children are safe.", pages="3 0 R 9 0 R"),
        "damaged or cut off",
    ),
    "encrypted PDF": (
        lambda: Pdf(encrypt="secret").paragraph("Children are safe.").data(),
        "is encrypted",
    ),
    "scan": (_blank_pdf, "no text layer on its 2 page"),
    "page numbers only": (_only_page_numbers, "no words but page numbers"),
    "broken docx": (lambda: WORD[: len(WORD) // 2], "damaged archive"),
    "docx of no XML": (lambda: _word_with(b"<w:document"), "the Word file is damaged"),
    "docx of other XML": (lambda: _word_with(b"<letter/>"), "the Word file is damaged"),
    "docx without parts": (lambda: _zip(word__document__xml=b""), "not a Word document"),
    "docx without types": (
        lambda: _zip(**{"word/document.xml": b"<a/>"}),
        "the Word file is damaged",
    ),
    "docx without words": (lambda: word_file(), "the Word file holds no words"),
    "zip that is no docx": (lambda: _zip(**{"letter.txt": b"x"}), "not a Word document"),
    "tar": (_tar, "neither a known format nor text"),
    "binary rubbish": (lambda: bytes(range(256)) * 20, "neither a known format nor text"),
    "image": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x03" * 99, "nor text"),
    "HTML of nothing": (lambda: b"<!doctype html><html", "the HTML cannot be parsed"),
    "HTML error page": (
        lambda: b"<html><head><title>Report not found</title></head><body>x</body></html>",
        "HTML error page",
    ),
}


@pytest.mark.parametrize(("make", "reason"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_by_name_and_in_one_line(
    make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(make(), "bad/letter.pdf")
    assert caught.value.file == "bad/letter.pdf"
    assert reason in caught.value.reason
    assert str(caught.value) == f"bad/letter.pdf: {caught.value.reason}"
    assert "\n" not in str(caught.value)


def test_bad_files_cost_only_themselves(tmp_path: Path) -> None:
    for name, (make, _) in BAD.items():
        (tmp_path / f"{name}.pdf").write_bytes(make())
    (tmp_path / "good.pdf").write_bytes(WHOLE)
    corpus = read_corpus(tmp_path)
    assert [document.file for document in corpus.documents] == ["good.pdf"]
    problems = {failure.file: failure.problem for failure in corpus.failures}
    assert set(problems) == {f"{name}.pdf" for name in BAD}
    for name, (_, reason) in BAD.items():
        assert reason in problems[f"{name}.pdf"]
    assert all(failure.sha256 for failure in corpus.failures)


@pytest.mark.parametrize("cut", range(0, 100, 4))
def test_a_file_cut_anywhere_is_read_or_refused(cut: int) -> None:
    for data in (WHOLE, WORD):
        try:
            document = read(data[: len(data) * cut // 100])
        except UnreadableDocument as error:
            assert error.reason  # noqa: PT017 - both ends are right here
        else:
            assert document.text


@pytest.mark.parametrize("place", range(10, 90, 4))
def test_a_file_with_a_damaged_byte_is_read_or_refused(place: int) -> None:
    for whole in (WHOLE, WORD):
        data = bytearray(whole)
        for offset in range(3):
            data[len(data) * place // 100 + offset] ^= 0x5A
        try:
            document = read(bytes(data))
        except UnreadableDocument as error:
            assert error.reason  # noqa: PT017 - both ends are right here
        else:
            assert document.text


def test_a_decompression_bomb_is_refused_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.readers.archives.MOST_UNPACKED", 10_000)
    with pytest.raises(UnreadableDocument, match=r"unpacks to 8\d\d,\d{3} bytes"):
        read(WORD)


def test_a_huge_file_is_not_even_opened(tmp_path: Path) -> None:
    (tmp_path / "huge.txt").write_text("Children are safe. " * 10)
    (tmp_path / "small.txt").write_text("Children are safe.")
    corpus = read_corpus(tmp_path, limits=Limits(bytes=100))
    assert [document.file for document in corpus.documents] == ["small.txt"]
    (failure,) = corpus.failures
    assert failure.problem == "the file has 190 bytes, more than the 100 allowed"
    assert read_file(tmp_path, "huge.txt", Limits(bytes=100)) == failure
    assert failure.sha256 is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permissions(tmp_path: Path) -> None:
    path = tmp_path / "closed.txt"
    path.write_text("Children are safe.")
    path.chmod(0)
    (failure,) = read_corpus(tmp_path).failures
    assert failure.problem == "the file cannot be opened (Permission denied)"


def test_a_file_that_will_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed.txt").write_text("Children are safe.")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    failure = read_file(tmp_path, "closed.txt", Limits())
    assert isinstance(failure, Failure)
    assert failure.problem == "the file cannot be opened (Permission denied)"
    assert failure.sha256 is None


def test_a_file_that_went_away_while_it_was_read(tmp_path: Path) -> None:
    failure = failed_file(tmp_path, "gone.txt", Limits(), "the reader crashed (signal 11)")
    assert (failure.file, failure.sha256) == ("gone.txt", None)
    assert failure.problem == "the reader crashed (signal 11)"


def test_every_failure_is_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "page.html").write_text("<html><h1>Page not found\x1b[2J</h1></html>")
    (tmp_path / "letter.txt").write_text("Children are safe.")
    corpus = read_corpus(tmp_path)
    assert sorted(caplog.messages) == sorted(f"{f.file}: {f.problem}" for f in corpus.failures)
    assert len(caplog.messages) == 2
    assert all(message.isprintable() for message in caplog.messages)


UNSEEN = ["two\nlines.txt", "red\x1b[31m.txt", "fdp\u202etxt.exe.txt", "a\u2028b.txt", "\x7f.txt"]


def test_names_that_would_garble_a_terminal_are_shown_safely(tmp_path: Path) -> None:
    for number, name in enumerate([*UNSEEN, "письмо.txt", "رسالة.txt", "手紙.txt", "e\u0301.txt"]):
        (tmp_path / name).write_text(f"Children are safe in {number} homes.")
    corpus = read_corpus(tmp_path)
    assert {d.file for d in corpus.documents} == {
        *("письмо.txt", "رسالة.txt", "手紙.txt", "e\u0301.txt")
    }
    assert len({failure.id for failure in corpus.failures}) == len(UNSEEN)
    assert {read_file(tmp_path, name, Limits()) for name in UNSEEN} == set(corpus.failures)
    for failure in corpus.failures:
        assert "\ufffd" in failure.file
        assert failure.file.isprintable()
        assert failure.problem == "the file's name has characters that cannot be seen; rename it"


def test_links_out_of_the_corpus_to_nowhere_and_in_circles(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    (folder / "sub").mkdir(parents=True)
    outside = tmp_path / "outside.txt"
    outside.write_text("Words that are not of this corpus.")
    (folder / "letter.txt").write_text("Children are safe.")
    (folder / "out.txt").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path)
    (folder / "again").symlink_to(folder / "sub")
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "circle.txt").symlink_to(folder / "circle.txt")
    corpus = read_corpus(folder)
    assert [document.file for document in corpus.documents] == ["letter.txt"]
    assert {failure.file: failure.problem for failure in corpus.failures} == {
        "out.txt": "the link leads out of the corpus folder",
        "up": "the link leads out of the corpus folder",
        "again": "a link to a folder; links to folders are not followed",
        "gone.txt": "the file cannot be opened (No such file or directory)",
        "circle.txt": "the link leads in a circle",
    }
    assert all(failure.sha256 is None for failure in corpus.failures)
    # What a worker says of them is what is said of them here.
    names = ["again", "circle.txt", "gone.txt", "out.txt", "up"]
    failures = [read_file(folder, name, Limits()) for name in names]
    assert sorted(failures, key=lambda failure: failure.id) == list(corpus.failures)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (failure,) = read_corpus(tmp_path).failures
    assert failure.problem == "it is no regular file"
    assert read_file(tmp_path, "pipe.txt", Limits()) == failure
