"""Mails and saved pages: the words of the people, and what hangs on them."""

from datetime import date
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.readers.eml import read_mail
from documents.readers.formats import READERS, detect_format
from eval.wholeness import words_of
from tests.documents.making import Pdf, block_of, read, texts, word_file
from tests.documents.packing import odt_file

PDF = Pdf().paragraph("Children are safe in all of its homes.").page().paragraph("Next.").data()
HTML = "<html><body><p>Homes are <b>warm</b>.</p><ul><li>All of them.</li></ul></body></html>"


def _mail(text: str | None = "Visits are late.", **more: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = more.get("subject", "Focused visit to Saltmarsh")
    mail["From"] = "Ottilie Greenhalgh <ottilie@example.org>"
    mail["To"] = "The Director <director@saltmarsh.example>"
    mail["Date"] = "Fri, 06 Dec 2019 09:30:00 +0000"
    mail["MIME-Version"] = "1.0"
    if text is not None:
        mail.set_content(text)
    return mail


def _read(mail: EmailMessage | MIMEMultipart | bytes) -> Reading:
    data = mail if isinstance(mail, bytes) else mail.as_bytes()
    assert detect_format(data, "letter") == "eml"
    return READERS["eml"](data, "letter.eml")


def _words(reading: Reading) -> list[str]:
    return [f"{draft.mark}{draft.text}" for draft in reading.drafts]


def test_a_mail_has_its_subject_as_title_and_its_fields_as_boilerplate() -> None:
    mail = _mail("The Director\n\nChildren wait for their plans, and most of them are late.\n")
    document = read(mail.as_bytes())
    assert document.format == "eml"
    assert document.metadata.title == "Focused visit to Saltmarsh"
    assert document.sections[0].level == 1
    assert [document.text[b.start : b.end] for b in document.blocks if b.boilerplate] == [
        "From: Ottilie Greenhalgh <ottilie@example.org>",
        "To: The Director <director@saltmarsh.example>",
        "Date: Fri, 06 Dec 2019 09:30:00 +0000",
    ]
    assert block_of(document, "Children wait").kind == "paragraph"
    assert _read(mail).made == date(2019, 12, 6)


def test_the_richer_form_of_the_words_is_read_once() -> None:
    mail = _mail("Homes are warm.\n\n- All of them.")
    mail.add_alternative(HTML, subtype="html")
    reading = _read(mail)
    assert _words(reading)[4:] == ["Homes are warm.", "All of them."]
    assert reading.drafts[-1].kind == "bullet"
    assert reading.problem is None


@pytest.mark.parametrize("html", ["<html><body><img src='a.png'></body></html>", ""])
def test_the_plainer_form_is_read_where_the_richer_has_no_words(html: str) -> None:
    mail = _mail("Homes are warm.")
    mail.add_alternative(html, subtype="html")
    reading = _read(mail)
    assert _words(reading)[4:] == ["Homes are warm."]
    assert reading.problem is None


def test_a_mail_none_of_whose_forms_has_words_is_refused() -> None:
    mail = _mail("\n")
    mail.add_alternative("<p><img src='a.png'></p>", subtype="html")
    with pytest.raises(UnreadableDocument, match="the mail holds no words"):
        _read(mail)


def test_a_fragment_of_html_is_read_as_html() -> None:
    mail = _mail(None)
    mail.set_content("<div>Homes are <i>warm</i>.</div>", subtype="html")
    assert _words(_read(mail))[4:] == ["Homes are warm."]


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "cp1252"])
def test_transfer_encodings_and_charsets(encoding: str, charset: str) -> None:
    mail = _mail(None)
    mail.set_content("The café is near: £5 a meal.", charset=charset, cte=encoding)
    assert _words(_read(mail))[4:] == ["The café is near: £5 a meal."]


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "cp1252"),
        ("x-unknown", "cp1252"),
    ],
)
def test_a_charset_that_is_declared_wrongly(declared: str, real: str) -> None:
    head = (
        "From: a@example.org\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset={declared}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    words = "The council’s café is “warm”, and all its children like to go there."
    assert _words(_read(head.encode() + words.encode(real)))[-1] == words


def test_flowed_lines_become_paragraphs() -> None:
    head = (
        b"From: a@example.org\nMIME-Version: 1.0\n"
        b"Content-Type: text/plain; charset=utf-8; format=flowed"
    )
    body = (
        b"\n\nChildren wait for \ntheir plans.\n From time to time.\n\n> Quoted. \n-- \nOttilie\n"
    )
    assert _words(_read(head + body))[1:] == [
        *("Children wait for their plans.", "From time to time.", "> Quoted.", "--", "Ottilie")
    ]
    joined = b"; delsp=yes\n\nChild \nren wait.\n"
    assert _words(_read(head + joined))[-1] == "Children wait."


def test_attachments_that_can_be_read_are_read_in_order() -> None:
    mail = _mail()
    word, odt = word_file("Carers are kind."), odt_file("<text:p>Schools help.</text:p>")
    for name, data in (("letter.pdf", PDF), ("plan.docx", word), ("note.odt", odt)):
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    mail.add_attachment("Rooms are clean.", filename="rooms.txt")
    mail.add_attachment(HTML, subtype="html", filename="page.html")
    reading = _read(mail)
    assert _words(reading)[4:] == [
        *("Visits are late.", "letter.pdf", "Children are safe in all of its homes.", "Next."),
        *("plan.docx", "Carers are kind.", "note.odt", "Schools help."),
        *("rooms.txt", "Rooms are clean.", "page.html", "Homes are warm.", "All of them."),
    ]
    assert [d.text for d in reading.drafts if d.kind == "heading" and d.level == 1][1:] == [
        *("letter.pdf", "plan.docx", "note.odt", "rooms.txt", "page.html")
    ]
    assert reading.pages == 0
    assert not any(draft.breaks for draft in reading.drafts)


def test_attachments_that_cannot_be_read_are_named() -> None:
    mail = _mail()
    mail.add_attachment(b"\x89PNG\0", maintype="image", subtype="png", filename="crest.png")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="meet.ics")
    data = bytes(range(256)) * 4
    mail.add_attachment(data, maintype="application", subtype="zip", filename="more.zip")
    mail.add_attachment(data, maintype="application", subtype="x-thing")
    reading = _read(mail)
    assert [line.text for line in reading.furniture] == [
        *("crest.png (not read)", "meet.ics (not read)", "more.zip (not read)"),
        "application/x-thing (not read)",
    ]
    assert reading.problem is None


def test_a_damaged_attachment_is_a_problem_of_the_mail() -> None:
    mail = _mail()
    mail.add_attachment(PDF[:200], maintype="application", subtype="pdf", filename="letter.pdf")
    reading = _read(mail)
    assert [line.text for line in reading.furniture] == ["letter.pdf (not read)"]
    assert (reading.problem or "").startswith("the attachment 'letter.pdf' was not read: the PDF")


def test_a_mail_within_a_mail_is_read() -> None:
    outer = _mail("See below.", subject="Fwd: Focused visit")
    outer.add_attachment(_mail())
    assert _words(_read(outer)) == [
        "Fwd: Focused visit",
        *_words(_read(_mail("See below.")))[1:],
        *_words(_read(_mail())),
    ]


def test_parts_within_parts() -> None:
    mixed = MIMEMultipart()
    mixed["From"], mixed["Subject"] = "a@example.org", "A letter"
    related = MIMEMultipart("related")
    related.attach(MIMEText(HTML, "html"))
    choice = MIMEMultipart("alternative")
    choice.attach(MIMEText("Homes are warm.", "plain"))
    choice.attach(related)
    mixed.attach(choice)
    mixed.attach(MIMEText("-- \nOttilie Greenhalgh", "plain"))
    words = _words(_read(mixed))
    assert words[2:4] == ["Homes are warm.", "All of them."]
    assert words[-1] == "Ottilie Greenhalgh"


def test_only_an_attachment_has_words() -> None:
    mail = _mail(None)
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="letter.pdf")
    assert "Children are safe in all of its homes." in _words(_read(mail))


def _nest(depth: int) -> EmailMessage:
    mail = _mail()
    for _ in range(depth):
        outer = _mail("Again.")
        outer.add_attachment(mail)
        mail = outer
    return mail


def _many_parts() -> EmailMessage:
    mail = _mail()
    for _ in range(510):
        mail.add_attachment("x")
    return mail


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (_mail("\n"), r"the mail holds no words$"),
        (_mail(None), r"the mail holds no words$"),
        (_nest(12), "mails within mails without end"),
        (_many_parts(), "more than 500 parts"),
    ],
)
def test_mails_that_cannot_be_read(mail: EmailMessage, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        _read(mail)


def test_a_mail_of_nothing_but_a_damaged_letter_says_so() -> None:
    mail = _mail(None)
    mail.add_attachment(PDF[:200], maintype="application", subtype="pdf", filename="letter.pdf")
    with pytest.raises(UnreadableDocument, match=r"no words \(the attachment 'letter.pdf' was not"):
        _read(mail)
    bare = _mail(None)
    bare.set_content("<html><body><nav>Home</nav></body></html>", subtype="html")
    with pytest.raises(UnreadableDocument, match=r"no words \(a part of the mail \(text/html\)"):
        _read(bare)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("From: Ottilie\nTo: The Director\nSubject: A visit\n\nDear all", "letter.txt", "text"),
        ("From: Ottilie\nTo: The Director\nSubject: A visit\n\nDear all", "letter.EML", "eml"),
        ("From: a@b.c\nMIME-Version: 1.0\n\nDear all", "letter.txt", "eml"),
        ("From a@b.c Fri Dec 6\nReceived: from x\n by y\nSubject: A visit\n\nWords", "", "eml"),
        ("\ufeffReceived: from x\nSubject: A visit\n\nWords", "", "eml"),
        ("Subject: nothing else\n\nDear all", "letter.eml", "text"),
        ("Note: a word\nArea: a field\n\nDear all", "letter.eml", "text"),
        ("Dear all\nReceived: yesterday\nFrom: him", "letter.eml", "text"),
    ],
)
def test_a_letter_that_begins_with_fields_is_no_mail(text: str, name: str, kind: str) -> None:
    assert detect_format(text.encode(), name) == kind


def _saved(*parts: MIMEText, place: str | None = "https://saltmarsh.example/visit") -> bytes:
    page = MIMEMultipart("related")
    page["From"] = "<Saved by Blink>"
    if place:
        page["Snapshot-Content-Location"] = place
    page["Date"] = "Fri, 06 Dec 2019 09:30:00 -0000"
    for part in parts:
        page.attach(part)
    return page.as_bytes()


def test_a_page_that_a_browser_saved_is_read_as_the_page() -> None:
    data = _saved(MIMEText("p { color: red }", "css"), MIMEText(HTML, "html", "utf-8"))
    document = read(data, "letter.mhtml")
    assert document.format == "mhtml"
    assert texts(document) == ["Homes are warm.", "All of them."]
    assert document.metadata.url == "https://saltmarsh.example/visit"
    assert READERS["mhtml"](data, "x").made == date(2019, 12, 6)
    assert READERS["mhtml"](_saved(MIMEText(HTML, "html"), place=None), "x").url is None


def test_a_saved_page_without_a_page_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="the saved page holds no HTML"):
        read(_saved(MIMEText("p { color: red }", "css")))


@pytest.mark.parametrize("address", ["<", ":text/;x", ",\n .@"])
def test_an_address_that_breaks_the_rules_is_read_as_it_is_written(address: str) -> None:
    head = f"MIME-Version: 1.0\nfrom: {address}\nDate: some day\n\nChildren are safe.\n"
    reading = _read(head.encode())
    assert reading.drafts[0].text == f"From: {' '.join(address.split())}"
    assert reading.drafts[-1].text == "Children are safe."
    assert reading.made is None


@pytest.mark.parametrize("reader", ["eml", "mhtml"])
def test_parts_within_parts_without_end_are_refused(reader: str) -> None:
    data = b"MIME-Version: 1.0\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth)
        for depth in range(1100)
    )
    with pytest.raises(UnreadableDocument, match="is damaged"):
        READERS[reader](data, "letter.eml")


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["Date", "To", "From", "Content-Type", "Cc"]))
def test_any_header_is_read_or_refused(value: bytes, name: str) -> None:
    data = b"MIME-Version: 1.0\n" + name.encode() + b": " + value + b"\n\nWords.\n"
    for reader in ("eml", "mhtml"):
        try:
            reading = READERS[reader](data, "letter.eml")
        except UnreadableDocument as error:
            assert error.reason  # noqa: PT017 - both ends are right here
        else:
            assert reading.drafts


LINES = st.lists(
    st.text(st.sampled_from("abcdé .>-£’"), max_size=90).filter(lambda line: line.strip() != "."),
    min_size=1,
    max_size=6,
).map("\n".join)


@settings(deadline=None)
@given(LINES, st.sampled_from(["quoted-printable", "base64"]))
def test_no_word_is_lost(text: str, encoding: str) -> None:
    mail = _mail(None)
    mail.set_content(f"Words.\n{text}", cte=encoding)
    reading = read_mail(mail.as_bytes(), "letter.eml", detect_format, READERS)
    fields = 4
    found = " ".join(draft.text for draft in reading.drafts[fields:])
    assert words_of(found) == words_of(f"Words. {text}")
