import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from documents import Failure, QuestionSetError
from eval.evaluate import Judged, ask_all, is_right, judge
from eval.metrics import Outcome, by_type, figures
from eval.questions import Question, Quote, check_documents, request_of
from eval.report import figures_table, types_table, verdict_table, write_report
from eval.run import Run, SnapshotUsed, SystemResult, changes, read_run
from eval.systems import Reply, Span
from index import Snapshot

LATE = "Checks of private foster carers are late."
PROMPT = "Checks of private foster carers are prompt and thorough."


def asked(number: int, *gold: tuple[str, str]) -> Question:
    return Question(
        id=f"q{number}",
        question=f"Question {number}?",
        type="fact" if gold else "unanswerable",
        answerable=bool(gold),
        gold=tuple(Quote(document=document, quote=quote) for document, quote in gold),
    )


def span(file: str, text: str) -> Span:
    return Span("id", file, 0, len(text), text, 0.5)


def reply(
    *answers: Span, candidates: Sequence[Span] | None = None, refused: bool | None = None
) -> Reply:
    given = None if candidates is None else tuple(candidates)
    return Reply(answers, 0.5, refused, given, 12.5)


class Scripted:
    """A system that was told what to say, and remembers what it was asked."""

    def __init__(self, name: str, replies: dict[str, Reply]) -> None:
        self.name = name
        self.asked: list[str] = []
        self._replies = replies

    def answer(self, question: Question) -> Reply:
        self.asked.append(question.id)
        return self._replies[question.id]


GOLD = (("ashford.md", LATE), ("bexley.md", PROMPT))


@pytest.mark.parametrize(
    ("file", "text", "right"),
    [
        ("ashford.md", LATE, True),
        ("any/folder/ashford.md", LATE.upper(), True),
        ("corby.md", LATE, False),
        # The words of another document's quote, and none like its own.
        ("bexley.md", "They visit carers.", False),
        ("ashford.md", "Managers meet care leavers every month.", False),
        ("notashford.md", LATE, False),
    ],
)
def test_an_answer_is_right_by_document_and_by_words(file: str, text: str, right: bool) -> None:
    assert is_right(span(file, text), asked(1, *GOLD).gold) == right


def test_an_answer_is_not_right_for_what_another_gold_document_says() -> None:
    gold = asked(1, ("ashford.md", LATE), ("bexley.md", "Nobody waits.")).gold
    assert not is_right(span("bexley.md", LATE), gold)


def test_the_rank_is_that_of_the_first_right_answer() -> None:
    wrong, right = span("corby.md", LATE), span("ashford.md", LATE)
    assert judge(asked(1, *GOLD), reply(right, right)).right_at == 1
    assert judge(asked(1, *GOLD), reply(wrong, wrong, right, right)).right_at == 3
    assert judge(asked(1, *GOLD), reply(wrong)).right_at is None
    # The sixth is too late, however long the list.
    assert judge(asked(1, *GOLD), reply(*[wrong] * 5, right)).right_at is None
    assert judge(asked(1), reply(right)).right_at is None


def test_found_is_the_share_of_gold_quotes_among_the_candidates() -> None:
    right = span("ashford.md", LATE)
    assert judge(asked(1, *GOLD), reply(candidates=[right, right])).found == 0.5
    assert judge(asked(1, *GOLD), reply(candidates=[])).found == 0
    assert judge(asked(1, *GOLD), reply()).found is None
    assert judge(asked(1), reply(candidates=[right])).found is None


def test_an_outcome_keeps_what_the_figures_need() -> None:
    question = asked(1, *GOLD)
    assert judge(question, reply(refused=True)) == Outcome(
        id="q1",
        fingerprint=question.fingerprint,
        type="fact",
        answerable=True,
        right_at=None,
        confidence=0.5,
        refused=True,
        found=None,
        milliseconds=12.5,
    )


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


@pytest.fixture
def judged() -> list[Judged]:
    right, wrong = span("ashford.md", LATE), span("corby.md", "Plans are [bold]weak[/bold].")
    paperknife = Scripted(
        "paperknife",
        {"q1": reply(right, refused=False), "q2": reply(wrong, refused=True)},
    )
    plain = Scripted("plain", {"q1": reply(wrong), "q2": reply(wrong)})
    return ask_all([paperknife, plain], [asked(1, *GOLD), asked(2)])


@pytest.fixture
def run(judged: list[Judged]) -> Run:
    systems = []
    for name in ("paperknife", "plain"):
        outcomes = tuple(case.replies[name][1] for case in judged)
        result = SystemResult(
            name=name, figures=figures(outcomes), by_type=by_type(outcomes), outcomes=outcomes
        )
        systems.append(result)
    return Run(
        created=datetime(2026, 1, 1, tzinfo=UTC),
        versions={"paperknife": "1"},
        snapshot=SnapshotUsed(
            id="s", encoder="e", documents=3, failures=0, passages=3, sentences=7
        ),
        question_files=(),
        questions=2,
        systems=tuple(systems),
    )


def test_a_report_is_read_back_and_says_what_went_wrong(
    tmp_path: Path, run: Run, judged: list[Judged]
) -> None:
    write_report(tmp_path / "made" / "here", run, judged)
    assert read_run(tmp_path / "made" / "here") == run
    lines = (tmp_path / "made" / "here" / "questions.jsonl").read_text("utf-8").splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["question"] == "Question 1?"
    assert [quote["quote"] for quote in first["gold"]] == [LATE, PROMPT]
    best = first["systems"]["paperknife"]["answers"][0]
    assert (best["file"], best["text"], best["right"]) == ("ashford.md", LATE, True)
    assert first["systems"]["paperknife"]["right_at"] == 1
    assert first["systems"]["plain"]["answers"][0]["right"] is False
    assert second["systems"]["paperknife"]["refused"] is True


def test_a_run_holds_no_word_of_a_letter_or_question(run: Run) -> None:
    kept = run.model_dump_json()
    for text in (LATE, PROMPT, "weak", "Question 1?", "ashford.md"):
        assert text not in kept


def shown(run: Run) -> list[str]:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(figures_table(run), types_table(run))
    return capture.get().splitlines()


def row(lines: list[str], name: str) -> list[str]:
    found = next(line for line in lines if line.strip("│ ").startswith(name))
    return [cell.strip() for cell in found.strip("│").split("│")]


def test_the_tables_show_each_figure_under_its_system(run: Run) -> None:
    lines = shown(run)
    assert row(lines, "hit@1") == ["hit@1", "1.000", "0.000"]
    # A system that does not refuse has no such figure.
    assert row(lines, "unanswerable refused") == ["unanswerable refused", "1.000", "–"]
    assert row(lines, "p50 ms")[:2] == ["p50 ms", "12.5"]
    assert row(lines, "fact")[:3] == ["fact", "1", "1.000"]


def test_the_verdict_shows_what_changed(run: Run) -> None:
    now, before = run.systems[0].outcomes, run.systems[1].outcomes
    console = Console(width=120)
    with console.capture() as capture:
        console.print(verdict_table("paperknife", changes(now, before)))
    cells = row(capture.get().splitlines(), "hit@1")
    assert cells == ["hit@1", "1", "0.000", "1.000", "+1.000", "no clear difference"]
