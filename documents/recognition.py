"""Whether text on pictures can be recognised on this machine."""

from importlib.util import find_spec
from shutil import which


def can_recognise() -> bool:
    """Whether scans can be read here."""
    return find_spec("ocrmypdf") is not None and which("tesseract") is not None
