"""Whether a download is what its name says."""

from pathlib import PurePosixPath

from documents.catalogue import FORMATS
from documents.errors import LetterUnavailable, ServerBusy, UnreadableDocument
from documents.readers.formats import detect_format

_TAIL = 1024  # bytes at the end of a PDF in which readers look for its mark
_NAMES = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "eml": "a mail",
    "mhtml": "a saved web page",
    "html": "a web page",
    "markdown": "text",
    "text": "text",
}


def check_content(data: bytes, name: str) -> None:
    """Raises LetterUnavailable where the content is not of the format that the suffix of ``name``
    says, and ServerBusy where it is a PDF without its end, which came only in part.

    The content decides alone: servers call a letter ``application/octet-stream`` and an error page
    ``application/pdf``.
    """
    try:
        found = detect_format(data, name)
    except UnreadableDocument as error:
        raise LetterUnavailable(error.reason) from error
    suffix = PurePosixPath(name).suffix.lower()
    if found not in FORMATS[suffix]:
        raise LetterUnavailable(f"what came is {_NAMES[found]}, and not what {suffix} says")
    if found == "pdf" and b"%%EOF" not in data[-_TAIL:]:
        raise ServerBusy("what came is a PDF without its end")
