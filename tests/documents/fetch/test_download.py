"""A download that is broken off goes on, and never mixes two versions."""

import errno
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.errors import FetchError, LetterUnavailable, ServerBusy
from documents.fetch.download import Download, download
from documents.fetch.policy import Clock, Policy
from documents.fetch.web import Web
from tests.documents.fetch.conftest import FAST, FakeClock
from tests.documents.fetch.server import ETAG, MODIFIED, Published, Reply, Server, serving

BODY = bytes(range(256)) * 40  # 10,240 bytes


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "a.pdf.part"


def broken_off(web: Web, url: str, part: Path) -> ServerBusy:
    with pytest.raises(LetterUnavailable) as error:
        download(web, url, part, None)
    assert isinstance(error.value, ServerBusy)
    return error.value


def whole(web: Web, url: str, part: Path, body: bytes = BODY) -> Download:
    """The download, which leaves nothing but the part."""
    arrived = download(web, url, part, None)
    assert arrived
    assert part.read_bytes() == body
    assert arrived.bytes == len(body)
    assert [path.name for path in part.parent.iterdir()] == [part.name]
    return arrived


def asked(server: Server) -> list[tuple[str | None, str | None]]:
    """Of each request, what part it wanted and of which version."""
    return [(one.headers.get("Range"), one.headers.get("If-Range")) for one in server.asked]


def test_a_file_arrives_with_what_the_server_knows_it_by(
    web: Web, server: Server, part: Path
) -> None:
    arrived = whole(web, server.at("/a", Published(BODY)), part)
    assert (arrived.etag, arrived.last_modified) == (ETAG, MODIFIED)
    assert asked(server) == [(None, None)]
    assert not {"If-None-Match", "If-Modified-Since"} & set(server.asked[0].headers)


def test_a_version_that_is_known_is_not_sent_again(web: Web, server: Server, part: Path) -> None:
    url = server.at("/a", Published(BODY))
    arrived = whole(web, url, part)
    assert download(web, url, part, arrived) is None
    headers = server.asked[-1].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == (ETAG, MODIFIED)
    server.at("/a", Published(BODY[:99], etag='"two"', modified=None))
    newer = download(web, url, part, arrived)
    assert newer == Download(hashlib.sha256(BODY[:99]).hexdigest(), 99, '"two"', None)
    assert part.read_bytes() == BODY[:99]


@pytest.mark.parametrize("condition", [ETAG, MODIFIED])
def test_it_goes_on_where_it_was_broken_off(
    web: Web, server: Server, part: Path, condition: str
) -> None:
    etag = ETAG if condition == ETAG else None
    url = server.at(
        "/a", Published(BODY, etag, cut=4000), Published(BODY, etag, cut=1), Published(BODY, etag)
    )
    broken_off(web, url, part)
    broken_off(web, url, part)
    arrived = whole(web, url, part)
    assert asked(server) == [
        (None, None),
        ("bytes=4000-", condition),
        ("bytes=4001-", condition),
    ]
    assert (arrived.etag, arrived.last_modified) == (etag, MODIFIED)


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"ETag": 'W/"weak"'},
        {"ETag": '"caf\xe9"'},
        {"ETag": '"' + "x" * 600 + '"'},
        {"Last-Modified": "yesterday"},
        # Another version may have been made within the same minute.
        {"Last-Modified": "Mon, 06 Jan 2020 09:59:30 GMT", "Date": MODIFIED},
        {"Last-Modified": MODIFIED, "Date": "today"},
    ],
)
def test_without_a_sure_mark_it_begins_anew(
    web: Web, server: Server, part: Path, marks: Mapping[str, str]
) -> None:
    url = server.at("/a", Reply(200, BODY, marks, cut=4000), Reply(200, BODY, marks))
    broken_off(web, url, part)
    whole(web, url, part)
    assert asked(server) == [(None, None)] * 2


def test_another_version_is_not_joined_to_the_first(web: Web, server: Server, part: Path) -> None:
    other = BODY[::-1]
    url = server.at("/a", Published(BODY, cut=4000), Published(other, '"two"'))
    broken_off(web, url, part)
    assert whole(web, url, part, other).etag == '"two"'


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        (Reply(416), "does not go on where"),
        (Reply(206, BODY[4000:]), "does not go on where"),
        (Reply(206, BODY, {"Content-Range": "bytes 0-10239/10240"}), "does not go on where"),
        (Reply(206, BODY, {"Content-Range": "bytes 4000-many/10240"}), "does not go on where"),
        (
            Reply(206, BODY[4000:], {"Content-Range": "bytes 4000-10239/10240", "ETag": '"two"'}),
            "goes on with another version",
        ),
    ],
)
def test_a_rest_that_does_not_fit_is_forgotten(
    web: Web, server: Server, part: Path, rest: Reply, reason: str
) -> None:
    url = server.at("/a", Published(BODY, cut=4000), rest, Published(BODY))
    broken_off(web, url, part)
    assert reason in broken_off(web, url, part).reason
    whole(web, url, part)
    assert asked(server) == [(None, None), ("bytes=4000-", ETAG), (None, None)]


def test_a_rest_of_which_the_server_sends_only_some(web: Web, server: Server, part: Path) -> None:
    some = Reply(206, BODY[4000:5000], {"Content-Range": "bytes 4000-4999/10240"})
    url = server.at("/a", Published(BODY, cut=4000), some, Published(BODY))
    broken_off(web, url, part)
    assert broken_off(web, url, part).reason == "only 5,000 of 10,240 bytes came"
    whole(web, url, part)
    assert asked(server)[-1] == ("bytes=5000-", ETAG)


def test_a_rest_of_a_file_of_unknown_length(web: Web, server: Server, part: Path) -> None:
    rest = Reply(206, BODY[4000:], {"Content-Range": "bytes 4000-10239/*"})
    url = server.at("/a", Published(BODY, cut=4000), rest)
    broken_off(web, url, part)
    whole(web, url, part)


def test_a_file_without_a_length_ends_with_the_connection(
    web: Web, server: Server, part: Path
) -> None:
    whole(web, server.at("/a", Reply(200, BODY, length="")), part)


@pytest.mark.parametrize("harm", ["part", "address", "memory", "shorter", "gone"])
def test_a_part_that_is_not_what_its_memory_says_is_begun_anew(
    web: Web, server: Server, part: Path, harm: str
) -> None:
    url = server.at("/a", Published(BODY, cut=4000), Published(BODY))
    broken_off(web, url, part)
    memory = part.with_name("a.pdf.part.json")
    known = json.loads(memory.read_text())
    assert (known["url"], known["bytes"], part.stat().st_size) == (url, 4000, 4000)
    if harm == "part":  # as a file system may leave it after a power cut
        part.write_bytes(bytes(4000))
    elif harm == "address":
        memory.write_text(json.dumps(known | {"url": url + "/b"}))
    elif harm == "memory":
        memory.write_text(memory.read_text()[:-9])
    elif harm == "shorter":
        part.write_bytes(BODY[:3999])
    else:
        part.unlink()
    whole(web, url, part)
    assert asked(server) == [(None, None)] * 2


def test_what_came_after_the_last_memory_is_cut_off(web: Web, server: Server, part: Path) -> None:
    url = server.at("/a", Published(BODY, cut=4000), Published(BODY))
    broken_off(web, url, part)
    with part.open("ab") as file:
        file.write(b"written, and not made sure of")
    whole(web, url, part)
    assert asked(server)[-1] == ("bytes=4000-", ETAG)


@pytest.mark.parametrize("length", [None, ""])
def test_no_more_is_taken_than_is_allowed(
    web: Web, server: Server, part: Path, length: str | None
) -> None:
    url = server.at("/a", Reply(200, bytes(100_001), {"ETag": ETAG}, length=length))
    with pytest.raises(LetterUnavailable, match="more than the 100,000") as error:
        download(web, url, part, None)
    assert not isinstance(error.value, ServerBusy)
    assert list(part.parent.iterdir()) == []
    whole(web, server.at("/b", Reply(200, bytes(100_000), length=length)), part, bytes(100_000))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(304), "answers 304 unasked"),
        (Reply(416), "answers 416, though all of it was asked for"),
        (
            Reply(206, BODY, {"Content-Range": "bytes 0-10239/10240"}),
            "answers 206, though all of it was asked for",
        ),
        (Reply(200, BODY, {"Content-Encoding": "gzip"}), "it came packed (gzip)"),
        (Reply(404, BODY), "answers 404"),
    ],
)
def test_answers_that_make_no_sense_are_final(
    web: Web, server: Server, part: Path, reply: Reply, reason: str
) -> None:
    with pytest.raises(LetterUnavailable) as error:
        download(web, server.at("/a", reply), part, None)
    assert reason in error.value.reason
    assert not isinstance(error.value, ServerBusy)
    assert list(part.parent.iterdir()) == []


def test_a_server_that_drips_is_left_and_what_came_is_kept(server: Server, part: Path) -> None:
    time = FakeClock()
    url = server.at("/a", Published(BODY, cut=4000), Published(BODY))

    def later() -> float:
        time.time += 601
        return time.time

    slow = Clock(now=later, sleep=time.sleep)
    with Web(FAST, slow) as web:
        assert broken_off(web, url, part).reason == "took longer than 600 seconds"
    with Web(FAST, time.clock) as web:
        whole(web, url, part)


def test_ctrl_c_keeps_what_came(
    web: Web, server: Server, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.at("/a", Published(BODY))
    kept = web.clock

    def interrupt() -> float:
        if part.exists() and part.with_name("a.pdf.part.json").exists():
            raise KeyboardInterrupt
        return kept.now()

    # Small bites, so that there is something to keep before the end.
    monkeypatch.setattr(
        "httpx.Response.iter_raw",
        lambda response: (BODY[place : place + 600] for place in range(0, len(BODY), 600)),
    )
    web.clock = Clock(now=interrupt, sleep=kept.sleep)
    with pytest.raises(KeyboardInterrupt):
        download(web, url, part, None)
    monkeypatch.undo()
    web.clock = kept
    whole(web, url, part)
    assert asked(server)[-1] == ("bytes=1800-", ETAG)


def test_a_disk_that_refuses_is_named(
    web: Web, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.at("/a", Published(BODY))
    with pytest.raises(FetchError, match=r"/none/a\.part: cannot be written \(No such file"):
        download(web, url, tmp_path / "none" / "a.part", None)

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("documents.fetch.download.sync", full)
    server.at("/a", Published(BODY, cut=4000))
    with pytest.raises(FetchError, match=r"full\.part: cannot be written \(No space left"):
        download(web, url, tmp_path / "full.part", None)


@settings(max_examples=30, deadline=None)
@given(
    body=st.binary(min_size=1, max_size=6000),
    cuts=st.lists(st.integers(0, 3000), max_size=6),
    marks=st.sampled_from([(ETAG, MODIFIED), (ETAG, None), (None, MODIFIED), (None, None)]),
)
def test_wherever_it_is_broken_off_the_whole_file_arrives(
    body: bytes, cuts: list[int], marks: tuple[str | None, str | None]
) -> None:
    policy = Policy(attempts=len(cuts) + 1, checkpoint=500)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving() as server,
        Web(policy, FakeClock().clock) as web,
    ):
        part = Path(folder) / "a.part"
        breaks = [Published(body, *marks, cut=cut) for cut in cuts]
        url = server.at("/a", *breaks, Published(body, *marks))
        arrived = web.patiently(lambda: download(web, url, part, None))
        assert arrived
        assert arrived.bytes == len(body)
        assert part.read_bytes() == body
        assert list(Path(folder).iterdir()) == [part]
