"""Every error that Paperknife raises on purpose.

    PaperknifeError
    ├── CorpusError            the folder of letters is missing or is not a folder
    ├── UnreadableDocument     one file cannot be read; it is reported and the others go on
    │   └── NoTextLayer        a PDF of pictures, which only recognition of its text can read
    ├── EncoderError           the encoder's weights are missing or are not the ones expected
    ├── SnapshotError
    │   ├── SnapshotMissing    there is nothing to serve yet
    │   ├── SnapshotDamaged    a file of the snapshot is not what its manifest says
    │   ├── SnapshotMismatch   the snapshot was made by another configuration
    │   └── RefreshRunning     another process is writing a snapshot into the data directory
    ├── UnknownRefresh         no refresh has this id
    ├── RefreshStopped         the server that was to refresh was stopped
    ├── PlacementRefused       files cannot be put into the corpus folder, and none of them was
    │   ├── NameRefused        a name is none that a letter may have
    │   ├── NameTaken          another content lies under the name
    │   ├── FormatRefused      the content is of no format that is read
    │   └── FileTooLarge       a file, or their number, is beyond the limit
    ├── UnknownDocument        no document has this id
    ├── QuestionSetError       a file of evaluation questions is not well formed
    ├── CatalogueError         a catalogue of official letters is not well formed
    ├── FetchError             no letter can be fetched into a folder
    │   └── FetchRunning       another fetch is writing into the same folder
    └── LetterUnavailable      one letter cannot be had; it is reported and the others go on
        └── ServerBusy         not now: the server may give it when it is asked again

The command line ends with exit code 1 and the error's text for each of them; HTTP turns each into
one problem (``qa/problems.py``). A text is one line, names the file or the field, and where there
is a command that mends the matter, names it.
"""

import re

# Libraries name what they were given by its place in memory, which is another each time.
_ADDRESS = re.compile(r"<[\w.]+ object at 0x[0-9a-fA-F]+>")
_LONGEST = 500  # characters of one line


def one_line(text: str) -> str:
    """A text of any origin as one line that a terminal shows as it is, at most 500 characters:
    what cannot be seen, or would steer the terminal, is U+FFFD."""
    folded = " ".join(_ADDRESS.sub("the file", text).split())[:_LONGEST]
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in folded)


# ruff: noqa: N818 - each name already says what is wrong; a suffix would say it twice


class PaperknifeError(Exception):
    """The base of all of them: catch this to catch everything that was foreseen."""


class CorpusError(PaperknifeError):
    """The corpus folder cannot be used at all."""


class UnreadableDocument(PaperknifeError):
    """One file cannot be read. ``reason`` says why, in one line for a person. ``transient``: the
    reason may pass without a change of the file, so that it is worth trying again."""

    def __init__(self, file: str, reason: str, *, transient: bool = False) -> None:
        """``file`` is the path within the corpus."""
        self.file = file
        self.reason = one_line(reason)
        self.transient = transient
        super().__init__(f"{file}: {self.reason}")


class NoTextLayer(UnreadableDocument):
    """A PDF none of whose pages has characters: a scan, or a drawing."""

    def __init__(self, file: str, pages: int) -> None:
        """``pages`` is how many pages the PDF has."""
        reason = f"the PDF has no text layer on its {pages} page(s); it may be a scan"
        super().__init__(file, reason)
        self.pages = pages


class EncoderError(PaperknifeError):
    """The encoder cannot be loaded as the one that was asked for."""


class SnapshotError(PaperknifeError):
    """A snapshot cannot be served."""


class SnapshotMissing(SnapshotError):
    """The data directory holds no published snapshot."""


class SnapshotDamaged(SnapshotError):
    """A snapshot's files are not those that its manifest lists."""


class SnapshotMismatch(SnapshotError):
    """The snapshot was made by another encoder, answer finder or layout."""


class RefreshRunning(SnapshotError):
    """Another refresh is writing into the same data directory; nothing was changed. ``refresh``
    is the id of that one, None where it does not say."""

    def __init__(self, message: str, refresh: str | None = None) -> None:
        """``message`` is for a person."""
        super().__init__(message)
        self.refresh = refresh


class UnknownRefresh(PaperknifeError):
    """No refresh of the data directory has this id."""

    def __init__(self, refresh: str) -> None:
        """``refresh`` is the id as it was asked for."""
        super().__init__(f"no refresh has the id {refresh!r}")
        self.refresh = refresh


class RefreshStopped(PaperknifeError):
    """The server was stopped before a refresh was done; nothing was changed."""


class PlacementRefused(PaperknifeError):
    """A file is not put into the corpus folder, and none of those that came with it is."""

    def __init__(self, file: str, reason: str) -> None:
        """``file`` is the name that was given, ``reason`` a text for a person."""
        self.file = one_line(file)
        self.reason = one_line(reason)
        super().__init__(f"{self.file}: {self.reason}")


class NameRefused(PlacementRefused):
    """The name is not one that a letter may have."""


class NameTaken(PlacementRefused):
    """Another content lies under the name, and was not to be replaced."""


class FormatRefused(PlacementRefused):
    """The content is of no format that is read."""


class FileTooLarge(PlacementRefused):
    """The file is larger than the limit, or there are too many."""


class UnknownDocument(PaperknifeError):
    """No document of the snapshot has this id."""

    def __init__(self, document_id: str) -> None:
        """``document_id`` is the id as it was asked for."""
        super().__init__(f"no document has the id {document_id!r}")
        self.document_id = document_id


class QuestionSetError(PaperknifeError):
    """A question file is not well formed; the text names the file and the line."""


class CatalogueError(PaperknifeError):
    """A catalogue is not well formed; the text names the file, the line and the field."""


class FetchError(PaperknifeError):
    """Letters cannot be fetched into this folder; those fetched before are kept."""


class FetchRunning(FetchError):
    """Another fetch is writing into the same folder; nothing was changed."""


class LetterUnavailable(PaperknifeError):
    """One letter cannot be had, and asking again would not help: ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        """``reason`` is for a person, and becomes one line."""
        self.reason = one_line(reason)
        super().__init__(self.reason)


class ServerBusy(LetterUnavailable):
    """A failure that may pass: out of reach, too slow, cut off, or asking to be left alone."""

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        """``retry_after`` is how many seconds the server asks to be left alone."""
        super().__init__(reason)
        self.retry_after = retry_after
