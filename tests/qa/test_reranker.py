import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from documents import EncoderError
from index.context import passage_header
from index.encoder import BASE
from index.rows import rows_of
from index.tuned import WEIGHTS, layers
from qa.reranker import (
    PACKAGED,
    PassageText,
    Reranker,
    _batches,
    _reading,
    passage_text_of,
)
from tests.index.encoders import short_encoder
from tests.index.letters import Letter, fostering_letter
from tests.index.weights import NAME_OF_TUNED, write_weights
from tests.qa.rerankers import drawn_reranker, with_head

QUESTION = "Are checks of carers late?"
LATE = PassageText("inspection. Main findings", ("Checks of carers are late.", "Staff are kind."))
PASSAGES = (
    LATE,
    PassageText("news.", ("Caseloads are high.",)),
    PassageText("focused visit. Next steps. Leaders must improve:", ("The pace of plans.",) * 5),
    PassageText("", tuple(f"Visit {number} was made in time by a worker." for number in range(9))),
    PassageText("inspection. Leaders", ("Managers meet, talk and listen. " * 40, "Yes.")),
)


def tokens_of(text: str) -> list[int]:
    (tokens,) = short_encoder().tokens([text])
    return [int(token) for token in tokens[1:-1]]


def test_a_question_and_a_passage_stand_between_their_marks() -> None:
    (reading,) = drawn_reranker().readings([QUESTION], [LATE])
    question, header = tokens_of(QUESTION), tokens_of(LATE.header)
    first, second = map(tokens_of, LATE.sentences)
    assert reading.tokens == [101, *question, 102, *header, 102, 2, *first, 2, *second, 102]
    assert reading.tokens[: reading.question] == [101, *question, 102]
    assert [reading.tokens[mark] for mark in reading.marks] == [2, 2]
    assert reading.marks[1] - reading.marks[0] == len(first) + 1
    tokeniser = short_encoder().model.tokenizer
    assert tokeniser.convert_ids_to_tokens([101, 102, 2]) == ["[CLS]", "[SEP]", "[unused1]"]


def test_each_question_is_read_with_its_own_passage() -> None:
    asked = [QUESTION, "Who led it?", QUESTION]
    read = drawn_reranker().readings(asked, PASSAGES[:3])
    alone = [drawn_reranker().readings([q], [p])[0] for q, p in zip(asked, PASSAGES, strict=False)]
    assert read == alone


def test_long_texts_are_cut_and_no_sentence_is_left_out() -> None:
    long = PassageText("heading " * 200, ("Short.", "one two three four five six " * 40) * 6)
    (reading,) = drawn_reranker().readings(["question " * 200], [long])
    assert 320 - 6 < len(reading.tokens) <= 320
    assert reading.question == 1 + 64 + 1
    assert reading.tokens[reading.question :].index(102) == 40
    assert len(reading.marks) == 12
    lengths = np.diff([*reading.marks, len(reading.tokens) - 1]) - 1
    assert set(lengths[::2]) == {len(tokens_of("Short."))}
    assert len(set(lengths[1::2])) == 1


TOKENS = st.lists(st.integers(1000, 30000), max_size=90)


@settings(deadline=None)
@given(
    question=TOKENS, header=TOKENS, sentences=st.lists(TOKENS.filter(len), min_size=1, max_size=40)
)
def test_a_reading_has_the_beginning_of_every_sentence(
    question: list[int], header: list[int], sentences: list[list[int]]
) -> None:
    reading = _reading(question, header, sentences)
    assert len(reading.tokens) <= 320
    ends = [*reading.marks[1:], len(reading.tokens) - 1]
    own = [reading.tokens[mark + 1 : end] for mark, end in zip(reading.marks, ends, strict=True)]
    longest = max(map(len, own))
    assert own == [sentence[:longest] for sentence in sentences]
    if any(len(sentence) > longest for sentence in sentences):
        one_more = sum(len(sentence) > longest for sentence in sentences)
        assert len(reading.tokens) + one_more > 320


@settings(deadline=None)
@given(st.lists(st.integers(1, 320)).map(sorted))
def test_batches_have_each_reading_once_and_are_small(lengths: list[int]) -> None:
    batches = _batches(lengths)
    assert [at for batch in batches for at in batch] == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) * lengths[batch[-1]] <= 2048


def test_every_sentence_has_a_score_whoever_stands_in_its_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reranker = drawn_reranker()
    together = reranker.scores(QUESTION, PASSAGES)
    assert [len(scores) for scores in together] == [len(p.sentences) for p in PASSAGES]
    assert all(scores.dtype == np.float32 for scores in together)
    assert len({round(float(score), 5) for scores in together for score in scores}) > 12
    alone = [reranker.scores(QUESTION, [passage])[0] for passage in PASSAGES]
    monkeypatch.setattr("qa.reranker._BATCH_TOKENS", 100)
    in_threes = reranker.scores(QUESTION, PASSAGES)
    turned = reranker.scores(QUESTION, PASSAGES[::-1])[::-1]
    for scores, *others in zip(together, alone, in_threes, turned, strict=True):
        for other in others:
            np.testing.assert_allclose(other, scores, atol=1e-4)


def test_no_passages_give_no_scores() -> None:
    assert drawn_reranker().scores(QUESTION, []) == []


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Who led the inspection?", LATE),
        (QUESTION, PassageText("news. Main findings", LATE.sentences)),
        (QUESTION, PassageText(LATE.header, (LATE.sentences[0], "Managers know it."))),
    ],
)
def test_a_score_hangs_on_question_header_and_neighbours(
    question: str, passage: PassageText
) -> None:
    reranker = drawn_reranker()
    (before,), (after,) = reranker.scores(QUESTION, [LATE]), reranker.scores(question, [passage])
    assert abs(before[0] - after[0]) > 1e-3


def test_threads_share_one_reranker() -> None:
    questions = [f"Was visit {number} made in time?" for number in range(8)]
    reranker = drawn_reranker()
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: reranker.scores(question, [LATE])[0], questions))
    for question, scores in zip(questions, together, strict=True):
        np.testing.assert_allclose(scores, reranker.scores(question, [LATE])[0], atol=1e-5)


def test_the_embeddings_are_the_encoders_and_the_layers_are_copies() -> None:
    encoder, reranker = short_encoder(), Reranker(short_encoder())
    bert = encoder.model[0].get_submodule("model")
    own = dict(reranker.bert.named_parameters())
    for name, parameter in bert.named_parameters():
        assert (own[name] is parameter) == name.startswith("embeddings."), name
        assert torch.equal(own[name], parameter)
    before = encoder.encode([QUESTION])
    with torch.no_grad():
        for parameter in reranker.parameters().values():
            parameter.zero_()
    assert np.array_equal(encoder.encode([QUESTION]), before)


def test_one_that_was_not_trained_says_nothing() -> None:
    reranker = Reranker(short_encoder())
    assert reranker.identity == BASE
    assert [scores.tolist() for scores in reranker.scores(QUESTION, [LATE])] == [[0, 0]]
    assert [*reranker.parameters()] == [
        *layers(short_encoder().model),
        "head.weight",
        "head.bias",
    ]


def stored(reranker: Reranker, folder: Path) -> Path:
    tensors = {n: p.detach().numpy().astype(np.float16) for n, p in reranker.parameters().items()}
    return write_weights(folder, tensors)


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    reranker = with_head(Reranker(short_encoder()), seed=7)
    with torch.no_grad():
        for parameter in layers(reranker.bert).values():
            parameter.mul_(0.9)
    path = stored(reranker, tmp_path)
    loaded = Reranker.load(short_encoder(), path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (loaded.identity.name, loaded.identity.sha256) == (NAME_OF_TUNED, sha256)
    for one, other in zip(
        loaded.scores(QUESTION, PASSAGES), reranker.scores(QUESTION, PASSAGES), strict=True
    ):
        # In bfloat16, where the processor has it.
        np.testing.assert_allclose(one, other, atol=0.15)
        assert not np.allclose(one, drawn_reranker().scores(QUESTION, [LATE])[0][0], atol=1e-3)


def test_weights_that_are_missing_altered_or_the_encoders_are_refused(tmp_path: Path) -> None:
    path = tmp_path / WEIGHTS
    with pytest.raises(EncoderError, match=r"missing; `paperknife train` writes it anew"):
        Reranker.load(short_encoder(), path)
    stored(drawn_reranker(), tmp_path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"SHA-256 [0-9a-f]{64} is not its card's"):
        Reranker.load(short_encoder(), path)
    own = layers(short_encoder().model)
    write_weights(tmp_path, {n: p.detach().numpy().astype(np.float16) for n, p in own.items()})
    with pytest.raises(EncoderError, match=r"tensor head\.bias is missing"):
        Reranker.load(short_encoder(), path)


def test_the_packaged_one_lies_beside_the_code() -> None:
    assert qa.__file__ is not None
    assert Path(qa.__file__).parent / "weights" / "reranker.safetensors" == PACKAGED


def test_of_a_passage_its_header_and_sentences_are_read() -> None:
    document = fostering_letter()
    rows = rows_of([document])
    second = passage_text_of(document, rows.passages[1], rows.sentences)
    assert second == PassageText(
        "inspection. Main findings",
        (
            "Private fostering checks are late for most children.",
            "Leaders know this and have begun to act.",
        ),
    )
    third = passage_text_of(document, rows.passages[2], rows.sentences)
    number = int(rows.sentences["index"][int(rows.passages["first"][2])])
    section = int(rows.passages["section"][2])
    assert third.header == passage_header(document, section, number)
    assert third.sentences[1] == "The quality of case notes."


def test_white_space_in_a_sentence_is_folded() -> None:
    document = Letter().paragraph("Two\nlines   of one sentence.").document()
    rows = rows_of([document])
    read = passage_text_of(document, rows.passages[0], rows.sentences)
    assert read.sentences == ("Two lines of one sentence.",)
