from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from documents import Corpus, Document, EncoderError, QuestionSetError
from eval import reranker_training
from eval.batches import EncoderPlan
from eval.card import Card, read_card
from eval.pairs import Material
from eval.questions import QuestionSet, file_name
from eval.reranker_training import RerankerPlan
from eval.training import Progress
from eval.tuning import (
    ENCODER_NAME,
    RERANKER_NAME,
    Course,
    check_out,
    tune_encoder,
    tune_reranker,
)
from index import Encoder
from index.encoder import BASE
from index.tuned import WeightsIdentity, layers
from qa.reranker import PassageText, Reranker, passage_text_of
from tests.index.encoders import short_encoder

ENCODER_PLAN = EncoderPlan(epochs=2, batch=2, together=2, mined=1)
RERANKER_PLAN = RerankerPlan(epochs=2, batch=2, passages=2, nearest=4)
# The layers as another training left them: the base's own, under another name.
TUNED = WeightsIdentity(name="tuned before", sha256="2" * 64)


class BrokenOff(Exception):  # noqa: N818
    pass


def tuned_before() -> Encoder:
    return Encoder(short_encoder().model, TUNED)


@dataclass(frozen=True)
class Stage:
    """One of the two trainings, on a few lessons of the samples: two epochs of a few steps."""

    weights: str
    name: str
    begun_from: WeightsIdentity
    course: Callable[..., Course]
    tune: Callable[[Course, Progress | None], Card]

    def run(
        self, out: Path, *, break_at: int | None = None, resume: bool = False, seed: int = 0
    ) -> Card:
        def tell(stage: str, done: int, total: int) -> None:
            if stage == "training" and done == break_at:
                raise BrokenOff

        check_out(out, resume=resume)
        return self.tune(self.course(out, seed=seed, resume=resume), tell)

    @property
    def files(self) -> list[str]:
        return ["card.json", "card.md", self.weights]


def stage_of(name: str, corpus: Corpus, material: Material, questions: QuestionSet) -> Stage:
    few = replace(material, lessons=material.lessons[::20], unanswered=material.unanswered[::8])

    def course(out: Path, *, seed: int = 0, resume: bool = False) -> Course:
        return Course(questions.files, few, out, hold_out=0.3, seed=seed, resume=resume, every=1)

    def encoder(course: Course, progress: Progress | None) -> Card:
        return tune_encoder(short_encoder(), course, ENCODER_PLAN, progress)

    def reranker(course: Course, progress: Progress | None) -> Card:
        return tune_reranker(tuned_before(), corpus.documents, course, RERANKER_PLAN, progress)

    if name == "encoder":
        return Stage("encoder.safetensors", ENCODER_NAME, BASE, course, encoder)
    return Stage("reranker.safetensors", RERANKER_NAME, TUNED, course, reranker)


@pytest.fixture(scope="module", params=["encoder", "reranker"])
def stage(
    request: pytest.FixtureRequest,
    samples_corpus: Corpus,
    material: Material,
    samples_questions: QuestionSet,
) -> Stage:
    return stage_of(request.param, samples_corpus, material, samples_questions)


@pytest.fixture(scope="module")
def whole(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Card]:
    out = tmp_path_factory.mktemp("whole") / "made" / "here"
    return out, stage.run(out)


def test_the_weights_are_laid_over_the_base_by_their_card(
    stage: Stage, whole: tuple[Path, Card]
) -> None:
    out, card = whole
    assert sorted(path.name for path in out.iterdir()) == sorted(stage.files)
    assert (out / stage.weights).stat().st_size == card.bytes < 4_000_000
    assert card.weights.name == stage.name
    if stage.name == RERANKER_NAME:
        assert Reranker.load(short_encoder(), out / stage.weights).identity == card.weights
        assert card.tensors == len(layers(short_encoder().model)) + 2
    else:
        with pytest.raises(EncoderError, match=r"tensor encoder\.layer\.1\..* is missing"):
            # These are of the one layer that the tests train.
            Encoder.load(tuned=out / stage.weights)
        assert card.tensors == len(layers(short_encoder().model))


def test_the_card_says_what_was_made_of_what(
    stage: Stage, whole: tuple[Path, Card], samples_questions: QuestionSet, tmp_path: Path
) -> None:
    out, card = whole
    material = stage.course(tmp_path).material
    assert Card.model_validate_json((out / "card.json").read_bytes()) == card
    assert card.base == BASE
    assert card.made.begun_from == stage.begun_from
    assert card.made.encoder == (TUNED if stage.name == RERANKER_NAME else None)
    assert card.data.questions == samples_questions.files
    assert card.data.counts.questions == 150
    names = {name for lesson in material.lessons for name in lesson.files}
    held = set(card.data.held_out)
    assert len(held) == round(0.3 * len(names)) > 0
    kept = [x.id for x in material.lessons if not set(x.files) & held]
    if stage.name == RERANKER_NAME:
        kept = [
            *(x.id for x in material.lessons if x.id in kept and set(x.scope) - held),
            *(x.id for x in material.unanswered if x.scope and not set(x.scope) & held),
        ]
    assert card.data.learnt_from == len(kept) > 0
    plan = RERANKER_PLAN if stage.name == RERANKER_NAME else ENCODER_PLAN
    assert card.made.plan == plan.model_dump(mode="json")
    assert card.made.steps == 2 * -(-len(kept) // 2)
    assert len(card.made.losses) == 2
    assert card.made.final_loss == card.made.losses[-1]
    assert card.made.versions.keys() >= {"python", "torch", "safetensors"}
    assert "Apache-2.0" in card.licence
    assert card.limits
    page = (out / "card.md").read_text(encoding="utf-8")
    for said in (
        stage.weights,
        card.weights.sha256,
        card.base.sha256,
        card.made.begun_from.sha256,
        *card.data.held_out,
        *(file.sha256 for file in card.data.questions),
        *card.limits,
        f"seed {card.made.seed}",
        f"{card.made.final_loss:.4f}",
    ):
        assert said in page


def test_no_word_of_a_letter_or_question_is_on_the_card(
    whole: tuple[Path, Card], stage: Stage, tmp_path: Path
) -> None:
    said = (whole[0] / "card.json").read_text("utf-8") + (whole[0] / "card.md").read_text("utf-8")
    material = stage.course(tmp_path).material
    for lesson in (*material.lessons, *material.unanswered):
        assert lesson.question not in said
        assert not [row for row in lesson.gold if material.rows.sentence_texts[row] in said]


@pytest.mark.parametrize("break_at", [None, 3])
def test_the_same_seed_gives_the_same_bytes_with_a_break_and_without(
    stage: Stage, whole: tuple[Path, Card], tmp_path: Path, break_at: int | None
) -> None:
    if break_at:
        with pytest.raises(BrokenOff):
            stage.run(tmp_path, break_at=break_at)
        assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    stage.run(tmp_path, resume=break_at is not None)
    for name in stage.files:
        assert (tmp_path / name).read_bytes() == (whole[0] / name).read_bytes(), name
    assert not (tmp_path / "checkpoint.pt").exists()


def test_another_training_is_not_resumed(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(BrokenOff):
        stage.run(tmp_path, break_at=1, seed=5)
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: of another training \(.*seed\)"):
        stage.run(tmp_path, resume=True, seed=6)
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: of a training that was broken off"):
        stage.run(tmp_path)


def test_the_rerankers_training_is_not_that_of_the_encoder(
    samples_corpus: Corpus, material: Material, samples_questions: QuestionSet, tmp_path: Path
) -> None:
    encoder, reranker = (
        stage_of(name, samples_corpus, material, samples_questions)
        for name in ("encoder", "reranker")
    )
    with pytest.raises(BrokenOff):
        encoder.run(tmp_path, break_at=1)
    with pytest.raises(EncoderError, match=r"of another training \(.*head_rate.*\)"):
        reranker.run(tmp_path, resume=True)


@dataclass(frozen=True)
class Second:
    """A second stage of the reranker's training, and the file of the first that it goes on from."""

    begun_from: Path
    stage: Stage


@pytest.fixture(scope="module")
def second(
    samples_corpus: Corpus,
    material: Material,
    samples_questions: QuestionSet,
    tmp_path_factory: pytest.TempPathFactory,
) -> Second:
    first = stage_of("reranker", samples_corpus, material, samples_questions)
    out = tmp_path_factory.mktemp("first")
    card = first.run(out)
    weights = out / first.weights
    plan = RERANKER_PLAN.model_copy(update={"answerable": 0.5})

    def tune(course: Course, progress: Progress | None) -> Card:
        documents = samples_corpus.documents
        return tune_reranker(tuned_before(), documents, course, plan, progress, weights)

    return Second(weights, replace(first, begun_from=card.weights, tune=tune))


def test_a_second_stage_goes_on_from_the_first_and_its_card_says_from_which(
    second: Second, tmp_path: Path
) -> None:
    first = read_card(second.begun_from.with_name("card.json"))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    card = second.stage.run(whole)
    assert card.made.begun_from == first.weights != card.weights
    assert card.made.encoder == first.made.encoder == TUNED
    assert card.made.plan["answerable"] == 0.5
    assert card.data.held_out == first.data.held_out
    page = (whole / "card.md").read_text(encoding="utf-8")
    assert f"from {RERANKER_NAME} (SHA-256\n`{first.weights.sha256}`)." in page
    assert f"Wrong passages were found by tuned before (SHA-256 `{TUNED.sha256}`)." in page
    with pytest.raises(BrokenOff):
        second.stage.run(broken, break_at=2)
    second.stage.run(broken, resume=True)
    for name in second.stage.files:
        assert (broken / name).read_bytes() == (whole / name).read_bytes(), name


def test_a_second_stage_is_not_resumed_as_a_first(
    second: Second,
    samples_corpus: Corpus,
    material: Material,
    samples_questions: QuestionSet,
    tmp_path: Path,
) -> None:
    with pytest.raises(BrokenOff):
        second.stage.run(tmp_path, break_at=1)
    first = stage_of("reranker", samples_corpus, material, samples_questions)
    with pytest.raises(EncoderError, match=r"of another training \(answerable, base weights\)"):
        first.run(tmp_path, resume=True)


def test_what_a_first_stage_learnt_from_cannot_be_held_out_of_a_second(
    second: Second, tmp_path: Path
) -> None:
    learnt = r"reranker\.safetensors: may have learnt from .*, which would be held out now"
    with pytest.raises(QuestionSetError, match=learnt):
        second.stage.run(tmp_path, seed=1)


def test_nothing_of_a_letter_that_is_held_out_is_read(
    samples_corpus: Corpus,
    material: Material,
    samples_questions: QuestionSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = stage_of("reranker", samples_corpus, material, samples_questions)
    read: set[str] = set()

    def reading(document: Document, passage: np.void, sentences: NDArray[np.void]) -> PassageText:
        read.add(file_name(document.file))
        return passage_text_of(document, passage, sentences)

    monkeypatch.setattr(reranker_training, "passage_text_of", reading)
    card = stage.run(tmp_path)
    assert read
    assert not read & set(card.data.held_out)


def test_the_rerankers_training_tells_of_the_search_for_wrong_passages(
    samples_corpus: Corpus, material: Material, samples_questions: QuestionSet, tmp_path: Path
) -> None:
    stage = stage_of("reranker", samples_corpus, material, samples_questions)
    heard: list[str] = []

    def tell(stage: str, done: int, total: int) -> None:
        heard.append(stage)
        if stage == "training":
            raise BrokenOff

    with pytest.raises(BrokenOff):
        stage.tune(stage.course(tmp_path), tell)
    assert list(dict.fromkeys(heard)) == ["embedding for wrong passages", "training"]


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: missing; without --resume"):
        check_out(tmp_path / "new", resume=True)


def test_nothing_to_learn_from_is_said(
    samples_corpus: Corpus, material: Material, tmp_path: Path
) -> None:
    nothing = Course((), replace(material, lessons=()), tmp_path)
    with pytest.raises(QuestionSetError, match="none is left to learn from"):
        tune_encoder(short_encoder(), nothing, ENCODER_PLAN)
    with pytest.raises(QuestionSetError, match="none is left to learn from"):
        tune_reranker(short_encoder(), samples_corpus.documents, nothing, RERANKER_PLAN)
    nowhere = replace(material.lessons[0], scope=())
    unasked = Course((), replace(material, lessons=(nowhere,), unanswered=()), tmp_path, 0)
    with pytest.raises(QuestionSetError, match="no question is left whose letters are here"):
        tune_reranker(short_encoder(), samples_corpus.documents, unasked, RERANKER_PLAN)
