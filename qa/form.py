"""The page's form: what an address asks, checked by the contract's own types."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import QueryParams

from documents import KINDS
from qa.schema import AskRequest

_ONCE = ("question", "since", "until", "limit", "order")
_MANY = {"authority": "authorities", "kind": "kinds", "document": "documents"}
_NAMES = {field: name for name, field in _MANY.items()}


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were sent, and what became of them.

    ``request`` is there where a question was asked and nothing is wrong; ``errors`` maps a
    field's name, or "" for the form as a whole, to what is wrong with it.
    """

    question: str
    since: str
    until: str
    limit: str
    order: str
    authorities: list[str]
    kinds: list[str]
    documents: list[str]
    request: AskRequest | None
    errors: dict[str, str]

    @property
    def filters(self) -> list[str]:
        """What narrows the search beside the question, in words; single documents aside."""
        since = [f"from {self.since}"] if self.since else []
        until = [f"to {self.until}"] if self.until else []
        return [*self.authorities, *self.kinds, *since, *until]


def read_form(query: QueryParams) -> Form:
    """The form that a query string fills. An empty field is one that was not filled in, but for
    the question: ``question=`` asks nothing, which is an error. Never raises."""
    once = {name: query.get(name, "") for name in _ONCE}
    many = {
        field: [value for value in query.getlist(name) if value] for name, field in _MANY.items()
    }
    fields: dict[str, Any] = {name: value for name, value in once.items() if value.strip()}
    asked = "question" in query
    errors = _misplaced(query)
    request = None
    try:
        request = AskRequest.model_validate({"question": ""} | fields | many)
    except ValidationError as problem:
        errors |= _explained(problem.errors(), asked)
    return Form(
        question=once["question"],
        since=once["since"],
        until=once["until"],
        limit=once["limit"],
        order=once["order"],
        authorities=many["authorities"],
        kinds=many["kinds"],
        documents=many["documents"],
        request=request if asked and not errors else None,
        errors=errors,
    )


def _misplaced(query: QueryParams) -> dict[str, str]:
    unknown = sorted(set(query) - set(_ONCE) - set(_MANY))
    if unknown:
        names = ", ".join(f"“{name[:40]}”" for name in unknown[:5])
        return {"": f"The address asks for something that this page does not know: {names}."}
    return {
        name: "This is given more than once; once is enough."
        for name in _ONCE
        if len(query.getlist(name)) > 1
    }


def _explained(details: Iterable[ErrorDetails], asked: bool) -> dict[str, str]:
    errors: dict[str, str] = {}
    for detail in details:
        field = str(detail["loc"][0]) if detail["loc"] else ""
        if field == "question" and not asked:
            continue
        errors.setdefault(_NAMES.get(field, field), _sentence(field, detail))
    return errors


def _sentence(field: str, detail: ErrorDetails) -> str:
    value = str(detail["input"])
    shown = f"“{value[:40]}{'…' if len(value) > 40 else ''}”"
    match field:
        case "question" if len(value.strip()) > 1000:
            return f"The question has {len(value.strip()):,} characters; at most 1,000 can be read."
        case "question":
            return "Write a question first."
        case "since" | "until":
            return f"{shown} is not a date. Write it as year, month, day: 2019-01-31."
        case "kinds":
            return f"{shown} is not a kind of letter. The kinds are: {', '.join(KINDS)}."
        case "authorities" | "documents":
            return "At most 200 can be chosen."
        case "limit":
            return f"{shown} is not a number of answers from 1 to 50."
        case "order":
            return f"{shown} is not an order. It is “relevance” or “date”."
        case _:
            return "The first date is later than the last one."
