"""The figures of a reading for people: tables, and lists of everything that is wrong."""

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table

from documents import Document
from eval.boundaries import BoundaryError
from eval.boundary_scores import BoundaryResult
from eval.catalogue import CatalogueResult, FieldScore
from eval.reading import Proof
from eval.targets import Target

AROUND = 40  # characters shown on each side of an error


def tables(proof: Proof, found: Sequence[Target]) -> Iterator[Table]:
    """Each figure beside its target, then the figures behind them."""
    yield _targets(proof, found)
    if proof.boundaries:
        yield _boundaries(proof.boundaries)
    if proof.catalogue or proof.checked:
        yield _metadata(proof.catalogue, proof.checked)
    if proof.scale:
        yield _table(
            "Cost of reading",
            ("documents", "pages", "seconds", "processors", "ms per page"),
            [
                (
                    f"{p.documents:,}",
                    f"{p.pages:,}",
                    f"{p.seconds:.1f}",
                    f"{p.processor_seconds:.1f}",
                    _two(p.milliseconds_per_page),
                )
                for p in proof.scale.points
            ],
        )


def notes(proof: Proof) -> Iterator[str]:
    """What has to be known of the figures: a line for each."""
    if whole := proof.wholeness:
        yield (
            f"Words of {whole.documents} PDFs against {whole.against}; {whole.divided} divided by "
            "one of the two are counted apart."
        )
        yield from (f"  not compared: {file}" for file in whole.not_compared)
    furniture = proof.furniture
    yield (
        f"Furniture: {furniture.lines} lines, {furniture.share:.1%} of the characters, at most "
        f"{furniture.greatest:.1%} in one document."
    )
    for name, result in (("labels", proof.boundaries), ("catalogue", proof.catalogue)):
        if result and result.elsewhere:
            yield f"The {name} name {result.elsewhere} files that are not in this corpus."
    if speed := proof.speed:
        yield (
            f"Reading took {speed.seconds:.1f} s, pdftotext {speed.pdftotext_seconds:.1f} s for "
            f"{speed.files} PDFs; {speed.ratio:.2f} times, {speed.low:.2f} to {speed.high:.2f} in "
            f"{speed.rounds} rounds."
        )


def errors(proof: Proof, documents: Mapping[str, Document | None], around: bool) -> Iterator[str]:
    """Everything that is wrong, a line for each; with the text of the letter if ``around``."""
    for row in proof.wholeness.low if proof.wholeness else ():
        yield f"words: {row.file}: recall {row.recall:.4f}, precision {row.precision:.4f}"
    for line in proof.furniture.once:
        yield f"furniture: {line.file}, p. {line.page}: a line of {line.characters} characters"
    for error in proof.boundaries.errors if proof.boundaries else ():
        yield f"boundary: {_place(error)}{_words(error, documents) if around else ''}"
    for name, result in (("catalogue", proof.catalogue), ("checked", proof.checked)):
        for wrong in result.disagreements if result else ():
            known = "" if wrong.letter is None else f"; the letter: {wrong.letter or 'nothing'}"
            yield (
                f"{name}: {wrong.file}, {wrong.field}: {wrong.catalogue or 'nothing'}; "
                f"read: {wrong.read or 'nothing'}{known}"
            )


def _targets(proof: Proof, found: Sequence[Target]) -> Table:
    title = f"{proof.documents} documents, {proof.pages} pages, {proof.failures} files not read"
    return _table(
        title,
        ("", "figure", "target", "met"),
        [(t.figure, t.value, t.bound, "yes" if t.met else "NO") for t in found],
    )


def _boundaries(result: BoundaryResult) -> Table:
    columns = ("", "files", "labels", "P", "R", "starts", "ends", "F1")
    rows = []
    for score in result.scores:
        f1 = f"{score.f1:.4f}"
        if score.low is not None and score.high is not None:
            f1 += f"\n{score.low:.3f}–{score.high:.3f}"
        shares = (score.precision, score.recall, score.f1_starts, score.f1_ends)
        rows.append(
            (
                score.group,
                str(score.documents),
                str(score.boundaries),
                *(f"{share:.4f}" for share in shares),
                f1,
            )
        )
    return _table(f"Boundaries of units ({result.not_found} windows not found)", columns, rows)


def _metadata(catalogue: CatalogueResult | None, checked: CatalogueResult | None) -> Table:
    by_name: dict[str, list[str]] = {}
    left = {field.field: field for field in catalogue.fields} if catalogue else {}
    right = {field.field: field for field in checked.fields} if checked else {}
    for name in dict.fromkeys([*left, *right]):
        by_name[name] = [
            _of(left.get(name), "right"),
            _of(left.get(name), "right_corrected"),
            _of(right.get(name), "right"),
        ]
    columns = ("field", "catalogue", "corrected", "by hand")
    return _table("Metadata", columns, [(name, *cells) for name, cells in by_name.items()])


def _of(score: FieldScore | None, name: str) -> str:
    return f"{getattr(score, name)} of {score.values}" if score else "–"


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title)
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _two(value: float) -> str:
    return f"{value:.2f}"


def _place(error: BoundaryError) -> str:
    at = "" if error.offset is None else f", at {error.offset}"
    return f"{error.file}, p. {error.page}, fold {error.fold}: {error.side} {error.problem}{at}"


def _words(error: BoundaryError, documents: Mapping[str, Document | None]) -> str:
    """The text on both sides of an error, on one line, with a bar at its place."""
    document = documents[error.file]
    if document is None or error.offset is None:
        return ""
    before = document.text[max(error.offset - AROUND, 0) : error.offset]
    behind = document.text[error.offset : error.offset + AROUND]
    return f": {before}|{behind}".replace("\n", "⏎").replace("\t", " ")
