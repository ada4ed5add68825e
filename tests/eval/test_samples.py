"""One evaluation from end to end: our own questions on the sample letters, real components."""

import json
from pathlib import Path

import pytest
from lxml import html

import eval
from eval.changes import changes
from eval.evaluate import evaluate
from eval.faults import fault
from eval.judging import Judged
from eval.questions import Question, read_questions, request_of
from eval.report import write_report
from eval.run import Run, read_run
from eval.systems import Paperknife
from index import Encoder
from qa.schema import AskRequest
from qa.service import Service

SETS = sorted((Path(eval.__path__[0]) / "questions").glob("samples-*.jsonl"))
ALWAYS = ["always answer", "always refuse"]
SYSTEMS = ["paperknife", "BM25 sentences", "dense sentences", "fused sentences", *ALWAYS]


@pytest.fixture(scope="module")
def evaluated(samples_service: Service, encoder: Encoder) -> tuple[Run, list[Judged]]:
    return evaluate(read_questions(SETS), samples_service.answerer, encoder)


def test_every_question_is_asked_of_every_system(evaluated: tuple[Run, list[Judged]]) -> None:
    run, judged = evaluated
    ids = [question.id for question in read_questions(SETS).questions]
    assert [case.question.id for case in judged] == ids
    assert [system.name for system in run.systems] == SYSTEMS
    for system in run.systems:
        assert [outcome.id for outcome in system.outcomes] == ids
        timed = [outcome.milliseconds for outcome in system.outcomes]
        assert all(took is None if system.name in ALWAYS else took and took > 0 for took in timed)


def test_what_is_judged_stands_in_the_letters(
    evaluated: tuple[Run, list[Judged]], samples_service: Service
) -> None:
    for case in evaluated[1]:
        for name, (reply, _) in case.replies.items():
            assert bool(reply.answers) == (name != "always refuse")
            assert len(reply.answers) <= 5
            for span in (*reply.answers, *(reply.candidates or ())):
                document = samples_service.answerer.snapshot.document(span.document_id)
                assert document.file == span.file
                assert document.text[span.start : span.end] == span.text


def test_paperknife_beats_the_baselines(evaluated: tuple[Run, list[Judged]]) -> None:
    ours, *plain = evaluated[0].systems
    for baseline in plain[:3]:
        for figure in ("hit@5", "MRR@5", "recall@50"):
            assert ours.figures[figure].value > baseline.figures[figure].value, baseline.name


def test_without_judgement_all_is_answered_or_nothing(evaluated: tuple[Run, list[Judged]]) -> None:
    run, _ = evaluated
    by_name = {system.name: system.figures for system in run.systems}
    answerable = [outcome.answerable for outcome in run.systems[0].outcomes]
    ours, every, none = (by_name[name] for name in ("paperknife", *ALWAYS))
    assert every["hit@5"] == ours["hit@5"]
    assert every["unanswerable refused"].value == 0
    share = sum(answerable) / len(answerable)
    assert every["served"].value == pytest.approx(ours["hit@5"].value * share)
    assert none["served"].value == pytest.approx(1 - share)
    assert every["AUROC"].value == none["AUROC"].value == 0.5


def test_the_steps_make_up_the_time(evaluated: tuple[Run, list[Judged]]) -> None:
    for outcome in evaluated[0].systems[0].outcomes:
        assert outcome.stages is not None
        assert sum(outcome.stages.values()) == pytest.approx(outcome.milliseconds)


def test_the_page_lays_every_wrong_answer_open(
    evaluated: tuple[Run, list[Judged]], tmp_path: Path
) -> None:
    write_report(tmp_path, *evaluated)
    page = html.document_fromstring((tmp_path / "report.html").read_text(encoding="utf-8"))
    articles = page.findall(".//article")
    wrong = [case for case in evaluated[1] if fault(case.replies["paperknife"][1]) is not None]
    assert [article.findtext("h3") for article in articles] == [
        " ".join(case.question.question.split()) for case in wrong
    ]
    for article, case in zip(articles, wrong, strict=True):
        shown = [quote.text for quote in article.iter("q")]
        reply, _ = case.replies["paperknife"]
        gold = [*case.question.gold, *case.question.tempting]
        assert shown == [*(span.text for span in reply.answers), *(one.quote for one in gold)]


def test_the_run_names_what_it_was_made_of(
    evaluated: tuple[Run, list[Judged]], samples_service: Service
) -> None:
    run, _ = evaluated
    assert run.snapshot.id == samples_service.answerer.snapshot.manifest.id
    assert run.snapshot.documents == 12
    assert [file.name for file in run.question_files] == [path.name for path in SETS]
    assert run.questions == sum(file.questions for file in run.question_files)


def test_a_run_against_itself_shows_no_change(evaluated: tuple[Run, list[Judged]]) -> None:
    outcomes = evaluated[0].systems[0].outcomes
    for change in changes(outcomes, outcomes).values():
        assert (change.difference, change.low, change.high) == (0, 0, 0)
        assert change.verdict == "no clear difference"


def test_a_question_of_one_document_is_answered_from_it_alone(samples_service: Service) -> None:
    answerer = samples_service.answerer
    file = answerer.snapshot.documents[-1].file
    question = Question(
        id="q",
        question="How many children do social workers hold?",
        type="fact",
        answerable=False,
        gold=(),
        document=file,
    )
    assert request_of(question, answerer.snapshot).documents == [answerer.snapshot.documents[-1].id]
    reply = Paperknife(answerer).answer(question)
    assert reply.candidates
    assert {span.file for span in reply.candidates} == {file}


def test_a_limit_cuts_the_list_and_changes_nothing_else(samples_service: Service) -> None:
    # The five best answers and the fifty candidates are taken from one list.
    for question in read_questions(SETS).questions[::12]:
        request = AskRequest(question=question.question, min_confidence=0)
        some = samples_service.answerer.ask(request).answers
        most = samples_service.answerer.ask(request.model_copy(update={"limit": 50})).answers
        assert [(a.text, a.citation) for a in most[:5]] == [(a.text, a.citation) for a in some]


def test_the_report_can_be_read_and_compared_with(
    evaluated: tuple[Run, list[Judged]], tmp_path: Path
) -> None:
    write_report(tmp_path, *evaluated)
    assert read_run(tmp_path) == evaluated[0]
    lines = (tmp_path / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    for line, case in zip(lines, evaluated[1], strict=True):
        ours = json.loads(line)["systems"]["paperknife"]
        right = [answer["right"] for answer in ours["answers"]]
        rank = right.index(True) + 1 if True in right else None
        assert rank == ours["right_at"] == case.replies["paperknife"][1].right_at
