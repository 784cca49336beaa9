"""Taps from the home page to the most important things, on a phone. Joining is counted in test_entry."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_windows import PHONE, Evening, lived_in_evening
from tests.support.browser import chromium

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
Tap = Callable[[Locator], None]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these tests."""
    with lived_in_evening(tmp_path_factory.mktemp("taps")) as evening:
        yield evening


def call_988(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("button", name="Help now"))
    tap(page.locator("a[href='tel:988']:visible").first)


def ask_for_a_person(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("button", name="Help now"))
    tap(page.get_by_role("button", name="I need someone"))
    expect(page.get_by_role("heading", level=1)).to_have_text("We’ll ask in a few seconds")
    page.get_by_role("button", name="Stop, that was a mistake").click()


def say_how_today_was(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("button", name="Good", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Saved")


def write_in_a_room(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("link", name="Evenings").first)
    tap(page.get_by_role("textbox"))
    page.get_by_role("textbox").fill("Soup is ready")
    tap(page.get_by_role("button", name="Send", exact=True))
    expect(page.get_by_role("log")).to_contain_text("Soup is ready")


def reply(page: Page, tap: Tap) -> None:
    _open_evenings(page)
    tap(page.get_by_role("button", name="Actions for Linden").last)  # or a swipe, which saves one
    tap(page.locator("#msg-menu").get_by_role("button", name="Reply", exact=True))
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Which card game?")
    tap(page.get_by_role("button", name="Send", exact=True))
    expect(page.locator(".message__quote").last).to_contain_text("Linden")


def react(page: Page, tap: Tap) -> None:
    _open_evenings(page)
    message = page.locator("li.message", has_text="card game nobody understands").first
    tap(message.get_by_role("button", name="Actions for Linden"))
    tap(page.locator("#msg-menu [data-emoji]").first)
    expect(message.locator(".reactions [aria-pressed='true']")).to_be_visible()


def answer_a_meetup(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("main").get_by_role("link", name="Early birds call").first)
    tap(page.get_by_role("button", name="Going"))
    expect(page.locator(".rsvp")).to_contain_text("You’re going")


def write_to_her_buddy(page: Page, tap: Tap) -> None:
    tap(page.get_by_role("region", name="Buddy").get_by_role("link", name="Wren"))
    tap(page.get_by_role("link", name="Write to Wren"))
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Kettle on?")
    tap(page.get_by_role("button", name="Send", exact=True))
    expect(page.get_by_role("log")).to_contain_text("Kettle on?")


def test_juniper_needs_few_taps_for_what_matters_most(evening: Evening) -> None:
    context = evening.browser.new_context(
        base_url=evening.service.url, viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "session", "value": evening.tokens["juniper"], "url": evening.service.url}])
    page, taps = context.new_page(), []

    def tap(what: Locator) -> None:
        taps.append(what)
        what.tap()

    needed = {}
    for task in (
        say_how_today_was, write_in_a_room, reply, react, answer_a_meetup, write_to_her_buddy, ask_for_a_person,
        call_988,
    ):  # fmt: skip
        taps.clear()
        page.goto("/")
        task(page, tap)
        needed[task.__name__] = len(taps)
    assert needed == {
        "say_how_today_was": 1,
        "write_in_a_room": 3,
        "reply": 3,
        "react": 2,
        "answer_a_meetup": 2,
        "write_to_her_buddy": 3,
        "ask_for_a_person": 2,
        "call_988": 2,
    }
    context.close()


def _open_evenings(page: Page) -> None:
    page.get_by_role("link", name="Evenings").first.click()
    expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")
