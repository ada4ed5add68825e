"""Mails (.eml) and pages that a browser saved as one file (.mhtml), through Python's email package.

The readers of what is attached to a mail are given by whoever calls.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from documents.draft import Draft, Reading
from documents.errors import UnreadableDocument
from documents.marks import tidy
from documents.model import Furniture
from documents.readers.encodings import decode
from documents.readers.html import read_html
from documents.readers.plain import read_plain

Detect = Callable[[bytes, str], str]
Readers = Mapping[str, Callable[[bytes, str], Reading]]

_FIELDS = ("From", "To", "Cc", "Date")
_HEAD = re.compile(rb"(?:From \S.*\r?\n)?((?:[!-9;-~]+[ \t]*:.*\r?\n(?:[ \t]+\S.*\r?\n)*)+)")
_NAME = re.compile(rb"^([!-9;-~]+?)[ \t]*:", re.MULTILINE)
# What nobody writes at the top of a letter, but every mail program at the top of a mail.
_MACHINES = frozenset(
    {
        *(b"mime-version", b"received", b"message-id", b"return-path", b"content-type"),
        *(b"dkim-signature", b"x-mailer", b"delivered-to", b"content-transfer-encoding"),
    }
)
_PEOPLES = frozenset({b"from", b"to", b"cc", b"subject", b"date", b"sender", b"reply-to"})
# What hangs on mails and is no letter: pictures, invitations, signatures.
_NO_LETTERS = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|css|javascript|(?:x-)?vcard)$"
    r"|application/(?:pgp-|(?:x-)?pkcs7-|ms-tnef)"
)
_HEAD_BYTES = 64 * 1024
_SUFFIXES = (".eml", ".mht", ".mhtml")
_MOST_PARTS = 500
_DEEPEST = 10  # mails within mails
# What Python's parser of mails raises for headers that it does not expect.
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError)
_DAMAGED = (*_BROKEN, RecursionError)


def is_mail(data: bytes, file: str) -> bool:
    """Whether a file begins as a mail does: with lines of headers that machines write, or with
    those that people write too ("From: …") where its suffix says that it is one."""
    head = _HEAD.match(data.removeprefix(BOM_UTF8).lstrip()[:_HEAD_BYTES])
    names = {name.lower() for name in _NAME.findall(head[1])} if head else set()
    known = names & (_MACHINES | _PEOPLES)
    if len(known) < 2:
        return False
    return bool(names & _MACHINES) or file.lower().endswith(_SUFFIXES)


def is_saved_page(data: bytes) -> bool:
    """Whether a mail is a page as a browser saves it: nothing but the page and its pictures."""
    head = _HEAD.match(data.removeprefix(BOM_UTF8).lstrip()[:_HEAD_BYTES])
    words = head[1].lower() if head else b""
    names = set(_NAME.findall(words))
    is_related = re.search(rb"^content-type[ \t]*:\s*multipart/related\b", words, re.MULTILINE)
    return bool(is_related) and not names & {b"to", b"received", b"delivered-to"}


def read_saved_page(data: bytes, file: str) -> Reading:
    """The page of an MHTML file. Raises UnreadableDocument where it holds none."""
    try:
        message = _parse(data)
        page = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
        if page is None:
            raise UnreadableDocument(file, "the saved page holds no HTML")
        reading = read_html(_text(page, file).encode(), file)
        place = message["Snapshot-Content-Location"] or page["Content-Location"]
        made = _day(message)
    except _DAMAGED as error:
        raise UnreadableDocument(file, f"the saved page is damaged ({tidy(str(error))})") from error
    reading.url = reading.url or (tidy(str(place)) if place else None)
    reading.made = reading.made or made
    return reading


def read_mail(data: bytes, file: str, detect: Detect, readers: Readers) -> Reading:
    """The drafts of a mail: its subject as title, its fields, its words, and what is attached to it
    as far as there are ``readers`` for the formats that ``detect`` finds; the names of other
    attachments are furniture.

    Raises UnreadableDocument where the mail is damaged or holds no words.
    """
    mail = _Mail(file, detect, readers)
    try:
        message = _parse(data)
        mail.take(message)
        made, subject = _day(message), _header(message, "Subject")
    except _DAMAGED as error:
        raise UnreadableDocument(file, f"the mail is damaged ({tidy(str(error))})") from error
    reading = mail.reading
    if not mail.has_words:
        problem = f" ({reading.problem})" if reading.problem else ""
        raise UnreadableDocument(file, f"the mail holds no words{problem}")
    reading.title, reading.made = subject or None, made
    return reading


def _parse(data: bytes) -> EmailMessage:
    return message_from_bytes(data.removeprefix(BOM_UTF8).lstrip(), policy=policy.default)


class _Mail:
    """Collects what the parts of a mail say."""

    def __init__(self, file: str, detect: Detect, readers: Readers) -> None:
        self._file = file
        self._detect = detect
        self._readers = readers
        self._parts = 0
        self.reading = Reading([])
        self.has_words = False  # more than headers

    def take(self, message: EmailMessage, depth: int = 0) -> None:
        """One mail: the one that the file is, or one within it."""
        if depth > _DEEPEST:
            raise UnreadableDocument(self._file, "the mail holds mails within mails without end")
        if subject := _header(message, "Subject"):
            self.reading.drafts.append(Draft("heading", subject, level=1))
        for name in _FIELDS:
            if words := _header(message, name):
                self.reading.drafts.append(Draft("paragraph", f"{name}: {words}", boilerplate=True))
        self._part(message, depth)

    def _part(self, part: EmailMessage, depth: int) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise UnreadableDocument(self._file, f"the mail has more than {_MOST_PARTS} parts")
        kind = part.get_content_type()
        name = tidy(part.get_filename() or "")
        if kind == "message/rfc822":
            for inner in _inner(part):
                self.take(inner, depth + 1)
        elif kind == "multipart/alternative":
            self._richest(part, depth)
        elif part.is_multipart():
            for inner in _inner(part):
                self._part(inner, depth)
        elif kind in ("text/plain", "text/html") and not name and not part.is_attachment():
            self._add(self._body(part))
        else:
            self._attached(part, name or kind)

    def _richest(self, part: EmailMessage, depth: int) -> None:
        """Of several forms of the same words the last that has some: senders put the plainest
        first."""
        whole, had = self.reading, self.has_words
        problem, drafts, lines = whole.problem, len(whole.drafts), len(whole.furniture)
        for form in reversed(list(_inner(part))):
            self.has_words = False
            self._part(form, depth)
            if self.has_words:
                whole.problem = problem
                return
            del whole.drafts[drafts:], whole.furniture[lines:]
        self.has_words = had

    def _body(self, part: EmailMessage) -> Reading | None:
        text = _text(part, self._file)
        if not text.strip():
            return None
        kind, reader = part.get_content_type(), read_html
        if kind == "text/plain":
            reader = read_plain
            if str(part.get_param("format", "")).lower() == "flowed":
                text = _unflow(text, joined=str(part.get_param("delsp", "")).lower() == "yes")
        try:
            return reader(text.encode(), self._file)
        except UnreadableDocument as error:
            self._miss(f"a part of the mail ({kind}) was not read: {error.reason}")
            return None

    def _attached(self, part: EmailMessage, name: str) -> None:
        reading = None
        if not _NO_LETTERS.match(part.get_content_type()):
            reading = self._attachment(_bytes(part), name)
        if reading is None:
            self.reading.furniture.append(Furniture(f"{name} (not read)", None))
        else:
            self.reading.drafts.append(Draft("heading", name, level=1))
            self._add(reading)

    def _attachment(self, data: bytes, name: str) -> Reading | None:
        try:
            kind = self._detect(data, name)
        except UnreadableDocument:
            return None  # no format of letters
        try:
            return self._readers[kind](data, name)
        except UnreadableDocument as error:
            self._miss(f"the attachment {name!r} was not read: {error.reason}")
            return None

    def _miss(self, problem: str) -> None:
        self.reading.problem = self.reading.problem or problem

    def _add(self, reading: Reading | None) -> None:
        """The words of a part behind those that are there, without its pages."""
        if reading is None:
            return
        for draft in reading.drafts:
            draft.breaks.clear()
        self.has_words = self.has_words or bool(reading.drafts)
        whole = self.reading
        whole.drafts.extend(reading.drafts)
        whole.furniture.extend(Furniture(line.text, None) for line in reading.furniture)
        whole.language = whole.language or reading.language
        whole.ocr = whole.ocr or reading.ocr
        whole.problem = whole.problem or reading.problem


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _inner(part: EmailMessage) -> Iterator[EmailMessage]:
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else []
    yield from (message for message in inner if isinstance(message, EmailMessage))


def _header(message: EmailMessage, name: str) -> str:
    """A header's words, decoded; as they are written where they break the rules."""
    try:
        return tidy(str(message[name] or ""))
    except _BROKEN:
        written = (str(words) for key, words in message.raw_items() if key.lower() == name.lower())
        return tidy(next(written))


def _day(message: EmailMessage) -> date | None:
    """The day that the mail says it was sent on."""
    try:
        return parsedate_to_datetime(_header(message, "Date")).date()
    except ValueError:
        return None  # there is none, or it is not one


def _text(part: EmailMessage, file: str) -> str:
    """The text of a part. UTF-8 where its bytes are that, for many programs declare another; else
    what is declared; else what can be told from the bytes."""
    data = _bytes(part)
    declared = part.get_content_charset() or "utf-8"
    declared = "cp1252" if declared in ("iso-8859-1", "latin-1", "us-ascii", "ascii") else declared
    for encoding in (declared,) if data.isascii() else ("utf-8", declared):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return decode(data, file)


def _unflow(text: str, *, joined: bool) -> str:
    """Lines that go on become one (RFC 3676): those that end with a space, the signature's mark
    aside. ``joined`` leaves that space out."""
    paragraphs: list[str] = []
    goes_on = False
    for line in text.splitlines():
        line = line.removeprefix(" ")  # a space that was put in to guard the line
        if goes_on and line != "-- " and not line.startswith(">"):
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        goes_on = line.endswith(" ") and line != "-- "
        if goes_on and joined:
            paragraphs[-1] = paragraphs[-1][:-1]
    return "\n".join(paragraphs)
