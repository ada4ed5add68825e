"""Pages put together are the list, whatever its length and their size."""

import base64

import pytest
from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st

from qa.paging import page


@given(st.integers(0, 60), st.integers(1, 70))
def test_pages_together_are_the_list(length: int, size: int) -> None:
    rows = list(range(length))
    found: list[int] = []
    token: str | None = None
    for _ in range(length + 1):
        part, token = page(rows, size=size, token=token, snapshot="s", filters="f")
        found += part
        assert len(part) == size or token is None
        if token is None:
            break
    assert found == rows


def token_of(snapshot: str = "s", filters: str = "f") -> str:
    _, token = page([1, 2, 3], size=2, token=None, snapshot=snapshot, filters=filters)
    assert token
    return token


def test_another_snapshot_is_gone() -> None:
    with pytest.raises(HTTPException) as caught:
        page([1, 2, 3], size=2, token=token_of(), snapshot="t", filters="f")
    assert caught.value.status_code == 410


def test_other_filters_are_refused() -> None:
    with pytest.raises(RequestValidationError, match="other filters"):
        page([1, 2, 3], size=2, token=token_of(), snapshot="s", filters="g")


def test_another_size_goes_on_where_the_last_page_ended() -> None:
    rest = page([1, 2, 3], size=200, token=token_of(), snapshot="s", filters="f")
    assert rest == ([3], None)


@given(st.text(max_size=40))
def test_a_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(RequestValidationError, match="given out"):
        page([1, 2, 3], size=2, token=token, snapshot="s", filters="f")


@pytest.mark.parametrize("offset", [-1, 0, 3, 10**30])
def test_a_token_beyond_the_list_is_refused(offset: int) -> None:
    honest = base64.urlsafe_b64decode(token_of() + "==").decode()
    forged = base64.urlsafe_b64encode(honest.replace(":2}", f":{offset}}}").encode()).decode()
    with pytest.raises(RequestValidationError, match="given out"):
        page([1, 2, 3], size=2, token=forged, snapshot="s", filters="f")
