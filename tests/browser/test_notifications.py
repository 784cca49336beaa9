"""Notifications in real Chromium: what they say, how they are grouped, and settings that are saved at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser_windows import DESK, PHONE, Evening, Window, looked_at, served_evening
from tests.support.browser import chromium
from tests.support.waiting import until

expect.set_options(timeout=15_000)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="a browser is needed: apt-get install chromium"),
]
SETTINGS = "/notifications/preferences"
POST = """async ([path, body]) => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
    const answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.status;
}"""
SEATS = {
    "description": "",
    "starts_at_local": "2030-03-07T19:00:00",
    "time_zone": "America/Denver",
    "duration_minutes": 60,
    "capacity": 6,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of these tests."""
    with served_evening(tmp_path_factory.mktemp("notifications")) as evening:
        yield evening


def post_meetups(dana: Window, *titles: str) -> None:
    """Post meetups as Dana."""
    dana.go("/")
    for title in titles:
        assert dana.page.evaluate(POST, ["/meetups", {**SEATS, "title": title}]) == 201


def without_scripts(evening: Evening, name: str) -> Page:
    """A window of somebody whose browser runs no scripts."""
    context = evening.browser.new_context(base_url=evening.service.url, viewport=PHONE, java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": evening.tokens[name], "url": evening.service.url}])
    return context.new_page()


def test_otis_reads_who_posted_what_and_finds_the_one_he_wants(evening: Evening) -> None:
    dana, otis = evening.window("dana", size=DESK), evening.window("otis")
    otis.go("/")
    post_meetups(dana, "Thursday table")
    expect(otis.page.locator(".toasts")).to_contain_text("Dana posted Thursday table")
    post_meetups(dana, "Sunday walk", "Board games")

    def are_there() -> bool:
        otis.go("/notifications")
        return "3 new meetups" in otis.page.get_by_role("main").inner_text()

    until(are_there, within=15, what="the three meetups in one row")
    otis.page.locator("summary", has_text="3 new meetups").click()
    row = otis.page.locator("li", has_text="Dana posted Thursday table").last
    expect(row).to_contain_text("Thu, Mar 7, 7 pm Denver time, 6 seats left")
    looked_at(otis.page, "otis-notifications-390-light")
    row.get_by_role("button", name="Dana posted Thursday table").click()
    expect(otis.page.get_by_role("heading", level=1)).to_have_text("Thursday table")
    otis.go("/notifications")
    expect(otis.page.get_by_text("2 new meetups")).to_be_visible()
    assert otis.troubles == []


def test_first_use_of_the_settings_fits_one_phone_screen(evening: Evening) -> None:
    otis = evening.window("otis", scheme="dark")
    otis.go(SETTINGS)
    page = otis.page
    tabs = page.locator(".main-nav").bounding_box()
    assert tabs is not None
    shown = [*page.locator("[name=level]").all(), *page.locator(".preferences-groups h2").all()[:-1]]
    names = [one.inner_text() for one in page.locator(".preferences-groups h2").all()]
    assert names[-3:] == ["Quiet hours", "Devices", "Muted"]
    for one in shown:
        box = one.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= tabs["y"]
    assert page.locator("details[open]").count() == 0
    looked_at(page, "otis-settings-390-dark")


def test_each_choice_is_saved_at_once(evening: Evening) -> None:
    wren = evening.window("wren", size=DESK)
    page = wren.page
    wren.go(SETTINGS)
    assert page.get_by_role("button", name="Save").count() == 0

    def change(act: Any) -> None:
        with page.expect_response(lambda answer: answer.url.endswith("/notification-preferences")) as saved:
            act()
        assert saved.value.status == 200

    change(page.get_by_label("People who write to me, and my meetups").check)
    page.locator("summary", has_text="Meetups").click()
    promoted = page.get_by_label("I got a seat from the waiting list: phone")
    expect(promoted).to_be_checked()
    change(promoted.uncheck)
    expect(page.get_by_text("You chose your own settings below.")).to_be_visible()
    page.locator("summary", has_text="Messages").click()
    change(page.get_by_label("Never show them").check)
    page.locator("summary", has_text="Quiet hours").click()
    change(page.get_by_label("Friday", exact=True).check)
    change(lambda: page.get_by_label("Friday: quiet from").fill("21:30"))
    looked_at(page, "wren-settings-open-1280-light")

    wren.go(SETTINGS)
    page.locator("summary", has_text="Meetups").click()
    expect(page.get_by_label("I got a seat from the waiting list: phone")).not_to_be_checked()
    page.locator("summary", has_text="Messages").click()
    expect(page.get_by_label("Never show them")).to_be_checked()
    page.locator("summary", has_text="Quiet hours").click()
    expect(page.get_by_label("Friday: quiet from")).to_have_value("21:30")

    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Saturday", "Sunday"):
        change(page.get_by_label(day, exact=True).check)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"):
        for end in ("from", "until"):
            change(lambda day=day, end=end: page.get_by_label(f"{day}: quiet {end}").fill("00:00"))
    change(lambda: page.get_by_label("Sunday: quiet from").fill("00:00"))
    page.get_by_label("Sunday: quiet until").fill("00:00")
    expect(page.locator(".toasts")).to_contain_text("Leave some time in the week")
    assert [one for one in wren.troubles if "422" not in one] == []


def test_without_scripts_any_save_button_saves_the_whole_page(evening: Evening) -> None:
    page = without_scripts(evening, "juniper")
    page.goto(SETTINGS)
    page.locator("summary", has_text="Meetups").click()
    page.get_by_label("A new meetup is posted: e-mail").check()
    page.locator("summary", has_text="Account").click()
    page.get_by_label("What kind it is").check()
    page.locator("summary", has_text="Quiet hours").click()
    page.get_by_label("Monday", exact=True).check()
    page.locator("#messages summary").click()
    page.locator("#messages").get_by_role("button", name="Save").click()
    for name in ("Meetups", "Account", "Quiet hours"):
        page.locator("summary", has_text=name).click()
    expect(page.get_by_label("A new meetup is posted: e-mail")).to_be_checked()
    expect(page.locator("input[name=discreet][value=no]")).to_be_checked()
    expect(page.get_by_label("Monday", exact=True)).to_be_checked()
