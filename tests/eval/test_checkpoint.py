from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import EncoderError
from eval.checkpoint import read_checkpoint, write_checkpoint
from eval.training import State

BEGINNING = {"seed": "0", "epochs": "3"}


def state() -> State:
    return State(
        step=7,
        loss=0.25,
        losses=[1.5, 0.25],
        mined={"q1": (3, 4), "q2": ()},
        weights={"layer": torch.arange(4.0)},
        optimiser={"state": {0: {"step": torch.tensor(7.0)}}, "param_groups": [{"lr": 0.1}]},
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, State(), BEGINNING)
    write_checkpoint(path, state(), BEGINNING)
    read = read_checkpoint(path, BEGINNING)
    assert (read.step, read.loss, read.losses, read.mined) == (
        7,
        0.25,
        [1.5, 0.25],
        {"q1": (3, 4), "q2": ()},
    )
    assert torch.equal(read.weights["layer"], torch.arange(4.0))
    assert read.optimiser["param_groups"] == [{"lr": 0.1}]
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"checkpoint\.pt: missing; without --resume"):
        read_checkpoint(tmp_path / "checkpoint.pt", BEGINNING)


def test_one_of_another_training_says_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, state(), BEGINNING)
    with pytest.raises(EncoderError, match=r"of another training \(hold-out, seed\); remove it"):
        read_checkpoint(path, {"seed": "1", "epochs": "3", "hold-out": "0"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(share=st.floats(0, 0.999))
def test_one_that_is_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "checkpoint.pt"
    write_checkpoint(path, state(), BEGINNING)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(EncoderError, match=r"cannot be read as a checkpoint; remove it"):
        read_checkpoint(path, BEGINNING)


@pytest.mark.parametrize(
    "held", [{"beginning": {}}, {"state": {}}, 5, {"beginning": {}, "state": {"a": 1}}]
)
def test_one_of_another_make_is_refused(tmp_path: Path, held: object) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save(held, path)
    with pytest.raises(EncoderError, match=r"cannot be read as a checkpoint"):
        read_checkpoint(path, BEGINNING)


def test_one_that_would_run_a_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save({"beginning": {}, "state": {"step": Path("x")}}, path)
    with pytest.raises(EncoderError, match=r"cannot be read as a checkpoint"):
        read_checkpoint(path, BEGINNING)
