"""The page of a report: all that there is to say, and nothing that is taken for markup."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import sync_playwright

from eval.changes import changes
from eval.evaluate import ask_all
from eval.judging import Judged
from eval.questions import Quote
from eval.report_page import page, wrong_answers
from eval.run import Run
from eval.systems import Reply
from qa.schema import Understood
from tests.eval.outcomes import run_of
from tests.eval.replies import GOLD, LATE, Scripted, asked, reply, span
from tests.qa.test_browser import CHROMIUM, FAULTS, LEAST_CONTRAST

MARKUP = "</q><script>alert(1)</script>"


def known(given: Reply) -> Reply:
    """A reply as the answerer gives it."""
    understood = Understood(authorities=["Ashford"], asks_for="number")
    return replace(
        given,
        probable=True,
        understood=understood,
        stages={"find": 1.0, "compose": 2.0},
        confidence=0.75 if given.answers else 0.25,
    )


@pytest.fixture
def judged() -> list[Judged]:
    right, wrong = span("ashford.md", LATE), span("corby.md", f"Plans are weak. {MARKUP}")
    both = [wrong, wrong, right]
    questions = [
        asked(1, *GOLD),
        asked(2, *GOLD),
        asked(3),
        asked(4),
        asked(5, *GOLD).model_copy(update={"document": "ashford.md", "note": "A note."}),
    ]
    questions[3] = questions[3].model_copy(
        update={"tempting": (Quote(document="corby.md", quote="Plans tempt."),)}
    )
    system = Scripted(
        "paperknife",
        {
            "q1": known(reply(right, candidates=[right], refused=False)),
            "q2": known(reply(wrong, right, candidates=both, refused=False)),
            "q3": known(reply(refused=True)),
            "q4": known(reply(wrong, refused=False)),
            "q5": known(reply(candidates=[], refused=True)),
        },
    )
    plain = Scripted("plain", {f"q{n}": reply(wrong) for n in range(1, 6)})
    return ask_all([system, plain], questions)


@pytest.fixture
def run(judged: list[Judged]) -> Run:
    systems = {name: [case.replies[name][1] for case in judged] for name in ("paperknife", "plain")}
    return run_of(systems, questions=5)


def test_every_wrong_answer_is_there_once_with_its_class(judged: list[Judged]) -> None:
    found = wrong_answers("paperknife", judged)
    assert [(one.question.id, one.fault) for one in found] == [
        ("q2", "later"),
        ("q4", "answered"),
        ("q5", "refused"),
    ]
    assert [right for _, right in found[0].answers] == [False, True]
    assert [rank for _, rank in found[0].gold] == [3, None]


def shown(run: Run, judged: list[Judged]) -> html.HtmlElement:
    return html.document_fromstring(page(run, judged))


def test_a_wrong_answer_is_laid_open_beside_its_gold(run: Run, judged: list[Judged]) -> None:
    later, answered, refused = shown(run, judged).findall(".//article")
    assert (later.get("data-class"), later.get("data-type")) == ("later", "fact")
    text = " ".join(later.text_content().split())
    assert "A right answer comes second to fifth." in text
    assert "Understood: about Ashford; asking for a number." in text
    assert f"Right: {LATE}" in text
    assert "candidate 3" in text
    assert "no candidate" in text
    assert "The letters do not say." in answered.text_content()
    assert "Plans tempt." in answered.text_content()
    assert "asked of ashford.md alone" in refused.text_content()
    assert "Note: A note." in refused.text_content()
    assert "None." in refused.text_content()


def test_what_letters_say_is_never_markup(run: Run, judged: list[Judged]) -> None:
    found = shown(run, judged)
    assert len(found.findall(".//script")) == 1
    assert MARKUP in found.findall(".//article")[0].text_content()


def test_the_page_says_where_it_may_lie_and_needs_nothing_else(
    run: Run, judged: list[Judged]
) -> None:
    found = shown(run, judged)
    assert "Keep it where the letters may lie" in found.find(".//header").text_content()
    for element in found.iter("link", "img", "iframe"):
        raise AssertionError(html.tostring(element))
    assert all(e.get("src") is None for e in found.iter())
    assert all(str(a.get("href")).startswith("#") for a in found.iter("a"))
    targets = {a.get("href") for a in found.iter("a")}
    assert targets <= {f"#{e.get('id')}" for e in found.iter() if e.get("id")}


def test_every_table_says_what_it_is(run: Run, judged: list[Judged]) -> None:
    change = changes(run.systems[0].outcomes, run.systems[0].outcomes)
    full = run.model_copy(update={"changes": {"plain": change}, "robustness": {"typo": change}})
    tables = shown(full, judged).findall(".//table")
    captions = [table.findtext("caption") for table in tables]
    assert captions == [
        "Every system, over all questions",
        "plain, over the questions of both runs",
        "paperknife by type of question",
        "Typo",
        "Confidence of a question, by how high it is",
        "Confidence of an answer, by how high it is",
        "Each step of paperknife",
        "Wrong answers by class and type",
    ]
    for table in tables:
        assert all(th.get("scope") in ("col", "row") for th in table.iter("th"))


def test_figures_stand_under_their_system(run: Run, judged: list[Judged]) -> None:
    table = shown(run, judged).findall(".//table")[0]
    rows = {row[0].text_content(): row for row in table.findall(".//tbody/tr")}
    cells = [" ".join(cell.text_content().split()) for cell in rows["hit@5"]]
    low = run.systems[0].figures["hit@5"].low
    assert low is not None
    assert cells == ["hit@5", f"0.667 {low:.3f} to 1.000", "0.000 0.000 to 0.000"]
    assert rows["ECE questions"][2].text_content() == "–"


def test_what_there_is_not_is_left_out(judged: list[Judged]) -> None:
    # A system that is right every time, with scores that are no probabilities.
    right = [case for case in judged if case.question.id == "q1"]
    outcomes = [
        case.replies["paperknife"][1].model_copy(update={"probabilities": None, "stages": None})
        for case in right
    ]
    empty = run_of({"paperknife": outcomes}).model_copy(update={"changes": {}, "robustness": {}})
    found = shown(empty, right)
    text = found.text_content()
    assert "nothing to compare" in text
    assert "No question is changed by any other wording" in text
    assert found.find(".//form") is None
    assert [h.text_content() for h in found.iter("h3")] == []
    assert "None." in found.findall(".//section")[-1].text_content()


@pytest.mark.browser
def test_the_page_in_a_browser(run: Run, judged: list[Judged], tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(run, judged), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shows = browser.new_page(viewport={"width": 320, "height": 640})
        said: list[str] = []
        shows.on("console", lambda message: said.append(message.text))
        shows.on("pageerror", lambda error: said.append(str(error)))
        shows.goto((tmp_path / "report.html").as_uri())
        assert shows.evaluate("document.documentElement.scrollWidth") <= 320
        assert shows.evaluate(LEAST_CONTRAST)[0] >= 4.5
        assert shows.evaluate(FAULTS) == []
        visible = shows.locator("article:visible")
        assert visible.count() == 3
        shows.locator("select[name=class]").select_option("refused")
        assert (visible.count(), shows.locator("output").inner_text()) == (1, "1 of 3 shown")
        shows.locator("select[name=type]").select_option("unanswerable")
        assert visible.count() == 0
        shows.locator("select[name=class]").select_option("")
        assert visible.count() == 1
        shows.emulate_media(media="print")
        assert not shows.locator("#filter").is_visible()
        assert said == []
        browser.close()
