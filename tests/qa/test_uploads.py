"""Letters are put into the corpus folder over HTTP, and taken out: all or none, and for good."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from documents.placing import MOST_FILES
from index import Encoder
from qa.http import create_app
from qa.service import Service
from qa.settings import SAMPLES, Settings
from tests.qa.conftest import KEY, LETTER, ended, serving, soon, writable
from tests.qa.test_error_shape import declared, problem_of

DOCUMENTS = "/v1/documents"
QUOKKAS = """# Focused visit to Fernhollow children’s services

This letter summarises the findings of a focused visit to Fernhollow on 5 June 2024.

## Main findings

Every looked-after quokka has a named gardener. Gardeners visit the quokkas weekly.
"""
QUESTION = {"question": "Who has a named gardener?", "min_confidence": 0}
FORM = "multipart/form-data; boundary=edge"


def sent(*files: tuple[str, bytes | str]) -> list[tuple[str, tuple[str, bytes]]]:
    return [
        ("files", (name, content if isinstance(content, bytes) else content.encode()))
        for name, content in files
    ]


def part(name: str, content: str = QUOKKAS, field: str = "files") -> bytes:
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return f"{head}{content}\r\n".encode()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def with_bytes(folder: Path, content: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and content in path.read_bytes()]


@pytest.fixture
def before(small_corpus: Path) -> set[str]:
    return names(small_corpus)


def test_several_letters_are_placed_and_answered_from(
    writing_client: httpx.Client, small_corpus: Path
) -> None:
    files = sent(("fernhollow.md", QUOKKAS), ("Fernhollow – news.txt", "The garden has opened.\n"))
    response = writing_client.post(DOCUMENTS, files=files)
    report = ended(writing_client, response)
    placed = response.json()["placed"]
    assert [(entry["file"], entry["state"]) for entry in placed] == [
        ("fernhollow.md", "new"),
        ("Fernhollow – news.txt", "new"),
    ]
    assert response.headers["location"] == f"/v1/refreshes/{response.json()['refresh']['id']}"
    assert {entry.file for entry in report.added} == {entry["file"] for entry in placed}
    assert (small_corpus / "fernhollow.md").read_text(encoding="utf-8") == QUOKKAS
    answers = writing_client.post("/v1/ask", json=QUESTION).json()["answers"]
    first = answers[0]["citation"]
    assert (first["file"], first["sha256"]) == ("fernhollow.md", placed[0]["sha256"])


def test_the_same_again_is_fine_and_another_is_a_409(
    writing_client: httpx.Client, small_corpus: Path
) -> None:
    again = writing_client.post(DOCUMENTS, files=sent(("marlow-vale.md", LETTER)))
    assert [entry["state"] for entry in again.json()["placed"]] == ["unchanged"]
    ended(writing_client, again)
    files = sent(("fernhollow.md", QUOKKAS), ("marlow-vale.md", QUOKKAS))
    refused = writing_client.post(DOCUMENTS, files=files)
    assert "marlow-vale.md" in problem_of(refused, 409).detail
    assert declared(writing_client, refused)
    assert not (small_corpus / "fernhollow.md").exists()
    replaced = writing_client.post(f"{DOCUMENTS}?replace=true", files=files)
    report = ended(writing_client, replaced)
    assert [entry["state"] for entry in replaced.json()["placed"]] == ["new", "replaced"]
    assert [entry.file for entry in report.changed] == ["marlow-vale.md"]
    assert with_bytes(small_corpus, b"Private fostering") == []


@pytest.mark.parametrize(
    ("files", "status", "word"),
    [
        (sent(("a.md", QUOKKAS), ("b.md", b"")), 415, "b.md"),
        (sent(("a.md", QUOKKAS), ("b.pdf", b"PK\x03\x04 and no more")), 415, "b.pdf"),
        (sent(("a.md", QUOKKAS), ("b.md", b"x" * 200_001)), 413, "b.md"),
        (sent(("a.md", QUOKKAS), ("../b.md", QUOKKAS)), 422, "../b.md"),
        (sent(("a.md", QUOKKAS), (".b.md", QUOKKAS)), 422, ".b.md"),
        (sent(("a.md", QUOKKAS), ("a.md", LETTER)), 422, "a.md"),
        (sent(*((f"{n}.md", LETTER) for n in range(MOST_FILES + 1))), 413, str(MOST_FILES)),
    ],
    ids=["empty", "archive", "large", "path", "hidden", "twice", "many"],
)
def test_where_one_is_refused_none_is_placed(
    small_corpus: Path,
    tmp_path: Path,
    encoder: Encoder,
    before: set[str],
    files: list[tuple[str, tuple[str, bytes]]],
    status: int,
    word: str,
) -> None:
    service = writable(small_corpus, tmp_path / "data", encoder)
    limited = service.settings.model_copy(update={"max_bytes": 200_000})
    service.settings = limited
    with serving(create_app(service)) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        response = client.post(DOCUMENTS, files=files)
        problem = problem_of(response, status)
        assert word in problem.detail
        assert problem.errors[0].pointer == "/files"
        assert declared(client, response)
        assert len(client.get("/v1/refreshes").json()["refreshes"]) == 1
    assert names(small_corpus) == before


@pytest.mark.parametrize(
    ("body", "kind", "status", "word"),
    [
        (b"{}", "application/json", 415, "multipart/form-data"),
        (QUOKKAS.encode(), "", 415, "multipart/form-data"),
        (part("a.md") + b"--edge--\r\n", "multipart/form-data", 400, "boundary"),
        (part("a.md") + b"--edge--\r\n", f"multipart/form-data; boundary={'e' * 300}", 400, "form"),
        (part("a.md"), FORM, 400, "breaks off"),
        (part("a.md")[:-40], FORM, 400, "breaks off"),
        (b"", FORM, 400, "breaks off"),
        (b"no form at all", FORM, 400, "form"),
        (b"--edge\r\n" + b"X: y\r\n" * 100 + b"\r\n", FORM, 400, "form"),
        (b"--edge--\r\n", FORM, 422, "one file or more"),
        (part("a.md", field="letters") + b"--edge--\r\n", FORM, 422, "files"),
        (part("a.md").replace(b"filename", b"called") + b"--edge--\r\n", FORM, 422, "files"),
        (part("?.md").replace(b"?", b"\xe9") + b"--edge--\r\n", FORM, 422, "UTF-8"),
        (part("") + b"--edge--\r\n", FORM, 422, "name"),
    ],
    ids=[
        "json",
        "no type",
        "no boundary",
        "long boundary",
        "no end",
        "cut off",
        "nothing",
        "text",
        "headers",
        "no file",
        "field",
        "no filename",
        "latin-1",
        "no name",
    ],
)
def test_what_is_no_form_of_files_places_nothing(
    writing_client: httpx.Client,
    small_corpus: Path,
    before: set[str],
    body: bytes,
    kind: str,
    status: int,
    word: str,
) -> None:
    headers = {"content-type": kind} if kind else {}
    response = writing_client.post(DOCUMENTS, content=body, headers=headers)
    assert word in problem_of(response, status).detail
    assert declared(writing_client, response)
    assert names(small_corpus) == before


def test_other_headers_of_a_part_do_not_matter(
    writing_client: httpx.Client, small_corpus: Path
) -> None:
    body = part("a.md").replace(b"\r\n\r\n", b"\r\nContent-Type: x/y\r\nX-Other: z\r\n\r\n", 1)
    response = writing_client.post(
        DOCUMENTS, content=body + b"--edge--\r\n", headers={"content-type": FORM}
    )
    ended(writing_client, response)
    assert (small_corpus / "a.md").read_text(encoding="utf-8") == QUOKKAS


def test_a_client_that_goes_away_leaves_nothing(
    writing_client: httpx.Client,
    small_corpus: Path,
    before: set[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    where = (writing_client.base_url.host, writing_client.base_url.port)
    head = (
        f"POST {DOCUMENTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: {FORM}\r\nContent-Length: 5000\r\n\r\n"
    )
    with socket.create_connection((where[0], where[1] or 80)) as connection:
        connection.sendall(head.encode() + part("a.md"))
        until_hidden(small_corpus, there=True)
    until_hidden(small_corpus, there=False)
    assert names(small_corpus) == before
    assert caplog.records == []


def until_hidden(folder: Path, *, there: bool) -> None:
    soon(lambda: any(name.startswith(".paperknife-") for name in names(folder)) == there)


def test_a_body_beyond_all_limits_is_a_413(
    small_corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    service = writable(small_corpus, tmp_path / "data", encoder)
    service.settings = service.settings.model_copy(update={"max_bytes": 1000})
    with serving(create_app(service)) as client:
        client.headers.update({"Authorization": f"Bearer {KEY}", "content-type": FORM})
        response = client.post(DOCUMENTS, content=b"x" * (MOST_FILES * 9200 + 100))
        assert "the body is larger" in problem_of(response, 413).detail
        # The other routes have the bound that they had.
        other = client.post("/v1/ask", content=b" " * 70_000, headers={"content-type": "text/x"})
        assert "65,536" in problem_of(other, 413).detail


def test_parameters_are_checked(writing_client: httpx.Client) -> None:
    for query, word in (("replace=perhaps", "replace"), ("x=1", "x"), ("replace=1&replace=0", "")):
        response = writing_client.post(f"{DOCUMENTS}?{query}", files=sent(("a.md", QUOKKAS)))
        assert word in problem_of(response, 422).errors[0].pointer
    response = writing_client.delete(f"{DOCUMENTS}/x?y=1")
    assert problem_of(response, 422).errors[0].pointer == "y"


def test_a_folder_that_is_gone_is_a_507(
    writing_client: httpx.Client, small_corpus: Path, tmp_path: Path
) -> None:
    small_corpus.rename(tmp_path / "elsewhere")
    response = writing_client.post(DOCUMENTS, files=sent(("a.md", QUOKKAS)))
    assert "the corpus folder does not exist" in problem_of(response, 507).detail
    assert str(tmp_path) not in response.text
    assert declared(writing_client, response)


def test_where_the_data_cannot_be_written_it_is_said_that_the_letters_are_there(
    writing_client: httpx.Client, small_corpus: Path, tmp_path: Path
) -> None:
    reports = tmp_path / "data" / "refreshes"
    reports.rename(tmp_path / "kept")
    reports.write_text("in the way")
    response = writing_client.post(DOCUMENTS, files=sent(("a.md", QUOKKAS)))
    problem = problem_of(response, 507)
    assert "the letters are in the corpus folder, and the next refresh reads them" in problem.detail
    assert (small_corpus / "a.md").is_file()
    assert declared(writing_client, response)


def test_the_samples_stay_as_they_are(tmp_path: Path, encoder: Encoder) -> None:
    before = names(SAMPLES)
    service = writable(SAMPLES, tmp_path / "data", encoder)
    with serving(create_app(service)) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        document = client.get(DOCUMENTS).json()["documents"][0]["id"]
        for response in (
            client.post(DOCUMENTS, files=sent(("a.md", QUOKKAS))),
            client.delete(f"{DOCUMENTS}/{document}"),
        ):
            assert "--corpus" in problem_of(response, 403).detail
            assert declared(client, response)
    assert names(SAMPLES) == before


@pytest.fixture
def shelved(
    small_corpus: Path, tmp_path: Path, encoder: Encoder
) -> Iterator[tuple[httpx.Client, str]]:
    """A client of a server that has a letter twice and in several snapshots, and its id."""
    (small_corpus / "fernhollow.md").write_text(QUOKKAS, encoding="utf-8")
    (small_corpus / "sub").mkdir()
    (small_corpus / "sub" / "copy.md").write_text(QUOKKAS, encoding="utf-8")
    service = writable(small_corpus, tmp_path / "data", encoder)
    (small_corpus / "another.txt").write_text("The choir sings on Mondays.\n")
    service.refresh()
    with serving(create_app(service)) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        rows = client.get(DOCUMENTS).json()["documents"]
        yield client, next(row["id"] for row in rows if row["file"] == "fernhollow.md")


def test_a_withdrawn_letter_is_out_of_every_answer_and_off_the_disk(
    shelved: tuple[httpx.Client, str], small_corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    client, document = shelved
    data = tmp_path / "data"
    other = Service(Settings(data=data), encoder)
    other.prepare()
    assert len(with_bytes(data, b"quokka")) > 1
    with serving(create_app(other)) as second:
        response = client.delete(f"{DOCUMENTS}/{document}")
        report = ended(client, response)
        assert report.state == "done"
        assert {entry.file for entry in report.removed} == {"fernhollow.md", "sub/copy.md"}
        ended(second, response)
        for asked in (client, second):
            found = asked.post("/v1/ask", json=QUESTION).json()
            assert found["snapshot"]["id"] == report.snapshot
            assert "quokka" not in str(found["answers"])
            problem_of(asked.get(f"{DOCUMENTS}/{document}"), 404)
    # The database and its write-ahead log are below the data directory as well.
    assert (data / "ledger.sqlite").exists()
    assert with_bytes(data, b"quokka") == []
    assert with_bytes(small_corpus, b"quokka") == []
    assert (small_corpus / "another.txt").exists()
    gone = client.delete(f"{DOCUMENTS}/{document}")
    assert document in problem_of(gone, 404).detail
    assert declared(client, gone)


def test_one_copy_is_withdrawn_by_its_own_id(
    shelved: tuple[httpx.Client, str], small_corpus: Path
) -> None:
    client, document = shelved
    rows = client.get(DOCUMENTS).json()["documents"]
    copy = next(row["id"] for row in rows if row["copy_of"] == "fernhollow.md")
    report = ended(client, client.delete(f"{DOCUMENTS}/{copy}"))
    assert [entry.file for entry in report.removed] == ["sub/copy.md"]
    assert client.get(f"{DOCUMENTS}/{document}").status_code == 200
    assert not (small_corpus / "sub" / "copy.md").exists()


def test_the_last_letter_can_be_withdrawn(writing_client: httpx.Client, small_corpus: Path) -> None:
    for row in writing_client.get(DOCUMENTS).json()["documents"]:
        assert ended(writing_client, writing_client.delete(f"{DOCUMENTS}/{row['id']}")).removed
    assert list(small_corpus.iterdir()) == []
    response = writing_client.post("/v1/ask", json=QUESTION).json()
    assert response["reason"] == "empty_corpus"
