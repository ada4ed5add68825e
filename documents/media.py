"""What the formats of letters are called on the web."""

MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "eml": "message/rfc822",
    "mhtml": "multipart/related",
    "html": "text/html",
    "markdown": "text/markdown",
    "text": "text/plain",
}
