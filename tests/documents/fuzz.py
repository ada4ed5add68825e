"""Feeds a reader with broken letters for as long as it is told to.

    python -m tests.documents.fuzz --reader docx --seconds 600 [--engine hypothesis]

A file ends as a Document whose spans hold or as an UnreadableDocument with one line; anything else
is a finding: the file is left in the folder of findings and the exit code is 1. A reader that
crashes the process or does not come to an end leaves its file there as well, as "running".
``python -m tests.documents.fuzz --reader docx --file FILE`` reads such a file again.
"""

import argparse
import faulthandler
import random
import sys
import time
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

_HANGS = 120  # seconds for a small file, on a busy machine


def attempt(reader: str, data: bytes) -> None:
    """Read a file as the corpus does and with the reader itself. Raises what is a finding."""
    from documents.errors import UnreadableDocument
    from documents.files import read_document
    from documents.readers.formats import READERS
    from tests.documents.making import check_spans

    for read in (read_document, READERS[reader]):
        refused: UnreadableDocument | None = None
        result: Any = None
        try:
            result = read(data, "folder/letter")
        except UnreadableDocument as error:
            refused = error
        if refused is not None:
            assert str(refused).isprintable(), f"a reason that is no line: {refused}"
            assert refused.file == "folder/letter"
            assert refused.reason
        elif read is read_document:
            check_spans(result)
            result.text.encode()
        else:
            assert result.drafts


class _Findings:
    """Keeps the file that is being read on disk, so that nothing that happens loses it."""

    def __init__(self, folder: Path, reader: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._running = folder / f"{reader}-running"
        self._found = folder / f"{reader}-found"
        self._reader = reader
        self.count = 0

    def attempt(self, data: bytes) -> None:
        """As ``attempt``, with the file kept where it is a finding."""
        self._running.write_bytes(data)
        faulthandler.dump_traceback_later(_HANGS, exit=True, file=sys.__stderr__ or 2)
        try:
            attempt(self._reader, data)
        except BaseException:
            self._running.replace(self._found)
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        self.count += 1

    def close(self) -> None:
        """Nothing is being read any more."""
        self._running.unlink(missing_ok=True)


def _with_hypothesis(reader: str, seconds: float, seed: int, findings: _Findings) -> None:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from tests.documents.mutating import choices, mutate

    end = time.monotonic() + seconds

    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(st.lists(st.integers(0, 65535), max_size=60))
    def some(numbers: list[int]) -> None:
        if time.monotonic() < end:
            findings.attempt(mutate(reader, choices(numbers)))

    while time.monotonic() < end:
        seeded(seed)(some)()
        seed += 1


def _with_atheris(
    atheris: ModuleType, reader: str, seconds: float, seed: int, findings: _Findings, folder: Path
) -> None:
    from tests.documents.mutating import mutate

    def one(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        findings.attempt(mutate(reader, lambda n: int(provider.ConsumeIntInRange(0, n - 1))))

    # Sequences of choices to begin with; an empty one would choose the first of everything.
    programs = folder / f"{reader}-programs"
    programs.mkdir(exist_ok=True)
    for number in range(64):
        (programs / str(number)).write_bytes(random.Random(seed * 64 + number).randbytes(80))
    flags = [
        *(f"-max_total_time={round(seconds)}", f"-seed={seed}", "-max_len=200", "-rss_limit_mb=0"),
        *(f"-artifact_prefix={folder}/{reader}-", f"-timeout={_HANGS}", "-print_final_stats=1"),
    ]
    atheris.Setup([sys.argv[0], *flags, str(programs)], one)
    atheris.Fuzz()


def main() -> None:
    """The command; exit code 1 where something was found."""
    arguments = argparse.ArgumentParser(prog="python -m tests.documents.fuzz")
    arguments.add_argument("--reader", required=True)
    arguments.add_argument("--seconds", type=float, default=600)
    arguments.add_argument("--engine", choices=("atheris", "hypothesis"), default="hypothesis")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--findings", type=Path, default=Path(".findings"))
    arguments.add_argument("--file", type=Path, help="read this file and no other")
    given = arguments.parse_args()
    atheris = import_module("atheris") if given.engine == "atheris" else None
    # atheris follows what is imported under its eyes: all of documents, and its libraries in
    # Python that take bytes apart.
    packages = ["documents", "docx", "odfdo", "email", "markdown_it", "html"]
    with atheris.instrument_imports(include=packages) if atheris else nullcontext():
        from documents.readers.formats import READERS
    if given.reader not in READERS:
        arguments.error(f"--reader is one of {', '.join(READERS)}")
    if given.file:
        attempt(given.reader, given.file.read_bytes())
        return
    findings = _Findings(given.findings, given.reader)
    try:
        if atheris:
            _with_atheris(
                atheris, given.reader, given.seconds, given.seed, findings, given.findings
            )
        else:
            _with_hypothesis(given.reader, given.seconds, given.seed, findings)
    except BaseException:
        print(f"after {findings.count:,} files: {given.findings}", file=sys.stderr)  # noqa: T201
        raise
    findings.close()
    print(f"{given.reader}: {findings.count:,} files, nothing found")  # noqa: T201


if __name__ == "__main__":
    main()
