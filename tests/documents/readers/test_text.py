"""Plain text, wrapped and unwrapped, in the encodings that letters come in."""

import pytest

from documents.errors import UnreadableDocument
from tests.documents.making import block_of, page_of, read, sentences, texts

WRAPPED = """12 May 2021

Ottilie Greenhalgh
Director of Children’s Services
Saltmarsh Council
Quay Road

Dear Ottilie
Focused visit to Saltmarsh children’s services

This letter tells what inspectors found when they came to Saltmarsh on 13 and 14
April 2021. They read the records of forty children, spoke with their
social workers and sat in two meetings at which plans were made.

Headline findings

Children who are in danger are found quickly and kept safe. Their plans are
too long for most parents to read, and the short-term steps in them are not
told apart from the long-term ones.

What needs to improve?

• The length of plans, so that parents can read them, and the number of those
who have been given a copy.
• The time that children wait for a visit.

Yours sincerely
Lambert Oakes
His Majesty’s Inspector
"""
UNWRAPPED = WRAPPED.replace("14\nApril", "14 April")
for _end in ("their\nsocial", "are\ntoo", "are\nnot", "those\nwho"):
    UNWRAPPED = UNWRAPPED.replace(_end, _end.replace("\n", " "))


@pytest.mark.parametrize("letter", [WRAPPED, UNWRAPPED], ids=["wrapped", "unwrapped"])
def test_a_letter_has_its_structure_whether_its_lines_are_wrapped_or_not(letter: str) -> None:
    document = read(letter)
    assert texts(document, "heading") == [
        "Focused visit to Saltmarsh children’s services",
        "Headline findings",
        "What needs to improve?",
    ]
    assert texts(document, "bullet") == [
        "The length of plans, so that parents can read them, and the number of those who have "
        "been given a copy.",
        "The time that children wait for a visit.",
    ]
    findings = block_of(document, "kept safe")
    assert document.text[findings.start : findings.end].endswith("from the long-term ones.")
    assert "Quay Road" in texts(document, "paragraph")


def test_wrapped_and_unwrapped_letters_have_the_same_sentences() -> None:
    assert sentences(read(WRAPPED)) == sentences(read(UNWRAPPED))


def test_headings_of_a_wrapped_letter_need_no_empty_line_behind_them() -> None:
    close = WRAPPED.replace("findings\n\n", "findings\n").replace("improve?\n\n", "improve?\n")
    assert texts(read(close)) == texts(read(WRAPPED))
    assert [b.kind for b in read(close).blocks] == [b.kind for b in read(WRAPPED).blocks]


def test_a_bullet_knows_the_question_that_it_answers() -> None:
    document = read(WRAPPED)
    bullet = block_of(document, "The time that children wait")
    assert bullet.lead_in is not None
    lead_in = document.blocks[bullet.lead_in]
    assert document.text[lead_in.start : lead_in.end] == "What needs to improve?"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_give_the_same_text(encoding: str) -> None:
    data = WRAPPED.encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    assert read(data).text == read(WRAPPED).text


def test_line_ends_of_other_systems_give_the_same_text() -> None:
    assert read(WRAPPED.replace("\n", "\r\n")).text == read(WRAPPED).text
    assert read(WRAPPED.replace("\n", "\r")).text == read(WRAPPED).text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("The ofﬁce ﬁnds foster carers ﬂats.", "The office finds foster carers flats."),
        ("Chil\u00addren are safe.\u200b", "Children are safe."),
        ("The cafe\u0301 is  open\u00a0daily.", "The café is open daily."),
    ],
)
def test_debris_of_typesetting_is_undone(raw: str, clean: str) -> None:
    assert read(raw).text == clean


@pytest.mark.parametrize("mark", ["• ", "- ", "– ", "* ", "\uf0b7 ", "\uf06e", "■\t", "◦"])
def test_a_bullet_is_known_by_any_mark(mark: str) -> None:
    document = read(f"They asked for:\n{mark}Better plans\n{mark}Fewer moves")
    assert texts(document, "bullet") == ["Better plans", "Fewer moves"]
    assert document.text == "They asked for:\n\n• Better plans\n• Fewer moves"
    assert [b.lead_in for b in document.blocks] == [None, 0, 0]


def test_printed_numbers_are_kept_beside_their_paragraphs_and_may_begin_again() -> None:
    document = read(
        "14. Plans are late.\n\n15.Visits are rare, and “few” are seen.\n\n1. The board meets."
    )
    assert [b.number for b in document.blocks] == ["14", "15", "1"]
    assert texts(document)[1] == "Visits are rare, and “few” are seen."
    assert document.text.startswith("14. Plans are late.\n\n15. Visits")
    assert {b.ordinal for b in document.blocks} == {None}


def test_paragraphs_without_numbers_are_counted() -> None:
    document = read("Plans are late.\n\nThey need:\n\n- Dates\n\nVisits are rare.")
    assert [b.ordinal for b in document.blocks] == [1, 2, 3, 4]


def test_a_paragraph_that_an_empty_line_cuts_is_one() -> None:
    document = read(
        "Leaders know this. Children are seen by\n\ntheir social worker. Most are safe."
    )
    assert sentences(document) == [
        "Leaders know this.",
        "Children are seen by their social worker.",
        "Most are safe.",
    ]
    assert len(document.blocks) == 1


def test_a_bullet_that_an_empty_line_cuts_is_one() -> None:
    document = read("They ask for:\n\n• plans that are read by\n\nthe parents of children.")
    assert texts(document, "bullet") == ["plans that are read by the parents of children."]


def test_a_fragment_that_lost_its_beginning_or_end_is_marked() -> None:
    document = read(
        "of their carers. Visits are regular and children like them.\n\n"
        "Plans are clear. The council’s audits of them, which began in the spring of last year, "
        "show that most are read by the parents and by the\n\nThe board meets each month."
    )
    marked = [document.text[s.start : s.end] for s in document.sentences if s.fragment]
    assert len(marked) == 2
    assert marked[0] == "of their carers."
    assert marked[1].endswith("and by the")


def test_a_sentence_may_end_in_a_reference() -> None:
    document = read(
        "Assessments take longer than they should for most of the children. (Recommendation 3)\n\n"
        "Improve the time that assessments take for most of the children (paragraph 12)\n\n"
        "The board meets each month."
    )
    assert not any(s.fragment for s in document.sentences)
    assert len(document.sentences) == 3


TABLES = {
    "on one line": """Judgement Grade
The impact of leaders on social work practice Good
The experiences and progress of children in care Requires improvement to be good
Overall effectiveness Good
""",
    "over several lines": """Judgement Grade
The impact of leaders on social work
practice
Good
The experiences and progress of children
in care
Requires improvement
to be good
Overall effectiveness
Good
""",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_judgement_table_becomes_rows(table: str) -> None:
    document = read(f"Inspection of Saltmarsh children’s services\n\n{table}\nChildren are safe.")
    assert [(j.area, j.grade) for j in document.metadata.judgements] == [
        ("The impact of leaders on social work practice", "Good"),
        ("The experiences and progress of children in care", "Requires improvement to be good"),
        ("Overall effectiveness", "Good"),
    ]
    for judgement in document.metadata.judgements:
        row = document.text[judgement.start : judgement.end]
        assert row == f"{judgement.area}\t{judgement.grade}"
    assert texts(document)[-1] == "Children are safe."


def test_numbered_areas_keep_their_numbers_beside_the_row() -> None:
    document = read(
        "Children’s services require improvement\n\n"
        "1. Children who need help and protection\nRequires improvement\n"
        "2. Children looked after and achieving permanence Requires improvement\n"
        "2.1 Adoption performance Good\n"
        "3. Leadership, management and governance Inadequate\n"
    )
    assert [(j.area, j.grade) for j in document.metadata.judgements] == [
        ("Children who need help and protection", "Requires improvement"),
        ("Children looked after and achieving permanence", "Requires improvement"),
        ("Adoption performance", "Good"),
        ("Leadership, management and governance", "Inadequate"),
    ]
    rows = [block for block in document.blocks if block.kind == "row"]
    assert [row.number for row in rows] == ["1", "2", "2.1", "3"]


def test_a_sentence_that_ends_in_a_grade_is_no_row() -> None:
    document = read("Overall effectiveness has not changed since the last inspection: it is good.")
    assert texts(document, "row") == []


def test_a_grade_without_an_area_is_no_row() -> None:
    document = read("Judgement Grade\nGood\n\nChildren are safe.")
    assert document.metadata.judgements == ()
    assert "Good" in texts(document)


def test_a_table_without_an_overall_grade() -> None:
    document = read(
        "Judgement Grade\nThe experiences and progress of children in care Good\n"
        "The experiences and progress of care leavers Outstanding\n\nCare leavers are happy."
    )
    assert [j.grade for j in document.metadata.judgements] == ["Good", "Outstanding"]


def test_a_list_of_contents_is_never_an_answer() -> None:
    document = read(
        "Contents\nExecutive summary\nThe experiences of children in care\nRecommendations\n\n"
        "The experiences of children in care\n\nChildren in care are happy with their carers."
    )
    assert [b.boilerplate for b in document.blocks] == [True, True, True, True, False, False]


def test_letterhead_and_closing_words_are_never_an_answer() -> None:
    document = read(
        "Ofsted\nPiccadilly Gate\nStore Street\nManchester\nM1 2WD\nT 0300 000 0000\n"
        "www.example.org/ofsted\n\nDear Ottilie\n\nChildren are safe.\n\n"
        "Any complaints about the inspection or the report should be made to us.\n\n"
        "© Crown copyright 2021\n"
    )
    answers = [document.text[b.start : b.end] for b in document.blocks if not b.boilerplate]
    assert answers == ["Dear Ottilie", "Children are safe."]


def test_form_feeds_are_pages_and_do_not_cut_sentences() -> None:
    document = read(
        "Leaders know this. Children are seen by their\fsocial worker.\fPlans are clear."
    )
    assert texts(document) == [
        "Leaders know this. Children are seen by their social worker.",
        "Plans are clear.",
    ]
    assert [page_of(document, words) for words in ("Children", "social", "Plans")] == [1, 2, 3]


def test_a_news_item_is_headings_and_paragraphs() -> None:
    document = read(
        "Ofsted praises help for families in Saltmarsh\n\n"
        "Families in Saltmarsh get help sooner than they did, inspectors say.\n\n"
        "“We are delighted,” said Councillor Wren Abbot. “There is more to do.”\n\n"
        "What comes next\n\nThe council will open a second centre.\n"
    )
    assert texts(document, "heading") == [
        "Ofsted praises help for families in Saltmarsh",
        "What comes next",
    ]
    assert document.metadata.kind == "news"
    assert document.metadata.published is None
    assert document.metadata.visited is None


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 50, bytes(range(256)) * 4])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="neither a known format nor text"):
        read(data, "blob.txt")


def test_text_without_words_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"soft\.txt: the file holds no words"):
        read("\u200b\n\u00ad", "soft.txt")
