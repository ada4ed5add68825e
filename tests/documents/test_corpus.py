"""A folder of files becomes a corpus, whatever the order and the names of its files."""

import random
from pathlib import Path
from types import ModuleType

import pytest

import documents
from documents import Corpus, CorpusError, Limits, read_corpus
from documents.corpus import IGNORE_FILE, scan_corpus
from documents.files import read_file
from tests.documents.making import check_spans

LETTERS = {
    "b.txt": "Focused visit to Saltmarsh children’s services\n\nChildren are safe.\n",
    "a/b/deep.md": "# Focused visit to Highmoor children’s services\n\nPlans are clear.\n",
    "письмо.txt": "Carers are kind to children, inspectors say.\n",
    "手紙 – 2021.txt": "Homes are warm and near to schools.\n",
    "no suffix": "The board meets.\n",
}


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_what_the_room_exports_is_what_it_lists() -> None:
    names = {
        name
        for name, value in vars(documents).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert names == set(documents.__all__)


def test_every_file_is_a_document_with_its_place_in_the_corpus(tmp_path: Path) -> None:
    _write(tmp_path, LETTERS)
    corpus = read_corpus(tmp_path)
    assert {document.file for document in corpus.documents} == set(LETTERS)
    assert corpus.failures == ()
    ids = [document.id for document in corpus.documents]
    assert ids == sorted(set(ids))
    for document in corpus.documents:
        check_spans(document)


def test_the_order_in_which_files_came_makes_no_difference(tmp_path: Path) -> None:
    corpora: list[Corpus] = []
    for seed in range(3):
        folder = tmp_path / str(seed)
        folder.mkdir()
        items = [*LETTERS.items(), ("copy.txt", LETTERS["b.txt"]), ("empty.txt", "")]
        random.Random(seed).shuffle(items)
        _write(folder, dict(items))
        corpora.append(read_corpus(folder))
    assert corpora[0] == corpora[1] == corpora[2]


def test_an_id_depends_on_the_content_and_not_on_the_name(tmp_path: Path) -> None:
    _write(tmp_path / "one", {"letter.txt": LETTERS["b.txt"]})
    _write(tmp_path / "two", {"other/name.md": LETTERS["b.txt"]})
    _write(tmp_path / "three", {"letter.txt": LETTERS["b.txt"] + "More."})
    ids = [read_corpus(tmp_path / name).documents[0].id for name in ("one", "two", "three")]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith("saltmarsh-")


def test_the_same_bytes_are_one_document_named_after_the_first(tmp_path: Path) -> None:
    _write(tmp_path, {"z.txt": LETTERS["b.txt"], "m.txt": LETTERS["b.txt"], "other.txt": "Words."})
    corpus = read_corpus(tmp_path)
    assert {document.file for document in corpus.documents} == {"m.txt", "other.txt"}
    (failure,) = corpus.failures
    assert failure.file == "z.txt"
    assert {d.file: d.copies for d in corpus.documents} == {"m.txt": ("z.txt",), "other.txt": ()}
    assert failure.problem == "the same bytes as m.txt, which is cited"
    assert failure.sha256 in {document.sha256 for document in corpus.documents}


def test_hidden_and_ignored_files_are_left_out_without_a_word(tmp_path: Path) -> None:
    _write(
        tmp_path,
        {
            "letter.txt": "Children are safe.",
            ".hidden.txt": "Hidden.",
            ".git/config.txt": "Hidden.",
            "notes/plan.txt": "Ignored.",
            "draft-1.txt": "Ignored.",
            "draft-2.txt": "Plans are clear.",
            IGNORE_FILE: "# what is no letter\nnotes/\ndraft-*\n!draft-2.txt\n",
        },
    )
    corpus = read_corpus(tmp_path)
    assert {document.file for document in corpus.documents} == {"letter.txt", "draft-2.txt"}
    assert corpus.failures == ()


def test_a_list_of_what_to_ignore_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_bytes(b"caf\xe9\n")
    with pytest.raises(CorpusError, match=rf"{IGNORE_FILE}: cannot be read as UTF-8"):
        read_corpus(tmp_path)


def test_an_empty_folder_is_an_empty_corpus(tmp_path: Path) -> None:
    assert read_corpus(tmp_path) == Corpus((), ())


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere: the corpus folder does not exist"):
        read_corpus(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Children are safe.")
    with pytest.raises(CorpusError, match=r"letter\.txt: the corpus folder is not a folder"):
        read_corpus(tmp_path / "letter.txt")


def test_progress_hears_of_every_file(tmp_path: Path) -> None:
    _write(tmp_path, {**LETTERS, "empty.txt": ""})
    heard: list[tuple[int, int]] = []
    read_corpus(tmp_path, lambda done, total: heard.append((done, total)))
    assert heard == [(done, 6) for done in range(7)]


def test_a_name_that_is_no_text_is_reported(tmp_path: Path) -> None:
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    try:
        (tmp_path / name).write_text("")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no names that are not UTF-8")
    (failure,) = read_corpus(tmp_path).failures
    assert failure.file == "caf\ufffd.txt"
    assert failure.problem == "the file's name is not UTF-8; rename it"
    assert read_file(tmp_path, name, Limits()) == failure
    assert failure.id.startswith("caf-txt-")


def test_a_scan_has_the_hashes_that_are_read(tmp_path: Path) -> None:
    _write(tmp_path, {**LETTERS, "empty.txt": "", "long.txt": "Plans. " * 200})
    # Names that are not read, whatever is in the files.
    _write(tmp_path, {"a\nline.txt": "Plans are clear.", "fdp\u202etxt.exe.txt": "Plans drift."})
    (tmp_path / "link.txt").symlink_to("nowhere")
    limits = Limits(bytes=1_000)
    read = read_corpus(tmp_path, limits=limits)
    hashes: dict[str, str | None] = {d.file: d.sha256 for d in read.documents}
    hashes |= {failure.file: failure.sha256 for failure in read.failures}
    assert scan_corpus(tmp_path, limits) == hashes
    assert {name for name, content in hashes.items() if content is None} == {
        *("a\ufffdline.txt", "fdp\ufffdtxt.exe.txt", "link.txt", "long.txt")
    }
