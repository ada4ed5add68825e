"""The reading view of each document, from a real server over real letters."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.qa.page_helpers import opened, words

QUESTION = "Are checks on private foster carers done in time?"


def test_a_citation_leads_to_its_words_in_the_document(samples_client: httpx.Client) -> None:
    given = samples_client.get("/v1/ask", params={"question": QUESTION}).json()
    tree = opened(samples_client, f"/?{httpx.QueryParams(question=QUESTION)}")
    links = tree.xpath("//cite/a/@href")
    for link, answer in zip(links, given["answers"], strict=True):
        address, anchor = link.split("#")
        tree = opened(samples_client, address)
        marks = tree.xpath("//mark")
        assert "".join(mark.text for mark in marks) == answer["text"]
        assert marks[0].get("id") == anchor
        assert marks[0].get("tabindex") == "-1"


@pytest.mark.parametrize(
    "query", ["start=5&end=5", "start=9&end=3", "start=0&end=99999999", "start=x&end=3", "end=3"]
)
def test_a_span_that_a_document_does_not_have_is_refused(
    samples_client: httpx.Client, query: str
) -> None:
    document = samples_client.get("/v1/documents").json()["documents"][0]["id"]
    tree = opened(samples_client, f"/documents/{document}?{query}", 422)
    assert "does not have" in words(tree)


def test_a_file_that_could_not_be_read_says_why(lettered: httpx.Client) -> None:
    listed = lettered.get("/v1/documents").json()["documents"]
    failed = next(document for document in listed if document["status"] == "failed")
    tree = opened(lettered, f"/documents/{failed['id']}", 404)
    assert "the file broken.pdf could not be read" in words(tree).replace("The file", "the file")


def test_every_block_that_is_shown_is_its_part_of_the_text(
    samples_client: httpx.Client, lettered: httpx.Client
) -> None:
    for client in (samples_client, lettered):
        for document in client.get("/v1/documents").json()["documents"]:
            if document["status"] == "failed":
                continue
            text = client.get(f"/v1/documents/{document['id']}/text").text
            tree = opened(client, f"/documents/{document['id']}")
            blocks = tree.xpath("//*[@data-start]")
            assert len(blocks) > 5
            for block in blocks:
                span = slice(int(block.get("data-start")), int(block.get("data-end")))
                assert block.text_content() == text[span]


def test_the_reading_view_shows_metadata_and_structure(lettered: httpx.Client) -> None:
    listed = lettered.get("/v1/documents").json()["documents"]
    tabled = next(document for document in listed if document["judgements"])
    tree = opened(lettered, f"/documents/{tabled['id']}")
    rows = tree.xpath("//table[caption]/tbody/tr")
    assert [[words(cell) for cell in row] for row in rows] == [
        [judgement["area"], judgement["grade"]] for judgement in tabled["judgements"]
    ]
    links = tree.xpath("//nav[@class='contents']//a/@href")
    assert links
    for link in links:
        assert len(tree.xpath(f"//*[@id='{link[1:]}']")) == 1
    assert tree.xpath("//div[@lang='en']//ul/li")
    assert tree.xpath("//table[@class='rows']//td")
    for name in ("original", "text"):
        link = f"/v1/documents/{tabled['id']}/{name}"
        assert tree.xpath(f"//a[@href='{link}']")
        assert lettered.get(link).status_code == 200


def test_pages_of_a_pdf_are_marked_where_they_begin(samples_client: httpx.Client) -> None:
    listed = samples_client.get("/v1/documents").json()["documents"]
    paged = next(document for document in listed if (document["pages"] or 0) > 2)
    tree = opened(samples_client, f"/documents/{paged['id']}")
    labels = tree.xpath("//*[@role='doc-pagebreak']/@aria-label")
    assert labels == [f"Page {number}" for number in range(2, paged["pages"] + 1)]


def test_where_metadata_were_read_is_a_span_of_the_text(samples_client: httpx.Client) -> None:
    listed = samples_client.get("/v1/documents").json()["documents"]
    for document in listed:
        tree = opened(samples_client, f"/documents/{document['id']}")
        for link in tree.xpath("//a[@class='origin']/@href"):
            query = parse_qs(urlsplit(link).query)
            assert 0 <= int(query["start"][0]) < int(query["end"][0]) <= document["characters"]
