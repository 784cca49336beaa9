"""Hosts: hand-over, a series that rests, who came, who is missed, and two who must not meet."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.console.models import CoordinatorTask
from community.core.csv_export import as_csv
from community.core.errors import Forbidden, ValidationFailed
from community.core.outbox.store import OutboxEvent
from community.core.unit_of_work import UnitOfWorkFactory
from community.meetups.access import occurrences
from community.meetups.actions import attendance, hosting, preferences, rsvps
from community.meetups.events import AttendanceNoShow, OccurrenceUpcoming, SeriesPaused
from community.meetups.models import Attendance
from community.meetups.queries import agenda, attendees
from community.meetups.queries import attendance as attendance_queries
from community.members.models import NoContact
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.meetups.conftest import Walks

START = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # seven in the evening in New York
Run = Callable[[datetime], None]


def tasks(store: UnitOfWorkFactory) -> list[tuple[str, bool]]:
    """The coordinators' tasks: kind, and whether it is open."""
    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(CoordinatorTask).order_by(CoordinatorTask.created_at)).all()
    return [(row.kind, row.done_at is None) for row in rows]


def test_the_same_mark_three_times_counts_once_with_its_first_time(act: Act, walks: Walks, cast: Cast) -> None:  # M15
    date = walks.date()
    walks.answer(cast.ben, date)
    act.now = START + timedelta(hours=3)
    mark = {"occurrence_id": date, "handle": "Ben", "state": "attended", "nonce": "one"}
    for minutes in (1, 5, 9):
        act(cast.ada, attendance.mark, **mark, at=START + timedelta(minutes=minutes))
    act(cast.ada, attendance.mark, **{**mark, "nonce": "two"}, at=START + timedelta(minutes=20))  # said again later

    [row] = act.read(cast.ada, attendance_queries.attendance, occurrence_id=date)
    assert (row.handle, row.state, row.marked_at) == ("Ben", "attended", START + timedelta(minutes=1))

    act(cast.ada, attendance.mark, **{**mark, "state": "excused", "nonce": "three"}, at=START + timedelta(minutes=30))
    act(cast.ada, attendance.mark, **mark, at=START + timedelta(minutes=1))  # the first one arrives once more
    [row] = act.read(cast.ada, attendance_queries.attendance, occurrence_id=date)
    assert row.state == "excused"


def test_marks_of_who_was_not_going_too_early_or_by_others_are_refused(act: Act, walks: Walks, cast: Cast) -> None:
    date = walks.date()
    walks.answer(cast.ben, date)
    mark = {"occurrence_id": date, "handle": "Ben", "state": "no_show", "nonce": "one"}
    with pytest.raises(attendance.TooEarly):
        act(cast.ada, attendance.mark, **mark)
    act.now = START
    for wrong in ({"handle": "Cleo"}, {"handle": "Nobody"}):
        with pytest.raises(ValidationFailed):
            act(cast.ada, attendance.mark, **{**mark, **wrong})
    with pytest.raises(Forbidden):
        act(cast.ben, attendance.mark, **mark)
    act(cast.ada, attendance.mark, **{**mark, "handle": "Cleo", "state": "attended"})  # she just walked in
    assert act.read(None, lambda ctx: ctx.session.scalars(select(Attendance.state)).all()) == ["attended"]


def test_the_third_time_somebody_is_missed_is_a_reason_to_care(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:
    meetup = walks.post(recurrence="FREQ=WEEKLY;COUNT=4")
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")
    for number, date in enumerate(walks.dates(meetup)):
        act.now = date.ends_at
        mark = {"occurrence_id": date.id, "handle": "Ben", "state": "no_show", "nonce": f"{number}"}
        for _ in range(2):
            act(cast.ada, attendance.mark, **mark)
        assert sum(isinstance(one, AttendanceNoShow) for one in act.events) == (number >= 2)
    run_worker(act.now)
    assert tasks(store) == [("attendance.no_show", True)]


def test_a_series_that_nobody_confirms_rests_and_is_taken_up_again(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run, page: Callable[..., Any]
) -> None:  # M17
    meetup = walks.post(recurrence="FREQ=WEEKLY")
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")
    dates = walks.dates(meetup)
    act.now = dates[0].starts_at - timedelta(hours=2)
    act(cast.ada, hosting.confirm, occurrence_id=dates[0].id)
    for date in dates[:3]:
        run_worker(date.ends_at + timedelta(hours=25))
    assert walks.view(meetup).state == "active"

    run_worker(dates[3].ends_at + timedelta(hours=25))

    assert walks.view(meetup).state == "paused"
    assert tasks(store) == [("series.paused", True)]
    act.now = dates[3].ends_at + timedelta(hours=26)
    with pytest.raises(occurrences.RsvpClosed):
        walks.answer(cast.cleo, dates[5].id)
    before = len(act.read(None, lambda ctx: ctx.session.scalars(select(Attendance)).all()))
    run_worker(dates[4].starts_at - timedelta(hours=1))
    assert before == 0
    assert reminders_of(store, dates[4].id) == []
    assert act.read(cast.cleo, agenda.agenda, cursor=None, limit=10).items == []

    act.now = dates[4].starts_at
    with pytest.raises(Forbidden):
        act(cast.ben, hosting.resume, meetup_id=meetup)
    act(cast.ada, hosting.resume, meetup_id=meetup)
    run_worker(act.now)
    assert tasks(store) == [("series.paused", False)]
    assert walks.answer(cast.cleo, dates[5].id) == "going"
    run_worker(dates[5].starts_at - timedelta(hours=24))
    run_worker(dates[5].starts_at - timedelta(hours=1))
    assert reminders_of(store, dates[5].id) == [1440, 60]
    assert not [one for one in act.events if isinstance(one, SeriesPaused)]


def reminders_of(store: UnitOfWorkFactory, date: Any) -> list[int]:
    """The minutes before the start at which anybody was reminded of a date."""
    with store.read_context() as ctx:
        rows = ctx.session.scalars(
            select(OutboxEvent).where(OutboxEvent.type == OccurrenceUpcoming.name).order_by(OutboxEvent.created_at)
        ).all()
    minutes = [row.payload["minutes"] for row in rows if row.payload["occurrence_id"] == str(date)]
    return [one for one in minutes if one in (1440, 60)]


def test_two_who_must_not_meet_both_get_a_seat_and_only_coordinators_know(
    act: Act,
    walks: Walks,
    cast: Cast,
    store: UnitOfWorkFactory,
    run_worker: Run,
    api: Callable[..., Any],
    page: Callable[..., Any],
) -> None:  # M16
    first, second = sorted((cast.ben.id, cast.cleo.id))
    act(
        None,
        lambda uow: uow.session.add(NoContact(first_id=first, second_id=second, source="court", created_at=uow.now)),
    )
    meetup = walks.post(capacity=5)
    date = walks.dates(meetup)[0].id
    assert [walks.answer(one, date) for one in (cast.ben, cast.dov, cast.cleo)] == ["going"] * 3
    run_worker(act.now)
    run_worker(act.now)

    assert tasks(store) == [("blocked_pair.detected", True)]
    assert act.read(cast.ben, attendees.attendees_of, occurrence_id=date) == attendees.Attendees(("Ben", "Dov"), 1)
    assert act.read(cast.cleo, attendees.attendees_of, occurrence_id=date) == attendees.Attendees(("Dov", "Cleo"), 1)
    assert "Cleo" not in page(cast.ben).get(f"/meetups/{meetup}").text
    assert not [one for one in api(cast.ben).get("/notifications").json["items"] if one["kind"] != "meetup.posted"]


def test_a_guest_who_is_not_listed_is_counted_without_a_name(act: Act, walks: Walks, cast: Cast) -> None:
    date = walks.date()
    for one in (cast.ben, cast.cleo):
        walks.answer(one, date)
    act(cast.ben, preferences.change_preferences, changes={"is_listed": False})
    assert act.read(cast.cleo, attendees.attendees_of, occurrence_id=date) == attendees.Attendees(("Cleo",), 1)
    assert act.read(cast.ben, attendees.attendees_of, occurrence_id=date) == attendees.Attendees(("Ben", "Cleo"), 0)


def test_a_meetup_is_handed_over_and_hosted_together(
    act: Act, walks: Walks, cast: Cast, api: Callable[..., Any]
) -> None:
    meetup = walks.post(starts_at_local=datetime(2099, 3, 5, 19, 0))
    date = walks.dates(meetup)[0].id
    ben = api(cast.ben)
    assert ben.patch(f"/occurrences/{date}", {"capacity": 9}).status_code == 403
    hosts = api(cast.ada).put(f"/meetups/{meetup}/hosts", {"co_hosts": ["ben"]}).json
    assert (hosts["host"], hosts["co_hosts"]) == ("Ada", ["Ben"])
    assert ben.patch(f"/occurrences/{date}", {"capacity": 9}).status_code == 200
    assert ben.get(f"/meetups/{meetup}").json["place"]["address"] == "41 Alder Street"
    assert ben.put(f"/meetups/{meetup}/hosts", {"host": "Cleo", "co_hosts": []}).json["host"] == "Cleo"
    assert ben.patch(f"/occurrences/{date}", {"capacity": 8}).status_code == 403
    wrong = api(cast.cleo).put(f"/meetups/{meetup}/hosts", {"host": "Nobody"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["host"])


def test_the_table_of_who_came_runs_in_no_spreadsheet(
    act: Act, walks: Walks, cast: Cast, page: Callable[..., Any]
) -> None:
    tricky = act(None, lambda uow: make_member(uow, "=HYPERLINK(1)"))
    meetup = walks.post()
    date = walks.dates(meetup)[0].id
    for one in (cast.ben, tricky):
        walks.answer(one, date)
    act.now = START
    act(cast.ada, attendance.mark, occurrence_id=date, handle="Ben", state="attended", nonce="one")
    rows = act.read(cast.ada, attendance_queries.attendance_table, meetup_id=meetup)
    day = "2026-11-26 19:00"
    assert sorted(rows) == [(day, "=HYPERLINK(1)", "going", ""), (day, "Ben", "going", "attended")]
    assert "'=HYPERLINK(1)" in as_csv(("date", "name", "answer", "attendance"), rows)
    assert page(cast.ben).get(f"/meetups/{meetup}/attendance.csv").status_code == 404
    answer = page(cast.ada).get(f"/meetups/{meetup}/attendance.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text.startswith("date,name,answer,attendance")
