"""Files are put into a corpus folder: all or none, whole, and nothing overwritten unasked."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import CorpusError, Limits
from documents.errors import FileTooLarge, FormatRefused, NameRefused, NameTaken, PlacementRefused
from documents.files import shown_name
from documents.placing import MOST_FILES, Placed, Placing

LETTER = b"Focused visit to Marlow Vale\n\nThe duty team is settled.\n"
OTHER = b"Focused visit to Aldermere\n\nThe duty team is new.\n"


def placed(folder: Path, *files: tuple[str, bytes], replace: bool = False) -> list[Placed]:
    with Placing(folder) as placing:
        for name, content in files:
            placing.begin(name)
            for start in range(0, len(content), 7):
                placing.write(content[start : start + 7])
        return placing.place(replace=replace)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_placed_as_they_came(tmp_path: Path) -> None:
    found = placed(tmp_path, ("b.txt", LETTER), ("a.md", OTHER))
    assert [(entry.file, entry.state) for entry in found] == [("b.txt", "new"), ("a.md", "new")]
    assert contents(tmp_path) == {"b.txt": LETTER, "a.md": OTHER}
    # Others of the same machine may read it, if its users' habits allow that.
    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "b.txt").stat().st_mode
    (tmp_path / "plain").touch()
    assert (tmp_path / "a.md").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_same_content_again_is_no_conflict(tmp_path: Path) -> None:
    placed(tmp_path, ("a.md", LETTER))
    before = (tmp_path / "a.md").stat()
    found = placed(tmp_path, ("a.md", LETTER), ("b.md", OTHER))
    assert [entry.state for entry in found] == ["unchanged", "new"]
    assert (tmp_path / "a.md").stat().st_ino == before.st_ino


def test_another_content_is_a_conflict_and_nothing_is_placed(tmp_path: Path) -> None:
    placed(tmp_path, ("b.md", LETTER))
    with pytest.raises(NameTaken, match=r"b\.md: .*replace=true"):
        placed(tmp_path, ("a.md", OTHER), ("b.md", OTHER))
    assert contents(tmp_path) == {"b.md": LETTER}


def test_it_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    placed(tmp_path, ("b.md", LETTER))
    found = placed(tmp_path, ("a.md", OTHER), ("b.md", OTHER), replace=True)
    assert [entry.state for entry in found] == ["new", "replaced"]
    assert contents(tmp_path) == {"a.md": OTHER, "b.md": OTHER}


def test_what_was_replaced_comes_back_where_a_later_file_cannot_be_placed(tmp_path: Path) -> None:
    placed(tmp_path, ("b.md", LETTER))
    (tmp_path / "c.md").mkdir()
    with pytest.raises(NameTaken, match=r"c\.md: .* no file"):
        placed(tmp_path, ("a.md", OTHER), ("b.md", OTHER), ("c.md", OTHER), replace=True)
    (tmp_path / "c.md").rmdir()
    assert contents(tmp_path) == {"b.md": LETTER}


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "outside.md").write_bytes(LETTER)
    (corpus / "a.md").symlink_to(tmp_path / "outside.md")
    for content in (LETTER, OTHER):
        with pytest.raises(NameTaken):
            placed(corpus, ("a.md", content), replace=True)
    assert (tmp_path / "outside.md").read_bytes() == LETTER


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "name"),
        (" ", "name"),
        ("../a.md", "path"),
        ("sub/a.md", "path"),
        ("C:\\letters\\a.md", "path"),
        ("..", "leaves"),
        (".hidden.md", "leaves"),
        ("ignored.md", "leaves"),
        ("a\n.md", "seen"),
        ("a\u202e.md", "seen"),
        ("a\u200b.md", "seen"),
        (" a.md", "blank"),
        ("a.md ", "blank"),
        ("ä" * 101, "longer"),
        ("twice.md", "two files"),
    ],
)
def test_a_name_that_no_letter_may_have(tmp_path: Path, name: str, word: str) -> None:
    (tmp_path / ".paperknifeignore").write_text("ignored*\n")
    with pytest.raises(NameRefused, match=word):
        placed(tmp_path, ("twice.md", LETTER), (name, LETTER))
    assert list(contents(tmp_path)) == [".paperknifeignore"]


@given(name=st.text(max_size=12))
def test_whatever_the_name_it_is_in_the_folder_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    folder = tmp_path_factory.mktemp("placing") / "corpus"
    folder.mkdir()
    try:
        placed(folder, (name, LETTER))
    except NameRefused:
        assert contents(folder) == {}
    else:
        assert contents(folder) == {name: LETTER}
        assert shown_name(name) == name
    assert [path.name for path in folder.parent.iterdir()] == ["corpus"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 no archive", "archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, ""),
    ],
    ids=["empty", "archive", "picture"],
)
def test_what_no_reader_reads_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(FormatRefused, match=rf"b\.pdf: .*{word}"):
        placed(tmp_path, ("a.md", LETTER), ("b.pdf", content))
    assert contents(tmp_path) == {}


def test_a_file_beyond_the_limit_is_refused_as_it_comes(tmp_path: Path) -> None:
    with Placing(tmp_path, Limits(bytes=10)) as placing:
        placing.begin("a.md")
        placing.write(b"0123456789")
        with pytest.raises(FileTooLarge, match=r"a\.md: .* 10 bytes"):
            placing.write(b"x")
    assert contents(tmp_path) == {}


def test_more_files_than_allowed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match=str(MOST_FILES)):
        placed(tmp_path, *((f"{number}.md", LETTER) for number in range(MOST_FILES + 1)))
    assert contents(tmp_path) == {}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="letters: the corpus folder does not exist"):
        placed(tmp_path / "letters", ("a.md", LETTER))


@pytest.mark.parametrize("step", ["link", "fsync"])
def test_a_disk_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real = getattr(os, step)
    calls = iter(range(3))

    def failing(*arguments: object) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        real(*arguments)

    placed(tmp_path, ("b.md", LETTER))
    before = contents(tmp_path)
    monkeypatch.setattr(os, step, failing)
    with pytest.raises(CorpusError, match="No space left"):
        placed(tmp_path, ("a.md", OTHER), ("b.md", OTHER), ("c.md", OTHER), replace=True)
    assert contents(tmp_path) == before


def test_what_a_dead_process_left_goes_after_a_day(tmp_path: Path) -> None:
    for name, age in ((".paperknife-old", 25 * 3600), (".paperknife-new", 60)):
        (tmp_path / name).write_bytes(LETTER)
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    placed(tmp_path, ("a.md", LETTER))
    assert contents(tmp_path).keys() == {".paperknife-new", "a.md"}


def test_every_refusal_is_one_line_with_the_name() -> None:
    problem = PlacementRefused("a\nb.md", "is\nso")
    assert str(problem) == "a b.md: is so"
