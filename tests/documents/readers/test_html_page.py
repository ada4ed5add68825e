"""Letters saved from web pages: all of the letter, and nothing that stands around it."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.draft import Reading
from documents.errors import UnreadableDocument
from documents.readers.html import read_html
from eval.wholeness import words_of
from tests.documents.making import read, texts
from tests.documents.pages import BULLETS, LAST, LETTER, PAGES, PARAGRAPHS, ROWS, TITLE


def _words(page: str) -> str:
    """All words that a page shows."""
    body = page[page.index("<body") :]
    body = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", body, flags=re.DOTALL)
    return re.sub(r"<(/?)(b|i|em|span|a|sup|font)\b[^>]*>", "", body)


def _text(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", _words(page))


def _read(page: str) -> Reading:
    return read_html(page.encode(), "letter.html")


def _said(reading: Reading) -> str:
    """All words of the text and of the furniture, but not the numbers that lists are given."""
    drafts = " ".join(draft.text for draft in reading.drafts)
    return f"{drafts} {' '.join(line.text for line in reading.furniture)}"


@pytest.mark.parametrize("name", PAGES)
def test_all_of_the_letter_is_read_and_nothing_else(name: str) -> None:
    reading = _read(PAGES[name])
    table = " ".join(" ".join(row) for row in ROWS) if name == "regions" else ""
    words = words_of(" ".join(draft.text for draft in reading.drafts))
    assert words_of(f"{LETTER} {table}") - words == {}
    extra = words - words_of(f"{LETTER} {table}")
    assert extra.total() <= (6 if name == "council news" else 0), extra


@pytest.mark.parametrize("name", PAGES)
def test_the_letter_keeps_its_structure(name: str) -> None:
    document = read(PAGES[name])
    assert document.sections[0].heading == TITLE or document.sections[1].heading == TITLE
    assert tuple(texts(document, "bullet")) == BULLETS
    for paragraph in (*PARAGRAPHS, LAST):
        assert paragraph in texts(document, "paragraph")


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_is_in_the_text_or_in_the_furniture(name: str) -> None:
    assert words_of(_said(_read(PAGES[name]))) == words_of(_text(PAGES[name]))


def test_where_and_when_a_page_was_published() -> None:
    readings = {name: _read(page) for name, page in PAGES.items()}
    found = {name: (reading.url, reading.made) for name, reading in readings.items()}
    day = date(2019, 12, 6)
    assert found == {
        "government": ("https://www.ministry.example/letters/aldermere-2019", day),
        "council news": ("https://www.aldermere.example/news/visit/", day),
        "old page": ("http://www.aldermere.example/social/v.htm", None),
        "regions": (None, day),
    }


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (
            '<base href="https://a.example/b/"><link rel="canonical" href="c">',
            "https://a.example/b/c",
        ),
        ('<base href="https://a.example/b/">', "https://a.example/b/"),
        ('<base href="/b/">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="http://[">', None),
    ],
)
def test_addresses(head: str, url: str | None) -> None:
    assert _read(f"<html><head>{head}</head><body><p>Words.</p></body></html>").url == url


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta name="DC.date.issued" content="2019-12-06">', date(2019, 12, 6)),
        ('<meta name="date" content="6/12/2019">', None),
        ('<meta name="date" content="2019-02-31">', None),
        ('<meta name="dcterms.modified" content="2021-01-01">', None),
        ('<script type="application/ld+json">{"a": </script>', None),
        ('<script type="application/ld+json">["x", {"datePublished": null}]</script>', None),
        (
            '<script type="application/ld+json">[{"datePublished": "2020-05-04"}]</script>'
            '<meta name="date" content="2021-01-01">',
            date(2020, 5, 4),
        ),
    ],
)
def test_days(head: str, day: date | None) -> None:
    assert _read(f"<html><head>{head}</head><body><p>Words.</p></body></html>").made == day


def _page(body: str) -> str:
    return f"<!DOCTYPE html><html><body>{body}</body></html>"


LONG = f"<p>{PARAGRAPHS[0]}</p>"


def _furniture(page: str) -> list[str]:
    return [line.text for line in _read(page).furniture]


def test_a_main_part_without_words_is_none() -> None:
    assert _read(_page(f"<main></main><div>{LONG}</div>")).drafts[0].text == PARAGRAPHS[0]


def test_of_several_articles_none_is_the_main_part() -> None:
    page = _page(f"<div>{LONG}<article>Children are safe.</article><article>News.</article></div>")
    assert "Children are safe." in [draft.text for draft in _read(page).drafts]


def test_what_stands_outside_the_main_part_is_furniture() -> None:
    page = _page(f"before <main><p>Children are safe.</p></main>after<div>{LONG}</div>")
    assert [draft.text for draft in _read(page).drafts] == ["Children are safe."]
    assert _furniture(page) == ["before", "after", PARAGRAPHS[0]]


@pytest.mark.parametrize(
    "around",
    [
        '<div aria-hidden="true">Old words</div>',
        '<div style="display: none">Old words</div>',
        '<div class="cookie-banner">Old words</div>',
        '<div id="breadcrumbs">Old words</div>',
        '<ul class="social-share"><li>Old words</li></ul>',
        '<div role="alert">Old words</div>',
        "<dialog>Old words</dialog>",
        "<form><input>Old words</form>",
    ],
)
def test_what_a_page_hides_or_names_is_furniture(around: str) -> None:
    page = _page(f"<main>{LONG}{around}</main>")
    assert _furniture(page) == ["Old words"]
    assert [draft.text for draft in _read(page).drafts] == [PARAGRAPHS[0]]


@pytest.mark.parametrize(
    "page",
    [
        _page(f'<div class="share">{LONG}<p>Children are safe.</p></div>'),
        _page(f'<div id="sidebar"><h1>Title</h1>{LONG}</div>'),
        _page(f"<form><h1>Title</h1>{LONG}</form>"),
        _page(f"<main><header><p>Dear Ottilie</p></header>{LONG}</main>"),
        _page(f'<p class="shared-lives">Children are safe.</p>{LONG}'),
    ],
)
def test_what_holds_the_letter_is_the_letter_whatever_its_name(page: str) -> None:
    assert _furniture(page) == []


def test_the_letter_is_found_among_elements_of_other_names() -> None:
    page = _page(f"<div><o:p>Menu</o:p><o:p><div>{LONG}<x[y>{LONG}</x[y></div></o:p></div>")
    assert [draft.text for draft in _read(page).drafts] == [PARAGRAPHS[0], PARAGRAPHS[0]]
    assert _furniture(page) == ["Menu"]


def test_a_page_of_short_lines_is_read_whole() -> None:
    page = _page("<div><p>Dear Ottilie</p></div><div><p>Children are safe.</p></div>")
    assert [draft.text for draft in _read(page).drafts] == ["Dear Ottilie", "Children are safe."]


PIECES = st.one_of(
    st.tuples(
        st.sampled_from(
            ("p", "div", "h1", "h2", "li", "nav", "aside", "span", "b", "button", "td", "header")
        ),
        st.sampled_from("abcdefgh"),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]} x</{pair[0]}>"),
    st.sampled_from(
        (
            "loose", "<br>", LONG, "<ul><li>one</li><li>two<ol><li>three</li></ol></li></ul>",
            "<table><tr><td>four</td><td>five<p>six</p></td></tr></table>",
            '<div class="share">seven</div>', '<a href="/x">eight</a>', "<p hidden>nine</p>",
            '<sup><a href="#n1">1</a></sup>', '<p id="n1">ten <a href="#r">↩</a></p>',
            '<table role="presentation"><tr><td><p>eleven</p></td></tr></table>',
            "<p>Print this page</p>", "<footer>twelve</footer>", "un<b>broken</b>",
        )
    ),
)  # fmt: skip
TREES = st.recursive(
    PIECES,
    lambda inner: st.tuples(
        st.sampled_from(("div", "section", "main", "article", "td", "form", "ul")),
        st.lists(inner, min_size=1, max_size=4).map(" ".join),
    ).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.lists(TREES, min_size=1, max_size=4).map("\n".join))
def test_no_word_of_any_page_is_lost_or_made_up(body: str) -> None:
    page = _page(f"<p>Children are safe.</p>{body}")
    try:
        reading = _read(page)
    except UnreadableDocument as error:
        assert "no words outside its navigation" in error.reason  # noqa: PT017 - both are right
    else:
        assert words_of(_said(reading)) == words_of(_text(page))
