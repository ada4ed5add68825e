import os
from pathlib import Path

import pytest

import eval
from documents import QuestionSetError, read_corpus
from eval.gold import conceal, locate
from eval.judging import is_right
from eval.questions import Question, QuestionFile, QuestionSet, Quote, read_questions
from eval.systems import Span
from index import Snapshot

LETTERS = Path(os.environ.get("PAPERKNIFE_LETTERS_DIR", "../shared/letters"))


def asked(*gold: Quote) -> QuestionSet:
    question = Question(id="q1", question="Late?", type="fact", answerable=True, gold=gold)
    return QuestionSet((QuestionFile(name="set.jsonl", sha256="0", questions=1),), (question,))


def _of(snapshot: Snapshot) -> Quote:
    document = snapshot.documents[0]
    sentence = document.sentences[1]
    text = document.text[sentence.start : sentence.end]
    return Quote(document=Path(document.file).name, quote=text)


def test_concealed_gold_is_found_again(snapshot: Snapshot) -> None:
    open_gold = _of(snapshot)
    hidden = conceal(open_gold)
    assert hidden.quote is None
    assert open_gold.quote is not None
    (found,) = locate(asked(hidden), snapshot.documents).questions
    document = snapshot.documents[0]
    span = Span(document.id, document.file, 0, 1, open_gold.quote, 0.5)
    assert is_right(span, found.gold)
    # Until it has been looked up nothing can be right by it.
    assert not is_right(span, (hidden,))


def test_gold_with_its_text_stays_as_it_is(snapshot: Snapshot) -> None:
    questions = asked(_of(snapshot))
    assert locate(questions, snapshot.documents) == questions
    mixed = asked(_of(snapshot), conceal(_of(snapshot)))
    assert locate(mixed, snapshot.documents).questions[0].gold[0] == _of(snapshot)
    assert conceal(conceal(_of(snapshot))) == conceal(_of(snapshot))


def test_words_that_are_not_there_are_an_error(snapshot: Snapshot) -> None:
    name = Path(snapshot.documents[0].file).name
    foreign = conceal(Quote(document=name, quote="Never said by anybody in any letter."))
    with pytest.raises(QuestionSetError, match=f"question q1: {name} has no run of 7 words"):
        locate(asked(foreign), snapshot.documents)


def test_a_file_that_is_not_there_is_left_to_the_check_of_files(snapshot: Snapshot) -> None:
    foreign = conceal(Quote(document="elsewhere.pdf", quote="Not here."))
    assert locate(asked(foreign), snapshot.documents).questions[0].gold == (foreign,)


@pytest.mark.parametrize(
    ("corpus", "names"),
    [
        ("cheshire", ("cheshire",)),
        (
            "national",
            (
                "train-authorities",
                "train-facts",
                "train-held",
                "train-held-b",
                "train-near-misses",
            ),
        ),
    ],
)
def test_our_gold_on_real_letters_is_where_it_was(corpus: str, names: tuple[str, ...]) -> None:
    if not (LETTERS / corpus).is_dir():
        pytest.skip(f"the real letters are not in {LETTERS}")
    folder = Path(eval.__path__[0]) / "questions"
    questions = read_questions([folder / f"{name}.jsonl" for name in names])
    located = locate(questions, read_corpus(LETTERS / corpus).documents)
    assert len(located.questions) == len(questions.questions)
    for question in located.questions:
        assert all(quote.quote for quote in (*question.gold, *question.tempting))
