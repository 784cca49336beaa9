"""Large text on a phone, by the browser's own default font size: every part of the frame stays, and has its word."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser_windows import Evening, looked_at, served_evening
from tests.support.browser import FLAGS, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
SIZES = {125: 20, 150: 24, 200: 32}
WIDTHS = {320: 640, 360: 740, 390: 844, 412: 915}
PAGES = ("/", "/rooms", "/meetups", "/buddy", "/me", "/notifications", "/account", "/reach-out")

# The parts of the frame that cannot be seen whole, hit in the middle, or read.
LOST = """() => {
    const lost = [];
    const parts = { brand: ".site-logo", bell: ".site-header a[href='/notifications']", account: ".account-link",
        exit: ".quick-exit", help: "button.help-button" };
    const look = (name, part) => {
        const box = part?.getBoundingClientRect();
        if (!box || !part.checkVisibility()) return lost.push(`${name}: not there`);
        if (box.left < 0 || box.right > innerWidth + 0.5) lost.push(`${name}: cut off`);
        if (Math.min(box.width, box.height) < 24) lost.push(`${name}: ${box.width} x ${box.height}`);
        const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (!part.contains(hit)) lost.push(`${name}: covered by ${hit?.outerHTML.slice(0, 80)}`);
    };
    if (!document.querySelector(".quick-exit .icon")?.checkVisibility()) lost.push("exit icon: not there");
    for (const [name, where] of Object.entries(parts)) look(name, document.querySelector(where));
    const tabs = [...document.querySelectorAll(".main-nav a")].filter((tab) => tab.checkVisibility());
    if (tabs.length < 5) lost.push(`only ${tabs.length} tabs`);
    for (const tab of tabs) {
        const word = tab.querySelector("span:not(.count)"), around = document.createRange();
        around.selectNodeContents(word);
        const box = around.getBoundingClientRect(), cell = tab.getBoundingClientRect();
        look(`tab ${word.textContent}`, tab);
        const isInside = box.left >= cell.left - 1 && box.right <= cell.right + 1;
        if (box.width < 8 || !isInside) lost.push(`word ${word.textContent}`);
    }
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) lost.push(`scrolls sideways by ${page.scrollWidth - page.clientWidth}`);
    return lost;
}"""


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these tests."""
    with served_evening(tmp_path_factory.mktemp("large-text")) as evening:
        yield evening


def large_browser(evening: Evening, percent: int) -> Browser:
    """Start Chromium as a person has set it who needs text of this size."""
    size = f"--blink-settings=defaultFontSize={SIZES[percent]}"
    return evening.browser.browser_type.launch(executable_path=chromium(), args=[*FLAGS, size])


def page_of(evening: Evening, browser: Browser, name: str) -> Page:
    """Return an empty page in which a member is signed in."""
    context = browser.new_context(base_url=evening.service.url, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": evening.tokens[name], "url": evening.service.url}])
    return context.new_page()


@pytest.mark.parametrize("percent", [*(pytest.param(one, marks=pytest.mark.prove) for one in (125, 150)), 200])
def test_juniper_loses_nothing_of_the_frame_in_large_text(evening: Evening, percent: int) -> None:
    browser = large_browser(evening, percent)
    page = page_of(evening, browser, "juniper")
    lost = {}
    for path in PAGES:
        page.goto(path)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            lost[path, width] = page.evaluate(LOST)
    browser.close()
    assert {where: what for where, what in lost.items() if what} == {}


@pytest.mark.parametrize("percent", [pytest.param(125, marks=pytest.mark.prove), 200])
def test_dana_has_six_tabs_with_their_words_in_large_text(evening: Evening, percent: int) -> None:
    browser = large_browser(evening, percent)
    page = page_of(evening, browser, "dana")
    for path in ("/console/today", "/console/reports", "/console/members"):
        page.goto(path)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(LOST) == [], (path, width)
    assert page.locator(".main-nav a:visible").all_inner_texts()[-1].startswith("Today")
    browser.close()


def test_help_and_quick_exit_stay_in_view_while_juniper_scrolls(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "juniper")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/account")
    page.evaluate("scrollTo(0, 2000)")
    inside = "(part) => { const box = part.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    assert page.locator("button.help-button").evaluate(inside)
    assert page.locator(".quick-exit").evaluate(inside)
    page.set_viewport_size({"width": 740, "height": 360})  # on its side: nothing stays and covers the page
    assert page.locator(".site-header").evaluate("(bar) => getComputedStyle(bar).position") == "static"
    assert page.locator(".main-nav").evaluate("(bar) => getComputedStyle(bar).position") == "static"
    browser.close()


def test_axe_finds_nothing_in_the_largest_text(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "juniper")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        page.goto(path)
        looked_at(page, f"large-text-{path.strip('/') or 'home'}")
    browser.close()


def test_the_lines_under_a_cry_for_help_are_in_view_in_the_largest_text(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "juniper")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/rooms")
    page.get_by_role("link", name="Evenings").first.click()
    page.get_by_role("textbox").fill("I want to die")
    page.get_by_role("button", name="Send", exact=True).click()
    card = page.get_by_role("region", name="Talk to someone now")
    expect(card).to_contain_text("We haven’t told anyone.")
    log, shown = page.locator(".log").bounding_box(), card.bounding_box()
    assert log is not None
    assert shown is not None
    assert log["y"] <= shown["y"]
    assert shown["y"] + shown["height"] <= log["y"] + log["height"]
    browser.close()


def test_otis_can_stop_a_mistaken_call_in_the_largest_text(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "otis")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/reach-out")
    page.get_by_role("button", name="Ask for someone").click()
    stop = page.get_by_role("button", name="Stop, that was a mistake")
    expect(stop).to_be_visible()
    covering = "(part) => part.getBoundingClientRect().bottom - document.querySelector('.main-nav').offsetTop"
    assert stop.evaluate(covering) <= 0
    assert stop.evaluate(INSIDE)
    stop.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stopped")
    browser.close()


INSIDE = """(part) => {
    const box = part.getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
}"""


def test_a_loss_is_asked_about_first_and_cancel_has_the_focus(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "dana")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/console/members?search=otis")
    page.get_by_role("link", name="Otis").click()
    page.get_by_role("button", name="Close account").click()
    question = page.get_by_role("dialog", name="Close this account?")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    for name in ("Cancel", "Close account"):
        question.get_by_role("button", name=name).scroll_into_view_if_needed()
        assert question.get_by_role("button", name=name).evaluate(INSIDE), name
    looked_at(page, "large-text-question")
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(page.get_by_role("heading", name="Otis", exact=True)).to_be_visible()
    page.keyboard.press("Enter")  # the focus is back on the button that asked
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    browser.close()


def test_a_toast_can_be_read_and_closed_in_the_largest_text(evening: Evening) -> None:
    browser = large_browser(evening, 200)
    page = page_of(evening, browser, "dana")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/console/invitations")
    page.get_by_label("New cohort").fill("Winter table")
    page.get_by_role("button", name="Create cohort").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Cohort created.")
    assert toast.evaluate(INSIDE)
    assert toast.locator("> span").evaluate("(text) => text.clientWidth > 160")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)
    browser.close()


def test_hebrew_and_arabic_have_room_between_their_lines(evening: Evening) -> None:
    window = evening.window("dana")
    window.go("/console/invitations")
    note = window.page.get_by_label("Your note")
    spacing = "(field) => parseFloat(getComputedStyle(field).lineHeight) / parseFloat(getComputedStyle(field).fontSize)"
    note.fill("See you on Thursday")
    latin = note.evaluate(spacing)
    for text in ("נתראה ביום חמישי", "أراك يوم الخميس"):
        note.fill(text)
        assert note.evaluate("(field) => getComputedStyle(field).direction") == "rtl"
        assert note.evaluate(spacing) > latin * 1.1
    window.context.close()
