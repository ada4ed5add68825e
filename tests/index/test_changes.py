"""What came, went, changed and moved between two states of a corpus."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from documents import Corpus, Failure
from index.changes import Changes, Contents, changes, contents_of
from tests.index.letters import small_corpus

# Few names and few contents, so that they meet.
STATES = st.dictionaries(
    st.sampled_from(["a.pdf", "b.pdf", "c/d.txt", "é.md", "Z.docx"]),
    st.sampled_from([None, "1" * 64, "2" * 64, "3" * 64]),
)


def files_of(found: Changes) -> list[str]:
    return [*found.added, *found.changed, *found.moved, *found.removed, *found.unchanged]


@given(STATES, STATES)
def test_every_file_is_in_exactly_one_class(before: Contents, after: Contents) -> None:
    found = changes(before, after)
    left = set(found.moved.values())
    assert Counter(files_of(found)) == Counter(set(after) | (set(before) - left))
    assert set(found.added) | set(found.moved) == set(after) - set(before)
    assert set(found.removed) | left == set(before) - set(after)
    assert set(found.changed) | set(found.unchanged) == set(after) & set(before)
    assert not set(found.removed) & left


@given(STATES, STATES)
def test_what_moved_has_its_content_from_the_file_that_went(
    before: Contents, after: Contents
) -> None:
    found = changes(before, after)
    for name, was in found.moved.items():
        assert after[name] == before[was] is not None
    assert len(set(found.moved.values())) == len(found.moved)
    # Nothing that came and something that went are left over with the same content.
    came = {after[name] for name in found.added} - {None}
    assert not came & {before[name] for name in found.removed}


@given(STATES, STATES)
def test_what_changed_has_another_content(before: Contents, after: Contents) -> None:
    found = changes(before, after)
    assert all(before[name] != after[name] for name in found.changed)
    assert all(before[name] == after[name] for name in found.unchanged)


@given(STATES)
def test_a_corpus_does_not_differ_from_itself(state: Contents) -> None:
    found = changes(state, state)
    assert files_of(found) == list(found.unchanged) == sorted(state)


@given(STATES, STATES)
def test_the_order_of_the_files_makes_no_difference(before: Contents, after: Contents) -> None:
    turned = changes(dict(reversed(list(before.items()))), dict(reversed(list(after.items()))))
    assert turned == changes(before, after)
    for names in (turned.added, turned.changed, turned.removed, turned.unchanged):
        assert list(names) == sorted(names)


def test_one_of_two_copies_that_moved_is_named_once() -> None:
    found = changes({"a.pdf": "1", "b.pdf": "1"}, {"c.pdf": "1"})
    assert found.moved == {"c.pdf": "a.pdf"}
    assert found.removed == ("b.pdf",)


def test_the_contents_of_a_corpus_are_those_of_all_its_files() -> None:
    corpus = small_corpus()
    unknown = Failure("locked", "locked.pdf", None, "the file cannot be opened", transient=True)
    contents = contents_of(Corpus(corpus.documents, (*corpus.failures, unknown)))
    assert contents == {
        "elmshire-2024.txt": corpus.documents[0].sha256,
        "oakley-2023.txt": corpus.documents[1].sha256,
        "broken.pdf": "0" * 64,
        "locked.pdf": None,
    }
