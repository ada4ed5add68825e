"""Broken letters of every format are read or refused; ``fuzz.py`` looks for longer."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.draft import Draft, Reading
from documents.readers.formats import READERS, detect_format
from tests.documents import fuzz
from tests.documents.fuzz import attempt
from tests.documents.mutating import choices, mutate, seeds


@pytest.mark.parametrize("reader", READERS)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(numbers=st.lists(st.integers(0, 65535), max_size=60))
def test_broken_letters_are_read_or_refused(reader: str, numbers: list[int]) -> None:
    attempt(reader, mutate(reader, choices(numbers)))


@pytest.mark.parametrize("reader", READERS)
def test_the_seeds_are_letters_of_their_format(reader: str) -> None:
    assert seeds(reader)
    for data in seeds(reader):
        assert detect_format(data, "seed") == reader
        assert READERS[reader](data, "seed").drafts


def test_what_is_neither_read_nor_refused_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(data: bytes, file: str) -> Reading:
        return Reading([Draft("paragraph", data.decode())])

    monkeypatch.setitem(READERS, "text", careless)
    attempt("text", b"Children are safe.")
    with pytest.raises(UnicodeDecodeError):
        attempt("text", b"caf\xe9 is open to all children.")


def test_the_command_reads_for_as_long_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = f"fuzz --reader text --seconds 0.2 --findings {tmp_path}"
    monkeypatch.setattr("sys.argv", arguments.split())
    fuzz.main()
    assert "nothing found" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
