"""Catalogues of official letters: ours, and those that people give."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from documents.catalogue import (
    Letter,
    bundled_catalogue,
    decode_catalogue,
    parse_catalogue,
    read_catalogue,
    select,
)
from documents.errors import CatalogueError
from documents.metadata.authorities import canonical_name
from documents.metadata.gazetteer import known_authorities

OFFICIAL = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR") or "../shared/letters") / "official.csv"
HEADER = "file,authority,published,url\n"
ROW = "a-1.pdf,Aldermere,2019-12-06,https://letters.example/file/1\n"


def test_ours_lists_every_published_report_under_a_known_authority() -> None:
    letters = bundled_catalogue()
    assert len(letters) == 497
    assert {letter.authority for letter in letters} <= {a.name for a in known_authorities()}
    assert min(letter.published for letter in letters) == date(2012, 7, 13)
    assert max(letter.published for letter in letters) == date(2026, 8, 20)
    for letter in letters:
        assert str(letter.url) == f"https://files.ofsted.gov.uk/v1/file/{letter.file[:-4]}"


def test_ours_writes_names_in_their_canonical_form_and_is_in_order() -> None:
    text = Path("documents/catalogue.csv").read_text(encoding="utf-8")
    written = list(csv.DictReader(text.splitlines()))
    assert [row["authority"] for row in written] == [x.authority for x in bundled_catalogue()]
    assert written == sorted(written, key=lambda row: row["file"])


@pytest.mark.skipif(not OFFICIAL.is_file(), reason=f"{OFFICIAL} is not there")
def test_ours_says_what_the_official_list_says() -> None:
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        official = {
            (row["file"], canonical_name(row["authority"]), row["published"], row["url"])
            for row in csv.DictReader(file)
        }
    assert official == {
        (x.file, x.authority, x.published.isoformat(), str(x.url)) for x in bundled_catalogue()
    }


def test_columns_come_in_any_order_and_others_are_passed_over() -> None:
    text = (
        "grade,url,published,file,authority\r\n"
        'good,http://h.example/1,2020-01-31, b.TXT ,"Hull City Council"\r\n\r\n'
    )
    (letter,) = decode_catalogue(b"\xef\xbb\xbf" + text.encode(), "new.csv")
    assert letter.file == "b.TXT"
    assert letter.authority == "Kingston upon Hull"
    assert letter.published == date(2020, 1, 31)
    assert str(letter.url) == "http://h.example/1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "new.csv: line 1: there is no column 'file'"),
        ("file,authority,url\n", "new.csv: line 1: there is no column 'published'"),
        (HEADER, "new.csv: lists no letter"),
        (HEADER + ROW + "b.pdf,Aldermere\n", "new.csv: line 3: has not as many values"),
        (HEADER + ROW[:-1] + ",more\n", "new.csv: line 2: has not as many values"),
        (HEADER + '"a.pdf', "new.csv: line 2: unexpected end of data"),
        (HEADER + ROW + ROW, "new.csv: line 3: file: a-1.pdf is on line 2 already"),
        (
            HEADER + ROW + ROW.replace("a-1", "A-1"),
            "new.csv: line 3: file: a-1.pdf is on line 2 already",
        ),
        (
            HEADER + ROW + ROW.replace("a-1", "b"),
            "new.csv: line 3: url: https://letters.example/file/1 is on line 2 already",
        ),
        *(
            (HEADER + ROW.replace("a-1.pdf", name), "new.csv: line 2: file: must be a plain file")
            for name in ("../a.pdf", ".a.pdf", "/a.pdf", "a b.pdf", "a\\b.pdf", "-a.pdf", "é.pdf")
        ),
        (HEADER + ROW.replace("a-1.pdf", "a.exe"), "new.csv: line 2: file: must end in one of"),
        (HEADER + ROW.replace("a-1", "a" * 100), "new.csv: line 2: file: String should have at"),
        *(
            (HEADER + ROW.replace("Aldermere", name), "new.csv: line 2: authority: must be the")
            for name in ("", "Alder\x1bmere")
        ),
        *(
            (HEADER + ROW.replace("2019-12-06", day), "new.csv: line 2: published: ")
            for day in ("", "6 December 2019", "2019-13-06", "1575590400", "2019-12-06T10:00")
        ),
        *(
            (HEADER + ROW.replace("https://letters.example/file/1", url), "new.csv: line 2: url: ")
            for url in ("", "ftp://h/1", "file:///a", "1", "https://u:p@h/1", "https://h/1#a")
        ),
    ],
)
def test_what_is_wrong_is_said_with_line_and_field(text: str, message: str) -> None:
    with pytest.raises(CatalogueError) as error:
        parse_catalogue(text, "new.csv")
    assert str(error.value).startswith(message)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.csv: cannot be read \(No such file"):
        read_catalogue(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"caf\xe9")
    with pytest.raises(CatalogueError, match=r"latin\.csv: is not UTF-8"):
        read_catalogue(tmp_path / "latin.csv")
    (tmp_path / "good.csv").write_text(HEADER + ROW, encoding="utf-8")
    (letter,) = read_catalogue(tmp_path / "good.csv")
    assert letter.file == "a-1.pdf"


def letter(file: str, authority: str, published: str) -> Letter:
    url = f"https://letters.example/{file}"
    return Letter.model_validate(
        {"file": file, "authority": authority, "published": published, "url": url}
    )


SHELF = (
    letter("1.pdf", "Aldermere", "2019-12-06"),
    letter("2.pdf", "Kestleshire", "2023-03-01"),
    letter("3.pdf", "Bournemouth", "2018-01-01"),
    letter("4.pdf", "Aldermere", "2022-07-01"),
)


def chosen(*authorities: str, since: date | None = None, until: date | None = None) -> list[str]:
    return [x.file for x in select(SHELF, authorities, since, until)]


def test_the_newest_come_first_and_filters_hold() -> None:
    assert chosen() == ["2.pdf", "4.pdf", "1.pdf", "3.pdf"]
    assert chosen("aldermere Council", "Kestleshire") == ["2.pdf", "4.pdf", "1.pdf"]
    assert chosen(since=date(2019, 12, 6), until=date(2022, 7, 1)) == ["4.pdf", "1.pdf"]
    assert chosen("Aldermere", since=date(2024, 1, 1)) == []


def test_an_authority_without_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="no letter about 'Aldermeer'; did you mean Aldermere"):
        chosen("Aldermeer")
    with pytest.raises(ValueError, match=r"no letter about 'Xyzzy'$"):
        chosen("Aldermere", "Xyzzy")
