"""The pages as a browser without script gets them, from a real server over real letters."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import html

from documents import SnapshotDamaged
from qa import wording
from qa.answerer import Answerer
from tests.qa.page_helpers import BROWSER, opened, words

QUESTION = "Are checks on private foster carers done in time?"
NONSENSE = "Which sorts of cheese does the bishop’s telescope prefer?"


def asked(client: httpx.Client, **fields: str | list[str]) -> html.HtmlElement:
    return opened(client, f"/?{httpx.QueryParams(fields)}")


def test_the_start_page_says_what_is_on_the_shelf_and_what_is_not(lettered: httpx.Client) -> None:
    tree = opened(lettered, "/")
    listed = lettered.get("/v1/documents").json()["documents"]
    for document in listed:
        if document["status"] == "read":
            links = tree.xpath(f"//a[@href='/documents/{document['id']}']")
            assert [words(link) for link in links] == [document["title"]]
    failures = [words(item) for item in tree.xpath("//ul[@class='failures']/li")]
    assert [d["file"] for d in listed if d["status"] == "failed"] == ["broken.pdf"]
    assert len(failures) == 1
    assert failures[0].startswith("broken.pdf: ")
    assert len(failures[0]) > len("broken.pdf: ")


def test_the_example_questions_can_be_asked(samples_client: httpx.Client) -> None:
    links = opened(samples_client, "/").xpath("//ul[@class='examples']//a/@href")
    assert len(links) == 3
    for link in links:
        opened(samples_client, link)


def test_answers_are_those_of_the_api_with_all_that_a_citation_says(
    samples_client: httpx.Client,
) -> None:
    given = samples_client.get("/v1/ask", params={"question": QUESTION}).json()
    tree = asked(samples_client, question=QUESTION)
    assert given["status"] == "answered"
    assert words(tree.xpath("//h2[@id='results']")[0]).startswith(str(len(given["answers"])))
    shown = tree.xpath("//ol[@class='answers']/li")
    assert len(shown) == len(given["answers"])
    for item, answer in zip(shown, given["answers"], strict=True):
        citation = answer["citation"]
        told = words(item)
        assert "".join(m.text for m in item.xpath(".//blockquote//mark")) == answer["text"]
        assert wording.percent(answer["confidence"]) in told
        assert wording.confidence(answer["confidence"]) in told.lower()
        for part in (citation["title"], citation["authority"], citation["section"]):
            assert " ".join(part.split()) in told
        assert citation["kind"] in told.lower()
        if citation["published"]:
            assert wording.day(date.fromisoformat(citation["published"])) in told
        for place in ("page", "paragraph"):
            if citation[place]:
                assert f"{place} {citation[place]}" in told.lower()
        also = item.xpath(".//details[contains(@class, 'also')]//li//a/@href")
        assert also == [
            wording.span_address(c["document_id"], c["start"], c["end"]) for c in answer["also"]
        ]


def test_filters_narrow_the_answers(samples_client: httpx.Client) -> None:
    fields = {"authority": "Kestleshire", "since": "2026-01-01"}
    tree = asked(samples_client, question=QUESTION, **fields)
    for facts in tree.xpath("//ol[@class='answers']//ul[@class='facts']"):
        assert "Kestleshire" in words(facts)
        assert "2026" in words(facts)
    ticked = tree.xpath("//input[@name='authority'][@checked]/@value")
    assert ticked == ["Kestleshire"]
    assert tree.xpath("//input[@name='since']/@value") == ["2026-01-01"]
    assert words(tree.xpath("//form//summary")[0]) == "Filters: Kestleshire, from 2026-01-01"


def test_a_question_can_be_put_to_one_document(samples_client: httpx.Client) -> None:
    document = samples_client.get("/v1/documents").json()["documents"][0]["id"]
    ask = opened(samples_client, f"/documents/{document}").xpath("//a[.='Ask this letter']/@href")
    assert ask == [f"/?document={document}"]
    tree = opened(samples_client, f"{ask[0]}&question=What+needs+to+improve%3F")
    assert tree.xpath("//input[@name='document'][@checked]/@value") == [document]
    for link in tree.xpath("//cite/a/@href"):
        assert urlsplit(link).path == f"/documents/{document}"


def test_a_filter_that_fits_nothing_is_not_widened(samples_client: httpx.Client) -> None:
    tree = asked(samples_client, question=QUESTION, authority="Atlantis")
    assert words(tree.xpath("//h2[@id='results']")[0]) == "The letters do not say"
    assert "No letter on the shelf fits" in words(tree.xpath("//main")[0])
    assert tree.xpath("//input[@name='authority'][@checked]/@value") == ["Atlantis"]
    assert not tree.xpath("//mark")


def test_an_abstention_is_said_plainly_and_what_is_near_is_no_answer(
    samples_client: httpx.Client,
) -> None:
    given = samples_client.get("/v1/ask", params={"question": NONSENSE}).json()
    assert (given["status"], given["reason"]) == ("abstained", "no_evidence")
    tree = asked(samples_client, question=NONSENSE)
    assert words(tree.xpath("//h2[@id='results']")[0]) == "The letters do not say"
    near = tree.xpath("//ol[@class='answers nearest']/li")
    assert [words(item.xpath(".//blockquote")[0]) for item in near] == [
        " ".join(each["text"].split()) for each in given["nearest"]
    ]
    assert all(words(item.xpath(".//h4")[0]).startswith("Not an answer") for item in near)


def test_a_question_is_shown_as_text_and_never_as_markup(samples_client: httpx.Client) -> None:
    evil = "\"><script>alert('x')</script>"
    tree = asked(samples_client, question=evil)
    assert tree.xpath("//input[@name='question']/@value") == [evil]
    assert not tree.xpath("//script[not(@src)]")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/?question=", "Write a question first."),
        ("/?question=" + "a" * 1001, "1,001 characters"),
        ("/?question=Why&since=banana", "“banana” is not a date"),
        ("/?question=Why&since=2021-01-01&until=2020-01-01", "later than the last"),
        ("/?question=Why&kind=postcard", "“postcard” is not a kind"),
        ("/?question=Why&limit=51", "“51” is not a number of answers"),
        ("/?question=Why&authorities=Aldermere", "“authorities”"),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_form(
    samples_client: httpx.Client, address: str, said: str
) -> None:
    tree = opened(samples_client, address, status=422)
    assert said in words(tree.xpath("//*[@role='alert']")[0])
    assert "do not say" not in words(tree)
    for field in tree.xpath("//*[@aria-invalid='true']"):
        assert tree.xpath(f"//*[@id='{field.get('aria-describedby')}']")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/documents/no-such-letter", 404, "no-such-letter"),
        ("/nowhere", 404, "Nothing is here"),
        ("/static/secrets.txt", 404, "secrets.txt"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_page(
    samples_client: httpx.Client, address: str, status: int, said: str
) -> None:
    assert said in words(opened(samples_client, address, status))


def test_before_there_is_a_snapshot_the_page_says_so(idle_client: httpx.Client) -> None:
    for address in ("/", f"/?question={QUESTION}", "/documents/any"):
        tree = opened(idle_client, address, 503)
        assert "Not ready yet" in words(tree)
        response = idle_client.get(address, headers=BROWSER)
        assert response.headers["retry-after"] == response.headers["refresh"]


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), SnapshotDamaged("vectors: wrong hash")])
def test_a_failure_is_a_failure_and_not_an_abstention(
    samples_client: httpx.Client, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Answerer, "ask", fail)
    # The server closes the connection afterwards: other tests do not share it.
    with httpx.Client(base_url=samples_client.base_url) as client:
        tree = opened(client, f"/?question={QUESTION}", 500)
    assert "Something failed" in words(tree)
    assert "do not say" not in words(tree)


def test_errors_are_problem_details_for_whoever_does_not_show_html(
    samples_client: httpx.Client,
) -> None:
    for address in ("/documents/none", "/nowhere"):
        response = samples_client.get(address)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
    response = samples_client.get("/v1/documents/none", headers=BROWSER)
    assert response.headers["content-type"] == "application/problem+json"


def test_nothing_is_loaded_from_elsewhere_and_static_files_are_kept(
    samples_client: httpx.Client,
) -> None:
    tree = opened(samples_client, "/")
    assets = tree.xpath("//link/@href | //script/@src | //img/@src")
    assert len(assets) >= 3
    assert not tree.xpath("//*[@style] | //style | //script[not(@src)]")
    for asset in assets:
        assert asset.startswith("/static/")
        response = samples_client.get(asset)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    folder = Path(wording.__file__).parent / "static"
    for file in folder.iterdir():
        content = file.read_text(encoding="utf-8")
        assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", content)
