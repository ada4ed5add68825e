"""Questions are understood and answered here, with cited spans: by HTTP, page and terminal."""

from qa.answerer import Answerer, Evidence
from qa.candidates import Candidates, Query
from qa.confidence import Confidence
from qa.finder import AnswerFinder
from qa.recipe import Recipe
from qa.schema import Answer, AskRequest, AskResponse, Citation, Understood
from qa.understanding import Understanding

__all__ = [
    "Answer",
    "AnswerFinder",
    "Answerer",
    "AskRequest",
    "AskResponse",
    "Candidates",
    "Citation",
    "Confidence",
    "Evidence",
    "Query",
    "Recipe",
    "Understanding",
    "Understood",
]
