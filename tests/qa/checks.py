"""What holds for every response, whatever the corpus."""

from index import Snapshot
from qa.schema import AskResponse


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
