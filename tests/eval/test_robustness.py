from collections.abc import Sequence

import pytest

from documents import Document
from eval.judging import Judged, judge
from eval.questions import Question, Quote
from eval.robustness import ask_anew
from eval.systems import Reply, Span
from index import Snapshot

GOLD = Quote(document="ashford.md", quote="Checks of private foster carers are late.")


class Careful:
    """Answers rightly, unless it is shouted at."""

    name = "careful"

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Reply:
        self.asked.append(question)
        text = "Nobody waits." if question.question.isupper() else GOLD.quote or ""
        span = Span("id", GOLD.document, 0, len(text), text, 0.5)
        return Reply((span,), 0.5, False, (span,), 1.0, probable=True)


def judged(system: Careful, texts: Sequence[str]) -> list[Judged]:
    cases = []
    for number, text in enumerate(texts):
        question = Question(
            id=f"q{number}", question=text, type="fact", answerable=True, gold=(GOLD,)
        )
        reply = system.answer(question)
        cases.append(Judged(question, {system.name: (reply, judge(question, reply))}))
    return cases


@pytest.fixture
def documents(snapshot: Snapshot) -> tuple[Document, ...]:
    return snapshot.documents


def test_each_wording_is_compared_with_the_question_as_it_is(
    documents: tuple[Document, ...],
) -> None:
    system = Careful()
    cases = judged(system, ["Are the checks late?", "Do the checks come late?"])
    heard: list[tuple[int, int]] = []
    found = ask_anew(system, cases, documents, lambda done, total: heard.append((done, total)))
    assert list(found) == ["upper case", "no punctuation", "one typo", "keywords only"]
    assert list(found["upper case"]) == ["hit@1", "hit@5", "answerable refused"]
    change = found["upper case"]["hit@5"]
    assert (change.before, change.now, change.difference, change.questions) == (1, 0, -1, 2)
    assert change.verdict == "worse"
    assert found["one typo"]["hit@1"].difference == 0
    assert heard == [(n, 8) for n in range(1, 9)]
    # The gold is that of the question, whatever its words.
    assert all(question.gold == (GOLD,) for question in system.asked)
    assert system.asked[2].question == "ARE THE CHECKS LATE?"


def test_a_question_that_a_wording_leaves_as_it_is_says_nothing_of_it(
    documents: tuple[Document, ...],
) -> None:
    system = Careful()
    found = ask_anew(system, judged(system, ["LATE", "are checks late"]), documents)
    assert set(found) == {"upper case", "one typo", "keywords only"}
    assert {name: found[name]["hit@1"].questions for name in found} == {
        "upper case": 1,
        "one typo": 1,
        "keywords only": 1,
    }
    # What would leave no word is not asked: "" is no question.
    assert "" not in [question.question for question in system.asked]


def test_a_question_of_small_words_alone_is_not_asked_without_them(
    documents: tuple[Document, ...],
) -> None:
    system = Careful()
    assert "keywords only" not in ask_anew(system, judged(system, ["what is it"]), documents)


def test_no_typo_is_made_in_the_name_of_an_authority(documents: tuple[Document, ...]) -> None:
    system = Careful()
    named = next(d.metadata.authority for d in documents if d.metadata.authority)
    assert "one typo" not in ask_anew(system, judged(system, [named]), documents)
