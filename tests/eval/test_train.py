import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.batches import EncoderPlan
from eval.cli import app
from eval.reranker_training import RerankerPlan
from index import Encoder
from qa.reranker import Reranker

LETTER = """# Ashford: focused visit

## Main findings

Checks of private foster carers are late. Social workers hold 28 children each.

Managers meet care leavers every month.
"""
QUESTIONS = (
    ("q1", "Are checks late?", "Checks of private foster carers are late."),
    ("q2", "How many children has a social worker?", "Social workers hold 28 children each."),
    ("q3", "Is there a moon?", "The moon is full of cheese, say the mice."),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "ashford.md").write_text(LETTER, encoding="utf-8")
    (folder / "bexley.md").write_text(LETTER.replace("Ashford", "Bexley") + "\nNo more.\n", "utf-8")
    return folder


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = [
        {
            "id": f"{name[0]}-{number}",
            "question": question,
            "type": "fact",
            "answerable": True,
            "gold": [{"document": f"{name}.md", "quote": quote}],
            "tempting": [{"document": f"{name}.md", "quote": "In no letter of any kind."}],
        }
        for name in ("ashford", "bexley")
        for number, question, quote in QUESTIONS
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def train(stage: str, *arguments: object) -> Result:
    environment = {"COLUMNS": "400", "TERMINAL_WIDTH": "400"}
    return CliRunner().invoke(app, ["train", stage, *map(str, arguments)], env=environment)


def test_each_stage_writes_weights_that_can_be_loaded(
    questions: Path, corpus: Path, tmp_path: Path
) -> None:
    out = tmp_path / "encoder"
    result = train(
        "encoder", "--questions", questions, "--corpus", corpus, "--out", out, "--epochs", 1,
        "--hold-out", 0.5, "--seed", 3,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    card = json.loads(result.stdout)
    assert card == json.loads((out / "card.json").read_bytes())
    assert card["data"]["held_out"] in (["ashford.md"], ["bexley.md"])
    assert card["data"]["learnt_from"] == 2
    assert card["made"]["seed"] == 3
    assert card["made"]["steps"] == 1
    assert card["made"]["plan"]["precision"] == "bfloat16"
    weights = out / "encoder.safetensors"
    encoder = Encoder.load(tuned=weights)
    assert encoder.sha256 == card["weights"]["sha256"]
    assert weights.stat().st_size < 22_000_000
    assert "2 of 6 gold quotes match no sentence of the letters" in result.stderr
    assert "6 of 6 tempting quotes match no sentence of the letters" in result.stderr
    assert "2 questions left out for that: a-q3, b-q3" in result.stderr
    assert "training" in result.stderr
    out = tmp_path / "reranker"
    result = train(
        "reranker", "--encoder", weights, "--questions", questions, "--corpus", corpus,
        "--out", out, "--epochs", 1, "--hold-out", 0.5, "--seed", 3, "--float32",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    second = json.loads(result.stdout)
    assert second == json.loads((out / "card.json").read_bytes())
    assert second["data"]["held_out"] == card["data"]["held_out"]
    assert second["made"]["begun_from"] == card["weights"]
    assert second["made"]["plan"]["precision"] == "float32"
    reranker = Reranker.load(encoder, out / "reranker.safetensors")
    assert reranker.identity.sha256 == second["weights"]["sha256"]
    assert "embedding for wrong passages" in result.stderr
    out = tmp_path / "second"
    result = train(
        "reranker", "--encoder", weights, "--from", tmp_path / "reranker" / "reranker.safetensors",
        "--questions", questions, "--corpus", corpus, "--out", out, "--epochs", 1,
        "--hold-out", 0.5, "--seed", 3, "--rate", 4e-5, "--answerable", 0.5,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    third = json.loads(result.stdout)
    assert third["made"]["begun_from"] == second["weights"]
    assert third["made"]["encoder"] == card["weights"]
    assert (third["made"]["plan"]["rate"], third["made"]["plan"]["answerable"]) == (4e-5, 0.5)
    assert third["weights"] != second["weights"]


def test_many_questions_that_are_left_out_are_not_all_named(
    questions: Path, corpus: Path, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in questions.read_text("utf-8").splitlines()]
    for number in range(9):
        lines.append(lines[2] | {"id": f"more-{number}"})
    lines[0]["tempting"] = []
    questions.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (tmp_path / "checkpoint.pt").touch()
    result = train(
        "encoder", "--questions", questions, "--corpus", corpus, "--out", tmp_path, "--resume",
        "--epochs", 2, "--mine",
    )  # fmt: skip
    assert result.exit_code == 1
    said = "11 questions left out for that: a-q3, b-q3, more-0, more-1, more-2 and 6 more"
    assert said in result.stderr
    assert "checkpoint.pt: cannot be read as a checkpoint" in result.stderr


def test_all_quotes_in_their_place_need_no_word(
    questions: Path, corpus: Path, tmp_path: Path
) -> None:
    line = json.loads(questions.read_text("utf-8").splitlines()[0]) | {"tempting": []}
    questions.write_text(json.dumps(line), encoding="utf-8")
    (tmp_path / "checkpoint.pt").touch()
    arguments = ("--questions", questions, "--corpus", corpus, "--out", tmp_path, "--resume")
    result = train("encoder", *arguments)
    assert result.exit_code == 1
    assert "match no sentence" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("encoder", "--mine", "--epochs", "1"), 2, "--mine: is for the encoder, in two epochs"),
        (("reranker", "--mine"), 2, "--mine: is for the encoder, in two epochs or more"),
        (("encoder", "--encoder", "a"), 2, "--encoder: is for the reranker"),
        (("encoder", "--from", "a"), 2, "--from: is for the reranker"),
        (("encoder", "--answerable", "0.5"), 2, "--answerable: is for the reranker"),
        (("reranker", "--answerable", "0"), 2, "--answerable"),
        (("reranker", "--rate", "0"), 2, "--rate"),
        (("finder",), 2, "'finder' is not one of 'encoder', 'reranker'"),
        (("encoder", "--hold-out", "1"), 2, "--hold-out"),
        (("reranker", "--resume"), 1, "checkpoint.pt: missing; without --resume training begins"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(
    questions: Path, corpus: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    out = tmp_path / "out"
    result = train(*arguments, "--questions", questions, "--corpus", corpus, "--out", out)
    assert result.exit_code == code
    assert says in result.stderr


def test_a_file_where_the_folder_should_be_is_named(
    questions: Path, corpus: Path, tmp_path: Path
) -> None:
    result = train("encoder", "--questions", questions, "--corpus", corpus, "--out", questions)
    assert result.exit_code == 1
    assert f"{questions}: File exists" in result.stderr


def test_the_plans_are_as_the_options_say() -> None:
    """What is told of the defaults is what the plans have."""
    said = " ".join(train("encoder", "--help").stdout.split())
    assert EncoderPlan().epochs == 3
    assert RerankerPlan().epochs == 2
    assert (EncoderPlan().rate, RerankerPlan().rate) == (1e-4, 8e-5)
    assert RerankerPlan().answerable == 1.0
    assert "[default: (3 for the encoder, 2 for the reranker)]" in said
    assert "[default: (1e-4 for the encoder, 8e-5 for the reranker)]" in said
    assert "[default: (the encoder's layers)]" in said
    assert "[default: (1.0)]" in said
    assert "[default: (the packaged one)]" in said
