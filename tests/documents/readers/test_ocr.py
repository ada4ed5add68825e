"""Scans: pages that are pictures, read where Tesseract is there and named where it is not."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.errors import UnreadableDocument
from documents.readers import ocr
from documents.readers.ocr import read_pdf_or_scan
from documents.recognition import can_recognise
from eval.wholeness import words_of
from tests.documents.making import Pdf, read, texts

needs_tesseract = pytest.mark.skipif(
    not can_recognise(), reason="needs the extra [ocr] and Tesseract"
)

FIRST = (
    "Children who need help are seen quickly, and their plans are",
    "clear. Managers know what is done well and what is not.",
)
SECOND = ("Carers are kind, and most of the children stay with them until", "they are grown up.")


def _letter() -> bytes:
    pdf = Pdf().heading("Focused visit to Saltmarsh children’s services")
    return pdf.paragraph(*FIRST).page().paragraph(*SECOND).page().data()


def _sheets(*pages: bytes | None, share: float = 1.0) -> bytes:
    """A PDF of pictures, each the first page of another PDF; None stands for a blank page."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    width, height = A4
    for data in pages:
        if data is not None:
            with pypdfium2.PdfDocument(data) as document:
                picture = document[0].render(scale=150 / 72).to_pil()
            canvas.drawImage(ImageReader(picture), 0, 0, width * share, height * share)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _joined(*files: bytes) -> bytes:
    """All pages of several PDFs as one."""
    result = pypdfium2.PdfDocument.new()
    for data in files:
        with pypdfium2.PdfDocument(data) as document:
            result.import_pages(document)
    buffer = BytesIO()
    result.save(buffer)
    result.close()
    return buffer.getvalue()


PAGE = Pdf().paragraph(*SECOND).data()
SCAN = _sheets(Pdf().heading("Focused visit to Saltmarsh").paragraph(*FIRST).data(), PAGE)
BLANK = _sheets(None)
# Words on the first and the last page, a picture of words between them.
MIXED = _joined(Pdf().paragraph(*FIRST).data(), _sheets(PAGE), BLANK, PAGE)


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.recognition.which", lambda program: None)


@pytest.mark.usefixtures("without_tesseract")
def test_a_scan_that_cannot_be_recognised_says_what_to_install() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read(SCAN, "scan.pdf")
    assert caught.value.reason == (
        "the PDF has no text layer on its 2 page(s); it may be a scan: "
        "install paperknife[ocr] and Tesseract to have it read"
    )


@pytest.mark.usefixtures("without_tesseract")
def test_a_scanned_page_that_cannot_be_recognised_is_named() -> None:
    reading = read_pdf_or_scan(MIXED, "letter.pdf")
    assert reading.problem == "page(s) 2 are pictures without a text layer and were not read"
    assert not reading.ocr
    assert words_of(" ".join(d.text for d in reading.drafts)) == words_of(" ".join(FIRST + SECOND))


@pytest.mark.usefixtures("without_tesseract")
def test_blank_pages_and_small_pictures_are_no_scans() -> None:
    text = Pdf().paragraph(*FIRST).data()
    for data in (_joined(text, BLANK), _joined(text, _sheets(PAGE, share=0.3)), _letter()):
        assert read_pdf_or_scan(data, "letter.pdf").problem is None


def test_pages_with_text_are_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: bytes, file: str) -> bytes:
        raise AssertionError(f"{file} has a text layer")

    monkeypatch.setattr(ocr, "_recognise", refuse)
    assert not read_pdf_or_scan(_letter(), "letter.pdf").ocr


@needs_tesseract
def test_a_scan_is_read_as_the_letter_is() -> None:
    reading = read_pdf_or_scan(SCAN, "scan.pdf")
    assert reading.ocr
    assert reading.pages == 2
    words = words_of(" ".join(draft.text for draft in reading.drafts))
    expected = words_of(" ".join(("Focused visit to Saltmarsh", *FIRST, *SECOND)))
    assert (expected & words).total() >= 0.95 * expected.total()
    assert {page for draft in reading.drafts for _, page in draft.breaks} == {1, 2}


@needs_tesseract
def test_a_scan_is_always_read_alike() -> None:
    first, second = read(SCAN, "scan.pdf"), read(SCAN, "scan.pdf")
    assert first.text == second.text
    assert first.blocks == second.blocks


@needs_tesseract
def test_only_the_scanned_page_of_a_letter_is_recognised() -> None:
    reading = read_pdf_or_scan(MIXED, "letter.pdf")
    assert reading.ocr
    assert reading.problem is None
    assert reading.pages == 4
    words = [d.text for d in reading.drafts if d.page == 2]
    assert words
    assert " ".join(FIRST) in texts(read(MIXED))


@needs_tesseract
def test_a_picture_without_words_is_no_letter() -> None:
    blank = _sheets(Pdf().page().data())
    with pytest.raises(UnreadableDocument, match="no words were recognised on them"):
        read_pdf_or_scan(blank, "scan.pdf")


def _too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_MOST_PIXELS", 0.1)


def _no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_LANGUAGE", "xyz")


@needs_tesseract
@pytest.mark.parametrize("spoil", [_too_large, _no_language])
def test_what_goes_wrong_is_said(
    spoil: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch)
    with pytest.raises(UnreadableDocument, match="the scan cannot be recognised") as caught:
        read_pdf_or_scan(SCAN, "scan.pdf")
    assert "\n" not in str(caught.value)
