"""A file from its address into a part file, which goes on where it was broken off."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from documents.disk import sync, write_whole
from documents.errors import LetterUnavailable, ServerBusy
from documents.fetch.web import Web, http_date
from documents.fetch.writing import writing

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)", re.ASCII)
_STRONG = timedelta(seconds=60)  # RFC 9110, 8.8.2.2: a date this old names one version only


class Version(Protocol):
    """What a server said to know one version of a file by."""

    @property
    def etag(self) -> str | None:
        """Its entity tag."""

    @property
    def last_modified(self) -> str | None:
        """Its date."""


class _Part(BaseModel):
    """How much of a part file is sure to be there: its size and SHA-256; of what version of which
    address; and what the server is given in If-Range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    etag: str | None
    last_modified: str | None
    condition: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Download:
    """A part file that is complete, as far as the server said how long it is."""

    sha256: str
    bytes: int
    etag: str | None
    last_modified: str | None


def download(web: Web, url: str, part: Path, known: Version | None) -> Download | None:
    """Makes one attempt to get a file into ``part``; None if it is still the version ``known``.

    A part that an earlier attempt left is gone on with, if the server knows that version. Raises
    ServerBusy, leaving what came; LetterUnavailable, leaving nothing; FetchError where the disk
    refuses.
    """
    begun = _begun(part, url)
    with writing(part):
        try:
            with web.get(url, _headers(begun, known)) as response:
                if response.status_code == 304:
                    if begun or not known:
                        raise LetterUnavailable(f"{response.url.host} answers 304 unasked")
                    return None
                return _take(web, response, url, part, begun)
        except ServerBusy:
            raise
        except LetterUnavailable:
            forget(part)
            raise


def forget(part: Path) -> None:
    """Removes a part file and what is known of it, if they are there."""
    _memory(part).unlink(missing_ok=True)
    part.unlink(missing_ok=True)


def _headers(begun: _Part | None, known: Version | None) -> dict[str, str]:
    if begun:
        return {"Range": f"bytes={begun.bytes}-", "If-Range": begun.condition}
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _take(
    web: Web, response: httpx.Response, url: str, part: Path, begun: _Part | None
) -> Download:
    start, total = _expected(response, part, begun)
    limit = web.policy.max_bytes
    if total is not None and total > limit:
        raise LetterUnavailable(f"it has {total:,} bytes, more than the {limit:,} allowed")
    version = _version(response, url, begun if start else None)
    # From here on, what was known of the part is of another version, or of less.
    _memory(part).unlink(missing_ok=True)
    with part.open("r+b" if start else "w+b") as file:
        digest = hashlib.sha256(file.read(start))
        file.truncate()
        size = start
        try:
            sure, deadline = size, web.clock.now() + web.policy.seconds
            for chunk in response.iter_raw():
                size += len(chunk)
                if size > limit:
                    raise LetterUnavailable(f"it has more than the {limit:,} bytes allowed")
                file.write(chunk)
                digest.update(chunk)
                if size != total and web.clock.now() > deadline:
                    raise ServerBusy(f"took longer than {web.policy.seconds:g} seconds")
                if size - sure >= web.policy.checkpoint:
                    _keep(part, file, version, size, digest.hexdigest())
                    sure = size
            if total is not None and size != total:
                raise ServerBusy(f"only {size:,} of {total:,} bytes came")
        except BaseException:  # Ctrl-C as well: what came need not come again
            _keep(part, file, version, size, digest.hexdigest())
            raise
    _memory(part).unlink(missing_ok=True)
    return Download(digest.hexdigest(), size, version.etag, version.last_modified)


def _expected(response: httpx.Response, part: Path, begun: _Part | None) -> tuple[int, int | None]:
    """From which byte on the response has the file, and how many bytes the file has in all."""
    packing = response.headers.get("Content-Encoding", "identity")
    if packing != "identity":
        raise LetterUnavailable(f"it came packed ({packing}), which was not asked for")
    if response.status_code == 200:
        length = response.headers.get("Content-Length")
        return 0, None if length is None else int(length)
    if begun is None:
        raise LetterUnavailable(
            f"{response.url.host} answers {response.status_code}, though all of it was asked for"
        )
    place = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    tag = response.headers.get("ETag", begun.etag)
    if response.status_code == 416 or not place or int(place[1]) != begun.bytes:
        forget(part)
        raise ServerBusy(f"{response.url.host} does not go on where the download was broken off")
    if tag != begun.etag:
        forget(part)
        raise ServerBusy(f"{response.url.host} goes on with another version")
    return begun.bytes, None if place[2] == "*" else int(place[2])


def _version(response: httpx.Response, url: str, begun: _Part | None) -> _Part:
    """What the server says of the version that it sends; of a rest, what it said of the whole."""
    if begun:
        return begun
    etag, modified = (_mark(response, name) for name in ("ETag", "Last-Modified"))
    condition = ""
    if etag:
        condition = "" if etag.startswith("W/") else etag
    elif modified:
        changed, now = http_date(modified), http_date(response.headers.get("Date", ""))
        condition = modified if changed and now and now - changed >= _STRONG else ""
    return _Part(
        url=url, etag=etag, last_modified=modified, condition=condition, bytes=0, sha256=""
    )


def _mark(response: httpx.Response, name: str) -> str | None:
    """A header that can be sent back as it is; None where it is missing or has no such text."""
    value = str(response.headers.get(name, ""))
    return (
        value if value and len(value) <= 500 and value.isascii() and value.isprintable() else None
    )


def _keep(part: Path, file: BinaryIO, version: _Part, size: int, sha256: str) -> None:
    """Makes sure of what came, if the server can be asked for the rest of just this version."""
    if version.condition and size:
        file.flush()
        sync(part)
        sure = version.model_copy(update={"bytes": size, "sha256": sha256})
        write_whole(_memory(part), (sure.model_dump_json() + "\n").encode())


def _begun(part: Path, url: str) -> _Part | None:
    """What is sure to be there of this address; None where nothing is. A part that is not what its
    memory says, after a power cut for one, is begun anew."""
    with suppress(FileNotFoundError, ValidationError):
        begun = _Part.model_validate_json(_memory(part).read_bytes())
        with part.open("rb") as file:
            right = hashlib.sha256(file.read(begun.bytes)).hexdigest() == begun.sha256
        if begun.url == url and right:
            return begun
    return None


def _memory(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")
