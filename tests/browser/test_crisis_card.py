"""A cry for help in a room: its writer alone is shown the ways to help, with scripts and without. In real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browser_windows import DESK, PHONE, Evening, looked_at, served_evening
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks

CRY = "I don’t want to live anymore"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories."""
    with served_evening(tmp_path_factory.mktemp("cry")) as night:
        yield night


def test_only_the_writer_of_a_cry_for_help_sees_the_card(night: Evening) -> None:
    wren, juniper = night.window("wren", scheme="dark"), night.window("juniper", size=DESK)
    for window in (wren, juniper):
        _open_evenings(window.page)
        expect(window.page.locator("[aria-busy=true]")).to_have_count(0)
    asked: list[str] = []
    wren.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    _say(wren.page, CRY)
    card = _card(wren.page)
    expect(card.get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    expect(card.get_by_role("link", name="Text 988")).to_be_visible()
    expect(card.get_by_role("button", name="I need someone")).to_be_visible()
    expect(wren.page.locator("li.message--mine").filter(has_text=CRY)).to_contain_text("Sent")
    expect(juniper.page.get_by_role("log")).to_contain_text(CRY)
    expect(_card(juniper.page)).to_have_count(0)
    assert asked == [], "nothing but the message itself left, on the socket that was open"
    looked_at(wren.page, "wren-cries-for-help-390-dark")

    _say(wren.page, "Sorry. This homework is killing me")
    expect(wren.page.get_by_role("log")).to_contain_text("homework")
    expect(card).to_have_count(1)
    wren.page.reload()
    expect(card).to_have_count(1)
    card.get_by_role("link", name="Not now").click()
    expect(card).to_have_count(0)
    wren.page.reload()
    expect(wren.page.locator("[aria-busy=true]")).to_have_count(0)
    expect(card).to_have_count(0)

    _say(wren.page, "quiero morir")
    expect(card).to_have_count(1)
    expect(wren.page.get_by_role("listitem").filter(has_text="quiero morir")).to_contain_text("Sent")  # can be edited
    wren.page.get_by_role("textbox").fill("")
    wren.page.get_by_role("textbox").press("ArrowUp")
    wren.page.get_by_role("textbox").fill("I am fine")
    wren.page.get_by_role("button", name="Send", exact=True).click()
    expect(card).to_have_count(0)
    wren.page.get_by_role("textbox").press("ArrowUp")
    wren.page.get_by_role("textbox").fill("I am not fine. I want to die")
    wren.page.get_by_role("button", name="Send", exact=True).click()
    card.get_by_role("button", name="I need someone").click()
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("We’ll ask in a few seconds")
    wren.page.get_by_role("button", name="Stop, that was a mistake").click()
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("Stopped")
    for window in (wren, juniper):
        assert window.troubles == [], window.name
        window.context.close()


def test_juniper_is_worried_and_dana_on_shift_hears_of_it(night: Evening) -> None:
    wren, juniper = night.window("wren"), night.window("juniper")
    dana = night.window("dana", size=DESK)
    for window in (wren, juniper):
        _open_evenings(window.page)
    _say(wren.page, "I will not be around much longer")
    theirs = juniper.page.get_by_role("listitem").filter(has_text="much longer")
    theirs.get_by_role("button", name="Actions for Wren").click()
    juniper.page.get_by_role("button", name="I’m worried about Wren").click()
    dialog = juniper.page.get_by_role("dialog", name="Tell a coordinator")
    expect(dialog.get_by_role("radio", name="I’m worried about this person")).to_be_checked()
    expect(dialog).to_contain_text("We never tell Wren that it came from you.")
    looked_at(juniper.page, "juniper-is-worried-390-light")
    dialog.get_by_role("radio", name="Something else").check()
    dialog.get_by_role("button", name="Send to a coordinator").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please tell us a few words about it.")
    juniper.troubles.clear()  # Chromium writes refused requests to its console
    dialog.get_by_role("radio", name="I’m worried about this person").check()
    dialog.get_by_role("button", name="Send to a coordinator").click()
    expect(dialog).to_contain_text("The coordinator on shift gets this right now.")
    expect(dialog.get_by_role("link", name="Call 988")).to_be_visible()
    looked_at(juniper.page, "juniper-was-heard-390-light")
    dialog.get_by_role("button", name="Close").click()

    dana.go("/console/reports")
    dana.page.get_by_role("link", name="A message by Wren").first.click()
    expect(dana.page.get_by_role("main")).to_contain_text("I’m worried about this person")
    expect(dana.page.get_by_role("main")).to_contain_text("much longer")
    dana.go("/notifications")
    expect(dana.page.get_by_role("main")).to_contain_text("Someone is worried about a member")
    for window in (wren, juniper, dana):
        assert window.troubles == [], window.name
        window.context.close()


def test_without_scripts_the_page_after_the_post_shows_the_card(night: Evening) -> None:
    otis, juniper = (_page_without_scripts(night, name) for name in ("otis", "juniper"))
    _open_evenings(otis)
    _say(otis, CRY)
    expect(_card(otis).get_by_role("link", name="Call 988")).to_be_visible()
    _open_evenings(juniper)
    expect(juniper.get_by_role("log")).to_contain_text(CRY)
    expect(_card(juniper)).to_have_count(0)
    _card(otis).get_by_role("link", name="Not now").click()
    expect(otis.get_by_role("log")).to_contain_text(CRY)
    expect(_card(otis)).to_have_count(0)
    for page in (otis, juniper):
        page.context.close()


def _page_without_scripts(night: Evening, name: str) -> Page:
    context = night.browser.new_context(base_url=night.service.url, viewport=PHONE, java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": night.tokens[name], "url": night.service.url}])
    return context.new_page()


def _open_evenings(page: Page) -> None:
    page.goto("/rooms")
    page.get_by_role("link", name="Evenings").first.click()
    expect(page.get_by_role("log")).to_be_visible()


def _say(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def _card(page: Page) -> Locator:
    return page.get_by_role("log").locator(".crisis-card")
