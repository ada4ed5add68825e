"""The tree of errors."""

import re

from documents import errors
from documents.errors import PaperknifeError, UnknownDocument, UnreadableDocument


def _below(base: type[Exception]) -> list[type[Exception]]:
    return [base, *(leaf for child in base.__subclasses__() for leaf in _below(child))]


def test_the_tree_that_is_drawn_is_the_one_that_is_there() -> None:
    drawn = re.findall(r"^ {4}[│├└─ ]*([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    assert drawn == [error.__name__ for error in _below(PaperknifeError)]


def test_errors_name_what_they_are_about() -> None:
    assert str(UnreadableDocument("a/b.pdf", "is empty")) == "a/b.pdf: is empty"
    assert str(UnknownDocument("kent-2021")) == "no document has the id 'kent-2021'"


def test_a_reason_is_one_line_whatever_a_library_said() -> None:
    said = f"damaged ({object()!r},\n\x1b[2J\u202e in{' ' * 9}part)"
    assert (
        UnreadableDocument("a.docx", said).reason == "damaged (the file, \ufffd[2J\ufffd in part)"
    )
    assert len(UnreadableDocument("a.docx", "é" * 9_999).reason) == 500
