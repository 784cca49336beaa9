"""From the invitation to the first words, and out again by quick exit. In real Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.browser_windows import PHONE, Evening, looked_at, served_evening
from tests.support.browser import FLAGS, chromium

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
ELSEWHERE = "https://www.google.com/"
WORDS = "seven lamps over the orchard"


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories."""
    with served_evening(tmp_path_factory.mktemp("entry")) as evening:
        yield evening


@pytest.fixture
def otis(evening: Evening) -> Iterator[Page]:
    """Otis's phone, on which another website takes the place of the one that quick exit opens."""
    window = evening.window("otis")
    _serve_elsewhere(window.context)
    yield window.page
    window.context.close()


def test_marisol_joins_and_says_her_first_words_in_nine_taps(evening: Evening) -> None:
    dana = {"Authorization": f"Bearer {evening.tokens['dana']}"}
    asked = {"email": "marisol@example.org"}
    link = requests.post(f"{evening.service.url}/api/v1/invitations", json=asked, headers=dana, timeout=30).json()[
        "url"
    ]
    context = evening.browser.new_context(
        base_url=evening.service.url,
        viewport=PHONE,
        timezone_id="America/Phoenix",
        reduced_motion="reduce",
        has_touch=True,
    )
    page, taps = context.new_page(), []

    def tap(what: Locator) -> None:
        taps.append(what)
        what.tap()

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana invited you to Afterward")
    expect(page.get_by_role("main")).to_contain_text("It's free. You can leave at any time.")
    expect(page.locator("[data-time-zone-name]")).to_have_text("Mountain Time, no daylight saving – Phoenix")
    looked_at(page, "join-390")
    tap(page.get_by_label("Your name here"))
    page.keyboard.type("Marisol")
    tap(page.get_by_label("Password", exact=True))
    page.keyboard.type(WORDS[:9])
    expect(page.get_by_text("9 of 15 characters")).to_be_visible()
    page.keyboard.type(WORDS[9:])
    expect(page.get_by_text("Long enough.")).to_be_visible()
    for box in page.get_by_role("group", name="What you agree to").get_by_role("checkbox").all():
        tap(box)
    tap(page.get_by_role("button", name="Join"))
    expect(page.get_by_role("heading", name="Your first days")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("will say hello")
    looked_at(page, "first-page-390")
    tap(page.get_by_role("link", name="Begin in"))
    tap(page.get_by_role("button", name="Join"))
    tap(page.get_by_role("textbox"))
    page.keyboard.type("Hello from Phoenix.")
    tap(page.get_by_role("button", name="Send", exact=True))
    expect(page.get_by_role("log")).to_contain_text("Hello from Phoenix.")
    assert len(taps) == 9
    context.close()


def test_back_after_a_quick_exit_shows_nothing_until_continue(otis: Page) -> None:
    """The first words on both pages are there before, so it is the exit that hides them."""
    other_tab = otis.context.new_page()
    other_tab.goto("/rooms")
    otis.goto("/rooms")
    otis.goto("/buddy")
    expect(otis.get_by_role("heading", level=1)).to_be_visible()
    otis.get_by_role("link", name="Quick exit").click()
    otis.wait_for_url(ELSEWHERE)
    _assert_blank(other_tab)
    otis.go_back()
    _assert_blank(otis)
    looked_at(otis, "covered-390")
    otis.reload()
    _assert_blank(otis)
    otis.get_by_role("button", name="Continue").click()
    expect(otis.get_by_role("heading", level=1)).to_be_visible()
    expect(other_tab.get_by_role("heading", level=1)).to_be_visible()
    assert "Rooms" in otis.title()
    otis.go_forward()
    expect(otis.get_by_text("Another website")).to_be_visible()
    otis.go_back()
    expect(otis.get_by_role("heading", level=1)).to_be_visible()


def test_a_page_that_the_browser_kept_is_blank_after_a_quick_exit(evening: Evening) -> None:
    """Chromium with its back/forward cache, which automation turns off: the page comes back as it was."""
    browser = evening.browser.browser_type.launch(
        executable_path=chromium(), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = browser.new_context(base_url=evening.service.url, viewport=PHONE)
    _serve_elsewhere(context)
    for _ in range(5):
        if _returns_to_a_kept_page_by_quick_exit(context.new_page()):
            break
    else:
        pytest.fail("the browser kept the page in none of five tries")
    browser.close()


def test_escape_leaves_on_the_third_press_unless_it_closes_something(otis: Page) -> None:
    otis.goto("/account")
    expect(otis.locator("#quick-exit")).to_contain_text("Esc three times within two seconds")
    for _ in range(3):
        otis.get_by_role("button", name="Help now").click()
        expect(otis.locator("#lines")).to_be_visible()
        otis.keyboard.press("Escape")
        expect(otis.locator("#lines")).to_be_hidden()
    assert otis.url.endswith("/account")
    for _ in range(3):
        otis.keyboard.press("Escape")
    otis.wait_for_url(ELSEWHERE)


def _serve_elsewhere(context: BrowserContext) -> None:
    page = "<!doctype html><title>Elsewhere</title><p>Another website"
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body=page, content_type="text/html"))


def _returns_to_a_kept_page_by_quick_exit(page: Page) -> bool:
    """Leave by quick exit and go back. Return whether the browser had kept the page, which it may drop at any time."""
    page.goto("/help")
    page.evaluate("window.isTheSame = true")
    page.goto("/sign-in")
    page.get_by_role("link", name="Quick exit").click()
    page.wait_for_url(ELSEWHERE)
    page.go_back(wait_until="commit")
    _assert_blank(page)
    is_kept: bool = page.evaluate("window.isTheSame === true")
    page.evaluate("localStorage.clear()")
    page.close()
    return is_kept


def _assert_blank(page: Any) -> None:
    """Nothing of the page is visible, readable or named; there is one button."""
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(page.get_by_role("heading")).to_have_count(0)
    expect(page.get_by_role("link")).to_have_count(0)
    assert page.title() == "Page"
    assert page.evaluate("document.body.innerText").strip() == "Continue"
