"""How deep the items of a list are nested, by their left edges and marks."""


class Nesting:
    """The list that is open: the left edge and mark of an item of each depth, outermost first.

    Edges are in points or characters. An item that has lost its mark (a glyph that the file does
    not hold) has the mark "".
    """

    def __init__(self, *, deeper: float, as_deep: float) -> None:
        """An item that stands more than ``deeper`` to the right of the one above it belongs to
        it; ``as_deep`` is how far the items of one depth may stand apart."""
        self._deeper, self._as_deep = deeper, as_deep
        self._open: list[tuple[float, str]] = []
        self._page: int | None = None

    def close(self) -> None:
        """No list goes on here."""
        self._open.clear()

    def add(self, left: float, mark: str, page: int | None) -> int:
        """The depth of the next item; 0 is the outermost."""
        marks = [known for _, known in self._open]
        if self._page != page and mark in marks:
            # Left and right pages may have margins of their own.
            del self._open[marks.index(mark) :]
        elif self._open and left <= self._open[-1][0] + self._deeper:
            while self._open and left < self._open[-1][0] - self._as_deep:
                self._open.pop()
            del self._open[max(len(self._open) - 1, 0) :]
        self._open.append((left, mark))
        self._page = page
        return len(self._open) - 1

    def is_below(self, left: float) -> bool:
        """Whether something at ``left`` is set in below the last item."""
        return bool(self._open) and left > self._open[-1][0] + self._deeper

    def is_beside_bare(self, left: float) -> bool:
        """Whether something at ``left`` is as deep as the last item, which has no mark."""
        return (
            bool(self._open)
            and not self._open[-1][1]
            and abs(left - self._open[-1][0]) < self._as_deep
        )
