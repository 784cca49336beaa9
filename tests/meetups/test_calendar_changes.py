"""A calendar says that something changed whenever its member sees something else, and its address tells nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from community.core.errors import RateLimited
from community.meetups.actions import edit_occurrence, hosting, preferences, series
from community.meetups.queries import attendance, calendars
from community.meetups.queries.calendars import FETCHES
from community.meetups.rules.icalendar import Entry
from community.members.actions import accounts
from tests.meetups.conftest import Walks

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


def seen(act: Any, member: Any) -> Entry:
    """The one date in somebody's calendar."""
    secret = act.read(member, calendars.my_feed_token, key=SECRET)
    [entry] = act.read(None, calendars.feed, secret=secret, key=SECRET)
    return entry


def test_each_change_that_ben_sees_raises_what_programs_compare(walks: Walks, act: Any, cast: Any) -> None:
    """X10: STATUS, titles of the meetup and of the date, place, full titles on and off, cancelling."""
    walk = walks.post()
    date = walks.dates(walk)[0].id
    walks.answer(cast.ben, date)
    last = seen(act, cast.ben)
    changes: list[Callable[[], object]] = [
        lambda: walks.answer(cast.ben, date, "maybe"),
        lambda: walks.answer(cast.ben, date, "going"),
        lambda: act(cast.ben, preferences.change_preferences, changes={"has_full_titles": True}),
        lambda: act(cast.ada, series.change_series, meetup_id=walk, scope="all", changes={"title": "Soup"}),
        lambda: act(
            cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"title": "Soup and talk"}
        ),
        lambda: act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"title": "Soup"}),
        lambda: act(
            cast.ada,
            series.change_series,
            meetup_id=walk,
            scope="all",
            changes={"place": {"kind": "in_person", "address": "2 Elm Street"}},
        ),
        lambda: act(cast.ben, preferences.change_preferences, changes={"has_full_titles": False}),
        lambda: act(
            cast.ada,
            edit_occurrence.change_occurrence,
            occurrence_id=date,
            changes={"starts_at_local": datetime(2026, 11, 26, 20)},
        ),
        lambda: act(cast.ada, edit_occurrence.cancel, occurrence_id=date),
    ]
    for change in changes:
        change()
        now = seen(act, cast.ben)
        shown = [(one.status, one.title, one.place, one.starts_at) for one in (last, now)]
        assert shown[0] != shown[1]
        assert now.sequence > last.sequence
        assert now.changed_at.replace(microsecond=0) > last.changed_at.replace(microsecond=0)
        last = now
    assert seen(act, cast.ben) == last


def test_an_address_tells_neither_the_member_nor_the_next_address(act: Any, cast: Any) -> None:
    """A19i: who finds one in a log learns nothing, and an old one is no more."""
    old = act.read(cast.ben, calendars.my_feed_token, key=SECRET)
    assert cast.ben.id.hex not in old
    act(cast.ben, preferences.rotate_calendar)
    new = act.read(cast.ben, calendars.my_feed_token, key=SECRET)
    assert not {old[start : start + 16] for start in range(80)} & {new[start : start + 16] for start in range(80)}
    assert act.read(None, calendars.feed, secret=new, key=SECRET) == []
    for wrong in (old, cast.ben.id.hex + new[32:], new[:32] + old[32:], new[:-1] + "x"):
        with pytest.raises(Exception, match="couldn't find"):
            act.read(None, calendars.feed, secret=wrong, key=SECRET)


def test_a_feed_has_a_rate_and_is_stored_nowhere(act: Any, cast: Any, client: Any) -> None:
    """A19i: after so many fetches an hour it says when to come again."""
    secret = act.read(cast.cleo, calendars.my_feed_token, key=SECRET)
    first = client.get(f"/calendar/{secret}.ics")
    assert (first.headers["Cache-Control"], first.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    for _ in range(FETCHES[0] - 1):
        act.read(None, calendars.feed, secret=secret, key=SECRET)
    with pytest.raises(RateLimited):
        act.read(None, calendars.feed, secret=secret, key=SECRET)
    refused = client.get(f"/calendar/{secret}.ics")
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


def test_a_co_host_sees_nothing_of_members_who_blocked_them(walks: Walks, act: Any, cast: Any, api: Any) -> None:
    """A10: neither as a host's name nor on the list of those who came."""
    walk = walks.post(starts_at_local=datetime(2090, 5, 4, 19))
    date = walks.dates(walk)[0].id
    for member in (cast.ben, cast.dov):
        walks.answer(member, date)
    act(cast.ada, hosting.change_hosts, meetup_id=walk, co_hosts=["Cleo"])
    names = lambda actor: [row.handle for row in act.read(actor, attendance.attendance, occurrence_id=date)]  # noqa: E731
    assert names(cast.cleo) == ["Ben", "Dov"]
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    assert names(cast.cleo) == ["Dov"]
    assert names(cast.ada) == ["Ben", "Dov"]
    act(cast.ada, hosting.change_hosts, meetup_id=walk, host="Ben", co_hosts=["Cleo"])
    assert walks.view(walk, cast.cleo).host == ""
    assert walks.view(walk, cast.dov).host == "Ben"
    marks = [
        api(cast.cleo).post(f"/occurrences/{date}/attendance", {"handle": name, "state": "attended", "nonce": name})
        for name in ("Ben", "Nobody")
    ]
    assert marks[0].status_code == marks[1].status_code
    assert marks[0].data == marks[1].data
