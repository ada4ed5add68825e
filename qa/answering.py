"""What a snapshot's manifest records of how its questions are answered."""

from pydantic import JsonValue

from qa.recipe import recipe_identity

ANSWERING: dict[str, JsonValue] = recipe_identity()
