"""The same letter in several files is cited once; a corrected letter does not vanish."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from documents import Document, Failure, Furniture, read_corpus
from documents.files import read_document
from documents.twins import join_twins
from tests.documents.making import Pdf, read, word_file
from tests.documents.mutating import SAMPLES

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR", "../shared/letters"))
HEAD = "Focused visit to Saltmarsh children’s services"
PLACES = [
    "Highmoor",
    "Eastholme",
    "Kestle",
    "Wexley",
    "Dunmoor",
    "Aldermere",
    "Brannock",
    "Thornby",
    "Ashwell",
    "Merrow",
]
BODY = [
    "This letter summarises the findings of the visit to Saltmarsh on 3 and 4 June 2018.",
    *(
        f"In {place} the {word} of {10 + number} children are seen in time, and managers know why "
        f"{word} that are late are late; partners in {place} say that plans for {word} are clear."
        for number, (place, word) in enumerate(
            (place, word) for place in PLACES for word in ("homes", "visits", "reviews", "needs")
        )
    ),
]


def _lines(text: str) -> list[str]:
    """Wrapped as on a page."""
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 75:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _pdf(body: list[str] = BODY) -> bytes:
    pdf = Pdf().heading(HEAD)
    for number, text in enumerate(body):
        if number % 12 == 11:
            pdf.at(500, 30, str(number // 12 + 1)).page()
        pdf.paragraph(*_lines(text))
    return pdf.at(500, 30, str(len(body) // 12 + 1)).data()


def _text(body: list[str] = BODY) -> str:
    return "\n\n".join([HEAD, *body]) + "\n"


def _html(body: list[str] = BODY, more: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in body)
    return (
        f"<!doctype html><html><body><main>{more}<h1>{HEAD}</h1>{paragraphs}</main></body></html>"
    )


def _markdown(body: list[str] = BODY) -> str:
    return "\n\n".join([f"# {HEAD}", *body]) + "\n"


def _documents() -> list[Document]:
    return [
        read(_pdf(), "letter.pdf"),
        read(word_file(HEAD, *BODY), "letter.docx"),
        read(_html(), "letter.html"),
        read(_markdown(), "letter.md"),
        read(_text(), "letter.txt"),
        read(_text(), "b/letter.txt"),
    ]


def test_a_letter_in_every_format_is_one_document_whatever_the_order() -> None:
    documents = _documents()
    first = join_twins(documents, [])
    (kept,) = first.documents
    assert kept.file == "letter.pdf"
    assert kept.copies == ("b/letter.txt", "letter.docx", "letter.html", "letter.md", "letter.txt")
    # What is cited does not change by the others being there.
    assert replace(kept, copies=()) == documents[0]
    assert {failure.file: failure.problem for failure in first.failures} == dict.fromkeys(
        kept.copies, "the same letter as letter.pdf, which is cited"
    )
    assert [failure.id for failure in first.failures] == sorted(f.id for f in first.failures)
    for seed in range(4):
        random.Random(seed).shuffle(documents)
        assert join_twins(documents, []) == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("of 14 children", "of 15 children"),
        ("of 14 children", "of 140 children"),
        ("of 14 children", "of four children"),
        ("4 June 2018", "5 June 2018"),
        ("are seen in time", "are not seen in time"),
        ("managers know why", "managers guess why"),
        ("plans for homes are clear", "good plans for homes are clear"),
        ("plans for homes are clear", "plans for 20 homes are clear"),
        ("to Saltmarsh on", "to Kestleshire on"),
    ],
)
def test_a_corrected_letter_does_not_vanish(old: str, new: str) -> None:
    corrected = [text.replace(old, new, 1) for text in BODY]
    assert corrected != BODY
    pair = [read(_pdf(), "letter.pdf"), read(_text(corrected), "corrected.txt")]
    assert len(join_twins(pair, []).documents) == 2


def test_two_figures_that_change_places_are_a_correction() -> None:
    swapped = list(BODY)
    swapped[1] = swapped[1].replace(" 10 ", " 11 ")
    swapped[2] = swapped[2].replace(" 11 ", " 10 ")
    pair = [read(_pdf(), "letter.pdf"), read(_text(swapped), "swapped.txt")]
    assert len(join_twins(pair, []).documents) == 2


def test_a_letterhead_on_one_of_them_makes_no_difference() -> None:
    more = "<p>Kestle House, Highmoor Lane</p>"
    pair = [read(_html(), "plain.html"), read(_html(more=more), "headed.html")]
    assert len(join_twins(pair, []).documents) == 1
    longer = [*BODY, "Leaders have told us that they will now do much of this in another way."]
    pair = [read(_html(), "letter.html"), read(_html(longer), "longer.html")]
    assert len(join_twins(pair, []).documents) == 2


def test_a_letter_of_another_kind_or_day_is_another_letter() -> None:
    one = read(_text(), "one.txt")
    other = replace(one, file="other.txt", sha256="0")
    assert len(join_twins([one, other], []).documents) == 1
    about = one.metadata
    visited = about.visited
    assert visited
    assert about.read_from["visited"].start is not None
    different = (
        replace(about, kind="monitoring visit"),
        replace(about, visited=replace(visited, last=visited.last.replace(year=2019))),
    )
    for metadata in different:
        pair = [one, replace(other, metadata=metadata)]
        assert len(join_twins(pair, []).documents) == 2


GRADES = "Judgement | Grade\n---|---\nThe impact of leaders | {}\nHelp and protection | {}\n"


def test_grades_that_change_places_are_a_correction() -> None:
    def graded(*grades: str) -> Document:
        rows = f"| {GRADES.format(*grades)}".replace("\n", "\n| ").rstrip("| ")
        return read(f"# {HEAD}\n\n{rows}\n\n" + "\n\n".join(BODY), f"{grades[0]}.md")

    one, other = graded("Good", "Inadequate"), graded("Inadequate", "Good")
    assert len(one.metadata.judgements) == 2
    assert len(join_twins([one, other], []).documents) == 2


def test_numbers_of_footnotes_and_divided_words_make_no_difference() -> None:
    words = BODY[1]
    text = _text([BODY[0], words.replace("managers know", "managers1 know"), *BODY[2:]])
    text = text.replace("children are seen", "chil- dren are seen", 1)
    other, document = read(text, "letter.txt"), read(_html(), "letter.html")
    # A number that no footnote has is a figure.
    assert len(join_twins([document, other], []).documents) == 2
    noted = replace(document, furniture=(Furniture("1", 1),))
    assert len(join_twins([noted, other], []).documents) == 1
    # As in a file whose running head, with the same word in it, was not taken out.
    headed = replace(noted, furniture=(Furniture("1", 1), Furniture("What managers know", 1)))
    more = read(f"{text}\n\nWhat managers know\n", "letter.txt")
    assert len(join_twins([headed, more], []).documents) == 1


def test_a_sample_and_its_plain_text_are_one_letter() -> None:
    data = (SAMPLES / "aldermere-2017-inspection.pdf").read_bytes()
    with pypdfium2.PdfDocument(data) as pdf:
        text = "\f".join(page.get_textpage().get_text_range() for page in pdf)
    letters = [read_document(data, "letter.pdf"), read(text, "letter.txt")]
    (document,) = join_twins(letters, []).documents
    assert (document.file, document.copies) == ("letter.pdf", ("letter.txt",))


def test_the_better_reading_is_cited() -> None:
    text = read(_text(), "a.txt")
    pdf = read(_pdf(), "b.pdf")
    fragments = tuple(replace(sentence, fragment=True) for sentence in pdf.sentences)

    def cited(*documents: Document) -> str:
        (kept,) = join_twins(documents, []).documents
        return kept.file

    assert cited(text, pdf) == "b.pdf"
    assert cited(text, replace(pdf, ocr=True)) == "a.txt"
    assert cited(text, replace(pdf, problem="page 3 was not read")) == "a.txt"
    worse = replace(pdf, file="a.pdf", sha256="1", sentences=fragments)
    assert cited(worse, pdf) == "b.pdf"
    assert cited(replace(pdf, file="a.pdf", sha256="1"), pdf) == "a.pdf"


def test_letters_of_few_words_or_of_other_scripts_are_not_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Yes.")
    (tmp_path / "b.txt").write_text("Нет, дети в безопасности.")
    (tmp_path / "c.txt").write_text("Да, дети в безопасности.")
    (tmp_path / "d.txt").write_text("?!")
    (tmp_path / "e.txt").write_text("…")
    assert len(read_corpus(tmp_path).documents) == 5


def test_other_failures_stay() -> None:
    failure = Failure("x", "x.txt", None, "the file is empty")
    assert join_twins([], [failure]).failures == (failure,)


@pytest.mark.skipif(
    not (LETTERS / "national").is_dir(), reason="the real letters are not on this machine"
)
@pytest.mark.parametrize("folder", ["national", "cheshire"])
def test_no_two_real_letters_are_one(folder: str) -> None:
    corpus = read_corpus(LETTERS / folder)
    assert corpus.failures == ()
    assert not any(document.copies for document in corpus.documents)
