"""OpenDocument texts of our own, written by hand, for the readers to read."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("meta", "meta"),
        ("svg", "svg-compatible"),
        ("manifest", "manifest"),
    )
)
NAMES = (
    f'{_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
ODT = "application/vnd.oasis.opendocument.text"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts in this order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def odt_file(
    body: str,
    *,
    automatic: str = "",
    styles: str = "",
    masters: str = "",
    meta: str = "",
    kind: str = ODT,
    doctype: str = "",
    **more: str,
) -> bytes:
    """An OpenDocument text with this XML in its body; ``more`` are further parts by their name."""

    def part(root: str, content: str) -> str:
        return (
            f"<?xml version='1.0'?>{doctype}<office:document-{root} {NAMES}>"
            f"{content}</office:document-{root}>"
        )

    manifest = (
        f'<?xml version="1.0"?><manifest:manifest {NAMES}>'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return zipped(
        {
            "mimetype": kind,
            "content.xml": part(
                "content",
                f"<office:automatic-styles>{automatic}</office:automatic-styles>"
                f"<office:body><office:text>{body}</office:text></office:body>",
            ),
            "styles.xml": part(
                "styles",
                f"<office:styles>{styles}</office:styles>"
                f"<office:master-styles>{masters}</office:master-styles>",
            ),
            "meta.xml": part("meta", f"<office:meta>{meta}</office:meta>"),
            "META-INF/manifest.xml": more.pop("manifest", manifest),
            **more,
        }
    )
