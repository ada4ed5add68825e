"""The folders are the steps of one way: each imports only from those before it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("documents", "index", "qa", "eval")


def imported(file: Path) -> set[str]:
    """The top-level names that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_from_those_before_it(room: str) -> None:
    later = set(ORDER[ORDER.index(room) + 1 :])
    files = list((ROOT / room).rglob("*.py"))
    assert files
    for file in files:
        assert not imported(file) & later, file


@pytest.mark.parametrize("room", ORDER)
def test_init_files_only_re_export(room: str) -> None:
    tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert is_docstring or isinstance(node, ast.ImportFrom | ast.Assign), ast.dump(node)


@pytest.mark.parametrize("room", ORDER)
def test_what_is_exported_exists(room: str) -> None:
    module = __import__(room)
    names = list(getattr(module, "__all__", []))
    assert names == sorted(names, key=lambda n: (not n.isupper(), n[0].islower(), n))
    assert all(hasattr(module, name) for name in names)


def test_files_are_of_one_subject() -> None:
    too_long = {
        str(file.relative_to(ROOT)): count
        for room in ORDER
        for file in (ROOT / room).rglob("*.py")
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not too_long
