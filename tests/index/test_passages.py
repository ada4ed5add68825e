from hypothesis import given
from hypothesis import strategies as st

from documents import Document
from index.passages import Passage, cut_passages
from tests.index.letters import Letter, fostering_letter


def sentence_of(words: int, name: str = "word") -> str:
    return " ".join([name.capitalize(), *[name] * (words - 1)]) + "."


def texts(document: Document) -> list[str]:
    return [document.text[passage.start : passage.end] for passage in cut_passages(document)]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    letter = Letter()
    lengths = st.lists(st.integers(1, 60) | st.integers(125, 160), min_size=1, max_size=8)
    steps = st.sampled_from(["heading", "paragraph", "bullets", "row", "boilerplate", "footnote"])
    for step in draw(st.lists(steps, max_size=12)):
        sentences = [sentence_of(words) for words in draw(lengths)]
        match step:
            case "heading":
                letter.heading("A heading of five words")
            case "bullets":
                letter.bullets(*sentences, introduced=draw(st.booleans()))
            case "boilerplate":
                letter.paragraph(*sentences, boilerplate=True)
            case "row":
                letter.paragraph(sentences[0], kind="row")
            case "footnote":
                letter.paragraph(sentences[0], kind="footnote")
            case _:
                letter.paragraph(*sentences)
    return letter.document()


def owed(document: Document) -> list[int]:
    """The sentences that belong in passages."""
    return [
        number
        for number, sentence in enumerate(document.sentences)
        if document.blocks[sentence.block].kind != "heading"
        and not document.blocks[sentence.block].boilerplate
    ]


@given(documents())
def test_every_sentence_that_can_answer_is_in_exactly_one_passage(document: Document) -> None:
    passages = cut_passages(document)
    held = [number for passage in passages for number in range(passage.first, passage.last)]
    assert held == owed(document)


@given(documents())
def test_a_passage_is_the_verbatim_span_of_its_sentences_within_one_section(
    document: Document,
) -> None:
    for passage in cut_passages(document):
        inside = document.sentences[passage.first : passage.last]
        assert (passage.start, passage.end) == (inside[0].start, inside[-1].end)
        assert {document.blocks[s.block].section for s in inside} == {passage.section}
        for block in document.blocks:
            if block.kind == "heading" or block.boilerplate:
                assert block.end <= passage.start or passage.end <= block.start


@given(documents())
def test_no_passage_of_several_sentences_is_too_long(document: Document) -> None:
    for passage in cut_passages(document):
        if passage.last - passage.first > 1:
            inside = document.sentences[passage.first : passage.last]
            words = sum(len(document.text[s.start : s.end].split()) for s in inside)
            assert words <= 130


def test_short_paragraphs_are_joined_and_long_enough_ones_stay_apart() -> None:
    short = Letter().paragraph(sentence_of(30)).paragraph(sentence_of(40)).document()
    assert len(texts(short)) == 1
    long = Letter().paragraph(sentence_of(61)).paragraph(sentence_of(62)).document()
    assert [len(text.split()) for text in texts(long)] == [61, 62]


def test_a_paragraph_is_kept_whole_where_it_fits() -> None:
    document = (
        Letter()
        .paragraph(sentence_of(20), sentence_of(20))
        .paragraph(sentence_of(40), sentence_of(40), sentence_of(40))
        .document()
    )
    assert [len(text.split()) for text in texts(document)] == [40, 120]


def test_a_paragraph_that_is_too_long_is_cut_between_sentences_into_even_parts() -> None:
    document = Letter().paragraph(*[sentence_of(20)] * 10).document()
    assert [len(text.split()) for text in texts(document)] == [100, 100]


def test_a_list_stays_with_the_words_that_introduce_it() -> None:
    document = (
        Letter()
        .paragraph(sentence_of(70))
        .paragraph("Leaders should:")
        .bullets(sentence_of(30, "first"), sentence_of(30, "second"))
        .document()
    )
    first, second = texts(document)
    assert first.startswith("Word")
    assert second.startswith("Leaders should:\n• First")
    assert second.endswith("second.")


def test_a_list_that_is_too_long_is_cut_between_bullets_and_not_after_its_lead_in() -> None:
    document = Letter().paragraph("Leaders should:").bullets(*[sentence_of(40)] * 5).document()
    pieces = texts(document)
    assert len(pieces) == 2
    assert pieces[0].count("•") in (2, 3)


def test_headings_and_boilerplate_are_in_no_passage() -> None:
    document = fostering_letter()
    together = "\n".join(texts(document))
    assert "Private fostering checks are late" in together
    assert "Main findings" not in together
    assert "Crown copyright" not in together


def test_a_document_without_sentences_has_no_passages() -> None:
    assert cut_passages(Letter().document()) == []
    assert cut_passages(Letter().heading("Only a heading").document()) == []


def test_a_passage_knows_its_section_and_sentences() -> None:
    document = fostering_letter()
    sections = [document.sections[passage.section].heading for passage in cut_passages(document)]
    assert sections == [
        "Inspection of Elmshire children’s services",
        "Main findings",
        "What needs to improve?",
    ]
    start = document.text.index("Private")
    end = document.text.index("act.") + len("act.")
    assert cut_passages(document)[1] == Passage(section=1, start=start, end=end, first=3, last=5)
