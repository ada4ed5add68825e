from pathlib import Path

import numpy as np
import pytest

from documents import QuestionSetError
from eval.fit import MOST_REFUSED, Fitted, _platt, _rank, fit
from eval.questions import QuestionSet, read_questions
from index import Encoder
from qa.answerer import Answerer
from qa.candidates import FEATURES, RETRIEVED
from qa.confidence import ANSWER_SIGNS, SIGNS
from qa.recipe import Recipe
from qa.reranker import Reranker
from qa.schema import AskRequest
from qa.service import Service
from tests.eval.cards import card_of
from tests.eval.conftest import Run

QUESTIONS = Path(__file__).parent.parent.parent / "eval" / "questions"


@pytest.fixture(scope="module")
def samples() -> QuestionSet:
    return read_questions(sorted(QUESTIONS.glob("samples-*.jsonl")))


@pytest.fixture(scope="module")
def made(samples_service: Service, samples: QuestionSet) -> Fitted:
    return fit(samples_service.answerer, samples, samples)


@pytest.fixture(scope="module")
def fitted(made: Fitted) -> Recipe:
    return made.recipe


def test_the_ranking_finds_the_feature_that_tells_right_from_wrong() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(300, 3))
    starts = np.arange(0, 300, 10)
    right = np.zeros(300, dtype=bool)
    for start in starts:
        right[start + int(features[start : start + 10, 1].argmax())] = True
    weights = _rank(features, right, starts)
    assert weights[1] > 5 * max(abs(weights[0]), abs(weights[2]))


def test_the_ranking_stands_scores_beyond_what_floats_can_tell() -> None:
    features = np.array([[0.0], [5000.0], [0.0], [5000.0]])
    weights = _rank(features, np.array([True, False, True, False]), np.array([0, 2]))
    assert np.isfinite(weights).all()
    assert weights[0] < 0


def test_probabilities_are_those_of_the_scores() -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(size=20_000)
    right = generator.random(20_000) < 1 / (1 + np.exp(-(2 * scores - 1)))
    slope, intercept = _platt(scores, right)
    assert slope == pytest.approx(2, abs=0.1)
    assert intercept == pytest.approx(-1, abs=0.1)


def test_a_recipe_has_a_weight_for_all_evidence_and_names_its_data(
    fitted: Recipe, encoder: Encoder
) -> None:
    assert tuple(fitted.finder.weights) == FEATURES
    assert tuple(fitted.retrieval.weights) == RETRIEVED
    assert tuple(fitted.confidence.weights) == SIGNS
    assert tuple(fitted.answers.weights) == ANSWER_SIGNS
    assert fitted.answers.weights["own"] > 0
    assert fitted.reranker == Reranker.load(encoder).identity.sha256
    assert "150 of 150 questions" in fitted.fitted_on
    assert "samples-aldermere.jsonl" in fitted.threshold_chosen_on


def test_it_is_said_what_the_confidence_is_worth_elsewhere(made: Fitted) -> None:
    questions, whole, answers = made.worth
    assert (questions.count, whole.count, answers.count) == (150, 150, 750)
    for worth in made.worth:
        assert worth.auroc is not None
        assert 0.5 < worth.auroc < 1
        assert 0 < worth.ece < 0.5


def test_the_threshold_refuses_no_more_than_it_may(
    samples_service: Service, samples: QuestionSet, fitted: Recipe
) -> None:
    answerer = Answerer(samples_service.answerer.snapshot, samples_service.encoder, made_by=fitted)
    answerable = [q for q in samples.questions if q.answerable]
    confidences = [answerer.ask(AskRequest(question=q.question)).confidence for q in answerable]
    refused = sum(c < fitted.threshold for c in confidences)
    assert refused <= MOST_REFUSED * len(answerable)
    # And no less than it can: one question more and it would be too many.
    assert sum(c <= fitted.threshold + 1e-3 for c in confidences) > 0


def test_the_same_seed_draws_the_same_questions(
    samples_service: Service, samples: QuestionSet
) -> None:
    answerer = samples_service.answerer
    one, two = (fit(answerer, samples, samples, most=25, seed=3).recipe for _ in "ab")
    other = fit(answerer, samples, samples, most=25, seed=4).recipe
    assert one == two
    assert one.finder != other.finder


def test_the_command_writes_a_recipe(run: Run, tmp_path: Path) -> None:
    questions = str(QUESTIONS / "samples-aldermere.jsonl")
    out = tmp_path / "recipe.json"
    result = run("fit", "--questions", questions, "--choose", questions, "--out", str(out))
    assert result.exit_code == 0, result.output
    recipe = Recipe.model_validate_json(out.read_bytes())
    assert Recipe.model_validate_json(result.stdout) == recipe
    # All of them are about four letters, too few to divide into five parts.
    assert "letters that it was not fitted on, too few questions to say" in result.stderr


def test_only_what_the_encoder_did_not_learn_from_is_fitted_on(run: Run, tmp_path: Path) -> None:
    questions = str(QUESTIONS / "samples-aldermere.jsonl")
    held = [f"aldermere-{year}.pdf" for year in ("2017-inspection", "2022-inspection")]
    card = tmp_path / "card.json"
    card.write_text(card_of(held).model_dump_json(), encoding="utf-8")
    out = tmp_path / "recipe.json"
    command = ("fit", "--questions", questions, "--choose", questions, "--out", str(out))
    result = run(*command, "--held-out", str(card))
    assert result.exit_code == 0, result.output
    fitted_on = Recipe.model_validate_json(out.read_bytes()).fitted_on
    fitted_number = int(fitted_on.split()[0])
    about = [q for q in read_questions([Path(questions)]).questions if q.files <= set(held)]
    # Of those that name no file, only some are asked of these letters alone.
    assert len([q for q in about if q.gold]) <= fitted_number < len(about)
    for path, says in ((out, "is not a card that"), (tmp_path / "none", "No such file")):
        result = run(*command, "--held-out", str(path))
        assert result.exit_code == 1
        assert f"{path}: {says}" in result.output


def test_questions_that_are_not_there_are_named(run: Run, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.jsonl")
    out = str(tmp_path / "r.json")
    result = run("fit", "--questions", missing, "--choose", missing, "--out", out)
    assert result.exit_code == 1
    assert "none.jsonl" in result.output
    with pytest.raises(QuestionSetError):
        read_questions([Path(missing)])
