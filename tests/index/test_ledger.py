"""The ledger says of each file what became of it, and is made anew where it is lost."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from documents import Corpus, Failure, SnapshotDamaged, SnapshotError, SnapshotMissing
from index.ledger import LEDGER, Ledger, entries_of, open_ledger, read_ledger
from tests.index.letters import caseload_letter, fostering_letter, small_corpus

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATE = Failure("late", "late.pdf", "a" * 64, "the reader was stopped", transient=True)


def corpus_with(*failures: Failure) -> Corpus:
    return Corpus((fostering_letter(),), failures)


def test_every_file_has_a_row_that_says_what_it_is(tmp_path: Path) -> None:
    copy = replace(caseload_letter(), file="copy.txt")
    failures = (
        Failure("copy", "copy.txt", copy.sha256, "the same letter", "oakley-2023.txt"),
        Failure("locked", "locked.pdf", None, "the file cannot be opened", transient=True),
    )
    corpus = small_corpus()
    corpus = Corpus(corpus.documents, (*corpus.failures, *failures), (copy,))
    with open_ledger(tmp_path) as ledger:
        assert ledger.snapshot is None
        assert ledger.entries() == {}
        ledger.record("0123456789abcdef", corpus, NOW, ["locked.pdf"])
    with open_ledger(tmp_path) as ledger:
        assert ledger.snapshot == "0123456789abcdef"
        rows = {
            name: (e.state, e.document, e.sha256, e.problem, e.transient, e.attempts)
            for name, e in ledger.entries().items()
        }
        assert {entry.since for entry in ledger.entries().values()} == {NOW}
    oakley = caseload_letter()
    assert rows == {
        "broken.pdf": ("failed", "broken", "0" * 64, "the file ends in the middle", False, 1),
        "copy.txt": ("copy", oakley.id, oakley.sha256, "the same letter", False, 0),
        "elmshire-2024.txt": (
            "read",
            fostering_letter().id,
            fostering_letter().sha256,
            None,
            False,
            0,
        ),
        "locked.pdf": ("failed", "locked", None, "the file cannot be opened", True, 1),
        "oakley-2023.txt": ("read", oakley.id, oakley.sha256, None, False, 0),
    }


def tried(ledger: Ledger, now: datetime, *failures: Failure, read: bool = True) -> None:
    names = [failure.file for failure in failures] if read else []
    ledger.record("0" * 16, corpus_with(*failures), now, names)


def test_each_attempt_waits_twice_as_long_up_to_a_day(tmp_path: Path) -> None:
    pauses: list[timedelta] = []
    with open_ledger(tmp_path) as ledger:
        now = NOW
        for attempt in range(1, 40):
            tried(ledger, now, LATE)
            entry = ledger.entries()["late.pdf"]
            assert (entry.attempts, entry.since) == (attempt, NOW)
            assert entry.retry_at is not None
            pauses.append(entry.retry_at - now)
            now = entry.retry_at
    minute, day = timedelta(minutes=1), timedelta(days=1)
    assert pauses[:4] == [minute, 2 * minute, 4 * minute, 8 * minute]
    assert pauses == sorted(pauses)
    assert pauses[-1] == max(pauses) == day


def test_only_what_was_read_counts_as_an_attempt(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        tried(ledger, NOW, LATE)
        before = ledger.entries()["late.pdf"]
        tried(ledger, NOW + timedelta(seconds=9), LATE, read=False)
        assert ledger.entries()["late.pdf"] == before


def test_a_permanent_failure_is_not_tried_again(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        tried(ledger, NOW, replace(LATE, transient=False))
        assert ledger.entries()["late.pdf"].retry_at is None


def test_a_file_that_changed_begins_anew(tmp_path: Path) -> None:
    later = NOW + timedelta(hours=1)
    with open_ledger(tmp_path) as ledger:
        for _ in range(3):
            tried(ledger, NOW, LATE)
        tried(ledger, later, replace(LATE, sha256="b" * 64))
        entry = ledger.entries()["late.pdf"]
    assert (entry.attempts, entry.since) == (1, later)


def test_since_tells_when_a_file_became_what_it_is(tmp_path: Path) -> None:
    later, latest = NOW + timedelta(days=1), NOW + timedelta(days=2)
    problem = replace(LATE, problem="the reader crashed")
    with open_ledger(tmp_path) as ledger:
        tried(ledger, NOW, LATE)
        tried(ledger, later, problem)
        assert ledger.entries()["late.pdf"].since == later
        assert ledger.entries()["late.pdf"].attempts == 2
        assert ledger.entries()["elmshire-2024.txt"].since == NOW
        # As a document, with the same bytes.
        read = replace(caseload_letter(), file="late.pdf", sha256="a" * 64)
        ledger.record("0" * 16, Corpus((read,), ()), latest, [])
        assert ledger.entries()["late.pdf"].since == latest


def test_a_file_that_went_has_no_row(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        tried(ledger, NOW, LATE)
        tried(ledger, NOW)
        assert set(ledger.entries()) == {"elmshire-2024.txt"}


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    summer = NOW.astimezone(timezone(timedelta(hours=1)))
    with open_ledger(tmp_path) as ledger:
        tried(ledger, summer, LATE)
        entry = ledger.entries()["late.pdf"]
    assert entry.since == NOW
    assert entry.since.utcoffset() == timedelta(0)


def test_names_that_look_the_same_have_a_row_each(tmp_path: Path) -> None:
    problem = "the file's name is not UTF-8; rename it"
    twins = [Failure(f"caf-{n}", "caf\ufffd.txt", None, problem) for n in range(2)]
    with open_ledger(tmp_path) as ledger:
        tried(ledger, NOW, *twins)
        assert ledger.entries()["caf\ufffd.txt"].problem == problem
    with closing(sqlite3.connect(tmp_path / LEDGER)) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (3,)


def test_what_was_withdrawn_is_remembered_until_it_is_gone(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        assert ledger.withdrawn() == frozenset()
        ledger.withdraw([("a.pdf", "1" * 64), ("b.pdf", "2" * 64)], NOW)
        ledger.withdraw([("a.pdf", "1" * 64)], NOW)
    with open_ledger(tmp_path) as ledger:
        assert ledger.to_remove() == [("a.pdf", "1" * 64), ("b.pdf", "2" * 64)]
        ledger.removed()
        ledger.withdraw([("a.pdf", "3" * 64)], NOW)
        assert ledger.to_remove() == [("a.pdf", "3" * 64)]
        assert ledger.withdrawn() == {
            *(("a.pdf", "1" * 64), ("b.pdf", "2" * 64), ("a.pdf", "3" * 64))
        }
        ledger.purged()
        assert ledger.withdrawn() == frozenset()
        assert ledger.to_remove() == []


def written(data: Path) -> None:
    with open_ledger(data) as ledger:
        tried(ledger, NOW, *(replace(LATE, id=str(n), file=f"{n}.pdf") for n in range(200)))


def not_a_database(path: Path) -> None:
    path.write_bytes(b"no database at all " * 100)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = os.urandom(len(content) - 4096 * 2)
    path.write_bytes(content)


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def with_rows_that_cannot_be(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'problem TEXT', 'problem TEXT NOT NULL')"
        )
        connection.execute("UPDATE files SET problem = NULL")


def with_a_time_that_is_none(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE files SET since = '2026-q1-22' WHERE file = '7.pdf'")


def with_a_text_that_is_none(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"7.pdf", b"\xff.pdf"))


def without_a_column(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE withdrawn RENAME COLUMN sha256 TO sha257")


@pytest.mark.parametrize(
    "damage",
    [
        *(not_a_database, cut_off, overwritten, of_another_version, with_rows_that_cannot_be),
        *(with_a_time_that_is_none, with_a_text_that_is_none, without_a_column),
    ],
)
def test_a_damaged_ledger_gives_way_to_a_new_one(
    tmp_path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path)
    assert callable(damage)
    damage(tmp_path / LEDGER)
    with pytest.raises(SnapshotDamaged, match=rf"{LEDGER}: cannot be read"), read_ledger(tmp_path):
        pass
    with open_ledger(tmp_path) as ledger:
        assert ledger.entries() == {}
        tried(ledger, NOW, LATE)
    assert "made anew" in caplog.text
    with read_ledger(tmp_path) as ledger:
        assert set(ledger.entries()) == {"elmshire-2024.txt", "late.pdf"}


def test_a_lost_ledger_is_made_anew(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / LEDGER).unlink()
    with open_ledger(tmp_path) as ledger:
        assert ledger.entries() == {}


def test_a_ledger_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / LEDGER).mkdir()
    with pytest.raises(SnapshotError, match=rf"{LEDGER}: cannot be written"), open_ledger(tmp_path):
        pass
    with pytest.raises(SnapshotError, match="cannot be written"), open_ledger(tmp_path / "nowhere"):
        pass


def test_what_fails_within_is_the_ledgers_error(tmp_path: Path) -> None:
    with (
        pytest.raises(SnapshotError, match=r"cannot be written \(no such table: nowhere\)"),
        open_ledger(tmp_path) as ledger,
    ):
        ledger._connection.execute("SELECT * FROM nowhere")


def test_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    with (
        pytest.raises(SnapshotMissing, match="missing; `paperknife refresh`"),
        read_ledger(tmp_path),
    ):
        pass
    written(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    with read_ledger(tmp_path) as ledger:
        assert len(ledger.entries()) == 201
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            ledger.purged()
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_it_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    written(tmp_path)
    with open_ledger(tmp_path) as writer, read_ledger(tmp_path) as reader:
        assert len(reader.entries()) == 201
        tried(writer, NOW, LATE)
        assert len(reader.entries()) == 2


def test_entries_of_a_corpus_are_those_that_would_be_written(tmp_path: Path) -> None:
    corpus = corpus_with(LATE)
    with open_ledger(tmp_path) as ledger:
        ledger.record("0" * 16, corpus, NOW, [])
        assert ledger.entries() == entries_of(corpus, NOW)
