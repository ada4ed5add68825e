"""``paperknife fetch`` as a person or a machine calls it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from qa.cli import app
from qa.settings import SAMPLES
from tests.documents.fetch.server import Published, Reply, Server, pdf, serving

CATALOGUE = """file,authority,published,url
1.pdf,Aldermere,2017-03-01,https://letters.example/1
2.pdf,Aldermere,2022-06-30,https://letters.example/2
3.pdf,Kestleshire,2023-05-05,https://letters.example/3
4.pdf,"Wexley and Dunmoor",2020-02-02,https://letters.example/4
"""
HTML = b"<!DOCTYPE html><html><body>The page that you asked for cannot be found.</body></html>"

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        for number in range(1, 5):
            server.at(f"/{number}", Published(pdf(f"letter {number}"), f'"{number}"'))
        yield server


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "letters"


@pytest.fixture
def run(tmp_path: Path, server: Server, corpus: Path) -> Run:
    """Runs the command with a catalogue of four letters, at the test server, fast."""
    catalogue = tmp_path / "list.csv"
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    environment = {
        "PAPERKNIFE_CORPUS": str(corpus),
        "PAPERKNIFE_CATALOGUE": str(catalogue),
        "PAPERKNIFE_BASE": server.address,
        "PAPERKNIFE_RATE": "1000",
        "COLUMNS": "400",
        "TERMINAL_WIDTH": "400",
    }

    def run(*arguments: str, **changed: str) -> Result:
        result = CliRunner().invoke(app, ["fetch", *arguments], env=environment | changed)
        assert "Traceback" not in result.output
        return result

    return run


def letters(corpus: Path) -> list[str]:
    return sorted(path.name for path in corpus.glob("*.pdf"))


def states(result: Result) -> dict[str, str]:
    return {row["file"]: row["state"] for row in json.loads(result.stdout)["letters"]}


def test_letters_are_fetched_once_and_known_again(run: Run, corpus: Path, server: Server) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert result.stdout == "4 letters: 4 fetched.\n"
    assert "fetching letters" in result.stderr
    assert letters(corpus) == ["1.pdf", "2.pdf", "3.pdf", "4.pdf"]
    server.at("/3", Published(pdf("corrected"), '"new"'))
    assert run().stdout == "4 letters: 1 updated, 3 unchanged.\n"


def test_each_failure_is_said_with_its_reason(run: Run, corpus: Path, server: Server) -> None:
    server.at("/1", Reply(404))
    server.at("/2", Reply(200, HTML, {"Content-Type": "application/pdf"}))
    result = run()
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "4 letters: 2 fetched, 2 failed.",
        "2 letters could not be fetched:",
        "  2.pdf: what came is a web page, and not what .pdf says",
        "  1.pdf: 127.0.0.1 answers 404 (Not Found)",
    ]
    assert letters(corpus) == ["3.pdf", "4.pdf"]


def test_what_a_person_did_is_left_and_said(run: Run, corpus: Path) -> None:
    run()
    (corpus / "1.pdf").write_bytes(b"mine")
    (corpus / "2.pdf").unlink()
    result = run()
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "4 letters: 2 unchanged, 2 left.",
        "2 letters left alone; --overwrite fetches what was changed or removed:",
        "  2.pdf: was removed or renamed by hand since it was fetched",
        "  1.pdf: was changed by hand since it was fetched",
    ]
    assert (corpus / "1.pdf").read_bytes() == b"mine"
    assert run("--overwrite").stdout == "4 letters: 1 fetched, 1 updated, 2 unchanged.\n"
    assert (corpus / "1.pdf").read_bytes() == pdf("letter 1")


def test_json_says_all_of_each_letter(run: Run, corpus: Path, server: Server) -> None:
    server.at("/1", Reply(404))
    result = run("--json", "--authority", "Aldermere Council")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["corpus"] == str(corpus)
    assert report["catalogue"].endswith("list.csv")
    assert report["dry_run"] is False
    good, bad = report["letters"]
    assert len(good.pop("sha256")) == 64
    assert good == {
        "file": "2.pdf",
        "authority": "Aldermere",
        "published": "2022-06-30",
        "url": f"{server.address}/2",
        "state": "fetched",
        "reason": None,
    }
    assert (bad["state"], bad["reason"]) == ("failed", "127.0.0.1 answers 404 (Not Found)")


def test_only_what_is_wanted_is_fetched(run: Run, corpus: Path) -> None:
    wanted = run("--authority", "Aldermere", "--authority", "wexley & dunmoor", "--json")
    assert set(states(wanted)) == {"1.pdf", "2.pdf", "4.pdf"}
    some = run("--since", "2020-02-02", "--until", "2022-06-30", "--json")
    assert set(states(some)) == {"2.pdf", "4.pdf"}
    variables = {"AUTHORITY": "Kestleshire; Aldermere", "SINCE": "2020-01-01", "JSON": "1"}
    environment = {f"PAPERKNIFE_{name}": value for name, value in variables.items()}
    assert set(states(run(**environment))) == {"2.pdf", "3.pdf"}
    none = run("--since", "2030-01-01")
    assert (none.exit_code, none.stdout) == (0, "The catalogue has no such letter.\n")


def test_a_dry_run_asks_nobody_and_writes_nothing(run: Run, corpus: Path, server: Server) -> None:
    result = run("--dry-run", "--authority", "Aldermere")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"  to fetch: 2.pdf · Aldermere · {server.address}/2",
        f"  to fetch: 1.pdf · Aldermere · {server.address}/1",
        "2 letters: 2 to fetch.",
    ]
    assert not corpus.exists()
    assert server.asked == []
    run()
    result = run("--json", PAPERKNIFE_DRY_RUN="1")
    assert set(states(result).values()) == {"to check"}
    assert json.loads(result.stdout)["dry_run"] is True
    assert len(server.asked) == 4


def test_the_catalogue_may_be_at_an_address(run: Run, corpus: Path, server: Server) -> None:
    url = server.at("/list.csv", Reply(200, CATALOGUE.encode()))
    assert run("--catalogue", url).stdout == "4 letters: 4 fetched.\n"
    gone = run("--catalogue", server.address + "/none.csv")
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert gone.stderr == (
        f"paperknife: {server.address}/none.csv: 127.0.0.1 answers 404 (Not Found)\n"
    )


def test_ours_is_the_catalogue_without_another(run: Run, corpus: Path) -> None:
    result = run("--dry-run", "--json", "--authority", "Kent", PAPERKNIFE_CATALOGUE="")
    report = json.loads(result.stdout)
    assert report["catalogue"] == "documents/catalogue.csv"
    assert {row["authority"] for row in report["letters"]} == {"Kent"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "last summer"], ["--since", "PAPERKNIFE_SINCE", "date"]),
        (["--since", "2020-01-01", "--until", "2019-01-01"], ["since is later than until"]),
        (["--authority", "Aldermeer"], ["--authority", "did you mean Aldermere?"]),
        (["--rate", "0"], ["--rate", "0.01"]),
        (["--base", "letters.example"], ["--base", "PAPERKNIFE_BASE", "valid URL"]),
        (["--base", "ftp://letters.example"], ["--base", "'http' or 'https'"]),
        (["--base", "http://letters.example/below"], ["--base", "scheme, host and port only"]),
        (["--base", "http://u:p@letters.example"], ["--base", "scheme, host and port only"]),
    ],
)
def test_wrong_use_is_said(
    run: Run, server: Server, arguments: list[str], words: list[str]
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    for word in words:
        assert word in result.stderr
    assert server.asked == []


def test_the_corpus_must_be_given_and_is_never_the_samples(run: Run, server: Server) -> None:
    before = sorted(SAMPLES.iterdir())
    result = run(PAPERKNIFE_CORPUS="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--corpus or PAPERKNIFE_CORPUS" in result.stderr
    result = run("--corpus", str(SAMPLES))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "belongs to the program" in result.stderr
    assert sorted(SAMPLES.iterdir()) == before
    assert server.asked == []


def test_a_catalogue_that_is_wrong_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(CATALOGUE + "5.pdf,Aldermere,soon,https://letters.example/5\n")
    result = run("--catalogue", str(wrong))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"paperknife: {wrong}: line 6: published: must be a date, written as 2024-06-30,"
        " not 'soon'\n"
    )


def test_the_size_of_a_letter_is_limited_as_that_of_a_file(run: Run, corpus: Path) -> None:
    result = run("--json", PAPERKNIFE_MAX_BYTES="100")
    assert result.exit_code == 1
    assert set(states(result).values()) == {"failed"}
    assert "more than the 100 allowed" in result.stdout
    assert letters(corpus) == []
