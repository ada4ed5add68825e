import hashlib
import json
from pathlib import Path

import pytest

import eval
from documents import QuestionSetError
from eval.questions import Question, file_name, read_questions

GOOD = {
    "id": "q1",
    "question": "Are checks of carers prompt?",
    "type": "judgement",
    "answerable": True,
    "gold": [{"document": "a.txt", "quote": "Checks are prompt."}],
}
UNANSWERABLE = {
    "id": "q2",
    "question": "Who pays?",
    "type": "unanswerable",
    "answerable": False,
    "gold": [],
    "document": "a.txt",
    "tempting": [{"document": "a.txt", "quote": "Carers are paid."}],
    "kind": "figure",
    "note": "never said",
}


def lines(*questions: dict[str, object]) -> str:
    return "".join(json.dumps(question) + "\n" for question in questions)


def written(folder: Path, content: str, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_reads_every_field_and_names_its_files(tmp_path: Path) -> None:
    one = written(tmp_path, lines(GOOD) + "\n")
    two = written(tmp_path, "\ufeff" + lines(UNANSWERABLE), "other.jsonl")
    found = read_questions([one, two])
    assert [question.id for question in found.questions] == ["q1", "q2"]
    assert found.questions[0].gold[0].quote == "Checks are prompt."
    assert found.questions[1].document == "a.txt"
    assert found.questions[1].tempting[0].quote == "Carers are paid."
    assert [(file.name, file.questions) for file in found.files] == [
        ("set.jsonl", 1),
        ("other.jsonl", 1),
    ]
    assert found.files[0].sha256 == hashlib.sha256(one.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"question": "  "}, "question", "at least 1"),
        ({"question": "x" * 1001}, "question", "at most 1000"),
        ({"id": ""}, "id", "at least 1"),
        ({"answerable": "perhaps"}, "answerable", "valid boolean"),
        ({"gold": None}, "gold", "valid array"),
        ({"gold": [{"document": "a.txt"}]}, "gold.0", "needs either quote"),
        (
            {"gold": [{"document": "a.txt", "quote": "x", "words": 1, "sha256": "0" * 64}]},
            "gold.0",
            "needs either quote",
        ),
        ({"gold": [{"document": "a.txt", "words": 2}]}, "gold.0", "needs either quote"),
        (
            {"gold": [{"document": "a.txt", "words": 0, "sha256": "0" * 64}]},
            "gold.0.words",
            "greater",
        ),
        ({"gold": [{"document": "a.txt", "words": 2, "sha256": "x"}]}, "gold.0.sha256", "match"),
        ({"gold": [{"document": "b/a.txt", "quote": "x"}]}, "gold.0.document", "without folders"),
        ({"gold": [{"document": "a.txt", "quote": "…"}]}, "gold.0.quote", "holds no word"),
        ({"golden": []}, "golden", "not permitted"),
        ({"gold": []}, None, "gold is empty, but the question is answerable"),
        ({"answerable": False}, None, "gold is given, but the question is not answerable"),
    ],
)
def test_a_slip_is_refused_with_its_line_and_field(
    tmp_path: Path, change: dict[str, object], field: str | None, reason: str
) -> None:
    path = written(tmp_path, lines(UNANSWERABLE) + lines(GOOD | change))
    with pytest.raises(QuestionSetError) as caught:
        read_questions([path])
    message = str(caught.value)
    place = f"{path}, line 2" + (f", {field}" if field else "")
    assert message.startswith(f"{place}: ")
    assert reason in message
    assert "\n" not in message
    assert "Value error" not in message


def test_a_missing_field_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "q1"}\n')
    with pytest.raises(QuestionSetError, match=r"line 1, question: Field required"):
        read_questions([path])


@pytest.mark.parametrize("content", ["{", "[]", '"text"', "question,answer"])
def test_a_line_that_is_no_json_object_is_refused(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, lines(GOOD) + content)
    with pytest.raises(QuestionSetError, match=r"set\.jsonl, line 2: "):
        read_questions([path])


def test_an_id_is_used_once_in_all_files(tmp_path: Path) -> None:
    one, two = written(tmp_path, lines(GOOD)), written(tmp_path, lines(GOOD), "other.jsonl")
    with pytest.raises(QuestionSetError) as caught:
        read_questions([one, two])
    assert str(caught.value) == f"{two}, line 1, id: 'q1' was already used ({one}, line 1)"


def test_a_file_that_is_missing_empty_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"none\.jsonl: No such file"):
        read_questions([tmp_path / "none.jsonl"])
    with pytest.raises(QuestionSetError, match=r"set\.jsonl: holds no question"):
        read_questions([written(tmp_path, "\n \n")])
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(lines(GOOD).encode() + b'{"id": "caf\xe9"}')
    with pytest.raises(QuestionSetError, match=r"latin\.jsonl, line 2: is not UTF-8"):
        read_questions([latin])


def test_a_fingerprint_changes_with_what_is_asked_and_with_nothing_else() -> None:
    base = Question.model_validate(GOOD)
    same = Question.model_validate(GOOD | {"id": "other", "type": "fact", "note": "n"})
    assert base.fingerprint == same.fingerprint
    for change in (
        {"question": "Are checks late?"},
        {"gold": [{"document": "b.txt", "quote": "Checks are prompt."}]},
        {"document": "a.txt"},
    ):
        assert Question.model_validate(GOOD | change).fingerprint != base.fingerprint


def test_the_name_of_a_file_within_a_corpus() -> None:
    assert [file_name("a.txt"), file_name("x/y/a.txt")] == ["a.txt", "a.txt"]


def test_our_own_sets_are_well_formed_and_quote_the_samples() -> None:
    folder = Path(eval.__path__[0])
    sets = sorted((folder / "questions").glob("*.jsonl"))
    # Those on real letters have their gold by hash: tests/eval/test_gold.py.
    on_real_letters = {"cheshire.jsonl", *(path.name for path in sets if "train-" in path.name)}
    assert len(on_real_letters) == 6
    assert on_real_letters <= {path.name for path in sets}
    read_questions(sets)
    real = read_questions([path for path in sets if path.name in on_real_letters]).questions
    quotes = [quote for question in real for quote in (*question.gold, *question.tempting)]
    assert not [quote for quote in quotes if quote.quote is not None]
    on_samples = [path for path in sets if path.name.startswith(("samples-", "off-topic"))]
    found = read_questions(on_samples)
    samples = {path.name for path in (folder.parent / "documents" / "samples").iterdir()}
    assert {quote.document for q in found.questions for quote in q.gold} <= samples
    assert {q.answerable for q in found.questions} == {True, False}
