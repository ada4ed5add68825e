"""What a file costs too much is refused by the limit's name: pages, words, time and memory."""

import zlib
from pathlib import Path

import pytest

from documents import Failure, Limits, read_corpus
from documents.errors import UnreadableDocument
from documents.files import read_document
from documents.readers.formats import READERS
from tests.documents.making import Pdf, read, word_file
from tests.documents.mutating import seeds
from tests.documents.packing import zipped

MIB = 1024**2
LAUGHS = "".join(
    f'<!ENTITY {a} "{f"&{b};" * 10}">' for a, b in zip("bcdefghij", "abcdefghi", strict=False)
)
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("bytes", 0), ("pages", 0), ("characters", -1), ("seconds", 0.5)),
        *(("seconds", float("nan")), ("ocr_seconds", 0), ("memory", MIB)),
    ],
)
def test_a_limit_that_no_letter_could_keep_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"the limit on {name} is "):
        Limits(**{name: value})  # type: ignore[arg-type]  # names and values vary on purpose


def test_too_many_pages_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = Pdf().paragraph("Children are safe.").page().paragraph("Plans are clear.").data()
    assert len(read_document(pdf, "letter.pdf", Limits(pages=2)).pages) == 2
    monkeypatch.delitem(READERS, "pdf")
    with pytest.raises(UnreadableDocument, match=r"has 2 pages, more than the 1 allowed"):
        read_document(pdf, "letter.pdf", Limits(pages=1))


def test_too_many_pages_of_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableDocument, match=r"has 3 pages, more than the 2 allowed"):
        read_document(b"Children\fare\fsafe.", "letter.txt", Limits(pages=2))


def test_too_many_words() -> None:
    text = b"Children are safe."
    assert read_document(text, "letter.txt", Limits(characters=18)).text == text.decode()
    with pytest.raises(UnreadableDocument, match=r"18 characters, more than the 17 allowed"):
        read_document(text, "letter.txt", Limits(characters=17))


def _bomb(words: bytes) -> bytes:
    """A PDF whose page unpacks to far more than it is."""
    packed = zlib.compress(words, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % item for item in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def test_bombs_cost_only_themselves(tmp_path: Path) -> None:
    line = b"(Children are safe.) Tj 0 -1 Td "
    (tmp_path / "words.pdf").write_bytes(_bomb(b"BT /F 12 Tf " + line * 600_000 + b"ET"))
    (tmp_path / "deep.html").write_text("<html><body>" + "<div>" * 200_000 + "Children are safe.")
    (tmp_path / "wide.docx").write_bytes(_word("<w:p/>" * 4_000_000))
    (tmp_path / "huge.docx").write_bytes(_word(" " * 210 * MIB))
    (tmp_path / "letter.txt").write_text("Children are safe.")
    corpus = read_corpus(tmp_path, limits=Limits(seconds=20, memory=128 * MIB))
    assert [document.file for document in corpus.documents] == ["letter.txt"]
    problems = {failure.file: failure.problem for failure in corpus.failures}
    assert "crashed" in problems["words.pdf"] or "more than" in problems["words.pdf"]
    assert problems["deep.html"] == "the HTML is nested too deeply for a letter"
    assert problems["wide.docx"]
    assert "unpacks to 22" in problems["huge.docx"]
    assert all(len(problem) < 200 for problem in problems.values())


def _word(body: str, doctype: str = "") -> bytes:
    xml = f'{doctype}<w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>'
    return _with_part(word_file("Children are safe."), "word/document.xml", xml.encode())


def _with_part(data: bytes, name: str, part: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {other: archive.read(other) for other in archive.namelist()}
    return zipped(parts | {name: part})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["docx", "odt"])
def test_a_part_that_declares_entities_is_refused(tmp_path: Path, name: str, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    doctype = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">{LAUGHS}]>'
    part = {"docx": "word/document.xml", "odt": "content.xml"}[name]
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<a>&a;&j;</a>'
    data = _with_part(seeds(name)[0], part, xml.encode(encoding))
    with pytest.raises(UnreadableDocument, match=f"declares a document type in '{part}'"):
        read(data, f"letter.{name}")


@pytest.mark.parametrize("name", ["html", "eml"])
def test_entities_of_a_page_are_neither_fetched_nor_expanded(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    doctype = f'<!DOCTYPE html [<!ENTITY a SYSTEM "{secret.as_uri()}">{LAUGHS}]>'
    page = f"{doctype}<html><body><p>Before &a; and &j; after.</p></body></html>"
    head = "From: a@example.org\nSubject: Letter\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    document = read((head if name == "eml" else "") + page, f"letter.{name}")
    assert "secret words" not in document.text
    assert "after." in document.text
    assert len(document.text) < 2000


def test_what_is_read_within_the_limits_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Children are safe.")
    limits = Limits(bytes=18, pages=1, characters=18, seconds=30, memory=128 * MIB)
    corpus = read_corpus(tmp_path, limits=limits)
    assert not any(isinstance(item, Failure) for item in corpus.documents)
    assert corpus.failures == ()
