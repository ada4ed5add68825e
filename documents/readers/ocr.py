"""PDFs with and without a text layer: scanned pages are recognised where that can be done.

What is needed is the extra ``[ocr]`` (OCRmyPDF) and Tesseract; without them a scan is a failure
that says so, and a letter with a scanned page is read without it, and says that.
"""

import tempfile
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from documents import deadline
from documents.draft import Reading
from documents.errors import NoTextLayer, UnreadableDocument
from documents.marks import tidy
from documents.readers.pdf import read_pdf
from documents.recognition import can_recognise

_LANGUAGE = "eng"
_MOST_PIXELS = 100  # millions, of one picture
_COVERS = 0.5  # of the page's area: less is a crest or a photograph
_DEPTH = 4  # of forms within forms, in which pictures are looked for


def read_pdf_or_scan(data: bytes, file: str) -> Reading:
    """A PDF's drafts, those of its scanned pages among them where they can be recognised.

    ``ocr`` says that some were; ``problem`` names scanned pages that were not read. Raises
    UnreadableDocument as ``read_pdf`` does, and for a scan that cannot be recognised.
    """
    try:
        reading = read_pdf(data, file)
    except NoTextLayer as error:
        if not can_recognise():
            reason = f"{error.reason}: install paperknife[ocr] and Tesseract to have it read"
            raise UnreadableDocument(file, reason) from error
        return _read_recognised(data, file)
    pictures = _pictures(data, _wordless(reading))
    if not pictures:
        return reading
    if can_recognise():
        return _read_recognised(data, file)
    numbers = ", ".join(str(number) for number in pictures)
    reading.problem = f"page(s) {numbers} are pictures without a text layer and were not read"
    return reading


def _read_recognised(data: bytes, file: str) -> Reading:
    deadline.lift()  # recognising has a limit of its own, Limits.ocr_seconds
    try:
        reading = read_pdf(_recognise(data, file), file, recognised=True)
    except NoTextLayer as error:
        reason = (
            f"the PDF has no text layer on its {error.pages} page(s), "
            "and no words were recognised on them"
        )
        raise UnreadableDocument(file, reason) from error
    reading.ocr = True
    return reading


def _recognise(data: bytes, file: str) -> bytes:
    """The same PDF with a text layer on the pages that had none. Raises UnreadableDocument."""
    import ocrmypdf  # an extra, and slow to load
    from ocrmypdf.exceptions import ExitCodeException
    from PIL.Image import DecompressionBombError

    with tempfile.TemporaryDirectory(prefix="paperknife-") as folder:
        source, result = Path(folder, "scan.pdf"), Path(folder, "read.pdf")
        source.write_bytes(data)
        try:
            ocrmypdf.ocr(
                source,
                result,
                language=[_LANGUAGE],
                mode="skip",  # pages that have text keep it
                # Nothing but the text layer is wanted, and always the same one.
                output_type="pdf",
                optimize=0,
                rasterizer="pypdfium",
                max_image_mpixels=_MOST_PIXELS,
                jobs=1,
                use_threads=True,
                progress_bar=False,
            )
        except (ExitCodeException, DecompressionBombError, pypdfium2.PdfiumError) as error:
            words = tidy(str(error)) or type(error).__name__
            raise UnreadableDocument(file, f"the scan cannot be recognised ({words})") from error
        return result.read_bytes()


def _wordless(reading: Reading) -> list[int]:
    """The numbers of the pages that nothing was read from."""
    read = {page for draft in reading.drafts for _, page in draft.breaks}
    read |= {line.page for line in reading.furniture if line.page is not None}
    return [number for number in range(1, reading.pages + 1) if number not in read]


def _pictures(data: bytes, numbers: list[int]) -> list[int]:
    """Those of the pages that are pictures, and not blank or drawn."""
    if not numbers:
        return []
    with pypdfium2.PdfDocument(data) as document:
        return [number for number in numbers if _is_picture(document[number - 1])]


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    for picture in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=_DEPTH):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _COVERS * width * height:
            return True
    return False
