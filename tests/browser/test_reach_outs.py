"""Two in the morning on a phone, and a coordinator's shift, in real Chromium."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.browser_windows import DESK, Evening, looked_at, served_evening
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories."""
    with served_evening(tmp_path_factory.mktemp("night")) as night:
        yield night


def test_two_in_the_morning_on_a_phone(night: Evening) -> None:
    """Help, I need someone, somebody comes in another window, they talk, it ends."""
    wren, juniper = night.window("wren", scheme="dark"), night.window("juniper", size=DESK)
    juniper.go("/reach-out/others")
    juniper.page.get_by_role("button", name="For three hours").click()
    juniper.go("/rooms")

    wren.go("/rooms")
    wren.page.get_by_role("button", name="Help now").click()
    expect(wren.page.get_by_role("link", name="Call 988").first).to_be_visible()
    wren.page.get_by_role("button", name="I need someone").click()
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("We’re asking for you")
    mine = wren.page.url
    calls, ladder = (wren.page.locator(one).bounding_box() for one in (".crisis-line-buttons", ".escalation-steps"))
    assert calls is not None
    assert ladder is not None
    assert calls["y"] < ladder["y"], "the lines come first"
    expect(wren.page.locator("[aria-current=step]")).to_contain_text("1 person who is free now")
    looked_at(wren.page, "wren-asks-390-dark")
    wren.page.get_by_text("Add a line about what’s going on").click()
    wren.page.get_by_label("What’s going on?").fill("I am outside the shop on the corner.")
    wren.page.get_by_role("button", name="Save").click()

    juniper.page.get_by_role("link", name="Someone needs a person right now").click()  # it came to the page she was on
    expect(juniper.page.get_by_role("main")).not_to_contain_text("Wren")
    looked_at(juniper.page, "juniper-is-asked-1280-light")
    expect(wren.page.locator("[aria-current=step]")).to_contain_text("Someone is reading it.")
    juniper.page.get_by_role("button", name="Yes, I can talk").click()
    expect(juniper.page.get_by_role("heading", level=1)).to_have_text("You’re here for Wren")
    expect(juniper.page.get_by_role("main")).not_to_contain_text("I am outside the shop on the corner.")
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("Juniper said yes")
    looked_at(wren.page, "wren-has-somebody-390-dark")

    wren.page.get_by_role("link", name="Talk with Juniper").click()
    juniper.page.get_by_role("link", name="Write to Wren").click()
    for said, window, other in (("I am here. Take your time.", juniper, wren), ("Thank you", wren, juniper)):
        window.page.get_by_role("textbox").fill(said)
        window.page.get_by_role("button", name="Send", exact=True).click()
        expect(other.page.get_by_role("log")).to_contain_text(said)
    looked_at(wren.page, "wren-talks-390-dark")
    juniper.go(mine)
    expect(juniper.page.get_by_role("main")).to_contain_text("I am outside the shop on the corner.")
    looked_at(juniper.page, "juniper-came-1280-light")

    expect(wren.page.get_by_role("link", name="Someone is here for you")).to_have_count(0)
    wren.page.get_by_role("link", name="I’m okay now, or ask someone else").click()
    assert wren.page.url == mine
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("Juniper is here for you")
    wren.page.get_by_role("button", name="I’m okay now").click()
    wren.page.get_by_role("button", name="A little").click()
    expect(wren.page.get_by_text("Did it help?")).to_have_count(0)
    juniper.go(mine)
    juniper.page.get_by_role("button", name="I’m fine").click()
    expect(juniper.page.get_by_role("main")).to_contain_text("Thank you for being there")
    juniper.go("/reach-out/others")
    juniper.page.get_by_role("button", name="Stop").click()
    expect(juniper.page.get_by_role("button", name="Stop")).to_have_count(0)
    for window in (wren, juniper):
        assert window.troubles == [], window.name
        window.context.close()


def test_a_coordinators_shift(night: Evening) -> None:
    """A shift is planned, somebody asks, the coordinator comes; what is open and their notes can be handed over."""
    dana = night.window("dana", size=DESK)
    page = dana.page
    dana.go("/console/shifts")
    expect(page.get_by_role("main")).to_contain_text("On call: Dana until")
    day = (date.today() + timedelta(days=4)).isoformat()
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("From").fill("17:00")
    page.get_by_label("To", exact=True).fill("23:00")
    page.get_by_role("button", name="Plan shift").click()
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="5:00 pm to 11:00 pm")).to_have_count(1)
    looked_at(dana.page, "dana-shift-1280-light")

    wren = night.window("wren")
    wren.go("/reach-out")
    wren.page.get_by_role("button", name="Ask for someone").click()
    expect(wren.page.locator(".escalation-steps")).to_contain_text("Dana, on call")
    page.get_by_role("link", name="Someone needs a person right now").click()
    page.get_by_role("button", name="Yes, I can talk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re here for Wren")
    expect(wren.page.get_by_role("heading", level=1)).to_have_text("Dana said yes")

    dana.go("/console/shifts")
    expect(page.get_by_role("main")).to_contain_text("1 open request: with someone since")
    page.get_by_label("Notes for the next shift").fill("Wren would like a call at nine.")
    page.get_by_role("button", name="Save handover notes").click()
    expect(page.get_by_label("Notes for the next shift")).to_have_value("Wren would like a call at nine.")
    page.get_by_role("button", name="Start a practice now").click()
    page.get_by_role("link", name="Practice: can you be reached?").click()
    page.get_by_role("button", name="Yes, I can talk").click()
    page.get_by_role("link", name="How it went").click()
    expect(page.get_by_role("main")).to_contain_text("answered after")
    looked_at(dana.page, "dana-hands-over-1280-light")
    page.get_by_role("button", name="Offer").first.click()
    expect(page.get_by_role("main")).to_contain_text("Offered")
    wren.page.get_by_role("button", name="I’m okay now").click()
    for window in (dana, wren):
        assert window.troubles == [], window.name
        window.context.close()


def test_with_the_network_cut_after_one_visit_the_lines_are_there(night: Evening) -> None:  # C9
    """The whole service is gone; what the browser kept of one visit to any page still helps."""
    otis = night.window("otis")
    otis.go("/")
    otis.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    otis.page.wait_for_function("caches.match('/help').then((kept) => !!kept)")
    night.service.stop()
    try:
        for path in ("/help", "/reach-out"):
            otis.go(path)
            expect(otis.page.get_by_role("heading", level=1)).to_have_text("Talk to someone now")
            call = otis.page.get_by_role("link", name="Call 988").first
            expect(call).to_be_visible()
            assert call.get_attribute("href") == "tel:988"
            assert otis.page.evaluate("getComputedStyle(document.querySelector('.crisis-line')).display") == "grid"
            assert "Otis" not in otis.page.content()
        looked_at(otis.page, "otis-without-a-line-390-light")
    finally:
        night.service.start()
