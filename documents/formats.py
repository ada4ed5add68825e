"""Which reader a file's content asks for. The suffix says nothing that is believed."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from documents.docx import read_docx
from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.html import read_html
from documents.markdown import read_markdown
from documents.pdf import read_pdf
from documents.plain import decode, read_plain

READERS: dict[str, Callable[[bytes, str], Reading]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "html": read_html,
    "markdown": read_markdown,
    "text": read_plain,
}
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
}
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
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
    if _HTML.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]):
        return "html"
    return "markdown" if _MARKDOWN.search(decode(data, file)) else "text"


def _zip_format(data: bytes, file: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableDocument(file, f"the file is a damaged archive ({error})") from error
    if "word/document.xml" not in names:
        raise UnreadableDocument(file, "the file is an archive, not a Word document")
    return "docx"
