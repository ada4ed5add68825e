"""Official letters from the addresses of a catalogue into the corpus folder (docs/fetching.md)."""

from documents.fetch.fetching import fetch, fetch_catalogue, plan
from documents.fetch.outcome import Outcome
from documents.fetch.policy import Policy

__all__ = ["Outcome", "Policy", "fetch", "fetch_catalogue", "plan"]
