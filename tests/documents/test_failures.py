"""What cannot be read is reported by name with the reason, and the others go on."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import corpus as corpus_module
from documents import read_corpus
from documents.errors import UnreadableDocument
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
    monkeypatch.setattr("documents.docx._MOST_UNPACKED", 10_000)
    with pytest.raises(UnreadableDocument, match="the Word file unpacks to"):
        read(WORD)


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    html = f"{doctype}<html><body><p>Before &x; after.</p></body></html>"
    assert "secret words" not in read(html).text
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = (
        f'<!DOCTYPE x [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document xmlns:w="{w}"><w:body>'
        "<w:p><w:r><w:t>Before &x; after.</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "secret words" not in read(_word_with(xml.encode())).text


def test_a_huge_file_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_module, "MOST_BYTES", 100)
    (tmp_path / "huge.txt").write_text("Children are safe. " * 10)
    (tmp_path / "small.txt").write_text("Children are safe.")
    corpus = read_corpus(tmp_path)
    assert [document.file for document in corpus.documents] == ["small.txt"]
    (failure,) = corpus.failures
    assert failure.problem == "the file has 190 bytes, more than 100"
    assert failure.sha256 is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permissions(tmp_path: Path) -> None:
    path = tmp_path / "closed.txt"
    path.write_text("Children are safe.")
    path.chmod(0)
    (failure,) = read_corpus(tmp_path).failures
    assert failure.problem == "the file cannot be opened (Permission denied)"


def test_a_file_that_goes_away_or_will_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed.txt").write_text("Children are safe.")
    (tmp_path / "open.txt").write_text("Carers are kind.")
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "closed.txt":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    corpus = read_corpus(tmp_path)
    assert [document.file for document in corpus.documents] == ["open.txt"]
    assert corpus.failures[0].problem == "the file cannot be opened (Permission denied)"


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (failure,) = read_corpus(tmp_path).failures
    assert failure.problem == "it is no regular file"
