from pathlib import Path

import pytest

from eval.gate import fallen, read_kept
from eval.metrics import Outcome
from eval.questions import QuestionFile
from tests.eval.outcomes import outcome, run_of


def file(name: str, sha256: str = "a") -> QuestionFile:
    return QuestionFile(name=name, sha256=sha256, questions=3)


def kept(folder: Path, *files: QuestionFile) -> Path:
    path = folder / "kept.json"
    path.write_text(run_of({"paperknife": []}, files).model_dump_json(), encoding="utf-8")
    return path


def test_the_kept_run_of_the_same_questions_is_read(tmp_path: Path) -> None:
    files = (file("one.jsonl", "a"), file("two.jsonl", "b"))
    # The order in which the files were named is nothing to the questions.
    assert read_kept(kept(tmp_path, *files), files[::-1], 3).question_files == files


@pytest.mark.parametrize(
    ("asked", "questions", "message"),
    [
        ([file("one.jsonl", "c")], 3, r"other questions: one\.jsonl differ"),
        ([file("one.jsonl"), file("two.jsonl", "b")], 3, r"other questions: two\.jsonl differ"),
        ([], 3, r"other questions: one\.jsonl differ"),
        ([file("one.jsonl")], 2, "is a run of 3 questions, and not of 2"),
    ],
)
def test_a_kept_run_of_other_questions_is_refused(
    tmp_path: Path, asked: list[QuestionFile], questions: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_kept(kept(tmp_path, file("one.jsonl")), asked, questions)


def test_a_kept_run_that_is_missing_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.json: No such file.*evaluation\.md says how"):
        read_kept(tmp_path / "none.json", [], 0)


def asked(right: int, of: int = 40, sure: float = 0.8) -> list[Outcome]:
    """So many questions of which the first are answered rightly; the surer, the more so."""
    answerable = [outcome(n, 1 if n < right else None, confidence=sure) for n in range(of)]
    return [*answerable, *(outcome(n, answerable=False) for n in range(of, of + 10))]


def test_a_clear_fall_is_named_with_its_figures() -> None:
    lost = fallen(run_of({"paperknife": asked(20)}), run_of({"paperknife": asked(36)}))
    assert [line.split()[0] for line in lost] == ["hit@1", "hit@5", "MRR@5"]
    assert lost[0].startswith("hit@1 fell from 0.900 to 0.500 (-0.400, 95% -0.")


def test_confidence_that_tells_less_apart_is_a_fall() -> None:
    now, before = asked(20, sure=0.3), asked(20, sure=0.8)
    lost = fallen(run_of({"paperknife": now}), run_of({"paperknife": before}))
    assert lost == ["AUROC fell from 1.000 to 0.000 (-1.000, 95% -1.000 to -1.000)"]


@pytest.mark.parametrize("right", [19, 20, 36])
def test_a_rise_and_a_fall_within_the_noise_pass(right: int) -> None:
    assert fallen(run_of({"paperknife": asked(right)}), run_of({"paperknife": asked(20)})) == []


def test_what_is_not_guarded_may_fall() -> None:
    before = [outcome(n, 1, refused=False) for n in range(9)]
    now = [outcome(n, 1, refused=True) for n in range(9)]
    assert fallen(run_of({"paperknife": now}), run_of({"paperknife": before})) == []


def test_other_systems_or_questions_cannot_be_compared() -> None:
    now = run_of({"paperknife": [outcome(1, 1)]})
    with pytest.raises(ValueError, match="has no system 'paperknife'"):
        fallen(now, run_of({"another": [outcome(1, 1)]}))
    with pytest.raises(ValueError, match="the same files, but other questions or gold"):
        fallen(now, run_of({"paperknife": [outcome(2, 1)]}))
