"""``/v1/refreshes`` over a real server: accepted, reported, refused while one runs."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from index import Encoder, RefreshStatus, Reports, new_report
from index.store import writing
from qa.http import create_app
from qa.service import Service
from qa.settings import Settings
from tests.qa.conftest import KEY, Gate, ended, serving, soon, writable
from tests.qa.test_error_shape import declared, problem_of

REFRESHES = "/v1/refreshes"
NEW = "Dear Director\n\nThe new team for care leavers is settled.\n"


def files(client: httpx.Client) -> set[str]:
    return {row["file"] for row in client.get("/v1/documents").json()["documents"]}


def snapshot(client: httpx.Client) -> str:
    return str(client.get("/readyz").json()["snapshot"])


def test_a_refresh_is_accepted_and_what_it_found_is_served(
    writing_client: httpx.Client, small_corpus: Path
) -> None:
    (small_corpus / "new.txt").write_text(NEW)
    response = writing_client.post(REFRESHES)
    accepted = RefreshStatus.model_validate_json(response.text)
    assert (response.status_code, accepted.state) == (202, "waiting")
    assert response.headers["location"] == f"{REFRESHES}/{accepted.id}"
    report = ended(writing_client, response)
    assert (report.id, report.state, report.problem) == (accepted.id, "done", None)
    assert [entry.file for entry in report.added] == ["new.txt"]
    assert [entry.file for entry in report.failed] == ["cut-off.pdf"]
    assert snapshot(writing_client) == report.snapshot
    assert "new.txt" in files(writing_client)


def test_the_last_refreshes_are_listed(writing_client: httpx.Client, tmp_path: Path) -> None:
    ids = [ended(writing_client, writing_client.post(REFRESHES)).id for _ in range(2)]
    listed = writing_client.get(REFRESHES).json()["refreshes"]
    assert [entry["id"] for entry in listed][:2] == ids[::-1]
    assert set(listed[0]) == set(RefreshStatus.model_fields)  # not whose process it was
    reports = Reports(tmp_path / "data")
    for _ in range(25):
        reports.write(new_report("waiting"))
    assert len(writing_client.get(REFRESHES).json()["refreshes"]) == 20


def test_while_one_runs_it_is_a_409_with_its_address(
    writing_client: httpx.Client, small_corpus: Path, gate: Gate
) -> None:
    (small_corpus / "new.txt").write_text(NEW)
    first = writing_client.post(REFRESHES)
    assert gate.reached.wait(60)
    running = writing_client.get(first.headers["location"]).json()
    assert (running["state"], running["stage"]) == ("running", "reading")
    second = writing_client.post(REFRESHES)
    assert problem_of(second, 409, "refresh").refresh == running["id"]
    assert second.headers["location"] == first.headers["location"]
    assert declared(writing_client, second)
    gate.open.set()
    assert ended(writing_client, first).state == "done"


def test_while_another_process_is_at_it_it_is_a_409_too(
    writing_client: httpx.Client, tmp_path: Path
) -> None:
    with writing(tmp_path / "data"):
        unnamed = writing_client.post(REFRESHES)
        assert problem_of(unnamed, 409).refresh is None
        assert unnamed.headers["location"] == REFRESHES
        report = new_report()
        Reports(tmp_path / "data").write(report)
        named = writing_client.post(REFRESHES)
        assert problem_of(named, 409, "refresh").refresh == report.id
        assert named.headers["location"] == f"{REFRESHES}/{report.id}"
    # That it runs still is not true any more.
    found = writing_client.get(f"{REFRESHES}/{report.id}").json()
    assert (found["state"], found["problem"]) == ("failed", "its process ended before it was done")


@pytest.mark.parametrize("name", ["x", "20260101T000000-00000000", "..%2f..%2fcorpus"])
def test_an_unknown_refresh_is_a_404(writing_client: httpx.Client, name: str) -> None:
    response = writing_client.get(f"{REFRESHES}/{name}")
    problem_of(response, 404)
    if "%" not in name:
        assert name in response.json()["detail"]
        assert declared(writing_client, response)


def test_a_failed_refresh_names_no_folder_of_the_machine(
    writing_client: httpx.Client, small_corpus: Path, tmp_path: Path
) -> None:
    small_corpus.rename(tmp_path / "elsewhere")
    report = ended(writing_client, writing_client.post(REFRESHES))
    assert report.state == "failed"
    assert report.problem == "the corpus folder: the corpus folder does not exist"
    assert str(tmp_path) not in writing_client.get(REFRESHES).text


def test_a_body_is_not_wanted(writing_client: httpx.Client) -> None:
    response = writing_client.post(REFRESHES, json={"retry": True})
    assert problem_of(response, 422).errors[0].detail == "is not wanted"
    assert declared(writing_client, response)
    assert writing_client.get(REFRESHES).json()["refreshes"][0]["state"] == "done"


def test_data_that_cannot_be_written_is_a_507(writing_client: httpx.Client, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "refreshes"
    folder.rename(tmp_path / "kept")
    folder.write_text("in the way")
    response = writing_client.post(REFRESHES)
    assert "data directory cannot be written" in problem_of(response, 507).detail
    assert declared(writing_client, response)


WRITING = [("POST", REFRESHES), ("POST", "/v1/documents"), ("DELETE", "/v1/documents/x")]


@pytest.mark.parametrize(("method", "address"), WRITING)
def test_without_a_key_of_the_server_writing_is_off(
    small_client: httpx.Client, method: str, address: str
) -> None:
    response = small_client.request(method, address, headers={"Authorization": f"Bearer {KEY}"})
    assert "PAPERKNIFE_API_KEY" in problem_of(response, 403).detail
    assert declared(small_client, response)


@pytest.mark.parametrize(("method", "address"), WRITING)
@pytest.mark.parametrize(
    "sent",
    ["", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", "Bearer", f"Basic {KEY}", "Bearer café".encode()],
    ids=["none", "longer", "shorter", "empty", "basic", "not ASCII"],
)
def test_without_the_right_key_it_is_a_401(
    writing_client: httpx.Client, method: str, address: str, sent: str | bytes
) -> None:
    del writing_client.headers["Authorization"]
    headers = {b"Authorization": sent if isinstance(sent, bytes) else sent.encode()}
    response = writing_client.request(method, address, headers=headers if sent else None)
    problem_of(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert declared(writing_client, response)


def test_the_key_is_asked_for_before_anything_is_read(writing_client: httpx.Client) -> None:
    del writing_client.headers["Authorization"]
    response = writing_client.post("/v1/documents", content=b"x" * 100_000)
    problem_of(response, 401)


def test_a_question_in_flight_keeps_its_snapshot(
    small_corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = writable(small_corpus, tmp_path / "data", encoder)
    gate, real = Gate(), encoder.encode

    def encode(texts: list[str], progress: object = None) -> object:
        if any("quokkas" in text for text in texts) and not gate.reached.is_set():
            gate.reached.set()
            assert gate.open.wait(60)
        return real(texts)

    with serving(create_app(service)) as client, ThreadPoolExecutor(1) as asking:
        client.headers["Authorization"] = f"Bearer {KEY}"
        before = snapshot(client)
        monkeypatch.setattr(encoder, "encode", encode)
        ask = {"question": "How are the quokkas?", "min_confidence": 0}
        held = asking.submit(client.post, "/v1/ask", json=ask)
        assert gate.reached.wait(60)
        (small_corpus / "news.txt").unlink()
        after = ended(client, client.post(REFRESHES)).snapshot
        assert snapshot(client) == after != before
        gate.open.set()
        response = held.result().json()
        assert response["snapshot"]["id"] == before
        assert client.post("/v1/ask", json=ask).json()["snapshot"]["id"] == after


def test_two_servers_on_one_data_directory_serve_the_newest(
    writing_client: httpx.Client, small_corpus: Path, tmp_path: Path, encoder: Encoder
) -> None:
    other = Service(Settings(data=tmp_path / "data"), encoder)
    other.prepare()
    with serving(create_app(other)) as second:
        (small_corpus / "new.txt").write_text(NEW)
        response = writing_client.post(REFRESHES)
        # Whoever asks the other server how far it is, is answered by it from the new snapshot.
        report = ended(second, response)
        assert snapshot(second) == report.snapshot
        (small_corpus / "new.txt").unlink()
        published = ended(writing_client, writing_client.post(REFRESHES)).snapshot
        begun = time.monotonic()
        soon(lambda: snapshot(second) == published)
        assert time.monotonic() < begun + 30
        assert "new.txt" not in files(second)


def test_a_damaged_snapshot_is_refused_and_named(
    small_service: Service, small_client: httpx.Client, encoder: Encoder
) -> None:
    data = small_service.settings.data
    before = snapshot(small_client)
    assert small_client.get("/readyz").json()["damaged"] is None
    (small_service.corpus / "new.txt").write_text(NEW)
    writer = Service(Settings(data=data), encoder)
    published = writer.refresh().snapshot.manifest.id
    soon(lambda: snapshot(small_client) == published)
    # As a person does who puts the other one into service, after its file was cut off.
    (data / "snapshots" / before / "passages.npy").write_bytes(b"")
    (data / "CURRENT").write_text(f"{before}\n")
    soon(lambda: small_client.get("/readyz").json()["damaged"] is not None)
    found = small_client.get("/readyz").json()
    assert found["snapshot"] == published
    assert f"the data directory/snapshots/{before}/passages.npy" in found["damaged"]
    # A refresh mends it.
    writer.refresh()
    soon(lambda: small_client.get("/readyz").json()["damaged"] is None)
    assert snapshot(small_client) == published
