"""The invariants of the contract that an answer has to keep, on the sample letters."""

import random
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import Encoder, MadeBy, Snapshot, refresh
from qa.answerer import Answerer
from qa.answering import ANSWERING
from qa.candidates import FEATURES, Candidates, Query, Retriever
from qa.confidence import WeightedConfidence
from qa.recipe import recipe
from qa.schema import AskRequest, AskResponse, Understood
from qa.service import Service
from qa.settings import SAMPLES
from qa.wanted import gives
from tests.qa.checks import check_made_by, check_verbatim

QUESTIONS = [
    "how are private fostering checks judged?",
    "Are caseloads manageable in Kestleshire?",
    "What needs to improve in Port Brannock?",
    "Who led the inspection of Wexley and Dunmoor in 2020?",
    "ARE CARE LEAVERS SAFE",
    "initial health assesments late",
]


@pytest.fixture(scope="module")
def answerer(samples_service: Service) -> Answerer:
    return samples_service.answerer


def frank(question: str, **fields: object) -> AskRequest:
    return AskRequest.model_validate({"question": question, "min_confidence": 0, **fields})


def comparable(response: AskResponse) -> dict[str, object]:
    return response.model_dump(exclude={"query_id", "took_ms", "snapshot"})


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_and_context_is_verbatim(answerer: Answerer, question: str) -> None:
    response = answerer.ask(frank(question, limit=20))
    assert response.answers
    check_verbatim(answerer.snapshot, response)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(question=st.text(min_size=1, max_size=80).filter(lambda text: bool(text.strip())))
def test_any_question_gets_verbatim_answers_or_an_abstention(
    answerer: Answerer, question: str
) -> None:
    response = answerer.ask(AskRequest(question=question))
    assert (response.status == "abstained") == (response.reason is not None)
    assert bool(response.answers) == (response.status == "answered")
    check_verbatim(answerer.snapshot, response)


def test_the_right_sentence_comes_first_for_a_plain_question(answerer: Answerer) -> None:
    response = answerer.ask(frank("Who chaired or led the 2023 inspection of Kestleshire?"))
    assert {a.citation.authority for a in response.answers} == {"Kestleshire"}


def test_answers_come_best_first_and_within_the_limit(answerer: Answerer) -> None:
    response = answerer.ask(frank(QUESTIONS[0], limit=7))
    confidences = [answer.confidence for answer in response.answers]
    assert confidences == sorted(confidences, reverse=True)
    assert len(confidences) == 7


def test_answers_by_date_tell_a_story(answerer: Answerer) -> None:
    response = answerer.ask(frank(QUESTIONS[0], limit=8, order="date"))
    dates = [answer.citation.published for answer in response.answers]
    known = [day for day in dates if day]
    assert known == sorted(known)
    assert len(set(known)) > 2
    assert None not in dates[: len(known)]
    best = answerer.ask(frank(QUESTIONS[0], limit=8))
    assert {a.text for a in best.answers} == {a.text for a in response.answers}


def test_an_authority_that_is_named_is_the_only_one_cited(answerer: Answerer) -> None:
    response = answerer.ask(frank("How quickly are checks done in Port Brannock?", limit=20))
    assert response.understood.authorities == ["Port Brannock"]
    cited = [c for a in response.answers for c in (a.citation, *a.also)]
    assert {c.authority for c in cited} == {"Port Brannock"}


def test_the_users_own_filters_win_over_the_question(answerer: Answerer) -> None:
    response = answerer.ask(frank("How are checks in Port Brannock?", authorities=["aldermere"]))
    assert {a.citation.authority for a in response.answers} == {"Aldermere"}


@pytest.mark.parametrize(
    "fields",
    [
        {"authorities": ["Nowhere"]},
        {"until": "2001-01-01"},
        {"kinds": ["joint targeted area inspection"]},
        {"documents": ["no-such-document"]},
    ],
)
def test_a_filter_that_matches_nothing_is_never_widened(
    answerer: Answerer, fields: dict[str, object]
) -> None:
    response = answerer.ask(frank(QUESTIONS[0], **fields))
    assert (response.status, response.reason) == ("abstained", "no_matching_documents")
    assert not response.answers
    assert not response.nearest
    assert response.confidence == 0


def test_an_authority_without_a_letter_is_not_answered_for(answerer: Answerer) -> None:
    response = answerer.ask(frank("How quickly are private fostering checks done in Leeds?"))
    assert response.understood.unknown_authorities == ["Leeds"]
    assert (response.status, response.reason) == ("abstained", "no_matching_documents")
    assert not response.nearest


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("Are checks done better in Leeds or in Aldermere?", {}),
        ("What did leaders learn from Leeds?", {"authorities": ["Aldermere"]}),
    ],
)
def test_an_authority_without_a_letter_closes_no_other(
    answerer: Answerer, question: str, fields: dict[str, object]
) -> None:
    response = answerer.ask(frank(question, **fields))
    assert response.understood.unknown_authorities == ["Leeds"]
    assert {a.citation.authority for a in response.answers} == {"Aldermere"}


def test_a_time_means_letters_among_those_that_the_user_leaves_open(answerer: Answerer) -> None:
    question = "What did the latest inspection of Aldermere say of caseloads?"
    everything = answerer.gather(frank(question))
    assert everything.query.letters is not None
    (latest,) = everything.query.letters
    assert latest.startswith("aldermere-inspection-2022")
    others = everything.candidates.features[:, FEATURES.index("other_time")]
    numbers = answerer.snapshot.sentences["document"][everything.candidates.rows]
    ids = [answerer.snapshot.documents[number].id for number in numbers]
    assert [bool(other) for other in others] == [one != latest for one in ids]
    assert 0 < others.sum() < len(others)
    before = answerer.gather(frank(question, until="2020-01-01"))
    assert before.query.letters is not None
    assert [one[:25] for one in before.query.letters] == ["aldermere-inspection-2017"]


def test_a_time_that_is_only_looked_back_to_counts_as_half_another(answerer: Answerer) -> None:
    found = answerer.gather(frank("Compared with 2017, was Aldermere better in 2022?"))
    (earlier,) = found.query.earlier
    assert earlier.startswith("aldermere-inspection-2017")
    others = found.candidates.features[:, FEATURES.index("other_time")]
    numbers = answerer.snapshot.sentences["document"][found.candidates.rows]
    halves = {answerer.snapshot.documents[n].id for n in numbers[others == 0.5]}
    assert halves == {earlier}
    assert {0.0, 0.5, 1.0} == set(others.tolist())


def test_sentences_without_what_is_wanted_are_known(answerer: Answerer) -> None:
    found = answerer.gather(frank("How many foster families does Wexley and Dunmoor have?"))
    names = ("lacks_kind", "lacks_count")
    kind, count = (found.candidates.features[:, FEATURES.index(name)] for name in names)
    rows = answerer.snapshot.sentences[found.candidates.rows].tolist()
    documents = answerer.snapshot.documents
    texts = [documents[number].text[start:end] for number, _, _, start, end in rows]
    assert [bool(lacks) for lacks in kind] == [not gives("count", text) for text in texts]
    (given,) = (n for n, text in enumerate(texts) if "61 fostering households" in text)
    assert count[given] == 0
    assert (count >= kind).all()
    assert 0 < kind.sum() < count.sum() < len(texts)


def test_years_count_where_nobody_has_looked_which_letters_are_meant(answerer: Answerer) -> None:
    vector = answerer.gather(frank("Are caseloads high?")).query.vector
    years = Understood(since=date(2022, 1, 1), until=date(2023, 12, 31))
    query = Query("caseloads", "caseloads", years, vector)
    everything = np.ones(len(answerer.snapshot.documents), dtype=bool)
    found = Retriever(answerer.snapshot, 20).candidates(query, everything)
    others = found.features[:, FEATURES.index("other_time")]
    numbers = answerer.snapshot.sentences["document"][found.rows]
    days = [answerer.snapshot.documents[number].metadata.day for number in numbers]
    assert [bool(other) for other in others] == [
        day is None or day.year not in (2022, 2023) for day in days
    ]
    assert 0 < others.sum() < len(others)


def test_filters_hold_for_answers_and_for_what_is_said_also(answerer: Answerer) -> None:
    fields = {"kinds": ["inspection"], "since": "2020-01-01", "until": "2023-12-31", "limit": 20}
    response = answerer.ask(frank(QUESTIONS[0], **fields))
    cited = [c for a in response.answers for c in (a.citation, *a.also)]
    assert cited
    for citation in cited:
        assert citation.kind == "inspection"
        assert citation.published is not None
        assert 2020 <= citation.published.year <= 2023


def test_what_the_letters_do_not_speak_of_is_refused_with_the_nearest(answerer: Answerer) -> None:
    response = answerer.ask(AskRequest(question="What is the recipe for a Victoria sponge?"))
    assert (response.status, response.reason) == ("abstained", "no_evidence")
    assert 1 <= len(response.nearest) <= 3
    assert not any(nearest.is_answer for nearest in response.nearest)
    check_verbatim(answerer.snapshot, response)


def test_the_threshold_is_that_of_the_recipe_unless_the_user_says_another(
    answerer: Answerer,
) -> None:
    confidence = answerer.ask(AskRequest(question=QUESTIONS[0])).confidence
    refusing = AskRequest(question=QUESTIONS[0], min_confidence=min(confidence + 0.01, 1))
    assert answerer.ask(refusing).status == "abstained"


def test_no_answer_is_less_sure_than_the_user_asks_for(answerer: Answerer) -> None:
    every = [answer.confidence for answer in answerer.ask(frank(QUESTIONS[0], limit=10)).answers]
    least = every[2]
    asked = AskRequest(question=QUESTIONS[0], limit=10, min_confidence=least)
    found = [answer.confidence for answer in answerer.ask(asked).answers]
    assert found == [confidence for confidence in every if confidence >= least]
    assert 3 <= len(found) < len(every)


def test_a_grade_that_was_given_before_is_not_the_one_of_now(answerer: Answerer) -> None:
    # The inspection of 2026 gives no overall grade, the one of 2023 did.
    before = answerer.ask(AskRequest(question="What was Kestleshire rated overall?")).answers[0]
    assert (before.citation.file, before.text.split("\t")[1]) == (
        "kestleshire-2023-inspection.html",
        "Inadequate",
    )
    now = answerer.ask(AskRequest(question="What is Kestleshire's overall rating now?"))
    assert now.status == "abstained"
    assert now.nearest[0].citation.file == "kestleshire-2026-inspection.pdf"
    leaders = answerer.ask(AskRequest(question="How is leadership in Kestleshire currently rated?"))
    assert leaders.answers[0].citation.file == "kestleshire-2026-inspection.pdf"
    assert leaders.answers[0].text.endswith("\tGood")


def test_a_document_is_not_cited_for_what_another_of_its_authority_says(
    answerer: Answerer,
) -> None:
    # Invariant 8: the 2019 letter of Aldermere says nothing of adoption, the 2017 report does.
    response = answerer.ask(frank("How well does adoption work in Aldermere?", limit=20))
    for answer in response.answers:
        document = answerer.snapshot.document(answer.citation.document_id)
        assert document.text[answer.citation.start : answer.citation.end] == answer.text


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_the_files_changes_nothing(
    answerer: Answerer, encoder: Encoder, tmp_path: Path, seed: int
) -> None:
    corpus = tmp_path / "corpus"
    files = [
        path
        for path in SAMPLES.iterdir()
        if path.suffix in {".pdf", ".txt", ".md", ".docx", ".html"}
    ]
    random.Random(seed).shuffle(files)
    for number, path in enumerate(f for f in files if f.name != "README.md"):
        # Other names and other folders, so that both the walk and its order are others.
        target = corpus / f"{number:02}" / path.name
        target.parent.mkdir(parents=True)
        shutil.copyfile(path, target)
    other = Answerer(
        refresh(corpus, tmp_path / "data", MadeBy(encoder, ANSWERING)).snapshot, encoder
    )
    for question in QUESTIONS:
        one, two = (a.ask(frank(question, limit=10)) for a in (answerer, other))
        assert [(a.text, a.confidence) for a in one.answers] == [
            (a.text, a.confidence) for a in two.answers
        ]
        assert one.confidence == two.confidence


def test_the_same_question_gives_the_same_answers(answerer: Answerer) -> None:
    first, second = (answerer.ask(frank(QUESTIONS[0])) for _ in range(2))
    assert comparable(first) == comparable(second)
    assert first.query_id != second.query_id


def test_an_empty_corpus_says_so(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    empty = refresh(tmp_path / "corpus", tmp_path / "data", MadeBy(encoder, ANSWERING)).snapshot
    response = Answerer(empty, encoder).ask(AskRequest(question="Is anybody there?"))
    assert (response.status, response.reason) == ("abstained", "empty_corpus")


class Reversed:
    """An answer finder that likes the worst best: any other would do."""

    def probabilities(self, query: Query, candidates: Candidates) -> NDArray[np.float64]:
        cosines = candidates.features[:, FEATURES.index("sentence_cosine")].astype(np.float64)
        return np.clip((1 - cosines) / 2, 0.001, 0.999)


def test_the_answer_finder_can_be_replaced(samples_service: Service) -> None:
    snapshot: Snapshot = samples_service.answerer.snapshot
    other = Answerer(snapshot, samples_service.encoder, finder=Reversed())
    usual = samples_service.answerer.ask(frank(QUESTIONS[0], limit=3))
    turned = other.ask(frank(QUESTIONS[0], limit=3))
    assert not {a.text for a in usual.answers} & {a.text for a in turned.answers}


def test_no_candidates_mean_no_confidence(answerer: Answerer) -> None:
    nothing = Candidates(np.zeros(0, dtype=np.intp), np.zeros((0, len(FEATURES)), np.float32))
    query = answerer.gather(AskRequest(question="Anything?")).query
    confidence = WeightedConfidence(recipe().confidence)
    assert confidence.of(query, nothing, np.zeros(0)) == 0


def test_the_snapshot_records_the_recipe_and_its_data(answerer: Answerer) -> None:
    recorded = answerer.snapshot.manifest.answering
    assert recorded["threshold"] == recipe().threshold
    assert recorded["threshold_chosen_on"] == recipe().threshold_chosen_on
    assert len(str(recorded["sha256"])) == 64


def test_a_snapshot_of_another_recipe_is_refused(samples_service: Service) -> None:
    check_made_by(samples_service)
