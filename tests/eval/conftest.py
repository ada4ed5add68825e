from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from documents import Corpus, read_corpus
from eval.cli import app
from eval.pairs import Material, gather
from eval.questions import QuestionSet, read_questions
from index import Encoder, MadeBy, Snapshot, refresh
from qa.service import Service
from qa.settings import SAMPLES
from tests.eval.letters import write_letters

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def snapshot(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of the three letters, with nothing to answer from it."""
    folder = tmp_path_factory.mktemp("letters")
    return refresh(
        write_letters(folder / "corpus"), folder / "data", MadeBy(encoder, {"finder": "none"})
    ).snapshot


@pytest.fixture(scope="session")
def samples_questions() -> QuestionSet:
    """The questions on the samples."""
    folder = Path(__file__).parents[2] / "eval" / "questions"
    return read_questions(sorted(folder.glob("samples-*.jsonl")))


@pytest.fixture(scope="session")
def samples_corpus() -> Corpus:
    """The sample letters, in the order of the rows of ``material``."""
    return read_corpus(SAMPLES)


@pytest.fixture(scope="session")
def material(samples_corpus: Corpus, samples_questions: QuestionSet) -> Material:
    """What can be learnt from the samples."""
    return gather(samples_questions, samples_corpus)


@pytest.fixture
def run(samples_service: Service, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the samples' snapshot; the encoder is loaded once for all of them."""
    monkeypatch.setattr(Encoder, "load", lambda tuned=None: encoder)

    def run(*arguments: str, **environment: str) -> Result:
        environment = {
            "PAPERKNIFE_DATA": str(samples_service.settings.data),
            # Wide, so that no message is broken over lines.
            "COLUMNS": "400",
            "TERMINAL_WIDTH": "400",
            **environment,
        }
        return CliRunner().invoke(app, list(arguments), env=environment)

    return run
