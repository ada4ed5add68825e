"""What holds for every document, whatever the drafts or the text."""

import re
import unicodedata

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from documents.canonical import assemble, page_at
from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.marks import tidy
from documents.model import BlockKind, Document, Metadata
from documents.readers.encodings import decode
from documents.readers.formats import detect_format
from eval.wholeness import words_of
from tests.documents.making import check_spans, read

KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "bullet", "row", "footnote")
MARKS = {"paragraph": ["", "", "1. ", "15. ", "2.1 "], "row": ["", "2.1 "]}
WORD = st.one_of(
    st.sampled_from(
        [
            "Children",
            "are",
            "safe.",
            "Plans",
            "late;",
            "good:",
            "St.",
            "12.",
            "(Outcome",
            "3)",
            "“Why?”",
            "e.g.",
            "Dear",
            "Ofsted",
            "–",
        ]
    ),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp")),
        min_size=1,
        max_size=6,
    ),
)
LINE = st.lists(WORD, min_size=1, max_size=12).map(lambda words: tidy(" ".join(words)))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Drafts as readers make them: on no pages, or on pages that never go back."""
    paged = draw(st.booleans())
    page = 1
    drafts: list[Draft] = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        page += draw(st.integers(0, 2))
        draft = Draft(
            kind,
            draw(LINE),
            [(0, page)] if paged else [],
            level=draw(st.integers(1, 3)) if kind == "heading" else 0,
            mark=draw(st.sampled_from(MARKS.get(kind, [""]))),
            boilerplate=draw(st.booleans()),
        )
        if kind in ("paragraph", "bullet") and draw(st.booleans()):
            more = draw(LINE)
            page += draw(st.integers(0, 1))
            if more and draft.text:
                draft.extend(more, page if paged else None)
        drafts.append(draft)
    assume(any(draft.text for draft in drafts))
    return Reading(drafts, pages=page + draw(st.integers(0, 2)) if paged else 0)


def _document(reading: Reading) -> Document:
    canonical = assemble(reading)
    metadata = Metadata(
        *("title", None, None, "other", None, None, None, (), None, (), "en", None, {})
    )
    return Document(
        id="id",
        file="file",
        sha256="",
        format="text",
        text=canonical.text,
        pages=canonical.pages,
        sections=canonical.sections,
        blocks=canonical.blocks,
        sentences=canonical.sentences,
        furniture=(),
        metadata=metadata,
    )


@given(readings())
def test_spans_of_any_drafts_lie_within_the_text_and_in_order(reading: Reading) -> None:
    check_spans(_document(reading))


@given(readings())
def test_every_draft_is_a_block_with_its_words_and_no_others(reading: Reading) -> None:
    document = _document(reading)
    drafts = [draft for draft in reading.drafts if draft.text]
    assert [document.text[b.start : b.end] for b in document.blocks] == [d.text for d in drafts]
    assert [b.kind for b in document.blocks] == [d.kind for d in drafts]
    assert [b.number for b in document.blocks] == [d.number for d in drafts]
    words = [word for d in drafts for word in f"{d.mark}{d.text}".split()]
    assert [word for word in document.text.split() if word != "•"] == [
        word for word in words if word != "•"
    ]


@given(readings())
def test_sentences_cover_all_but_headings(reading: Reading) -> None:
    document = _document(reading)
    for index, block in enumerate(document.blocks):
        inside = [s for s in document.sentences if s.block == index]
        if block.kind == "heading":
            assert inside == []
            continue
        between = [
            document.text[before:after]
            for before, after in zip(
                [block.start, *(s.end for s in inside)],
                [*(s.start for s in inside), block.end],
                strict=True,
            )
        ]
        assert "".join(between).strip() == ""


@given(readings())
def test_every_word_is_on_the_page_that_its_draft_gave(reading: Reading) -> None:
    document = _document(reading)
    drafts = [draft for draft in reading.drafts if draft.text]
    for block, draft in zip(document.blocks, drafts, strict=True):
        assert block.page == draft.page
        for offset, page in draft.breaks:
            assert page_at(document.pages, block.start + offset) == page


def test_page_at_the_edges() -> None:
    reading = Reading([Draft("paragraph", "One.", [(0, 1)]), Draft("paragraph", "Two.", [(0, 3)])])
    reading.pages = 4
    pages = assemble(reading).pages
    assert [page_at(pages, offset) for offset in (0, 5, 6, 9, 10)] == [1, 1, 3, 3, 4]
    assert page_at((), 0) is None


TEXT = st.lists(
    st.one_of(
        LINE,
        st.sampled_from(
            [
                "",
                "\f",
                "• A bullet",
                "- another that",
                "12. A number",
                "3.Close to it",
                "Judgement Grade",
                "Overall effectiveness Good",
                "The experiences of children in care",
                "Requires improvement",
                "to be good",
                "Contents",
                "Dear Ottilie",
                "Yours sincerely",
                "Piccadilly Gate",
                "an end of line",
            ]
        ),
    ),
    min_size=1,
    max_size=30,
).map("\n".join)


@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(TEXT)
def test_any_plain_text_is_read_whole_or_refused(text: str) -> None:
    data = text.encode()
    try:
        assume(detect_format(data, "file") == "text")
        document = read(data)
    except UnreadableDocument as error:
        assert not tidy(text) or "nor text" in error.reason  # noqa: PT017 - both are right
        return
    check_spans(document)
    assert words_of(document.text) == words_of(decode(data, "file"))
    assert "\n\n\n" not in document.text
    for place in document.metadata.read_from.values():
        if place.start is not None and place.end is not None:
            assert 0 <= place.start < place.end <= len(document.text)


@given(st.text(max_size=40))
def test_tidy_is_done_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not re.search(r"\s\s|^\s|\s$|[^\S ]", once)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = read(data)
    except UnreadableDocument as error:
        assert error.reason  # noqa: PT017 - both ends are right here
    else:
        check_spans(document)
