"""What is known of a letter that was fetched, and what became of its file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.disk import hash_of
from documents.fetch import notes
from documents.fetch.notes import FOLDER, Note, read_note, standing, write_note


def note(sha256: str, *, placed: bool = True, replaces: str | None = None) -> Note:
    return Note(
        url="https://letters.example/a.pdf",
        etag=None,
        last_modified=None,
        sha256=sha256,
        bytes=1,
        fetched=datetime(2026, 1, 1, tzinfo=UTC),
        placed=placed,
        replaces=replaces,
    )


def test_a_note_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    assert read_note(tmp_path, "a.pdf") is None
    for written in (note("0" * 64), note("1" * 64, placed=False, replaces="0" * 64)):
        write_note(tmp_path, "a.pdf", written)
        assert read_note(tmp_path, "a.pdf") == written
    (tmp_path / FOLDER / "a.pdf.json").write_bytes(b'{"url": "\xff')
    assert read_note(tmp_path, "a.pdf") is None


@pytest.mark.parametrize(
    ("placed", "replaces", "is_there", "expected"),
    [
        (True, None, "new", "fetched"),
        (True, None, "other", "changed"),
        (True, None, None, "removed"),
        # Killed between the note and the file, or between the file and the note.
        (False, None, None, "absent"),
        (False, None, "new", "fetched"),
        (False, None, "other", "changed"),
        (False, "old", "old", "outdated"),
        (False, "old", "new", "fetched"),
        (False, "old", "other", "changed"),
        (False, "old", None, "removed"),
        # The old version is put back by hand.
        (True, None, "old", "changed"),
    ],
)
def test_what_became_of_a_file(
    tmp_path: Path, placed: bool, replaces: str | None, is_there: str | None, expected: str
) -> None:
    hashes = {}
    for content in ("old", "new", "other"):
        (tmp_path / "x").write_text(content)
        hashes[content] = hash_of(tmp_path / "x")
    if is_there:
        (tmp_path / "a.pdf").write_text(is_there)
    known = note(
        hashes["new"], placed=placed, replaces=None if replaces is None else hashes[replaces]
    )
    sha256 = None if is_there is None else hashes[is_there]
    assert standing(tmp_path, "a.pdf", known) == (expected, sha256)
    assert standing(tmp_path, "a.pdf", None)[0] == ("foreign" if is_there else "absent")


def test_a_file_that_must_not_be_read_blocks_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_text("secret")

    def refused(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    # Tests may run as a user who may read everything.
    monkeypatch.setattr(notes, "hash_of", refused)
    assert standing(tmp_path, "a.pdf", None) == ("blocked", None)
