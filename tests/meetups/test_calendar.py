"""Calendars: the feed and one date, read again by ical.js, which shares no code with ours."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.core.ids import new_id
from community.meetups.actions import edit_occurrence, preferences, rsvps
from community.meetups.queries import calendars
from community.meetups.rules.icalendar import PLAIN_TITLE, Entry, to_ics
from tests.conftest import Act
from tests.factories import Cast
from tests.house.test_rules import HONEST_WORDS, WORDS_NOT_SHOWN
from tests.meetups.conftest import Walks
from tests.support.icaljs_check import read_calendar

START = datetime(2099, 3, 5, 19, 0)  # the feed is asked at the real time
SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


def secret_of(act: Act, actor: Any, *, fresh: bool = False) -> str:
    """The secret of somebody's calendar address."""
    if fresh:
        act(actor, preferences.rotate_calendar)
    return act.read(actor, calendars.my_feed_token, key=SECRET)


def test_the_feed_has_the_apis_occurrences_over_a_clock_change(
    act: Act, walks: Walks, cast: Cast, client: FlaskClient, api: Callable[..., Any]
) -> None:  # M10 M14
    meetup = walks.post(starts_at_local=START, recurrence="FREQ=WEEKLY;COUNT=4", title="Soup and talk")
    dates = walks.dates(meetup)
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")
    walks.answer(cast.ben, dates[1].id, "maybe")
    walks.answer(cast.ben, dates[3].id, "declined")

    answer = client.get(f"/calendar/{secret_of(act, cast.ben)}.ics")

    assert answer.content_type == "text/calendar; charset=utf-8"
    events = read_calendar(answer.text)
    coming = api(cast.ben).get(f"/meetups/{meetup}").json["occurrences"]
    wanted = [(one["id"], one["starts_at"][:19]) for one in coming if one["my_rsvp"]["state"] in ("going", "maybe")]
    assert [(one["uid"], one["starts"][:19]) for one in events] == wanted
    assert [one["status"] for one in events] == ["CONFIRMED", "TENTATIVE", "CONFIRMED"]
    assert {one["starts"][11:16] for one in events} == {"00:00", "23:00"}, "before and after the clocks change"
    assert {(one["summary"], one["zone"], one["location"]) for one in events} == {
        (PLAIN_TITLE, "America/New_York", None)
    }
    assert [one["sequence"] for one in events] == [1, 2, 1], "the answer to the second changed"
    assert not re.search(f"{WORDS_NOT_SHOWN}|{HONEST_WORDS}|afterward|soup|alder|walk", answer.text, re.IGNORECASE)


def test_a_cancelled_date_stays_for_thirty_days_under_the_same_uid(act: Act, walks: Walks, cast: Cast) -> None:  # M14
    date = walks.date()
    walks.answer(cast.ben, date)
    secret = secret_of(act, cast.ben)
    [before] = act.read(None, calendars.feed, secret=secret, key=SECRET)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    [after] = act.read(None, calendars.feed, secret=secret, key=SECRET)

    assert (before.status, after.status) == ("CONFIRMED", "CANCELLED")
    assert (before.uid, before.sequence, after.uid, after.sequence) == (date, 1, date, 2)
    act.later(days=33)
    assert len(act.read(None, calendars.feed, secret=secret, key=SECRET)) == 1
    act.later(days=1)
    assert act.read(None, calendars.feed, secret=secret, key=SECRET) == []


def test_a_new_feed_address_ends_the_old_one(
    act: Act, walks: Walks, cast: Cast, client: FlaskClient, api: Callable[..., Any]
) -> None:  # M14
    walks.answer(cast.ben, walks.date(starts_at_local=START))
    url = api(cast.ben).get("/me/calendar").json["url"]
    assert api(cast.ben).get("/me/calendar").json["url"] == url
    path = url.split("127.0.0.1", 1)[-1]
    path = path[path.index("/calendar/") :]
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    fresh = api(cast.ben).post("/me/calendar/rotate").json["url"]

    assert fresh != url
    assert (client.get(path).status_code, client.get(fresh[fresh.index("/calendar/") :]).status_code) == (404, 200)
    assert client.get("/calendar/nothing.ics").status_code == 404


def test_full_titles_and_the_address_are_a_choice(act: Act, walks: Walks, cast: Cast, page: Callable[..., Any]) -> None:
    date = walks.date(starts_at_local=START, title="Soup and talk")
    walks.answer(cast.ben, date)
    ben = page(cast.ben)
    assert [one["summary"] for one in read_calendar(ben.get(f"/occurrences/{date}/date.ics").text)] == [PLAIN_TITLE]
    act(cast.ben, preferences.change_preferences, changes={"has_full_titles": True})
    [event] = read_calendar(ben.get(f"/occurrences/{date}/date.ics").text)
    assert (event["summary"], event["location"]) == ("Soup and talk", "41 Alder Street")
    [cleos] = read_calendar(page(cast.cleo).get(f"/occurrences/{date}/date.ics").text)
    assert (cleos["summary"], cleos["location"], cleos["status"]) == (PLAIN_TITLE, None, "TENTATIVE")
    assert "Calendar and reminders" in ben.get("/meetups/calendar").text


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/New_York", "2027-03-14T07:00"),
        ("America/New_York", "2027-03-14T07:45"),
        ("America/New_York", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-03T15:45"),
        ("Europe/Berlin", "2027-03-28T01:30"),
        ("America/Phoenix", "2026-07-01T12:00"),
        ("Africa/Casablanca", "2027-02-07T03:30"),
        ("Asia/Kolkata", "2027-01-01T00:00"),
    ],
)
def test_other_programs_read_the_moment_that_was_meant(zone: str, moment: str) -> None:  # M9 M14
    starts_at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    ends_at = starts_at + timedelta(minutes=90)
    entry = Entry(
        uid=new_id(),
        sequence=3,
        status="CONFIRMED",
        title=PLAIN_TITLE,
        place="",
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        changed_at=starts_at,
    )
    [event] = read_calendar(to_ics([entry]).decode())
    assert (event["starts"][:16], event["ends"][:16]) == (moment, f"{ends_at:%Y-%m-%dT%H:%M}")
