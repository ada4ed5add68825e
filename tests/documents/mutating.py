"""Files as hostile or careless programs leave them: small letters of every format, changed.

What is changed and how is asked of a ``Choose``, so that hypothesis shrinks the choices and
libFuzzer learns which of them lead somewhere new. Where random bytes would be refused at once, the
structure is changed instead: the tree of an XML or HTML file, the parts of an archive.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from copy import deepcopy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from lxml import etree, html

import documents
from documents.errors import UnreadableDocument
from documents.readers.formats import detect_format
from tests.documents.making import Pdf, raw_pdf, word_file

Choose = Callable[[int], int]
"""A number from 0 up to, and without, the one that it is given."""

SAMPLES = Path(documents.__file__).parent / "samples"
_SMALL = 12_000  # bytes of a sample that is changed byte by byte
WORDS = (
    *("", " ", "\t", "\n", "\r\n\r\n", "\f", "\x00", "\x1b[2J", "\ufeff", "\u202e", "\u00ad"),
    *("\ufffe", "\uf0b7", "ﬁ", "e\u0301", "\U0001f4a9", "\u2028", "A" * 300, "(" * 200, "9" * 40),
    *("Dear Ms Marsh", "Yours sincerely", "1.", "15. ", "2.1 ", "• ", "B ", "- ", "Outstanding"),
    *("Requires improvement to be good", "Overall effectiveness", "Judgement", "Grade"),
    *("31 February 2021", "3 and 4 June 2018", "00/00/0000", "from 30 May to 2 June 2019"),
    *("Lead inspector: ", "Page 1 of 9", "Focused visit to Saltmarsh children’s services"),
    *("| a | b |\n|---|---|\n", "# ", "```", "[^1]: ", "<p>", "</td>", "&#0;", "&nbsp;"),
)
_TOKENS = (
    *(word.encode("utf-8") for word in WORDS),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80" * 9, b"%PDF-", b"obj", b"endobj", b"stream\n"),
    *(b"/Kids[2 0 R]", b"/Count 99999999", b"/Length -1", b"/FlateDecode", b"2 0 R", b"<</", b">>"),
    *(b"BT", b"ET", b"Tj", b"0 Tf", b"1e38 0 0 1e38 0 0 cm", b"-99999999999", b"[", b"("),
    *(b"\nContent-Type: multipart/mixed; boundary=x\n\n--x\n", b"=?utf-8?b?//8=?=", b"\nFrom: "),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"charset=utf-7", b"PK\x03\x04", b"=\n", b"=E2="),
)


@cache
def seeds(reader: str) -> tuple[bytes, ...]:
    """Small files that this reader reads, the samples of its format among them."""
    own: dict[str, Callable[[], list[bytes]]] = {
        "pdf": _pdfs,
        "docx": lambda: [word_file("Children are safe.", "• Plans are late", "15. It is kept.")],
        "odt": lambda: [_odt()],
        "eml": _mails,
        "mhtml": lambda: [_saved_page()],
    }
    samples = [
        data
        for path in sorted(SAMPLES.iterdir())
        if path.is_file() and not path.name.startswith((".", "README", "make"))
        if len(data := path.read_bytes()) <= _SMALL or data.startswith(b"PK")
        if _format(data) == reader
    ]
    return (*(own[reader]() if reader in own else []), *samples)


def _format(data: bytes) -> str | None:
    try:
        return detect_format(data, "seed")
    except UnreadableDocument:
        return None


def _pdfs() -> list[bytes]:
    letter = Pdf().heading("Focused visit to Saltmarsh children’s services")
    letter.paragraph("1. Children are safe, and most", "of them are well-", "known to us.", hang=18)
    letter.at(500, 30, "1").page().paragraph("• Plans are late").at(72, 400, "Good").box()
    return [raw_pdf("AChildren are safe.) Tj 0 -20 Td (15. Plans"), letter.data()]


def _odt() -> bytes:
    from odfdo import Document, Header, List, Paragraph

    document = Document("text")
    document.body.clear()
    document.body.append(Header(1, "Focused visit to Saltmarsh children’s services"))
    document.body.append(Paragraph("Children are safe."))
    document.body.append(List(["Plans are late", "Visits are kept"]))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _mails() -> list[bytes]:
    plain = EmailMessage()
    plain["Subject"] = "Focused visit to Saltmarsh children’s services"
    plain["From"] = "office@example.org"
    plain["Date"] = "Tue, 05 Jun 2018 10:00:00 +0100"
    plain.set_content(
        "Dear Ms Marsh\n\nChildren are safe.\n\n- Plans are late\n\nYours sincerely\n"
    )
    both = EmailMessage()
    both["Subject"] = "Letter"
    both["From"] = "office@example.org"
    both.set_content("Children are safe.")
    both.add_alternative("<html><body><p>Children are <b>safe</b>.</p></body></html>", "html")
    both.add_attachment(
        _pdfs()[0], maintype="application", subtype="pdf", filename="letter – copy.pdf"
    )
    return [plain.as_bytes(), both.as_bytes()]


def _saved_page() -> bytes:
    return (
        b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/letter\r\n"
        b"Subject: Letter\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--x"\r\n\r\n----x\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<!DOCTYPE html><html><body><h1>Letter</h1><p>Children are=20safe.</p><ul><li>Plans are "
        b"late</ul></body></html>\r\n----x\r\nContent-Type: text/css\r\n\r\np {}\r\n----x--\r\n"
    )


def choices(numbers: Iterable[int]) -> Choose:
    """The choices that numbers make, from 0 up; the first of everything when they are at an end."""
    source = iter(numbers)
    return lambda n: next(source, 0) % n


def mutate(reader: str, choose: Choose) -> bytes:
    """One of the reader's seeds with up to eight changes."""
    data = seeds(reader)[choose(len(seeds(reader)))]
    times = 1 + choose(8)
    if choose(4) and data.startswith(b"PK"):
        return _change_part(data, times, choose)
    if choose(2) and reader == "html":
        return _change_html(data, times, choose)
    return _change_bytes(data, times, choose)


def _change_bytes(data: bytes, times: int, choose: Choose) -> bytes:
    for _ in range(times):
        start = choose(len(data) + 1)
        end = min(start + choose(64), len(data))
        token = _TOKENS[choose(len(_TOKENS))]
        data = (
            lambda s, e, t, d=data: d[:s] + t + d[s:],  # put in
            lambda s, e, t, d=data: d[:s] + t + d[e:],  # put in the place of others
            lambda s, e, t, d=data: d[:s] + d[e:],  # left out
            lambda s, e, t, d=data: d[:s] + d[s:e] * 3 + d[e:],  # said again
            lambda s, e, t, d=data: d[:s] + d[s : s + 1].swapcase() + d[s + 1 :],
            lambda s, e, t, d=data: d[:s] + bytes(b ^ 0x41 for b in d[s:e]) + d[e:],
            lambda s, e, t, d=data: d[:s],  # cut off
            lambda s, e, t, d=data: d[e:] + d[:s],  # the wrong way round
        )[choose(8)](start, end, token)
    return data


def _change_part(data: bytes, times: int, choose: Choose) -> bytes:
    """An archive with one part changed, most often its words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    words = [name for name in parts if name in ("word/document.xml", "content.xml")]
    names = [*words * 12, *parts]
    name = names[choose(len(names))]
    if name.endswith((".xml", ".rels")) and parts[name] and choose(8):
        root = etree.fromstring(parts[name])
        _change_tree(root, times, choose)
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    elif choose(4):
        parts[name] = _change_bytes(parts[name], times, choose)
    else:
        del parts[name]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def _change_html(data: bytes, times: int, choose: Choose) -> bytes:
    root = html.document_fromstring(data)
    _change_tree(root, times, choose)
    return b"<!doctype html>" + bytes(html.tostring(root, encoding="utf-8"))


def _change_tree(root: etree._Element, times: int, choose: Choose) -> None:
    """Elements left out, said twice, moved, renamed, nested deeply; words and attributes put in."""
    for _ in range(times):
        elements = list(root.iter("*"))
        element, other = elements[choose(len(elements))], elements[choose(len(elements))]
        parent, word = element.getparent(), _plain(WORDS[choose(len(WORDS))])
        action = choose(8)
        if action == 0:
            element.text = word
        elif action == 1:
            element.tail = word
        elif action == 2:
            element.tag = other.tag
        elif action == 3 and element.attrib:
            names = sorted(str(name) for name in element.attrib)
            element.set(names[choose(len(names))], word)
        elif action == 4 and parent is not None:
            parent.remove(element)
        elif action == 5 and parent is not None:
            parent.insert(choose(len(parent) + 1), deepcopy(element))
        elif action == 6 and other not in element.iter():
            other.insert(choose(len(other) + 1), element)
        elif action == 7:
            for _ in range((2, 40, 400)[choose(3)]):
                element = etree.SubElement(element, element.tag)
            element.text = word


def _plain(word: str) -> str:
    """What lxml takes as text: the characters that XML has."""
    return "".join(c for c in word if c in "\t\n\r" or " " <= c < "\ufffe" or c > "\uffff")
