"""Which reader a file's content asks for. The suffix is not believed; at most it breaks a tie."""

import re
from collections.abc import Callable

from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.readers.archives import check_archive, first_bytes
from documents.readers.docx import read_docx
from documents.readers.eml import is_mail, is_saved_page, read_mail, read_saved_page
from documents.readers.encodings import decode, marked_encoding
from documents.readers.html import read_html
from documents.readers.markdown import read_markdown
from documents.readers.ocr import read_pdf_or_scan
from documents.readers.odt import read_odt
from documents.readers.plain import read_plain


def _read_mail(data: bytes, file: str) -> Reading:
    return read_mail(data, file, detect_format, READERS)


READERS: dict[str, Callable[[bytes, str], Reading]] = {
    "pdf": read_pdf_or_scan,
    "docx": read_docx,
    "odt": read_odt,
    "eml": _read_mail,
    "mhtml": read_saved_page,
    "html": read_html,
    "markdown": read_markdown,
    "text": read_plain,
}
_HTML = re.compile(
    rb"^\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|main|article|section|table|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 8192  # bytes that are looked at for what a file begins with
_ODT = b"application/vnd.oasis.opendocument.text"
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|.*\|\s*\n\|[ :|-]+\|)", re.MULTILINE)


def detect_format(data: bytes, file: str) -> str:
    """The name of a reader. Raises UnreadableDocument for empty files and unknown formats."""
    if not data.strip():
        raise UnreadableDocument(file, "the file is empty")
    # PDF readers accept a header anywhere in the first kilobyte.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_format(data, file)
    if _HTML.match(_head(data)):
        return "html"
    if is_mail(data, file):
        return "mhtml" if is_saved_page(data) else "eml"
    return "markdown" if _MARKDOWN.search(decode(data, file)) else "text"


def _head(data: bytes) -> bytes:
    """The beginning of a file, in UTF-8 where its first bytes mark it as anything else."""
    return data[:_HEAD].decode(marked_encoding(data), "ignore").encode("utf-8", "ignore")


def _zip_format(data: bytes, file: str) -> str:
    parts = check_archive(data, file, "archive")
    if "word/document.xml" in parts:
        return "docx"
    if "mimetype" in parts and first_bytes(data, file, "mimetype").startswith(_ODT):
        return "odt"
    raise UnreadableDocument(
        file, "the file is an archive, not a Word document or OpenDocument text"
    )
