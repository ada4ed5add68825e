"""How much worse the answers get when the same questions are worded otherwise."""

from collections.abc import Callable, Iterable, Sequence

from documents import Document
from eval.changes import Change, paired
from eval.judging import Judged, judge
from eval.metrics import Outcome
from eval.perturb import WORDINGS, Wordings
from eval.systems import System

SHOWN = ("hit@1", "hit@5", "answerable refused")


def ask_anew(
    system: System,
    judged: Sequence[Judged],
    documents: Iterable[Document],
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, dict[str, Change]]:
    """Ask each question again in each of WORDINGS, and compare with what the system made of the
    question as it is: by wording and figure of SHOWN. A question that a wording leaves as it is
    says nothing of it and is not counted; a wording that changes none is left out."""
    wordings = Wordings(_names(documents))
    found: dict[str, dict[str, Change]] = {}
    for number, (name, word) in enumerate(WORDINGS.items()):
        now: list[Outcome] = []
        before: list[Outcome] = []
        for done, case in enumerate(judged, 1):
            text = word(wordings, case.question.question)
            if text not in ("", case.question.question):
                anew = case.question.model_copy(update={"question": text})
                now.append(judge(anew, system.answer(anew)))
                before.append(case.replies[system.name][1])
            if progress:
                progress(number * len(judged) + done, len(WORDINGS) * len(judged))
        if now:
            changed = paired(now, before)
            found[name] = {figure: changed[figure] for figure in SHOWN if figure in changed}
    return found


def _names(documents: Iterable[Document]) -> Iterable[str]:
    """The names of the authorities, as the letters write them and in their usual form."""
    for document in documents:
        about = document.metadata
        yield from (name for name in (about.authority, about.authority_as_written) if name)
