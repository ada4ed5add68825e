"""The pages in a real browser: by keyboard alone, marks exact to the character, nothing outside."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

QUESTION = "Are checks on private foster carers done in time?"
NONSENSE = "Which sorts of cheese does the bishop’s telescope prefer?"
CHROMIUM = os.environ.get("PAPERKNIFE_CHROMIUM") or "/usr/bin/chromium"

# The least contrast of any text on the page against the colour behind it, with that text.
LEAST_CONTRAST = """() => {
  const channel = (value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) =>
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  let least = [21, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const pair = [colour(getComputedStyle(element).color), behind(element)].map(luminance);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < least[0]) least = [ratio, walker.currentNode.data.trim()];
  }
  return least;
}"""

# What a checker of accessibility would say first; empty is good.
FAULTS = """() => {
  const faults = [];
  const say = (fault, element) => faults.push(`${fault}: ${element.outerHTML.slice(0, 120)}`);
  const all = (selector) => document.querySelectorAll(selector);
  if (all("h1").length !== 1) faults.push(`${all("h1").length} h1`);
  if (all("main").length !== 1) faults.push(`${all("main").length} main`);
  if (!document.documentElement.lang) faults.push("no lang");
  let rank = 1;
  for (const heading of all("main :is(h1, h2, h3, h4, h5, h6)")) {
    const own = Number(heading.tagName[1]);
    if (own > rank + 1) say("a rank is skipped", heading);
    if (!heading.textContent.trim()) say("empty heading", heading);
    rank = own;
  }
  for (const field of all("input, select, textarea")) {
    if (field.labels.length === 0) say("no label", field);
  }
  for (const control of all("a, button, summary")) {
    if (!control.textContent.trim()) say("no name", control);
  }
  for (const image of all("img:not([alt])")) say("no alt", image);
  const ids = [...all("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`twice: ${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby"]) {
    for (const element of all(`[${attribute}]`)) {
      if (!document.getElementById(element.getAttribute(attribute))) say(attribute, element);
    }
  }
  return faults;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not shutil.which(CHROMIUM):
        missing = f"no browser at {CHROMIUM}; PAPERKNIFE_CHROMIUM names another path"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--headless", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of which nobody complains, and which asks for nothing outside the loopback."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    hosts: set[str | None] = set()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield page
    context.close()
    assert complaints == []
    assert hosts == {"127.0.0.1"}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on the first element that fits, seeing to it that it can be
    seen wherever it goes."""
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none"
        if page.evaluate(f"document.activeElement === document.querySelector('{selector}')"):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def marked(page: Page) -> str:
    return "".join(page.locator(".whole mark").all_text_contents())


def shown(page: Page, text: str, start: int, end: int) -> str:
    """What of a span of the text stands in some element of the reading view."""
    spans = page.locator(".whole [data-start]").evaluate_all(
        "all => all.map((e) => [Number(e.dataset.start), Number(e.dataset.end)])"
    )
    return "".join(text[max(start, a) : min(end, b)] for a, b in spans if a < end and start < b)


def test_a_question_is_asked_and_checked_by_keyboard_alone(
    page: Page, samples_client: httpx.Client
) -> None:
    page.goto(str(samples_client.base_url))
    tab_to(page, ".skip")
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    tab_to(page, "#question")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("ol.answers")
    assert urlsplit(page.url).query == f"question={quote(QUESTION, safe='').replace('%20', '+')}"
    expect(page.get_by_role("status")).to_contain_text("answer")
    quoted = "".join(page.locator("ol.answers > li").first.locator("mark").all_text_contents())

    tab_to(page, "ol.answers cite a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".whole mark")
    path, fragment = urlsplit(page.url).path, urlsplit(page.url).fragment
    start, end = (int(number) for number in fragment.removeprefix("s").split("-"))
    text = samples_client.get(f"/v1{path}/text").text
    assert marked(page) == quoted == text[start:end]
    assert page.evaluate("document.activeElement.id") == fragment
    box = page.locator(".whole mark").first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_offsets_count_code_points(page: Page, lettered: httpx.Client) -> None:
    document = next(
        d for d in lettered.get("/v1/documents").json()["documents"] if d["file"] == "fernhollow.md"
    )
    text = lettered.get(f"/v1/documents/{document['id']}/text").text
    address = f"{lettered.base_url}/documents/{document['id']}"
    page.goto(address)
    phrases = ("garden", "🌿 project", "👧🏽", "🍓 every", "<b>is</b> watered & weeded")
    for phrase in (*phrases, "🍰 are", "🛞", "days."):
        start = text.index(phrase)
        # From the fragment alone, on a page that is already open: the script marks.
        page.evaluate(f"location.hash = 's{start}-{start + len(phrase)}'")
        expect(page.locator(".whole mark").first).to_have_id(f"s{start}-{start + len(phrase)}")
        assert marked(page) == phrase
    # Over several blocks, and the text is whole again when the mark moves on.
    first, last = text.index("weeded"), text.index("🛞") + 1
    page.evaluate(f"location.hash = 's{first}-{last}'")
    expect(page.locator(".whole mark").first).to_have_id(f"s{first}-{last}")
    assert marked(page) == shown(page, text, first, last)
    assert page.locator(".whole mark").count() == 3
    whole = page.locator(".whole [data-start]").all_text_contents()
    page.goto(f"{address}?fresh")
    assert page.locator(".whole [data-start]").all_text_contents() == whole


def test_offsets_go_on_behind_what_parts_a_block(page: Page, lettered: httpx.Client) -> None:
    document = next(
        d for d in lettered.get("/v1/documents").json()["documents"] if d["file"] == "fernhollow.md"
    )
    text = lettered.get(f"/v1/documents/{document['id']}/text").text
    page.goto(f"{lettered.base_url}/documents/{document['id']}")
    # As where a page begins in the middle of a paragraph, behind characters of two units.
    page.locator(".whole p", has_text="garden").evaluate(
        "(p) => p.firstChild.splitText(p.textContent.indexOf(' project'))"
        ".before(document.createElement('span'))"
    )
    for phrase in ("project", "Children 👧🏽 plant", "🌿 project a"):
        start = text.index(phrase)
        page.evaluate(f"location.hash = 's{start}-{start + len(phrase)}'")
        expect(page.locator(".whole mark").first).to_have_id(f"s{start}-{start + len(phrase)}")
        assert marked(page) == phrase


def test_server_and_script_mark_the_same(page: Page, lettered: httpx.Client) -> None:
    for document in lettered.get("/v1/documents").json()["documents"]:
        if document["status"] == "failed":
            continue
        text = lettered.get(f"/v1/documents/{document['id']}/text").text
        for start, end in ((len(text) // 3, len(text) // 2), (0, 40), (len(text) - 30, len(text))):
            address = f"{lettered.base_url}/documents/{document['id']}"
            page.goto(f"{address}?start={start}&end={end}")
            by_server = page.locator(".whole mark").all_text_contents()
            page.goto(f"{address}#s{start}-{end}")
            page.wait_for_selector(".whole mark")
            assert "".join(by_server) == marked(page) == shown(page, text, start, end)


def test_a_span_that_is_not_there_is_said_and_nothing_marked(
    page: Page, lettered: httpx.Client
) -> None:
    document = lettered.get("/v1/documents").json()["documents"][-1]["id"]
    page.goto(f"{lettered.base_url}/documents/{document}#s9999998-9999999")
    page.wait_for_selector("#no-such-span", state="visible")
    assert page.locator(".whole mark").count() == 0


def test_without_script_the_span_is_marked_and_gone_to(
    browser: Browser, samples_client: httpx.Client
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{samples_client.base_url}/?question={quote(QUESTION)}")
    quoted = page.locator("ol.answers > li").first.locator("mark").all_text_contents()
    page.locator("ol.answers cite a").first.click()
    assert page.locator(".whole mark").all_text_contents() == quoted
    box = page.locator(".whole mark:target").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 720
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_narrow_screen_and_can_be_read(
    page: Page, samples_client: httpx.Client, scheme: str
) -> None:
    listed = samples_client.get("/v1/documents").json()["documents"]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 640})
    for path in (
        "/",
        f"/?question={quote(QUESTION)}&authority=Kestleshire&since=2020-01-01",
        f"/?question={quote(NONSENSE)}",
        f"/?question={quote(QUESTION)}&authority=Atlantis",
        *(f"/documents/{document['id']}?start=300&end=900" for document in listed),
    ):
        page.goto(f"{samples_client.base_url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        ratio, text = page.evaluate(LEAST_CONTRAST)
        assert ratio >= 4.5, f"{path}: {text}"
        assert page.evaluate(FAULTS) == [], path


def test_errors_stand_beside_their_fields(browser: Browser, samples_client: httpx.Client) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for query in ("question=Why&limit=99", "question=Why&since=2021-01-01&until=2020-01-01"):
        response = page.goto(f"{samples_client.base_url}/?{query}")
        assert response is not None
        assert response.status == 422
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.evaluate(LEAST_CONTRAST)[0] >= 4.5
        assert page.evaluate(FAULTS) == []
    context.close()


def test_what_is_printed_is_the_letter(page: Page, samples_client: httpx.Client) -> None:
    document = samples_client.get("/v1/documents").json()["documents"][0]["id"]
    page.goto(f"{samples_client.base_url}/documents/{document}")
    page.emulate_media(media="print")
    assert page.locator(".whole").is_visible()
    assert not page.locator(".contents").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
