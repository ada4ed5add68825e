import numpy as np

from index.rows import rows_of
from qa.service import Service


def test_rows_are_those_of_the_snapshot(samples_service: Service) -> None:
    snapshot = samples_service.answerer.snapshot
    rows = rows_of(snapshot.documents)
    assert np.array_equal(rows.passages, snapshot.passages)
    assert np.array_equal(rows.sentences, snapshot.sentences)
    assert len(rows.passage_texts) == len(rows.passages)
    for (number, _, _, start, end), text in zip(
        rows.sentences.tolist(), rows.sentence_texts, strict=True
    ):
        own = " ".join(snapshot.documents[number].text[start:end].split())
        assert text.endswith(own)


def test_no_documents_have_no_rows() -> None:
    rows = rows_of([])
    assert (len(rows.passages), len(rows.sentences)) == (0, 0)
    assert (rows.passage_texts, rows.sentence_texts) == ((), ())
