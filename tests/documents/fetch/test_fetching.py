"""Letters from a catalogue into a corpus: what came, what is kept, what is said."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from documents.catalogue import Letter
from documents.corpus import corpus_files
from documents.errors import CatalogueError, FetchError, LetterUnavailable
from documents.fetch import Outcome, Policy, fetch, fetch_catalogue, plan
from documents.fetch.content import check_content
from documents.fetch.fetching import address
from qa.settings import SAMPLES
from tests.documents.fetch.conftest import FAST, FakeClock
from tests.documents.fetch.server import ETAG, MODIFIED, Published, Reply, Server, pdf

HTML = b"<!DOCTYPE html><html><title>Not found</title><p>The file is not here.</p></html>"


def letter(name: str, number: int = 1) -> Letter:
    return Letter.model_validate(
        {
            "file": name,
            "authority": "Aldermere",
            "published": "2019-12-06",
            "url": f"https://letters.example:8443/{name}?{number}",
        }
    )


Became = tuple[str, str | None]
Fetch = Callable[..., list[Became]]


@pytest.fixture
def fetched(corpus: Path, server: Server, time: FakeClock) -> Fetch:
    """Fetches letters by name from the server; returns what became of each, and why."""

    def fetched(
        *names: str, policy: Policy = FAST, overwrite: bool = False
    ) -> list[tuple[str, str | None]]:
        outcomes = fetch(
            [letter(name) for name in names],
            corpus,
            policy,
            base=server.address,
            overwrite=overwrite,
            clock=time.clock,
        )
        assert [outcome.file for outcome in outcomes] == list(names)
        return [(outcome.state, outcome.reason) for outcome in outcomes]

    return fetched


def there(corpus: Path) -> dict[str, bytes]:
    """What a reader of the corpus finds."""
    return {path.name: path.read_bytes() for path in corpus_files(corpus)}


def test_letters_arrive_and_are_known_again(corpus: Path, fetched: Fetch, server: Server) -> None:
    server.at("/a.pdf?1", Published(pdf("one")))
    server.at("/b.pdf?1", Published(pdf("two"), '"two"'))
    assert fetched("a.pdf", "b.pdf") == [("fetched", None)] * 2
    assert there(corpus) == {"a.pdf": pdf("one"), "b.pdf": pdf("two")}
    assert fetched("a.pdf", "b.pdf") == [("unchanged", None)] * 2
    assert [one.headers.get("If-None-Match") for one in server.asked] == [None, None, ETAG, '"two"']
    server.at("/a.pdf?1", Published(pdf("corrected"), '"three"'))
    assert fetched("a.pdf", "b.pdf") == [("updated", None), ("unchanged", None)]
    assert there(corpus) == {"a.pdf": pdf("corrected"), "b.pdf": pdf("two")}


def test_an_outcome_has_what_is_known_of_the_letter(corpus: Path, server: Server) -> None:
    server.at("/a.pdf?1", Published(pdf()))
    told: list[tuple[int, int]] = []
    (outcome,) = fetch(
        [letter("a.pdf")],
        corpus,
        FAST,
        base=server.address,
        progress=lambda done, total: told.append((done, total)),
    )
    assert outcome == Outcome(
        file="a.pdf",
        authority="Aldermere",
        published=date(2019, 12, 6),
        url=f"{server.address}/a.pdf?1",
        state="fetched",
        sha256=outcome.sha256,
    )
    assert told == [(0, 1), (1, 1)]
    note = json.loads((corpus / ".fetch" / "a.pdf.json").read_text())
    assert note["sha256"] == outcome.sha256
    assert (note["etag"], note["last_modified"]) == (ETAG, MODIFIED)
    assert (note["bytes"], note["url"]) == (len(pdf()), outcome.url)
    assert sorted(path.name for path in (corpus / ".fetch").iterdir()) == ["a.pdf.json", "lock"]


def test_a_server_without_marks_sends_all_and_nothing_changes(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    server.at("/a.pdf?1", Published(pdf(), None, None))
    assert fetched("a.pdf") == [("fetched", None)]
    before = (corpus / "a.pdf").stat()
    assert fetched("a.pdf") == [("unchanged", None)]
    assert (corpus / "a.pdf").stat() == before


def test_another_address_is_not_asked_with_the_marks_of_the_first(
    corpus: Path, server: Server
) -> None:
    for number in (1, 2):
        server.at(f"/a.pdf?{number}", Published(pdf()))
        (outcome,) = fetch([letter("a.pdf", number)], corpus, FAST, base=server.address)
    assert outcome.state == "unchanged"
    assert "If-None-Match" not in server.asked[-1].headers


@pytest.mark.parametrize("content", [HTML, b"", b"Service unavailable"])
def test_what_is_not_what_it_says_never_comes_into_the_corpus(
    corpus: Path, fetched: Fetch, server: Server, content: bytes
) -> None:
    headers = {"Content-Type": "application/pdf"}
    server.at("/a.pdf?1", Reply(200, content, headers))
    server.at("/b.pdf?1", Published(pdf()))
    (state, reason), other = fetched("a.pdf", "b.pdf")
    assert state == "failed"
    assert reason
    assert "says" in reason or "empty" in reason
    assert other == ("fetched", None)
    assert there(corpus) == {"b.pdf": pdf()}
    assert not list((corpus / ".fetch").glob("*.part*"))
    # Nor in the place of a good one.
    server.at("/b.pdf?1", Reply(200, content, headers))
    assert fetched("b.pdf")[0][0] == "failed"
    assert there(corpus) == {"b.pdf": pdf()}


def test_a_cut_off_letter_is_asked_for_again_and_whole_in_the_end(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    body = pdf(size=9000)
    whole = Published(body)
    server.at("/a.pdf?1", Published(body, cut=5000), Reply(503), Published(body, cut=1), whole)
    # Without a length, the end alone tells.
    server.at("/b.pdf?1", Reply(200, body[:700], length=""), whole)
    # Said to be shorter than it is.
    server.at("/c.pdf?1", Reply(200, body, length="700"), whole)
    assert fetched("a.pdf", "b.pdf", "c.pdf") == [("fetched", None)] * 3
    assert there(corpus) == dict.fromkeys(("a.pdf", "b.pdf", "c.pdf"), body)


def test_a_letter_that_is_always_cut_off_fails_and_what_came_is_kept(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    body = pdf(size=9000)
    server.at("/a.pdf?1", *(Published(body, cut=n) for n in (5000, 100, 0, 0, 0)), Published(body))
    state, reason = fetched("a.pdf")[0]
    assert (state, there(corpus)) == ("failed", {})
    assert reason
    assert reason.startswith("the connection to 127.0.0.1 failed")
    assert fetched("a.pdf") == [("fetched", None)]
    assert server.asked[-1].headers["Range"] == "bytes=5100-"
    assert there(corpus) == {"a.pdf": body}


def test_what_a_person_changed_or_removed_is_left_and_said(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    names = ("a.pdf", "b.pdf", "c.pdf")
    for name in names:
        server.at(f"/{name}?1", Published(pdf("published")))
    fetched(*names)
    (corpus / "a.pdf").write_bytes(b"mine")
    (corpus / "b.pdf").unlink()
    for name in names:
        server.at(f"/{name}?1", Published(pdf("corrected"), '"two"'))
    asked = len(server.asked)
    assert fetched(*names) == [
        ("left", "was changed by hand since it was fetched"),
        ("left", "was removed or renamed by hand since it was fetched"),
        ("updated", None),
    ]
    assert len(server.asked) == asked + 1
    assert there(corpus) == {"a.pdf": b"mine", "c.pdf": pdf("corrected")}
    states = [("updated", None), ("fetched", None), ("unchanged", None)]
    assert fetched(*names, overwrite=True) == states
    assert there(corpus) == dict.fromkeys(names, pdf("corrected"))
    assert fetched(*names) == [("unchanged", None)] * 3


def test_a_file_that_was_there_before_is_taken_up_if_it_is_the_same(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    corpus.mkdir()
    for name, content in (("a.pdf", pdf()), ("b.pdf", b"mine")):
        (corpus / name).write_bytes(content)
        server.at(f"/{name}?1", Published(pdf()))
    left = (
        "left",
        "is there already, was not fetched, and differs from the letter that is published",
    )
    assert fetched("a.pdf", "b.pdf") == [("unchanged", None), left]
    assert fetched("a.pdf", "b.pdf") == [("unchanged", None), left]
    assert server.asked[2].headers["If-None-Match"] == ETAG
    assert there(corpus) == {"a.pdf": pdf(), "b.pdf": b"mine"}
    assert not list((corpus / ".fetch").glob("*.part*"))
    assert fetched("b.pdf", overwrite=True) == [("updated", None)]


def test_a_damaged_note_is_as_none(corpus: Path, fetched: Fetch, server: Server) -> None:
    server.at("/a.pdf?1", Published(pdf()))
    fetched("a.pdf")
    (corpus / ".fetch" / "a.pdf.json").write_text("{")
    assert fetched("a.pdf") == [("unchanged", None)]
    assert "If-None-Match" not in server.asked[-1].headers
    assert fetched("a.pdf") == [("unchanged", None)]
    assert "If-None-Match" in server.asked[-1].headers


@pytest.mark.parametrize("kind", ["folder", "link", "dangling"])
def test_a_name_that_belongs_to_something_else_is_left(
    corpus: Path, fetched: Fetch, server: Server, kind: str
) -> None:
    corpus.mkdir()
    server.at("/a.pdf?1", Published(pdf()))
    outside = corpus.parent / "outside.pdf"
    if kind == "folder":
        (corpus / "a.pdf").mkdir()
    else:
        (corpus / "a.pdf").symlink_to(outside)
    if kind == "link":
        outside.write_bytes(b"mine")
    for overwrite in (False, True):
        ((state, reason),) = fetched("a.pdf", overwrite=overwrite)
        assert (state, server.asked) == ("left", [])
        assert reason
        assert "belongs to" in reason
    assert not outside.exists() or outside.read_bytes() == b"mine"


def test_a_file_that_is_changed_while_it_is_fetched_is_left(
    corpus: Path, fetched: Fetch, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.at("/a.pdf?1", Published(pdf("one")))
    fetched("a.pdf")
    server.at("/a.pdf?1", Published(pdf("two"), '"two"'))

    def slowly(data: bytes, name: str) -> None:
        check_content(data, name)
        (corpus / name).write_bytes(b"mine")

    monkeypatch.setattr("documents.fetch.fetching.check_content", slowly)
    assert fetched("a.pdf") == [("left", "was changed by hand while it was fetched")]
    assert there(corpus) == {"a.pdf": b"mine"}
    assert fetched("a.pdf") == [("left", "was changed by hand since it was fetched")]


def test_a_letter_that_is_no_longer_listed_or_published_stays(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    for name in ("a.pdf", "b.pdf"):
        server.at(f"/{name}?1", Published(pdf()))
    fetched("a.pdf", "b.pdf")
    server.at("/b.pdf?1", Reply(410))
    assert fetched("b.pdf") == [("failed", "127.0.0.1 answers 410 (Gone)")]
    assert there(corpus) == {"a.pdf": pdf(), "b.pdf": pdf()}


def test_a_host_that_fails_again_and_again_is_left_alone(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    names = [f"{number}.pdf" for number in range(6)]
    for name in names:
        server.at(f"/{name}?1", Reply(500))
    server.at("/1.pdf?1", Reply(404))
    outcomes = fetched(*names, policy=Policy(attempts=2))
    assert [state for state, _ in outcomes] == ["failed"] * 6
    assert [reason for _, reason in outcomes[:2]] == [
        "127.0.0.1 answers 500 (Internal Server Error)",
        "127.0.0.1 answers 404 (Not Found)",
    ]
    # A host that says that a letter is not there is well: three failures are counted from then on.
    assert outcomes[4][1] == outcomes[0][1]
    assert outcomes[5][1] == (
        "not asked for: 127.0.0.1 failed 3 times in a row, "
        "at last because 127.0.0.1 answers 500 (Internal Server Error)"
    )
    assert len(server.asked) == 2 + 1 + 3 * 2


def test_a_host_that_asks_for_a_long_pause_gets_it(
    corpus: Path, fetched: Fetch, server: Server, time: FakeClock
) -> None:
    server.at("/a.pdf?1", Reply(429, headers={"Retry-After": "3600"}))
    server.at("/b.pdf?1", Published(pdf()))
    said = "127.0.0.1 answers 429 (Too Many Requests) and asks to wait 3,600 seconds"
    assert fetched("a.pdf", "b.pdf") == [("failed", said), ("failed", f"not asked for: {said}")]
    assert (len(server.asked), sum(time.slept)) == (1, 0)


def test_the_plan_asks_nobody_and_writes_nothing(
    corpus: Path, fetched: Fetch, server: Server
) -> None:
    letters = [letter(name) for name in ("a.pdf", "b.pdf", "c.pdf", "d.pdf")]
    assert [o.state for o in plan(letters, corpus)] == ["to fetch"] * 4
    assert not corpus.exists()
    for one in letters[:3]:
        server.at(f"/{one.file}?1", Published(pdf()))
    fetched("a.pdf", "b.pdf", "c.pdf")
    (corpus / "b.pdf").write_bytes(b"mine")
    (corpus / "c.pdf").unlink()
    asked, before = len(server.asked), sorted(corpus.rglob("*"))
    outcomes = plan(letters, corpus, base=server.address)
    assert [o.state for o in outcomes] == ["to check", "left", "left", "to fetch"]
    assert outcomes[1].reason == "was changed by hand since it was fetched"
    states = [o.state for o in plan(letters, corpus, overwrite=True)]
    assert states == ["to check", "to fetch", "to fetch", "to fetch"]
    assert (len(server.asked), sorted(corpus.rglob("*"))) == (asked, before)


def test_the_samples_are_never_written_into(tmp_path: Path) -> None:
    before = sorted(SAMPLES.rglob("*"))
    link = tmp_path / "link"
    link.symlink_to(SAMPLES)
    for folder in (SAMPLES, SAMPLES / "new", SAMPLES.parent, link):
        for call in (fetch, plan):
            with pytest.raises(FetchError, match="belongs to the program"):
                call([letter("a.pdf")], folder)
    assert sorted(SAMPLES.rglob("*")) == before
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FetchError, match="is not a folder"):
        fetch([letter("a.pdf")], tmp_path / "file")


def test_the_base_takes_the_place_of_scheme_host_and_port() -> None:
    one = letter("a.pdf")
    assert address(one, None) == "https://letters.example:8443/a.pdf?1"
    assert address(one, "http://[::1]:80/") == "http://[::1]/a.pdf?1"
    assert address(one, "http://mirror.example:99") == "http://mirror.example:99/a.pdf?1"


def test_a_catalogue_can_be_fetched_as_well(server: Server, time: FakeClock) -> None:
    text = "file,authority,published,url\na.pdf,Aldermere,2019-12-06,https://h.example/a\n"
    url = server.at("/new.csv", Reply(503), Reply(200, text.encode()))
    (one,) = fetch_catalogue(url, FAST, time.clock)
    assert (one.file, one.authority) == ("a.pdf", "Aldermere")
    server.at("/new.csv", Reply(200, HTML))
    with pytest.raises(CatalogueError, match=r"/new\.csv: line 1: there is no column"):
        fetch_catalogue(url, FAST, time.clock)
    server.at("/new.csv", Reply(404))
    with pytest.raises(LetterUnavailable, match=r"/new\.csv: 127\.0\.0\.1 answers 404"):
        fetch_catalogue(url, FAST, time.clock)
