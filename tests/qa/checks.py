"""What holds for every response and every snapshot, whatever the corpus."""

import pytest

from documents import SnapshotMismatch
from index import Snapshot, open_snapshot
from qa.answering import ANSWERING
from qa.schema import AskResponse
from qa.service import Service


def check_made_by(service: Service) -> None:
    """The snapshot records what made it, and is refused to any other recipe and encoder."""
    data, encoder = service.settings.data, service.encoder
    manifest = open_snapshot(data, encoder, ANSWERING).manifest
    assert manifest.answering == ANSWERING
    assert (manifest.encoder.name, manifest.encoder.sha256) == (encoder.name, encoder.sha256)
    with pytest.raises(SnapshotMismatch, match="`paperknife refresh`"):
        open_snapshot(data, encoder, {**ANSWERING, "threshold": 0.123})


def check_verbatim(snapshot: Snapshot, response: AskResponse) -> None:
    """Every span is the very words of its document, and lies within its context."""
    for answer in response.answers:
        text = snapshot.document(answer.citation.document_id).text
        assert text[answer.citation.start : answer.citation.end] == answer.text
        assert text[answer.context.start : answer.context.end] == answer.context.text
        assert answer.context.start <= answer.citation.start < answer.citation.end
        assert answer.citation.end <= answer.context.end
        for twin in answer.also:
            assert snapshot.document(twin.document_id).text[twin.start : twin.end].strip()
    for nearest in response.nearest:
        text = snapshot.document(nearest.citation.document_id).text
        assert text[nearest.citation.start : nearest.citation.end] == nearest.text
