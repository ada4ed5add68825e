"""What is shown to be read is the text: nothing added, nothing lost, marks exact."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import Corpus, Document, read_corpus
from qa.reading import Cell, Group, contents, excerpt, facts, reading
from qa.settings import SAMPLES
from tests.qa.page_helpers import ASTRAL


@pytest.fixture(scope="module")
def corpus(letters: Path) -> Corpus:
    return read_corpus(letters)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    (folder / "fernhollow.md").write_text(ASTRAL, encoding="utf-8")
    for sample in SAMPLES.iterdir():
        if sample.is_file() and sample.suffix in {".pdf", ".md", ".html", ".docx", ".txt"}:
            (folder / sample.name).write_bytes(sample.read_bytes())
    return folder


def cells(groups: list[Group]) -> list[Cell]:
    return [cell for group in groups for line in group.lines for cell in line.cells]


def marked(groups: list[Group]) -> str:
    return "".join(piece.text for cell in cells(groups) for piece in cell.pieces if piece.marked)


def shown(document: Document, start: int, end: int) -> str:
    """What of a span stands in some cell of the document."""
    return "".join(
        document.text[max(start, cell.start) : min(end, cell.end)]
        for cell in cells(reading(document))
        if max(start, cell.start) < min(end, cell.end)
    )


def test_every_cell_holds_its_own_characters(corpus: Corpus) -> None:
    for document in corpus.documents:
        for cell in cells(reading(document)):
            joined = "".join(piece.text for piece in cell.pieces)
            assert joined == document.text[cell.start : cell.end]


def test_no_word_of_a_document_is_missing(corpus: Corpus) -> None:
    for document in corpus.documents:
        words = []
        for group in reading(document):
            for line in group.lines:
                words += [line.number or "", *(p.text for c in line.cells for p in c.pieces), " "]
        assert re.findall(r"\w+", " ".join(words)) == re.findall(r"\w+", document.text)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mark_covers_its_span_and_nothing_else(corpus: Corpus, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(corpus.documents))
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, min(start + 2000, len(document.text))))
    groups = reading(document, (start, end))
    assert marked(groups) == shown(document, start, end)
    opens = [piece for cell in cells(groups) for piece in cell.pieces if piece.opens]
    assert len(opens) == (1 if marked(groups) else 0)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_excerpt_is_the_part_it_names(corpus: Corpus, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(corpus.documents))
    bounds = st.integers(0, len(document.text))
    start, first, last, end = sorted(data.draw(st.tuples(bounds, bounds, bounds, bounds)))
    groups = excerpt(document, start, end, (first, last))
    joined = "".join(piece.text for cell in cells(groups) for piece in cell.pieces)
    assert joined == shown(document, start, end)
    assert marked(groups) == shown(document, first, last)


def test_every_page_but_the_first_is_shown_to_begin_once(corpus: Corpus) -> None:
    for document in corpus.documents:
        begins = [p.page for c in cells(reading(document)) for p in c.pieces if p.page]
        assert begins == [page.number for page in document.pages[1:] if page.start < page.end]


def test_a_sentence_is_marked_word_for_word(corpus: Corpus) -> None:
    for document in corpus.documents:
        for sentence in document.sentences:
            if document.blocks[sentence.block].kind != "row":
                span = (sentence.start, sentence.end)
                assert marked(reading(document, span)) == document.text[slice(*span)]
                break


def test_headings_do_not_skip_a_rank(corpus: Corpus) -> None:
    for document in corpus.documents:
        ranks = [entry.rank for entry in contents(document)]
        assert sorted(set(ranks)) == list(range(2, 2 + len(set(ranks))))


def test_facts_are_those_of_the_metadata(corpus: Corpus) -> None:
    document = next(d for d in corpus.documents if d.file == "kestleshire-2026-inspection.pdf")
    told = {fact.name: fact.value for fact in facts(document)}
    assert told["Visited"] == "2 to 13 February 2026"
    assert told["Published"] == "30 March 2026"
    assert told["Kind"] == "Inspection"
    assert told["Inspectors"].startswith("Cordelia Wrenshaw")
