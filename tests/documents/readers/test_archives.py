"""Archives: what is in them, and what they would unpack to."""

import pytest

from documents.errors import UnreadableDocument
from documents.readers.archives import check_archive, first_bytes
from tests.documents.packing import zipped

WHOLE = zipped({"a.txt": "Children are safe. " * 20, "b/c.txt": "Carers are kind."})


def test_the_parts_of_an_archive() -> None:
    assert check_archive(WHOLE, "letter.zip", "archive") == {"a.txt", "b/c.txt"}
    assert first_bytes(WHOLE, "letter.zip", "a.txt", 8) == b"Children"


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.readers.archives.MOST_UNPACKED", 100)
    with pytest.raises(UnreadableDocument, match="the archive unpacks to 396 bytes"):
        check_archive(WHOLE, "letter.zip", "archive")


def test_a_damaged_archive_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="damaged archive"):
        check_archive(WHOLE[:-30], "letter.zip", "archive")
    packed = WHOLE.index(b"a.txt") + len("a.txt")
    broken = WHOLE[:packed] + b"\xff" * 12 + WHOLE[packed + 12 :]
    with pytest.raises(UnreadableDocument, match="damaged archive"):
        first_bytes(broken, "letter.zip", "a.txt")
