"""The README's example is what the program prints."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app
from index import Encoder
from qa.service import Service

README = Path(__file__).parent.parent / "README.md"


def test_the_example_is_true(
    samples_service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Encoder, "load", lambda: encoder)
    example = README.read_text(encoding="utf-8").split("## One example")[1].split("##")[0]
    command, *output = re.findall(r"^    (.*)$", example, re.MULTILINE)
    question, limit = re.findall(r'ask "(.*)" --limit (\d)', command)[0]
    result = CliRunner().invoke(
        app,
        ["ask", question, "--limit", limit],
        env={"PAPERKNIFE_DATA": str(samples_service.settings.data), "COLUMNS": "400"},
    )
    assert result.exit_code == 0, result.output
    printed = [line for line in result.stdout.splitlines() if line]
    # Confidences may differ in the last digit from one processor to another.
    percent = re.compile(r"\d+%")
    shown = [line.rstrip() for line in output if line.strip()]
    assert [percent.sub("%", a) for a in shown] == [percent.sub("%", a) for a in printed]
