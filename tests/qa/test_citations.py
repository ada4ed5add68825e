from documents import Document, read_corpus
from qa.citations import cite
from qa.settings import SAMPLES


def document(name: str) -> Document:
    return next(d for d in read_corpus(SAMPLES).documents if d.file.startswith(name))


def test_a_printed_paragraph_number_is_the_paragraph() -> None:
    report = document("aldermere-2017")
    block = next(b for b in report.blocks if b.kind == "paragraph" and b.number == "15")
    citation = cite(report, block.start + 3, block.start + 20)
    assert citation.paragraph == 15
    assert citation.page == block.page
    assert citation.section == report.sections[block.section].heading


def test_without_printed_numbers_paragraphs_are_counted() -> None:
    letter = document("aldermere-2019")
    block = next(b for b in letter.blocks if b.ordinal == 4)
    assert cite(letter, block.start, block.end).paragraph == 4


def test_the_number_of_a_table_row_is_no_paragraph() -> None:
    report = document("aldermere-2017")
    row = next(b for b in report.blocks if b.kind == "row" and not b.boilerplate)
    assert cite(report, row.start, row.end).paragraph is None


def test_a_span_over_two_pages_is_cited_with_the_first() -> None:
    report = document("aldermere-2017")
    second = report.pages[1]
    citation = cite(report, second.start - 1, second.start + 10)
    assert citation.page == 1


def test_every_sentence_of_every_letter_can_be_cited() -> None:
    for one in read_corpus(SAMPLES).documents:
        for sentence in one.sentences:
            citation = cite(one, sentence.start, sentence.end)
            assert (citation.start, citation.end) == (sentence.start, sentence.end)
            assert (citation.page is None) == (not one.pages)
            section = next(s for s in one.sections if s.heading == citation.section)
            assert section.start <= len(one.text)


def test_dates_are_cited_as_the_contract_names_them() -> None:
    letter = document("aldermere-2019")
    told = cite(letter, 0, 5).model_dump(mode="json", by_alias=True)
    assert told["visited"] == {"from": "2019-11-12", "to": "2019-11-13"}
    assert told["published"] == "2019-12-06"
    assert document("wexley-and-dunmoor-news").metadata.visited is None
