"""A member's own page on a phone: a check-in in one tap, milestones, a lapse, help offline. In real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Error, expect

from tests.browser.browser_windows import DESK, PHONE, Evening, looked_at, served_evening
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these stories."""
    with served_evening(tmp_path_factory.mktemp("morning")) as morning:
        yield morning


def test_juniper_says_how_the_day_is_in_two_taps_and_adds_more(morning: Evening) -> None:
    juniper = morning.window("juniper")
    page = juniper.page
    juniper.go("/")
    page.get_by_role("link", name="Me", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Me")
    looked_at(page, "juniper-me-390-light")
    page.get_by_role("button", name="Low").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved")
    expect(page.get_by_role("main")).to_contain_text("Only you can see it.")
    offers = page.get_by_role("region", name="Something that might help").get_by_role("listitem")
    assert 1 <= offers.count() <= 3
    looked_at(page, "juniper-saved-390-light")

    page.get_by_text("Add more?").click()
    expect(page.get_by_role("radio", name="Low")).to_be_checked()
    page.get_by_role("radio", name="6 of 10").check()
    page.get_by_role("group", name="How connected did you feel?").get_by_role("radio", name="2 of 5").check()
    page.get_by_label("One thing I’ll do").fill("Call my sister.")
    looked_at(page, "juniper-adds-more-390-light")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Talk to a coordinator")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Call my sister.")

    juniper.go("/check-in")
    expect(page.get_by_role("img", name="Your moods")).to_be_visible()
    looked_at(page, "juniper-check-in-390-light")
    page.get_by_role("heading", level=4).first.get_by_role("link").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog", name="Delete this check-in?").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status")).to_contain_text("Deleted. Only you could see it.")
    assert juniper.troubles == []
    juniper.context.close()


def test_juniper_adds_a_milestone_and_a_lapse_takes_nothing_away(morning: Evening) -> None:
    juniper = morning.window("juniper", scheme="dark")
    page = juniper.page
    juniper.go("/milestones")
    page.get_by_label("In your words").fill("Without wine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved. Only you can see it.")
    juniper.go("/me")
    expect(page.get_by_role("main")).to_contain_text("Without wine")
    looked_at(page, "juniper-me-390-dark")
    page.get_by_role("link", name="I had a hard day or used").click()
    page.get_by_role("button", name="Save just for me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved just for you")
    looked_at(page, "juniper-lapse-saved-390-dark")
    juniper.go("/me")
    expect(page.get_by_role("main")).to_contain_text("Without wine")
    juniper.context.close()


def test_wren_breathes_without_a_network(morning: Evening) -> None:
    wren = morning.window("wren")
    page = wren.page
    wren.go("/me")
    page.wait_for_function("() => !!navigator.serviceWorker.controller")
    page.wait_for_function("() => caches.match('/safer').then((kept) => !!kept)")
    page.wait_for_function("() => caches.match('/breathe').then((kept) => !!kept)")
    wren.context.set_offline(True)
    for path, heading in (("/breathe", "Breathe for two minutes"), ("/safer", "How to stay safe")):
        wren.go(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert "Wren" not in page.content()
    assert page.evaluate("getComputedStyle(document.querySelector('.site-header')).display") != "block"
    with pytest.raises(Error, match="Failed to fetch"):  # there is no line, indeed
        page.evaluate("fetch('/healthz')")
    wren.context.close()


def test_otis_reads_and_taps_without_scripts(morning: Evening) -> None:
    otis = morning.window("otis")
    session = {"name": "session", "value": morning.tokens["otis"], "url": morning.service.url}
    context = morning.browser.new_context(base_url=morning.service.url, viewport=PHONE, java_script_enabled=False)
    context.add_cookies([session])
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved")
    page.goto("/me")
    expect(page.get_by_role("main")).to_contain_text(": Good.")
    context.close()
    otis.context.close()


def test_wrens_me_page_fits_a_desk_and_very_large_text(morning: Evening) -> None:
    for name, size in (("wren-me-1280-light", DESK), ("wren-me-320-light", {"width": 320, "height": 640})):
        wren = morning.window("wren", size=size)
        wren.go("/me")
        if size is not DESK:
            wren.page.evaluate("document.documentElement.style.fontSize = '200%'")
        looked_at(wren.page, name)
        wren.context.close()
