from dataclasses import replace
from pathlib import Path

import pytest

from documents import EncoderError, QuestionSetError
from eval.batches import Plan
from eval.card import Card
from eval.pairs import Material
from eval.questions import QuestionSet
from eval.tuning import NAME, check_out, tune
from index import Encoder
from index.encoder import BASE

FILES = ("card.json", "card.md", "encoder.safetensors")
PLAN = Plan(epochs=2, batch=2, together=2, mined=1)


class BrokenOff(Exception):  # noqa: N818
    pass


class Tuner:
    """Tunes on a few lessons of the samples: two epochs of two or three steps."""

    def __init__(self, base: Encoder, material: Material, questions: QuestionSet) -> None:
        self._base, self._questions = base, questions
        self.material = replace(material, lessons=material.lessons[::20])

    def __call__(
        self, out: Path, *, break_at: int | None = None, resume: bool = False, seed: int = 0
    ) -> Card:
        def tell(stage: str, done: int, total: int) -> None:
            if stage == "training" and done == break_at:
                raise BrokenOff

        check_out(out, resume=resume)
        return tune(
            self._base,
            self._questions.files,
            self.material,
            PLAN,
            out,
            hold_out=0.3,
            seed=seed,
            resume=resume,
            every=1,
            progress=tell,
        )


@pytest.fixture(scope="module")
def tuner(base_encoder: Encoder, material: Material, samples_questions: QuestionSet) -> Tuner:
    return Tuner(base_encoder, material, samples_questions)


@pytest.fixture(scope="module")
def whole(tuner: Tuner, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Card]:
    out = tmp_path_factory.mktemp("whole") / "made" / "here"
    return out, tuner(out)


def test_the_weights_are_laid_over_the_base_by_their_card(whole: tuple[Path, Card]) -> None:
    out, card = whole
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    tuned = Encoder.load(tuned=out / "encoder.safetensors")
    assert (tuned.name, tuned.sha256) == (NAME, card.encoder.sha256)
    assert (out / "encoder.safetensors").stat().st_size == card.bytes < 22_000_000


def test_the_card_says_what_was_made_of_what(
    whole: tuple[Path, Card], samples_questions: QuestionSet, tuner: Tuner
) -> None:
    out, card = whole
    assert Card.model_validate_json((out / "card.json").read_bytes()) == card
    assert card.base == BASE
    assert card.data.questions == samples_questions.files
    assert card.data.counts.questions == 150
    lessons = tuner.material.lessons
    names = {name for lesson in lessons for name in lesson.files}
    assert len(card.data.held_out) == round(0.3 * len(names)) > 0
    kept = [x for x in lessons if not set(x.files) & set(card.data.held_out)]
    assert card.data.learnt_from == len(kept) > 0
    assert card.made.plan == PLAN
    assert len(card.made.losses) == 2
    assert card.made.final_loss == card.made.losses[-1]
    assert card.made.versions.keys() >= {"python", "torch", "safetensors"}
    assert "Apache-2.0" in card.licence
    assert card.limits
    page = (out / "card.md").read_text(encoding="utf-8")
    for said in (
        card.encoder.sha256,
        card.base.sha256,
        *card.data.held_out,
        *(file.sha256 for file in card.data.questions),
        *card.limits,
        f"seed {card.made.seed}",
        f"{card.made.final_loss:.4f}",
    ):
        assert said in page


def test_no_word_of_a_letter_or_question_is_on_the_card(
    whole: tuple[Path, Card], tuner: Tuner
) -> None:
    said = (whole[0] / "card.json").read_text("utf-8") + (whole[0] / "card.md").read_text("utf-8")
    for lesson in tuner.material.lessons:
        assert lesson.question not in said
        assert not [row for row in lesson.gold if tuner.material.rows.sentence_texts[row] in said]


@pytest.mark.parametrize("break_at", [None, 1, 3])
def test_the_same_seed_gives_the_same_bytes_with_a_break_and_without(
    tuner: Tuner, whole: tuple[Path, Card], tmp_path: Path, break_at: int | None
) -> None:
    if break_at:
        with pytest.raises(BrokenOff):
            tuner(tmp_path, break_at=break_at)
        assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.pt"]
    tuner(tmp_path, resume=break_at is not None)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (whole[0] / name).read_bytes(), name
    assert not (tmp_path / "checkpoint.pt").exists()


def test_another_training_is_not_resumed(tuner: Tuner, tmp_path: Path) -> None:
    with pytest.raises(BrokenOff):
        tuner(tmp_path, break_at=1, seed=5)
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: of another training \(.*seed\)"):
        tuner(tmp_path, resume=True, seed=6)
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: of a training that was broken off"):
        tuner(tmp_path)


def test_there_must_be_something_to_resume(tuner: Tuner, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: missing; without --resume"):
        tuner(tmp_path / "new", resume=True)


def test_nothing_to_learn_from_is_said(
    base_encoder: Encoder, material: Material, tmp_path: Path
) -> None:
    nothing = replace(material, lessons=())
    with pytest.raises(QuestionSetError, match="none is left to learn from"):
        tune(base_encoder, (), nothing, PLAN, tmp_path)
