"""Every page that links lead people to: light and dark, on a phone and at a desk, and in large text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Error, Page

from tests.browser.browser_windows import AXE, DESK, PHONE, RULES, SETTLED, WRONG, Evening, lived_in_evening
from tests.support.browser import FLAGS, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.prove,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
LINKS = "() => [...document.querySelectorAll('a[href^=\"/\"]')].map((link) => link.getAttribute('href').split('#')[0])"
LOOKS = {
    "phone-light": (100, PHONE, "light"),
    "phone-dark": (100, PHONE, "dark"),
    "desk-light": (100, DESK, "light"),
    "desk-dark": (100, DESK, "dark"),
    "phone-large-text": (200, PHONE, "light"),
    "desk-large-text": (200, DESK, "dark"),
}
Paths = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these tests."""
    with lived_in_evening(tmp_path_factory.mktemp("every-page")) as evening:
        yield evening


@pytest.fixture(scope="module")
def paths_of(evening: Evening) -> Paths:
    """A function that returns a path for each page that a person finds by links."""

    @cache
    def find(name: str) -> list[str]:
        window = evening.window(name)
        paths = _pages_from_home(window.page)
        window.context.close()
        return paths

    return find


@pytest.mark.timeout(600)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("name", "least"), [("juniper", 45), ("sable", 40), ("dana", 50)])
def test_axe_finds_nothing_on_any_page_that_links_lead_to(
    evening: Evening, paths_of: Paths, name: str, least: int, look: str
) -> None:
    paths = paths_of(name)
    assert len(paths) >= least
    percent, size, scheme = LOOKS[look]
    font = f"--blink-settings=defaultFontSize={16 * percent // 100}"
    browser = evening.browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, font])
    page = replace(evening, browser=browser).window(name, size=size, scheme=scheme).page
    wrong = {}
    for path in paths:
        page.goto(path)
        if not page.evaluate(SETTLED):
            page.evaluate(AXE.read_text())
        if found := page.evaluate(WRONG, RULES):
            wrong[path] = found
    browser.close()
    assert wrong == {}


def _pages_from_home(page: Page) -> list[str]:
    """Follow links from the home page, once for each shape of an address."""
    found: dict[str, str] = {}
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        if _shape(path) in seen or path.startswith("/static/"):
            continue
        seen.add(_shape(path))
        try:
            answer = page.goto(path, wait_until="domcontentloaded")
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, path
        found[_shape(path)] = path
        waiting += page.evaluate(LINKS)
    return list(found.values())


def _shape(path: str) -> str:
    parts = urlsplit(path)
    shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", parts.path)
    return re.sub(r"\d+", "{n}", shape) + str(sorted({name for name, _ in parse_qsl(parts.query)}))
