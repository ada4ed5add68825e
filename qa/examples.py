"""Examples of asking, for the OpenAPI document. The requests are about the sample letters."""

from typing import Any

from fastapi.openapi.models import Example

REQUESTS: dict[str, Example] = {
    "answered": {
        "summary": "A question that the sample letters answer",
        "value": {"question": "Are visits to privately fostered children on time?"},
    },
    "abstained": {
        "summary": "A question that no letter answers",
        "value": {"question": "What does a season ticket for the tram cost?"},
    },
    "filtered": {
        "summary": "Limited to one authority, to kinds of letters and to dates",
        "value": {
            "question": "How high are social workers\u2019 caseloads?",
            "authorities": ["Aldermere"],
            "kinds": ["inspection", "focused visit"],
            "since": "2019-01-01",
            "until": "2025-12-31",
            "limit": 3,
            "order": "date",
        },
    },
}

_SNAPSHOT = {
    "id": "0f4c1e7a9b3d",
    "documents": 12,
    "passages": 214,
    "created": "2026-04-02T09:30:00Z",
}
_NOTHING_UNDERSTOOD: dict[str, Any] = {
    "authorities": [],
    "unknown_authorities": [],
    "kinds": [],
    "since": None,
    "until": None,
    "times": [],
    "asks_for": "other",
    "expanded": {},
    "corrected": {},
}
_TEXT = "Visits to privately fostered children take place on time."
_CITATION = {
    "document_id": "example-council-2025-focused-visit-1c2d3e4f",
    "title": "Focused visit to Example Council",
    "authority": "Example",
    "kind": "focused visit",
    "published": "2025-08-22",
    "published_year": 2025,
    "visited": {"from": "2025-07-23", "to": "2025-07-24"},
    "file": "example-2025-focused-visit.pdf",
    "copies": ["example-2025-focused-visit.docx"],
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "ocr": False,
    "url": None,
    "page": 4,
    "section": "Main findings",
    "paragraph": 17,
    "start": 5123,
    "end": 5123 + len(_TEXT),
}

RESPONSES: dict[str, Any] = {
    "description": "Cited answers, or an abstention with its reason",
    "content": {
        "application/json": {
            "examples": {
                "answered": {
                    "summary": "One answer with its citation",
                    "value": {
                        "query_id": "5b0e6d0c6c5f4d0f9a54c0e1f2a3b4c5",
                        "question": "Are visits to privately fostered children on time?",
                        "status": "answered",
                        "reason": None,
                        "confidence": 0.93,
                        "understood": _NOTHING_UNDERSTOOD,
                        "answers": [
                            {
                                "text": _TEXT,
                                "confidence": 0.93,
                                "citation": _CITATION,
                                "context": {"text": _TEXT, "start": 5123, "end": 5123 + len(_TEXT)},
                                "also": [],
                            }
                        ],
                        "nearest": [],
                        "snapshot": _SNAPSHOT,
                        "took_ms": 18.2,
                    },
                },
                "abstained": {
                    "summary": "The letters do not say",
                    "value": {
                        "query_id": "c5b4a3f2e1c0459af0d4f5c6c0d6e0b5",
                        "question": "What does a season ticket for the tram cost?",
                        "status": "abstained",
                        "reason": "no_evidence",
                        "confidence": 0.04,
                        "understood": _NOTHING_UNDERSTOOD,
                        "answers": [],
                        "nearest": [],
                        "snapshot": _SNAPSHOT,
                        "took_ms": 12.7,
                    },
                },
            }
        }
    },
}
