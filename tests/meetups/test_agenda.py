"""The agenda with its series folded, the clock of the place, the month, and what is past."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from community.core.errors import Forbidden
from community.meetups.actions import attendance, edit_occurrence, preferences
from community.meetups.queries import agenda, past
from community.meetups.rules.clocks import Clock, clock_of
from community.members.actions import accounts
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.meetups.conftest import Walks
from tests.pages import page_text


def entries(act: Act, actor: Any) -> list[agenda.AgendaEntry]:
    """The agenda as somebody sees it."""
    return list(act.read(actor, agenda.agenda, cursor=None, limit=20).items)


def test_ben_sees_a_series_once_with_its_next_days_behind_it(act: Act, walks: Walks, cast: Cast) -> None:
    walks.post(
        title="Early call", recurrence="FREQ=WEEKLY;BYDAY=MO,WE,FR", starts_at_local=datetime(2026, 11, 27, 7, 0)
    )
    once = walks.post(title="Dinner", starts_at_local=datetime(2026, 11, 28, 19, 0))

    series, dinner = entries(act, cast.ben)

    assert (series.front.title, series.how_often) == ("Early call", "Every Monday, Wednesday and Friday")
    assert len(series.others) == agenda.MAX_LATER
    assert series.has_more
    assert series.others[0].local_day == date(2026, 11, 30)
    assert (dinner.front.meetup_id, dinner.how_often, dinner.others) == (once, "", ())


def test_a_canceled_day_does_not_hide_the_next_one(act: Act, walks: Walks, cast: Cast) -> None:
    first, second, *_ = walks.dates(walks.post(recurrence="FREQ=WEEKLY;COUNT=3"))
    act(cast.ada, edit_occurrence.cancel, occurrence_id=first.id)

    [entry] = entries(act, cast.ben)

    assert entry.front.id == second.id
    assert [(one.id == first.id, one.state) for one in entry.others] == [(True, "cancelled"), (False, "scheduled")]
    alone = walks.date(title="Once")
    act(cast.ada, edit_occurrence.cancel, occurrence_id=alone)
    assert (alone, "cancelled") in [(one.front.id, one.front.state) for one in entries(act, cast.ben)]


def test_the_agenda_pages_by_meetup(act: Act, walks: Walks, cast: Cast) -> None:
    for number in range(3):
        walks.post(title=f"Walk {number}", recurrence="FREQ=WEEKLY;COUNT=2")
    first = act.read(cast.ben, agenda.agenda, cursor=None, limit=2)
    rest = act.read(cast.ben, agenda.agenda, cursor=first.next_cursor, limit=2)
    assert (len(first.items), len(rest.items), rest.next_cursor) == (2, 1, None)
    assert len({one.front.meetup_id for one in [*first.items, *rest.items]}) == 3


def test_names_of_the_blocked_and_unlisted_are_only_counted(act: Act, walks: Walks, cast: Cast) -> None:
    walk = walks.date(capacity=9)
    for actor in (cast.ben, cast.cleo, cast.dov, *walks.crowd(3)):
        walks.answer(actor, walk)
    [entry] = entries(act, cast.ada)
    assert (entry.names, entry.unnamed_count, entry.front.free_seats) == (("Ben", "Cleo", "Dov"), 3, 3)

    act(cast.cleo, preferences.change_preferences, changes={"is_listed": False})
    act(cast.ben, accounts.block, member_id=cast.dov.id)

    [entry] = entries(act, cast.ben)
    assert (entry.names, entry.unnamed_count) == (("Ben", "Walker 0", "Walker 1"), 3)
    [own] = entries(act, cast.cleo)
    assert "Cleo" in own.names, "her own name, for herself"


@pytest.mark.parametrize(
    ("kind", "there", "here", "wanted"),
    [
        ("in_person", "America/Denver", "America/New_York", Clock("America/Denver", "Denver time")),
        ("hybrid", "America/Denver", "America/New_York", Clock("America/Denver", "Denver time")),
        ("online", "America/Denver", "America/New_York", Clock("America/New_York", "")),
        ("in_person", "America/Denver", "America/Boise", Clock("America/Denver", "")),
        ("in_person", "America/Phoenix", "America/Denver", Clock("America/Phoenix", "")),
    ],
)
def test_a_place_has_its_own_clock(kind: str, there: str, here: str, wanted: Clock) -> None:
    starts_at = datetime.fromisoformat("2026-12-04T02:00+00:00")
    assert clock_of(kind, starts_at=starts_at, there=there, here=here) == wanted


def test_ben_far_away_reads_the_time_in_denver_first(
    act: Act, walks: Walks, cast: Cast, page: Callable[..., Any]
) -> None:
    dinner = walks.post(
        title="Dinner", time_zone="America/Denver", starts_at_local=datetime(2026, 11, 26, 23, 0), capacity=12
    )
    ben = page(cast.ben)
    wanted = "Denver time (Fri, Nov 27, 1:00 am your time)"
    assert ">11:00 pm</time>" in page_text(ben, "/meetups")
    assert wanted in page_text(ben, "/meetups")
    assert "12 seats left" in page_text(ben, "/meetups")
    assert f"11:00 pm {wanted}" in page_text(ben, f"/meetups/{dinner}")
    assert f"11:00 pm {wanted}" in page_text(ben, "/")
    there = act.read(cast.ben, agenda.month, first=date(2026, 11, 1))
    assert [day.day for week in there.weeks for day in week if day.occurrences] == [date(2026, 11, 26)]
    denver = act(None, lambda uow: make_member(uow, "Eve", zone="America/Denver"))
    assert "your time)" not in page_text(page(denver), f"/meetups/{dinner}")


def test_the_days_beside_a_month_have_what_happens_on_them(
    act: Act, walks: Walks, cast: Cast, page: Callable[..., Any]
) -> None:
    act.now = datetime.fromisoformat("2026-11-30T15:00+00:00")
    assert "Nothing planned this month" in page_text(page(cast.ben), "/meetups/month")
    walks.post(title="December walk", starts_at_local=datetime(2026, 12, 2, 19, 0))

    text = page_text(page(cast.ben), "/meetups/month")

    assert "December walk" in text
    assert 'href="/meetups/month?of=2026-11&amp;day=2026-12-02#day-2026-12-02"' in text
    assert "Nothing planned" not in text
    shown = act.read(cast.ben, agenda.month, first=date(2026, 11, 1))
    assert [(day.day, day.is_out) for day in shown.listed] == [(date(2026, 12, 2), True)]
    act.later(days=4)
    after = act.read(cast.ben, agenda.month, first=date(2026, 12, 1))
    assert (after.listed, after.has_begun) == ((), True), "what is over is not listed again"
    earlier = act.read(cast.ben, agenda.month, first=date(2026, 11, 1))
    assert [day.day for day in earlier.listed] == [date(2026, 12, 2)], "a month that is over has all its days"


def test_ben_finds_the_past_meetups_he_went_to(
    act: Act, walks: Walks, cast: Cast, page: Callable[..., Any], api: Callable[..., Any]
) -> None:
    said, came, called_off, not_his = (walks.date(title=title) for title in ("Said", "Came", "Off", "Other"))
    for occurrence in (said, called_off):
        walks.answer(cast.ben, occurrence)
    walks.answer(cast.cleo, not_his)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=called_off)
    assert act.read(cast.ben, past.my_past_occurrences, cursor=None, limit=9).items == []
    act.now = act.now + timedelta(days=9)
    mark = {"handle": "Ben", "state": "attended", "nonce": "one"}
    act(cast.ada, attendance.mark, occurrence_id=came, **mark)
    act(cast.ada, attendance.mark, occurrence_id=said, **{**mark, "state": "no_show"})

    mine = act.read(cast.ben, past.my_past_occurrences, cursor=None, limit=9).items

    assert {one.title: one.i_came for one in mine} == {"Said": False, "Came": True}
    assert {one.came_count for one in mine} == {None}
    text = page_text(page(cast.ben), "/meetups/past")
    assert "You were there" in text
    assert "missed" not in text.lower(), "nothing is held against him"
    assert [one["title"] for one in api(cast.ben).get("/meetups/past").json["items"]] == [one.title for one in mine]


def test_ada_sees_every_past_meetup_with_its_attendance(
    act: Act, walks: Walks, cast: Cast, page: Callable[..., Any], api: Callable[..., Any]
) -> None:
    walk = walks.date(title="Walk")
    for actor in (cast.ben, cast.cleo):
        walks.answer(actor, walk)
    act.now = act.now + timedelta(days=9)
    act(cast.ada, attendance.mark, occurrence_id=walk, handle="Ben", state="attended", nonce="one")
    act(cast.ada, attendance.mark, occurrence_id=walk, handle="Cleo", state="no_show", nonce="two")

    assert "2 said going · 1 came · 1 missed" in page_text(page(cast.ada), "/meetups/past/all")
    [one] = api(cast.ada).get("/meetups/past/all").json["items"]
    assert (one["came_count"], one["missed_count"], one["going_count"]) == (1, 1, 2)
    with pytest.raises(Forbidden):
        act.read(cast.ben, past.all_past_occurrences, cursor=None, limit=9)
