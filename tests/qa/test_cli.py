"""Every command as a person or a machine calls it: output, exit codes, the environment."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from documents import PaperknifeError
from index import Encoder
from qa.cli import app
from qa.schema import AskResponse, DocumentDetail, DocumentList
from qa.service import Service
from qa.settings import variable

QUESTION = "Are visits to privately fostered children on time?"
NONSENSE = "What does a season ticket for the tram cost?"

Run = Callable[..., Result]


@pytest.fixture
def run(samples_service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the samples' snapshot; the encoder is loaded once for all of them."""
    monkeypatch.setattr(Encoder, "load", lambda: encoder)

    def run(*arguments: str, data: Path = samples_service.settings.data) -> Result:
        # Wide, so that no message is broken over lines.
        environment = {"PAPERKNIFE_DATA": str(data), "COLUMNS": "400", "TERMINAL_WIDTH": "400"}
        result = CliRunner().invoke(app, list(arguments), env=environment)
        assert "Traceback" not in result.output
        return result

    return run


def one_line(result: Result, *words: str) -> None:
    """Failed as foreseen: exit code 1, nothing on stdout, and one line that has these words."""
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    *_, line = result.stderr.splitlines()
    assert line.startswith("paperknife: ")
    for word in words:
        assert word in line


def usage(result: Result, *words: str) -> None:
    """Called wrongly: exit code 2, nothing on stdout, and a message that has these words."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    for word in words:
        assert word in result.stderr


def test_ask_prints_answers_with_their_citations(run: Run) -> None:
    result = run("ask", QUESTION)
    assert result.exit_code == 0, result.output
    machine = AskResponse.model_validate_json(run("ask", QUESTION, "--json").stdout)
    assert machine.answers
    for answer in machine.answers:
        place = answer.citation
        assert answer.text in result.stdout
        assert f"{place.file} [{place.start}-{place.end}]" in result.stdout
        assert f"{int(answer.confidence * 100)}%" in result.stdout
    assert result.stderr == ""


def test_ask_takes_every_option(run: Run) -> None:
    result = run(
        *("ask", QUESTION, "--authority", "Aldermere", "--authority", "Kestleshire"),
        *("--kind", "inspection", "--kind", "focused visit", "--since", "2017-01-01"),
        *("--until", "2026-12-31", "--limit", "2", "--order", "date", "--min-confidence", "0"),
        "--json",
    )
    assert result.exit_code == 0, result.output
    answers = AskResponse.model_validate_json(result.stdout).answers
    assert 0 < len(answers) <= 2
    assert {answer.citation.authority for answer in answers} <= {"Aldermere", "Kestleshire"}
    assert {answer.citation.kind for answer in answers} <= {"inspection", "focused visit"}


def test_ask_takes_every_option_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AUTHORITY": "Wexley and Dunmoor; Port Brannock",
        "KIND": "focused visit;news",
        "SINCE": "2017-01-01",
        "UNTIL": "2026-12-31",
        "LIMIT": "3",
        "ORDER": "date",
        "MIN_CONFIDENCE": "0",
        "JSON": "1",
    }.items():
        monkeypatch.setenv(f"PAPERKNIFE_{name}", value)
    result = run("ask", QUESTION)
    assert result.exit_code == 0, result.output
    answers = AskResponse.model_validate_json(result.stdout).answers
    assert 0 < len(answers) <= 3
    assert {a.citation.authority for a in answers} <= {"Wexley and Dunmoor", "Port Brannock"}
    assert {a.citation.kind for a in answers} <= {"focused visit", "news"}


def test_abstaining_has_its_own_exit_code(run: Run) -> None:
    for arguments in ([NONSENSE], [QUESTION, "--authority", "Nowhere at all"]):
        result = run("ask", *arguments)
        assert result.exit_code == 3, result.output
        assert result.stdout.strip()
        machine = run("ask", *arguments, "--json")
        assert machine.exit_code == 3
        assert AskResponse.model_validate_json(machine.stdout).status == "abstained"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["QUESTION"]),
        (["  "], ["QUESTION", "at least 1"]),
        (["q" * 10_000], ["QUESTION", "at most 1000"]),
        (["caf\udce9"], ["QUESTION", "is not Unicode text"]),
        (["q", "--since", "last summer"], ["--since", "PAPERKNIFE_SINCE", "date"]),
        (["q", "--limit", "0"], ["--limit", "greater"]),
        (["q", "--limit", "some"], ["--limit"]),
        (["q", "--kind", "letter"], ["--kind", "focused visit"]),
        (["q", "--order", "size"], ["--order", "relevance"]),
        (["q", "--min-confidence", "2"], ["--min-confidence", "less"]),
        (["q", "--since", "2024-01-02", "--until", "2024-01-01"], ["since is later than until"]),
        (["q", "--color", "red"], ["--color"]),
    ],
)
def test_a_wrong_question_is_a_usage_error(
    run: Run, arguments: list[str], words: list[str]
) -> None:
    usage(run("ask", *arguments), *words)


def test_documents_lists_the_shelf(run: Run) -> None:
    listed = DocumentList.model_validate_json(run("documents", "--json").stdout).documents
    assert len(listed) == 12
    shown = run("documents").stdout
    for row in listed:
        assert row.file in shown
        assert row.id in shown
    assert "12 documents read." in shown


def test_documents_of_one_authority(run: Run) -> None:
    result = run("documents", "--authority", "aldermere", "--json")
    rows = DocumentList.model_validate_json(result.stdout).documents
    assert {row.authority for row in rows} == {"Aldermere"}


def test_documents_says_what_could_not_be_read(run: Run, small_service: Service) -> None:
    data = small_service.settings.data
    shown = run("documents", data=data).stdout
    assert "2 documents read." in shown
    assert "1 file could not be read:" in shown
    line = next(line for line in shown.splitlines() if "cut-off.pdf" in line)
    assert len(line) > len("  cut-off.pdf: ")
    rows = json.loads(run("documents", "--json", data=data).stdout)["documents"]
    failed = next(row for row in rows if row["status"] == "failed")
    assert failed["problem"] in line
    detail = run("documents", failed["id"], "--json", data=data)
    assert DocumentDetail.model_validate_json(detail.stdout).problem == failed["problem"]
    assert failed["problem"] in run("documents", failed["id"], data=data).stdout


def test_one_document_in_detail(run: Run, samples_service: Service) -> None:
    for document in samples_service.answerer.snapshot.documents:
        shown = run("documents", document.id).stdout
        machine = DocumentDetail.model_validate_json(run("documents", document.id, "--json").stdout)
        assert machine.id == document.id
        for section in machine.sections:
            assert section.heading in shown
        for judgement in machine.judgements:
            assert f"{judgement.area}: {judgement.grade}" in shown


def test_furniture_can_be_listed(run: Run, samples_service: Service) -> None:
    document = max(
        samples_service.answerer.snapshot.documents, key=lambda document: len(document.furniture)
    )
    assert document.furniture
    shown = run("documents", document.id, "--furniture").stdout.splitlines()
    listed = json.loads(run("documents", document.id, "--furniture", "--json").stdout)
    assert [line["text"] for line in listed] == [line.text for line in document.furniture]
    for line in document.furniture:
        assert f"p. {line.page}  {line.text}" in shown


def test_furniture_of_what_is_a_usage_error(run: Run) -> None:
    usage(run("documents", "--furniture"), "--furniture", "ID")


@pytest.mark.parametrize("more", [[], ["--json"], ["--furniture"]])
def test_an_unknown_document_is_one_line(run: Run, more: list[str]) -> None:
    one_line(run("documents", "no-such-letter", *more), "no-such-letter")


def test_refresh_reads_the_corpus_again(run: Run, small_service: Service) -> None:
    (small_service.corpus / "empty.txt").write_bytes(b"")
    data = small_service.settings.data
    shown = run("refresh", data=data)
    assert shown.exit_code == 0, shown.output
    assert "2 documents" in shown.stdout
    assert "2 files could not be read:" in shown.stdout
    assert "  empty.txt: " in shown.stdout
    assert "reading" in shown.stderr
    machine = json.loads(run("refresh", "--json", data=data).stdout)
    assert machine["documents"] == 2
    assert machine["corpus"] == str(small_service.corpus)
    assert {row["file"] for row in machine["failures"]} == {"cut-off.pdf", "empty.txt"}
    assert all(row["problem"] for row in machine["failures"])


def test_a_command_makes_the_first_snapshot_itself(
    run: Run, small_corpus: Path, tmp_path: Path
) -> None:
    result = run("documents", "--corpus", str(small_corpus), data=tmp_path / "new")
    assert "2 documents read." in result.stdout
    assert "embedding" in result.stderr


@pytest.mark.parametrize("command", [["ask", "q"], ["refresh"], ["documents"], ["serve"]])
def test_a_missing_corpus_is_one_line(run: Run, tmp_path: Path, command: list[str]) -> None:
    port = ["--port", "0"] if command == ["serve"] else []
    gone = tmp_path / "gone"
    one_line(run(*command, *port, "--corpus", str(gone), data=tmp_path / "new"), str(gone))


@pytest.mark.parametrize("command", [["ask", "q"], ["refresh"], ["documents"]])
def test_data_that_cannot_be_written_is_one_line(
    run: Run, small_corpus: Path, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run(*command, "--corpus", str(small_corpus), data=tmp_path / "file" / "data")
    one_line(result, str(tmp_path / "file"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "65536"], ["--port", "PAPERKNIFE_PORT", "65535"]),
        (["--port", "http"], ["--port"]),
        (["--host", ""], ["--host", "PAPERKNIFE_HOST"]),
        (["--watching"], ["--watching"]),
    ],
)
def test_serve_refuses_settings_out_of_bounds(
    run: Run, arguments: list[str], words: list[str]
) -> None:
    usage(run("serve", *arguments), *words)


@pytest.mark.parametrize("command", [["ask", "q"], ["refresh"], ["documents"], ["serve"]])
def test_an_unknown_variable_is_refused_by_every_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("PAPERKNIFE_LIMITS", "3")
    usage(run(*command), "PAPERKNIFE_LIMITS", "PAPERKNIFE_LIMIT?")


def test_without_a_command_there_is_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    for command in ("serve", "ask", "refresh", "documents"):
        assert command in result.output


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("serve", "--port"),
        ("ask", "--min-confidence"),
        ("refresh", "--corpus"),
        ("documents", "--data"),
    ],
)
def test_help_names_options_and_their_variables(run: Run, command: str, option: str) -> None:
    shown = run(command, "--help").stdout
    assert option in shown
    assert variable(option.removeprefix("--").replace("-", "_")) in shown


def test_every_foreseen_error_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Service, progress: object) -> None:
        raise PaperknifeError("something foreseen")

    monkeypatch.setattr(Service, "prepare", refuse)
    one_line(run("ask", "q"), "paperknife: something foreseen")


def test_a_file_of_the_data_folder_that_cannot_be_read_is_one_line(
    run: Run, small_service: Service
) -> None:
    record = small_service.settings.data / "corpus.json"
    record.unlink()
    record.mkdir()
    one_line(run("documents", data=small_service.settings.data), str(record), "directory")
