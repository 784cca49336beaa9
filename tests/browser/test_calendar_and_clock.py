"""Meetups on a phone in real Chromium: calendar buttons, the folded list, the place's clock, asking before a loss."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.browser_windows import Evening, Window, looked_at, served_evening
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks
from tests.support.icaljs_check import read_calendar

FIRST = date.today() + timedelta(days=8)
DINNER = {
    "title": "Dinner in Boulder",
    "description": "Come as you are.\n\nBring a dish. See https://example.org/map",
    "starts_at_local": f"{FIRST.isoformat()}T19:00",
    "time_zone": "America/Denver",
    "duration_minutes": 90,
    "capacity": 1,
    "place": {"kind": "in_person", "address": "41 Alder St & 2nd, Boulder"},
}
CALL = {
    **DINNER,
    "title": "Lunch call",
    "recurrence": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "capacity": None,
    "place": {"kind": "online", "url": "https://meet.example.org/lunch"},
}


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of this story."""
    with served_evening(tmp_path_factory.mktemp("calendar")) as evening:
        yield evening


def posted(evening: Evening, wanted: dict[str, Any]) -> str:
    """The address of a meetup that Dana posts."""
    dana = evening.window("dana")
    dana.go("/meetups")
    token = dana.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = dana.page.request.post("/api/v1/meetups", data=wanted, headers={"X-CSRF-Token": token})
    assert answer.status == 201, answer.text()
    meetup = answer.json()["id"]
    dana.context.close()
    return f"/meetups/{meetup}"


def closed(*windows: Window) -> None:
    """Close these windows, in which nothing may have gone wrong."""
    for window in windows:
        assert window.troubles == [], window.name
        window.context.close()


def test_wren_adds_a_dinner_far_away_to_her_calendar(evening: Evening) -> None:
    meetup = posted(evening, DINNER)
    wren = evening.window("wren")
    page = wren.page
    wren.go("/account")
    wren.go(meetup)
    expect(page.get_by_role("main")).to_contain_text("7:00 pm Denver time (9:00 pm your time)")
    expect(page.locator(".markdown p")).to_have_text(["Come as you are.", "Bring a dish. See https://example.org/map"])
    expect(page.get_by_role("link", name="Open a map")).to_have_count(0)
    page.get_by_role("button", name="Going", exact=True).click()
    expect(page.get_by_role("heading", name="You’re going")).to_be_visible()
    place = page.get_by_role("link", name="Open a map")
    expect(place).to_have_attribute("rel", "noreferrer noopener")
    expect(place).to_have_attribute(
        "href", "https://www.openstreetmap.org/search?query=41%20Alder%20St%20%26%202nd%2C%20Boulder"
    )

    with page.expect_download() as saved:
        page.get_by_role("link", name="Add to my calendar").click()

    assert saved.value.suggested_filename == "plans.ics"
    [event] = read_calendar(saved.value.path().read_text())
    assert (event["summary"], event["zone"], event["location"]) == ("Plans", "America/Denver", None)
    assert event["status"] == "CONFIRMED"
    closed(wren)


def test_otis_subscribes_to_all_with_one_tap_and_can_end_it(evening: Evening) -> None:
    otis = evening.window("otis")
    page = otis.page
    otis.context.grant_permissions(["clipboard-read", "clipboard-write"])
    otis.go("/meetups/calendar")
    link = page.locator("#feed").input_value()
    expect(page.get_by_role("link", name="Subscribe")).to_have_attribute(
        "href", "webcal" + link.removeprefix("https").removeprefix("http")
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toast")).to_contain_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    looked_at(page, "otis-calendar-390-light")
    path = link[link.index("/calendar/") :]
    assert page.request.get(path).status == 200
    page.get_by_role("button", name="End this link").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.get_by_role("button", name="End it").click()
    expect(page.locator(".toast").last).to_contain_text("doesn’t work anymore")
    assert page.request.get(path).status == 404
    assert page.locator("#feed").input_value() != link
    closed(otis)


def test_a_series_is_one_card_that_opens_on_a_phone(evening: Evening) -> None:
    posted(evening, CALL)
    juniper = evening.window("juniper", scheme="dark")
    page = juniper.page
    juniper.go("/meetups")
    card = page.locator(".occurrence", has_text="Lunch call")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Every Monday, Wednesday and Friday")
    assert page.evaluate("document.documentElement.scrollHeight") < 3000
    expect(card.locator("details li").first).to_be_hidden()
    card.get_by_text("Show the next 12").click()
    expect(card.locator("details li")).to_have_count(12)
    expect(card.locator("details li").first).to_be_visible()
    looked_at(page, "juniper-agenda-open-390-dark")
    card.locator("details a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lunch call")
    closed(juniper)


def test_a_place_that_others_want_is_given_up_after_a_question(evening: Evening) -> None:
    meetup = posted(evening, {**DINNER, "title": "Small table"})
    juniper, otis = evening.window("juniper"), evening.window("otis")
    page = juniper.page
    juniper.go(meetup)
    page.get_by_role("button", name="Going", exact=True).click()
    page.get_by_role("button", name="Can’t").click()
    expect(page.locator(".toast")).to_contain_text("You’re not going.")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="You’re going")).to_be_visible()

    otis.go(meetup)
    otis.page.get_by_role("button", name="Going", exact=True).click()
    expect(otis.page.get_by_role("heading", name="You’re first on the waiting list")).to_be_visible()

    juniper.go(meetup)
    page.get_by_role("button", name="Can’t").click()
    question = page.get_by_role("dialog", name="Give up your seat?")
    expect(question).to_contain_text("The next person gets it")
    question.get_by_role("button", name="Keep my seat").click()
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Can’t").click()
    question.get_by_role("button", name="Give up my seat").click()
    expect(page.locator(".toast").last).to_contain_text("You’re not going.")
    expect(page.locator(".toast").get_by_role("button", name="Undo")).to_have_count(0)
    otis.go(meetup)
    expect(otis.page.get_by_role("heading", name="You’re going")).to_be_visible()
    closed(juniper, otis)


def test_an_answer_is_two_taps_from_home_and_comes_first(evening: Evening) -> None:
    posted(evening, {**DINNER, "title": "Big table", "capacity": None})
    wren = evening.window("wren")
    page = wren.page
    wren.go("/")
    page.locator("#meetups-title").locator("xpath=ancestor::section").get_by_role("link").nth(1).click()
    expect(page.get_by_role("button", name="Maybe", exact=True).first).to_be_visible()
    first = page.locator("main").evaluate(
        """(main) => [...main.querySelectorAll('.rsvp, .details-list')].map((one) => one.className.split(' ').pop())"""
    )
    assert first[:2] == ["rsvp", "details-list"]
    closed(wren)
