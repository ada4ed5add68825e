from dataclasses import replace

import pytest

from documents import Failure, QuestionSetError
from eval.evaluate import ask_all
from eval.questions import check_documents, request_of
from eval.systems import always
from index import Snapshot
from tests.eval.replies import GOLD, LATE, Scripted, asked, reply, span


def test_systems_are_asked_in_turn_after_one_question_that_does_not_count() -> None:
    replies = {"q1": reply(span("ashford.md", LATE)), "q2": reply()}
    one, two = Scripted("one", replies), Scripted("two", replies)
    heard: list[tuple[int, int]] = []
    judged = ask_all(
        [one, two], [asked(1, *GOLD), asked(2)], lambda done, total: heard.append((done, total))
    )
    assert one.asked == two.asked == ["q1", "q1", "q2"]
    assert heard == [(1, 2), (2, 2)]
    assert [case.question.id for case in judged] == ["q1", "q2"]
    assert judged[0].replies["two"][1].right_at == 1


def test_without_judgement_the_same_answers_are_given_or_none() -> None:
    own = reply(span("ashford.md", LATE), candidates=[span("ashford.md", LATE)], refused=True)
    given, refused = always(own, refuse=False), always(own, refuse=True)
    assert (given.answers, given.confidence, given.refused) == (own.answers, 1, False)
    assert (refused.answers, refused.confidence, refused.refused) == ((), 0, True)
    for one in (given, refused):
        assert (one.candidates, one.milliseconds, one.probable) == (None, None, False)


def test_gold_in_a_file_that_the_corpus_does_not_hold_is_refused(snapshot: Snapshot) -> None:
    check_documents([asked(1, *GOLD), asked(2)], snapshot)
    with pytest.raises(QuestionSetError, match=r"^question q3: dover\.md is not in this corpus"):
        check_documents([asked(1, *GOLD), asked(3, *GOLD, ("dover.md", LATE))], snapshot)
    elsewhere = asked(4).model_copy(update={"document": "dover.md"})
    with pytest.raises(QuestionSetError, match=r"question q4: dover\.md"):
        check_documents([elsewhere], snapshot)
    failure = Failure("dover", "x/dover.md", None, "the file is empty")
    with pytest.raises(
        QuestionSetError, match=r"dover\.md could not be read \(the file is empty\)$"
    ):
        check_documents([elsewhere], replace(snapshot, failures=(failure,)))


def test_a_question_of_one_document_is_never_widened(snapshot: Snapshot) -> None:
    whole, of_one = asked(1), asked(2).model_copy(update={"document": "bexley.md"})
    assert request_of(whole, snapshot).documents == []
    (only,) = request_of(of_one, snapshot).documents
    assert snapshot.document(only).file == "old/bexley.md"
    elsewhere = asked(3).model_copy(update={"document": "dover.md"})
    with pytest.raises(QuestionSetError, match=r"question q3: dover\.md is not in this corpus"):
        request_of(elsewhere, snapshot)
