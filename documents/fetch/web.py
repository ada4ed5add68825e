"""One request after the other, with the pauses, the redirects and the patience of a Policy."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self, TypeVar

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from documents.errors import LetterUnavailable, ServerBusy
from documents.fetch.policy import Clock, Policy

USER_AGENT = f"paperknife/{version('paperknife')} (fetches published inspection letters, slowly)"

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)
_FINE = frozenset({200, 206, 304, 416})
_PASSING = frozenset({408, 421, 425, 429, 500, 502, 503, 504})


class Web:
    """Asks servers for letters, over one connection at a time; for use in a ``with``."""

    def __init__(self, policy: Policy, clock: Clock | None = None) -> None:
        """``clock`` is the machine's unless another is given."""
        self.policy = policy
        self.clock = clock or Clock()
        self._turns: dict[str, float] = {}
        self._client = httpx.Client(
            # As it is: sizes and ranges count the bytes of the letter, and not those of a packing.
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            timeout=policy.silence,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the connection."""
        self._client.close()

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The response with status 200, 206, 304 or 416 to which redirects lead, its body not yet
        read. Raises ServerBusy for what may pass, in the body as well, and LetterUnavailable for
        what will not."""
        try:
            target = httpx.URL(url)
            passed = [target]
            while True:
                self._take_turn(target.host)
                with self._client.stream("GET", target, headers=dict(headers)) as response:
                    following = response.next_request
                    if following is None:
                        self._check_status(response)
                        yield response
                        return
                target = self._redirected(following.url, passed)
        except httpx.TimeoutException as error:
            raise ServerBusy(
                f"{target.host} was silent for {self.policy.silence:g} seconds"
            ) from error
        except httpx.InvalidURL as error:
            raise LetterUnavailable(f"led to an address that is none ({error})") from error
        except httpx.TransportError as error:
            raise ServerBusy(f"the connection to {target.host} failed ({error})") from error

    def patiently(self, attempt: Callable[[], _T]) -> _T:
        """What ``attempt`` returns, which is called again, later each time, for as long as it
        raises ServerBusy, the policy allows it and no server asks for a longer wait than that."""
        policy = self.policy
        retrying = Retrying(
            retry=retry_if_exception(self._may_pass),
            wait=wait_exponential_jitter(
                multiplier=policy.first_wait, max=policy.longest_wait, jitter=policy.first_wait
            ),
            stop=stop_after_attempt(policy.attempts),
            sleep=self.clock.sleep,
            before_sleep=_say,
            reraise=True,
        )
        return retrying(attempt)

    def _take_turn(self, host: str) -> None:
        wait = self._turns.get(host, 0.0) - self.clock.now()
        if host in self._turns and wait > 0:
            self.clock.sleep(wait)
        self._turns[host] = self.clock.now() + self.policy.pause

    def _redirected(self, target: httpx.URL, passed: list[httpx.URL]) -> httpx.URL:
        """The address that a redirect names, if it may be followed; ``passed`` gets it as well."""
        if target.scheme not in ("http", "https") or not target.host:
            raise LetterUnavailable(f"redirected away from the web, to {target}")
        if passed[-1].scheme == "https" and target.scheme == "http":
            raise LetterUnavailable(f"redirected from https to http, to {target}")
        if target in passed:
            raise LetterUnavailable(f"redirected in a circle, to {target} again")
        if len(passed) > self.policy.redirects:
            raise LetterUnavailable(f"redirected more than {self.policy.redirects} times")
        passed.append(target)
        return target

    def _check_status(self, response: httpx.Response) -> None:
        status, host = response.status_code, response.url.host
        if status in _FINE:
            return
        said = f"{host} answers {status}"
        if phrase := httpx.codes.get_reason_phrase(status):
            said += f" ({phrase})"
        if status not in _PASSING:
            raise LetterUnavailable(said)
        asked = _retry_after(response)
        if asked:
            said += f" and asks to wait {asked:,.0f} seconds"
        if asked <= self.policy.longest_wait:
            self._turns[host] = max(self._turns[host], self.clock.now() + asked)
        raise ServerBusy(said, asked)

    def _may_pass(self, error: BaseException) -> bool:
        return isinstance(error, ServerBusy) and error.retry_after <= self.policy.longest_wait


def _retry_after(response: httpx.Response) -> float:
    """How many seconds the server asks to be left alone: given as such, or as a date, which counts
    from the server's own. 0 where it asks for nothing."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,12}", value, re.ASCII):
        return float(value)
    until = http_date(value)
    now = http_date(response.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else 0.0


def http_date(value: str) -> datetime | None:
    """A date of a header; None where it is none."""
    try:
        day = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _LOG.warning("%s; asking again in %.1f seconds", error, state.upcoming_sleep)
