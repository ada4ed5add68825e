"""What can be called or set is documented, and what is documented exists."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import iter_route_contexts

import eval.cli  # noqa: F401  adds its commands
from qa.cli import app as command_line
from qa.http import create_app
from qa.schema import AskRequest, Understood
from qa.service import Service
from qa.settings import FOR_TESTS, PREFIX, Settings, variable

DOCS = Path(__file__).parents[1] / "docs"
HTTP = (DOCS / "http.md").read_text(encoding="utf-8")
COMMAND_LINE = (DOCS / "command-line.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"(GET|POST|DELETE) (/\S*)")


def sections(page: str) -> dict[str, str]:
    """The parts of a page by their second-level headings."""
    _, *parts = re.split(r"^## ", page, flags=re.MULTILINE)
    return {part.split("\n", 1)[0]: part for part in parts}


def first_cells(section: str) -> set[str]:
    """The names in the first column of a section's table."""
    cells = re.findall(r"^\| (`[^|]*`) \|", section, flags=re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def commands() -> dict[str, Any]:
    return dict(getattr(typer.main.get_command(command_line), "commands"))  # noqa: B009


def options(command: str) -> dict[str, Any]:
    """The options of a command by each of their names."""
    parameters = [p for p in commands()[command].params if p.param_type_name == "option"]
    return {name: p for p in parameters for name in (*p.opts, *p.secondary_opts)}


@pytest.fixture(scope="module")
def routes() -> set[str]:
    """Every method and path that is answered; HEAD goes with each GET."""
    app = create_app(Service(Settings()))
    found = {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }
    return {route for route in found if not route.startswith("HEAD ")}


@pytest.fixture(scope="module")
def operations() -> dict[str, dict[str, Any]]:
    document = create_app(Service(Settings())).openapi()
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_command_is_documented_and_no_other() -> None:
    assert {f"paperknife {name}" for name in commands()} == set(sections(COMMAND_LINE))


@pytest.mark.parametrize("command", commands())
def test_every_option_is_documented_and_no_other(command: str) -> None:
    assert first_cells(sections(COMMAND_LINE)[f"paperknife {command}"]) == set(options(command))


@pytest.mark.parametrize("command", commands())
def test_every_option_stands_beside_its_variable(command: str) -> None:
    for name, option in options(command).items():
        rows = sections(COMMAND_LINE)[f"paperknife {command}"].splitlines()
        row = next(row for row in rows if re.match(rf"\|[^|]*`{name}`", row))
        assert f"| `{option.envvar}` |" in row
        assert option.envvar.startswith(PREFIX)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = sections(COMMAND_LINE)["paperknife serve"].splitlines()
    for name, field in Settings.model_fields.items():
        row = next(row for row in rows if f"`{variable(name)}`" in row)
        default = "documents/samples" if name == "corpus" else str(field.default)
        assert f"`{default}`" in row


def test_every_variable_that_is_named_anywhere_exists() -> None:
    exist = FOR_TESTS | {variable(field) for field in Settings.model_fields}
    exist |= {option.envvar for command in commands() for option in options(command).values()}
    for page in (*DOCS.glob("*.md"), *DOCS.parent.glob("*.md")):
        named = set(re.findall(rf"{PREFIX}[A-Z0-9_]*[A-Z0-9]", page.read_text(encoding="utf-8")))
        assert named <= exist, page.name
    assert exist <= set(re.findall(rf"{PREFIX}[A-Z0-9_]*[A-Z0-9]", COMMAND_LINE))


def test_every_route_is_documented_and_no_other(routes: set[str]) -> None:
    pages = sections(HTTP)["Pages for people"]
    documented = {name for name in sections(HTTP) if ROUTE.fullmatch(name)}
    assert documented | first_cells(pages) == routes


def test_every_field_of_a_question_is_documented_and_no_other() -> None:
    assert first_cells(sections(HTTP)["POST /v1/ask"]) == set(AskRequest.model_fields)


def test_everything_that_is_understood_is_documented_and_nothing_else() -> None:
    documented = first_cells(sections(HTTP)["What was understood"])
    assert documented == set(Understood.model_fields)


def test_every_parameter_is_documented(operations: dict[str, dict[str, Any]]) -> None:
    counted = 0
    for route, operation in operations.items():
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in sections(HTTP)[route], route
                counted += 1
    assert counted > len(AskRequest.model_fields)


def test_every_error_is_documented_and_no_other(operations: dict[str, dict[str, Any]]) -> None:
    declared = {
        status
        for operation in operations.values()
        for status in operation["responses"]
        if status.startswith(("4", "5"))
    }
    documented = set(re.findall(r"^\| (\d{3}) \|", sections(HTTP)["Errors"], flags=re.MULTILINE))
    # No operation can be asked by a method that it does not have.
    assert documented == declared | {"405"}
