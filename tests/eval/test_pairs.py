from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import Corpus, Document, QuestionSetError
from eval.gold import conceal
from eval.matching import matches
from eval.pairs import Lesson, Material, _Sentences, gather, hold_out
from eval.questions import Question, QuestionFile, QuestionSet, Quote
from index import Snapshot

LATE = Quote(document="ashford.md", quote="Checks of private foster carers are late.")
PROMPT = Quote(document="bexley.md", quote="Checks of foster carers are prompt and thorough.")
NOWHERE = Quote(document="ashford.md", quote="The moon is full of cheese, say the mice.")


def question(number: int, *gold: Quote, **more: object) -> Question:
    fields = {
        "id": f"q{number}",
        "question": "Were checks of carers late in Ashford in 2019?",
        "type": "fact",
        "answerable": bool(gold),
        "gold": gold,
    }
    return Question.model_validate(fields | more)


def question_set(*questions: Question) -> QuestionSet:
    file = QuestionFile(name="set.jsonl", sha256="0" * 64, questions=len(questions))
    return QuestionSet((file,), questions)


@pytest.fixture(scope="module")
def dated(snapshot: Snapshot) -> Corpus:
    """The three letters, each about the authority of its name, of 2019, 2018 and no time."""

    def of(document: Document) -> Document:
        name = Path(document.file).stem
        day = {"ashford": date(2019, 5, 1), "bexley": date(2018, 5, 1)}.get(name)
        about = replace(document.metadata, authority=name.title(), published=day)
        return replace(document, metadata=about)

    return Corpus(tuple(map(of, snapshot.documents)), ())


def texts(material: Material, rows: tuple[int, ...]) -> list[str]:
    return [material.rows.sentence_texts[row] for row in rows]


def test_a_lesson_has_the_sentences_that_match_its_quotes(snapshot: Snapshot) -> None:
    tempting = Quote(document="ashford.md", quote="Social workers hold 28 children each.")
    asked = question(1, LATE, PROMPT, tempting=(tempting,), document="corby.md")
    (lesson,) = gather(question_set(asked), snapshot).lessons
    material = gather(question_set(asked), snapshot)
    assert sorted(texts(material, lesson.gold)) == [
        "Checks of private foster carers are late.",
        "Checks of private foster carers are prompt and thorough.",
    ]
    assert texts(material, lesson.tempting) == ["Social workers hold 28 children each."]
    assert lesson.files == ("ashford.md", "bexley.md", "corby.md")
    assert lesson.question == asked.question
    assert "2019" not in lesson.topic
    assert "carers" in lesson.topic


def test_concealed_gold_is_located(snapshot: Snapshot) -> None:
    plain = gather(question_set(question(1, LATE)), snapshot)
    hidden = gather(question_set(question(1, conceal(LATE))), snapshot)
    assert hidden.lessons == plain.lessons
    assert hidden.lessons[0].gold
    foreign = conceal(NOWHERE)
    with pytest.raises(QuestionSetError, match=r"question q1: ashford\.md has no run of 9 words"):
        gather(question_set(question(1, foreign)), snapshot)


def test_what_matches_no_sentence_is_counted(snapshot: Snapshot) -> None:
    elsewhere = Quote(document="elsewhere.md", quote="In no letter at all.")
    material = gather(
        question_set(
            question(1, LATE, NOWHERE),
            question(2, NOWHERE),
            question(3, tempting=(LATE, NOWHERE, elsewhere)),
            question(4),
        ),
        snapshot,
    )
    assert [lesson.id for lesson in material.lessons] == ["q1"]
    assert [lesson.id for lesson in material.unanswered] == ["q3", "q4"]
    assert material.left_out == ("q2",)
    assert material.counts.model_dump() == {
        "questions": 4,
        "unanswerable": 2,
        "without_a_sentence": 1,
        "gold_quotes": 3,
        "gold_quotes_unmatched": 2,
        "tempting_quotes": 3,
        "tempting_quotes_unmatched": 2,
    }


@pytest.mark.parametrize(
    ("question_text", "asked_of", "scope"),
    [
        ("Are checks of carers late?", "corby.md", ["corby.md"]),
        ("Are checks of carers late in Bexley?", None, ["bexley.md"]),
        ("Are checks of carers late in Ashford and in Bexley?", None, ["ashford.md", "bexley.md"]),
        ("Are checks of carers late in Bexley in 2018?", None, ["bexley.md"]),
        ("Are checks of carers late in Bexley in 2019?", None, []),
        ("Are checks of carers late in 2019?", None, ["ashford.md"]),
        ("Are checks of carers late?", None, ["ashford.md"]),
    ],
)
def test_the_scope_is_what_the_question_is_asked_of(
    dated: Corpus, question_text: str, asked_of: str | None, scope: list[str]
) -> None:
    asked = question(1, LATE, question=question_text, document=asked_of)
    (lesson,) = gather(question_set(asked), dated).lessons
    assert list(lesson.scope) == scope
    assert "ashford.md" in lesson.files


def test_what_nothing_answers_is_asked_of_the_letters_that_it_names(dated: Corpus) -> None:
    asked = [
        question(1, question="What do checks cost in Bexley?", tempting=(PROMPT,)),
        question(2, question="What do checks cost?", document="corby.md"),
        question(3, question="What do checks cost?"),
    ]
    one, two, three = gather(question_set(*asked), dated).unanswered
    assert (one.files, one.scope, one.gold) == (("bexley.md",), ("bexley.md",), ())
    assert len(one.tempting) == 1
    assert (two.files, two.scope) == (("corby.md",), ("corby.md",))
    assert (three.files, three.scope) == ((), ())


def test_a_file_that_is_not_there_is_named(snapshot: Snapshot) -> None:
    foreign = Quote(document="dover.md", quote="Not here.")
    with pytest.raises(QuestionSetError, match=r"question q1: dover\.md is not in this corpus"):
        gather(question_set(question(1, foreign)), snapshot)


def test_progress_tells_of_each_letter(snapshot: Snapshot) -> None:
    heard: list[tuple[str, int, int]] = []
    gather(question_set(question(1, LATE)), snapshot, lambda *told: heard.append(told))
    assert heard == [("matching quotes", done, 3) for done in (1, 2, 3)]


def test_the_order_of_the_letters_makes_no_difference(snapshot: Snapshot) -> None:
    turned = replace(snapshot, documents=snapshot.documents[::-1])
    asked = question_set(question(1, LATE, PROMPT))
    assert gather(asked, turned).lessons == gather(asked, snapshot).lessons
    assert gather(asked, turned).letters == gather(asked, snapshot).letters
    fewer = replace(snapshot, documents=snapshot.documents[:2])
    assert gather(asked, fewer).letters != gather(asked, snapshot).letters


def test_two_letters_of_one_name_both_count(snapshot: Snapshot) -> None:
    own = next(d for d in snapshot.documents if d.file == "ashford.md")
    other = replace(own, id=f"{own.id}-2", file="copies/ashford.md")
    twice = replace(snapshot, documents=(*snapshot.documents, other))
    material = gather(question_set(question(1, LATE)), twice)
    assert texts(material, material.lessons[0].gold) == [LATE.quote, LATE.quote]


def test_all_but_fragments_are_a_letters_own(samples_corpus: Corpus, material: Material) -> None:
    documents = samples_corpus.documents
    own = {int(row) for rows in material.own for row in rows}
    for row, (number, _, index, _, _) in enumerate(material.rows.sentences.tolist()):
        assert (row in own) == (not documents[number].sentences[index].fragment)
    for number, rows in enumerate(material.own):
        assert set(material.rows.sentences["document"][rows].tolist()) <= {number}


def test_every_gold_row_of_the_samples_matches_a_quote(
    samples_corpus: Corpus, samples_questions: QuestionSet, material: Material
) -> None:
    documents = samples_corpus.documents
    asked = {q.id: q for q in samples_questions.questions}
    answerable = sum(q.answerable for q in samples_questions.questions)
    assert len(material.lessons) + len(material.left_out) == answerable
    assert len(material.lessons) > 100
    for lesson in material.lessons:
        for row, (number, _, _, start, end) in enumerate(material.rows.sentences.tolist()):
            name = Path(documents[number].file).name
            quotes = [g.quote for g in asked[lesson.id].gold if g.document == name]
            right = any(matches(documents[number].text[start:end], q or "") for q in quotes)
            assert right == (row in lesson.gold)


WORDS = st.lists(st.sampled_from(["late", "checks", "of", "carers", "are", "not", "soon", "12"]))
TEXT = WORDS.map(" ".join)


@given(sentences=st.lists(TEXT, max_size=6), quote=TEXT)
def test_counting_words_finds_what_comparing_all_finds(sentences: list[str], quote: str) -> None:
    expected = [place for place, text in enumerate(sentences) if matches(text, quote)]
    assert _Sentences(sentences).matching(quote) == expected


def lesson(number: int, *files: str) -> Lesson:
    return Lesson(f"q{number}", "q", "q", files, files, (number,), ())


FILES = st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=3).map(sorted)


@given(files=st.lists(FILES, min_size=1, max_size=20), share=st.floats(0, 0.9), seed=st.integers())
def test_nothing_is_learnt_on_what_is_held_out(
    files: list[list[str]], share: float, seed: int
) -> None:
    lessons = [lesson(number, *own) for number, own in enumerate(files)]
    names = {name for own in files for name in own}
    share_held = round(share * len(names))
    try:
        left, held = hold_out(lessons, share, seed)
    except QuestionSetError:
        # Some of the documents of each lesson are held.
        assert share_held > 0
        return
    assert len(held) == share_held
    assert left
    assert left == tuple(x for x in lessons if not set(x.files) & set(held))
    assert hold_out(lessons[::-1], share, seed)[1] == held


def test_the_seed_draws_what_is_held_out() -> None:
    lessons = [lesson(number, f"{number}.pdf") for number in range(20)]
    assert len({hold_out(lessons, 0.15, seed)[1] for seed in range(5)}) > 1
    assert hold_out(lessons, 0, 0) == (tuple(lessons), ())
    with pytest.raises(QuestionSetError, match="of 0 questions that a sentence answers none"):
        hold_out([], 0, 0)
