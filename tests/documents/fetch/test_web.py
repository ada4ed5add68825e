"""Asking a server that redirects, refuses, breaks off and says nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version

import httpx
import pytest

from documents.errors import LetterUnavailable, ServerBusy
from documents.fetch.policy import Policy
from documents.fetch.web import Web
from tests.documents.fetch.conftest import FakeClock
from tests.documents.fetch.server import Reply, Server

FINE = Reply(200, b"fine")


def got(web: Web, url: str) -> bytes:
    """What is at an address, asked for once."""
    with web.get(url, {}) as response:
        return response.read()


def failure(web: Web, url: str) -> LetterUnavailable:
    with pytest.raises(LetterUnavailable) as error:
        got(web, url)
    return error.value


def test_it_says_who_it_is_and_takes_letters_as_they_are(web: Web, server: Server) -> None:
    assert got(web, server.at("/a", FINE)) == b"fine"
    (asked,) = server.asked
    assert asked.headers["User-Agent"].startswith(f"paperknife/{version('paperknife')} (")
    assert asked.headers["Accept-Encoding"] == "identity"


def test_one_request_a_second_by_default_whatever_it_is_for(server: Server) -> None:
    time = FakeClock()
    there = Reply(302, headers={"Location": "/there"})
    server.at("/there", FINE)
    with Web(Policy(), time.clock) as web:
        got(web, server.at("/here", there))
        got(web, server.at("/b", FINE))
        time.time += 0.25
        got(web, server.at("/b", FINE))
        time.time += 5
        got(web, server.at("/b", FINE))
    assert len(server.asked) == 5
    assert time.slept == pytest.approx([1, 1, 0.75])


def test_requests_share_one_connection_and_hosts_have_their_own_pace(
    web: Web, time: FakeClock, server: Server
) -> None:
    for _ in range(5):
        got(web, server.at("/a", FINE))
    assert server.most_open == 1
    slept = len(time.slept)
    got(web, server.address.replace("127.0.0.1", "localhost") + "/a")
    assert len(time.slept) == slept


def test_redirects_are_followed_as_far_as_the_policy_says(web: Web, server: Server) -> None:
    for step in range(6):
        server.at(f"/{step}", Reply(301 + step % 2, headers={"Location": f"/{step + 1}"}))
    server.at("/6", FINE)
    assert got(web, server.address + "/1") == b"fine"
    assert str(failure(web, server.address + "/0")) == "redirected more than 5 times"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/a", "redirected in a circle"),
        ("/b", "redirected in a circle"),
        ("ftp://letters.example/a.pdf", "redirected away from the web, to ftp:"),
        ("file:///etc/hostname", "redirected away from the web, to file:"),
        ("javascript:void", "led to an address that is none"),
    ],
)
def test_redirects_that_are_not_followed(
    web: Web, server: Server, location: str, reason: str
) -> None:
    server.at("/b", Reply(307, headers={"Location": "/a"}))
    error = failure(web, server.at("/a", Reply(302, headers={"Location": location})))
    assert error.reason.startswith(reason)
    assert not isinstance(error, ServerBusy)


def test_a_letter_that_is_asked_for_over_https_is_not_taken_over_http(web: Web) -> None:
    passed = [httpx.URL("https://letters.example/a")]
    with pytest.raises(LetterUnavailable, match="redirected from https to http"):
        web._redirected(httpx.URL("http://letters.example/b"), passed)
    assert web._redirected(httpx.URL("https://letters.example/b"), passed) == passed[-1]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 302, 501, 599])
def test_a_refusal_is_final(web: Web, server: Server, status: int) -> None:
    url = server.at("/a", Reply(status, b"an explanation"))
    with pytest.raises(LetterUnavailable, match=f"127.0.0.1 answers {status}") as error:
        web.patiently(lambda: got(web, url))
    assert not isinstance(error.value, ServerBusy)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 421, 425, 429, 500, 502, 503, 504])
def test_a_fault_that_may_pass_is_asked_about_again(
    web: Web, time: FakeClock, server: Server, status: int
) -> None:
    url = server.at("/a", Reply(status), Reply(status), FINE)
    assert web.patiently(lambda: got(web, url)) == b"fine"
    assert len(server.asked) == 3
    # About one second and about two: each with at most a second's jitter, and the pauses.
    assert 3 <= sum(time.slept) <= 6


def test_waits_double_vary_and_end(time: FakeClock, server: Server) -> None:
    policy = Policy(pause=0, attempts=8, first_wait=1, longest_wait=20)
    url = server.at("/a", Reply(500))
    with Web(policy, time.clock) as web, pytest.raises(ServerBusy, match="answers 500"):
        web.patiently(lambda: got(web, url))
    assert len(server.asked) == 8
    for wait, least in zip(time.slept, (1, 2, 4, 8, 16, 20, 20), strict=True):
        assert least <= wait <= min(least + 1, 20)
    assert any(wait != round(wait) for wait in time.slept)


@pytest.mark.parametrize("date", [None, "Fri, 06 Mar 2020 10:00:00 GMT"])
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(
    web: Web, time: FakeClock, server: Server, date: str | None
) -> None:
    headers = {"Retry-After": "90"}
    if date:
        # By the server's own clock, which may be wrong by years.
        headers = {"Retry-After": "Fri, 06 Mar 2020 10:01:30 GMT", "Date": date}
    url = server.at("/a", Reply(429, headers=headers), FINE)
    assert web.patiently(lambda: got(web, url)) == b"fine"
    assert sum(time.slept) == pytest.approx(90)


def test_a_date_counts_from_our_clock_where_the_server_has_none(
    web: Web, time: FakeClock, server: Server
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    url = server.at("/a", Reply(503, headers={"Retry-After": later, "Date": "yesterday"}), FINE)
    assert web.patiently(lambda: got(web, url)) == b"fine"
    assert sum(time.slept) == pytest.approx(60, abs=15)


@pytest.mark.parametrize(
    "value",
    ["soon", "-5", "1.5", "", "Fri, 06 Mar 2020 10:00:00 GMT", "Fri, 06 Mar 2020 10:00:00 -0000"],
)
def test_a_retry_after_that_says_nothing_of_the_future_is_none(
    web: Web, server: Server, value: str
) -> None:
    error = failure(web, server.at("/a", Reply(503, headers={"Retry-After": value})))
    assert isinstance(error, ServerBusy)
    assert error.retry_after == 0
    assert str(error) == "127.0.0.1 answers 503 (Service Unavailable)"


@pytest.mark.parametrize("asked", ["121", "999999999999", "Fri, 01 Jan 2100 10:00:00 GMT"])
def test_a_longer_wait_than_the_policy_allows_is_not_waited_for(
    web: Web, time: FakeClock, server: Server, asked: str
) -> None:
    url = server.at("/a", Reply(429, headers={"Retry-After": asked}))
    with pytest.raises(ServerBusy, match=r"answers 429 \(Too Many Requests\) and asks to wait"):
        web.patiently(lambda: got(web, url))
    assert (len(server.asked), time.slept) == (1, [])


def test_the_next_letter_waits_as_well(web: Web, time: FakeClock, server: Server) -> None:
    failure(web, server.at("/a", Reply(429, headers={"Retry-After": "30"})))
    got(web, server.at("/b", FINE))
    assert time.slept == [30]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, b"fine", length="100"), "the connection to 127.0.0.1 failed"),
        (Reply(200, b"x" * 5000, cut=100), "the connection to 127.0.0.1 failed"),
        (Reply(200, b"fine", length="many"), "the connection to 127.0.0.1 failed"),
        (Reply(200, b"fine", length="9", silence=5), "127.0.0.1 was silent for 0.5 seconds"),
    ],
)
def test_what_is_cut_off_or_slow_may_pass(
    web: Web, server: Server, reply: Reply, reason: str
) -> None:
    url = server.at("/a", reply)
    error = failure(web, url)
    assert isinstance(error, ServerBusy)
    assert error.reason.startswith(reason)
    server.at("/a", reply, FINE)
    assert web.patiently(lambda: got(web, url)) == b"fine"


def test_a_server_that_is_not_there_may_come_back(web: Web, server: Server) -> None:
    server.stopping.set()
    error = failure(web, "http://127.0.0.1:1/a")
    assert isinstance(error, ServerBusy)
    assert error.reason.startswith("the connection to 127.0.0.1 failed (")
