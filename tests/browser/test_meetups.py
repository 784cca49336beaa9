"""A host's and an alumnus' weeks with a series, in real Chromium: made, moved, called off, answered, marked."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.browser_windows import DESK, Evening, looked_at, served_evening
from tests.browser.test_evening import pytestmark  # noqa: F401 - the same marks


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo of this story."""
    with served_evening(tmp_path_factory.mktemp("meetups")) as evening:
        yield evening


def test_a_series_from_the_first_idea_to_who_came(evening: Evening) -> None:  # M12
    dana, wren, otis = evening.window("dana", size=DESK), evening.window("wren"), evening.window("otis", scheme="dark")
    first = date.today() + timedelta(days=10)
    form = dana.page
    dana.go("/meetups/new")
    form.get_by_label("Title").fill("Soup table")
    form.get_by_label("Address").fill("41 Alder Street")
    form.get_by_label("Date", exact=True).fill(first.isoformat())
    form.get_by_label("Seats").fill("1")
    form.get_by_label("Group chat for people who are going").check()
    form.get_by_label("How often").select_option("rule")
    form.get_by_label("Rule", exact=True).fill("FREQ=WEEKLY;BYDAY=FUN")
    expect(form.locator("#preview")).to_contain_text("isn’t a day such as TH")
    form.get_by_label("How often").select_option("2_weeks")
    expect(form.locator("#preview .preview-summary")).to_contain_text(f"Every other {first:%A} at 7:00 pm")
    expect(form.locator("#preview .preview-dates li")).to_have_count(6)
    third = first + timedelta(weeks=4)
    form.get_by_role("button", name=f"Skip {third:%a, %B} {third.day}", exact=True).click()
    expect(form.locator("#preview .is-skipped")).to_have_count(1)
    looked_at(dana.page, "dana-builder-1280-light")
    form.get_by_role("button", name="Post meetup").last.click()
    expect(form.get_by_role("heading", level=1)).to_have_text("Soup table")
    expect(form.get_by_role("main")).not_to_contain_text(re.compile(rf"{third:%A, %B} {third.day}\b"))
    meetup = form.url

    wren.go(meetup)
    wren.page.get_by_role("button", name="Go every time").click()
    expect(wren.page.get_by_role("main")).to_contain_text("You’re going every time")
    otis.go(meetup)
    otis.page.get_by_role("button", name="Going", exact=True).click()
    expect(otis.page.locator(".rsvp")).to_contain_text("You’re first on the waiting list")
    looked_at(otis.page, "otis-in-line-390-dark")

    wren.go(meetup)
    wren.page.get_by_role("button", name="Can’t").click()
    wren.page.get_by_role("button", name="Give up my seat").click()
    expect(wren.page.locator(".rsvp")).to_contain_text("You’re not going")
    otis.go(meetup)
    expect(otis.page.locator(".rsvp")).to_contain_text("You’re going")
    expect(otis.page.get_by_role("main")).to_contain_text("41 Alder Street")

    dana.go(meetup)
    form.get_by_text("Edit", exact=True).click()
    moved = first + timedelta(days=1)
    form.get_by_label("Starts").fill(f"{moved.isoformat()}T19:00")
    form.locator("details", has_text="Edit").get_by_role("button", name="Save").first.click()
    expect(form.get_by_role("main")).to_contain_text("Moved, this time only.")
    otis.go(meetup)
    expect(otis.page.locator(".rsvp")).to_contain_text("Are you still coming?")
    otis.page.get_by_role("button", name="Yes, I’m coming").click()
    expect(otis.page.locator(".rsvp")).to_contain_text("You’re going")

    second = first + timedelta(weeks=2)
    form.get_by_text("More in this series").click()
    form.get_by_role("link", name=f"{second:%A, %B} {second.day}").click()
    form.get_by_role("button", name="Cancel this meetup").click()
    form.get_by_label("Reason").fill("No water in the kitchen.")
    form.get_by_role("button", name="Cancel meetup").click()
    expect(form.locator(".rsvp")).to_contain_text("No water in the kitchen.")
    looked_at(dana.page, "dana-called-off-1280-light")

    dana.go(meetup)
    form.get_by_role("link", name="Attendance").click()
    expect(form.get_by_role("main")).to_contain_text("Otis")
    looked_at(dana.page, "dana-who-came-1280-light")
    otis.go(meetup)
    otis.page.get_by_role("link", name="Group chat").click()
    expect(otis.page.get_by_role("heading", level=1)).to_have_text("Soup table")
    looked_at(otis.page, "otis-meetup-room-390-dark")
    otis.go("/meetups/calendar")
    address = otis.page.locator("#feed").input_value()
    feed = otis.page.request.get(address[address.index("/calendar/") :]).text()
    assert feed.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Plans" in feed
    assert int(feed.split("SEQUENCE:")[1].split()[0]) >= 2
    for window in (dana, wren, otis):
        assert window.troubles == [], window.name
        window.context.close()
