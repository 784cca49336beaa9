"""Reminders, dates that move, and who does not say whether they still come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from community.core.unit_of_work import UnitOfWorkFactory
from community.meetups.actions import edit_occurrence, preferences
from community.meetups.queries import attendees, my_rsvps
from community.notifications import actions as notification_actions
from community.notifications.models import Delivery, Notification
from community.notifications.queries.mutes import my_mutes
from tests.conftest import Act
from tests.factories import Cast
from tests.meetups.conftest import Walks
from tests.pages import post_form

START = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # seven in the evening in New York
MOVED = datetime(2026, 11, 28, 19, 0)
LATER = datetime(2026, 11, 29, 0, 0, tzinfo=UTC)
Run = Callable[[datetime], None]


def told(store: UnitOfWorkFactory, actor: Any) -> list[tuple[str, int | None]]:
    """What somebody was told of their dates: kind and version, oldest first."""
    query = (
        select(Notification.kind, Notification.subject_version)
        .where(Notification.member_id == actor.id, Notification.kind != "meetup.posted")
        .order_by(Notification.created_at, Notification.kind)
    )
    with store.read_context() as ctx:
        return [tuple(row) for row in ctx.session.execute(query)]  # type: ignore[misc]  # two columns


def test_a_day_and_an_hour_before_by_default_and_when_one_wants(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:
    date = walks.date()
    for one in (cast.ben, cast.cleo, cast.dov):
        walks.answer(one, date)
    act(cast.cleo, preferences.change_preferences, changes={"remind_minutes": [120]})
    walks.answer(cast.dov, date, "maybe")

    for hours in (48, 24, 2, 1):
        run_worker(START - timedelta(hours=hours))

    assert told(store, cast.ben) == [("reminder.1440", 1), ("reminder.60", 1)]
    assert told(store, cast.cleo) == [("reminder.120", 1)]
    assert told(store, cast.dov) == []


def test_a_date_that_moves_is_reminded_of_once_at_its_new_time(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:  # M13
    date = walks.date()
    walks.answer(cast.ben, date)
    run_worker(START - timedelta(hours=25))
    act.now = START - timedelta(hours=25)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"starts_at_local": MOVED})

    for moment in (START - timedelta(hours=24), START - timedelta(hours=1), START):
        run_worker(moment)
    assert told(store, cast.ben) == [("occurrence.rescheduled", 2)]
    walks.answer(cast.ben, date)  # yes, still
    for hours in (24, 1):
        run_worker(LATER - timedelta(hours=hours))
    assert told(store, cast.ben)[1:] == [("reminder.1440", 2), ("reminder.60", 2)]


def test_a_cancelled_date_is_reminded_of_never(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:  # M13
    date = walks.date()
    walks.answer(cast.ben, date)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    for hours in (24, 1):
        run_worker(START - timedelta(hours=hours))
    assert told(store, cast.ben) == [("occurrence.cancelled", 2)]


def test_a_late_reminder_is_dropped(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:
    date = walks.date()
    walks.answer(cast.ben, date)
    run_worker(START - timedelta(hours=24) + timedelta(minutes=16))  # nobody worked for a while
    assert told(store, cast.ben) == []
    run_worker(START - timedelta(minutes=50))
    assert told(store, cast.ben) == [("reminder.60", 1)]


def test_ben_who_does_not_confirm_keeps_the_seat_until_a_day_before(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run, api: Callable[..., Any]
) -> None:
    date = walks.date(capacity=2)
    for one in (cast.ben, cast.cleo, cast.dov):
        walks.answer(one, date)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"starts_at_local": MOVED})
    ben = act.read(cast.ben, my_rsvps.my_rsvp, occurrence_id=date)
    assert (ben.state, ben.asks_again) == ("going", True)
    walks.answer(cast.ben, date)
    run_worker(LATER - timedelta(hours=24, seconds=1))
    assert walks.states(date) == {"going": 2, "waitlisted": 1}

    run_worker(LATER - timedelta(hours=24))

    assert (walks.mine(cast.ben, date), walks.mine(cast.cleo, date)) == (("going", None), ("maybe", None))
    assert walks.mine(cast.dov, date) == ("going", None)
    assert ("rsvp.seat_reclaimed", None) in told(store, cast.cleo)


def test_a_small_shift_asks_nobody(act: Act, walks: Walks, cast: Cast) -> None:
    date = walks.date()
    walks.answer(cast.ben, date)
    half_past = datetime(2026, 11, 26, 19, 30)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"starts_at_local": half_past})
    assert not act.read(cast.ben, my_rsvps.my_rsvp, occurrence_id=date).asks_again


def test_in_the_last_half_hour_those_who_wait_hear_of_a_seat_nobody_took(
    act: Act, walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:
    date = walks.date(capacity=1)
    for one in (cast.ada, cast.ben):
        walks.answer(one, date)
    act.now = START - timedelta(hours=5)
    walks.answer(cast.ada, date, "declined")
    act.now = START - timedelta(hours=3)
    run_worker(act.now)  # Ben's offer lapsed, nobody else waits
    run_worker(START - timedelta(minutes=30))
    assert {kind for kind, _ in told(store, cast.ben)} == {"rsvp.offered", "rsvp.lapsed", "waitlist.seat_available"}


def test_ben_mutes_a_meetup_and_is_notified_of_his_seat_alone(
    act: Act,
    walks: Walks,
    cast: Cast,
    store: UnitOfWorkFactory,
    run_worker: Run,
    api: Callable[..., Any],
    page: Callable[..., Any],
) -> None:
    date = walks.date()
    for one in (cast.ben, cast.cleo):
        walks.answer(one, date)
    meetup = act.read(cast.ben, attendees.meetup_id_of, occurrence_id=date)
    run_worker(act.now)
    act(cast.ben, notification_actions.mute, sort="meetup", subject_id=meetup, until=act.now + timedelta(days=1))
    [quiet] = act.read(cast.ben, my_mutes)
    assert (quiet.title, quiet.until) == ("Walk", act.now + timedelta(days=1))

    earlier = datetime(2026, 11, 26, 18, 30)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"starts_at_local": earlier})
    run_worker(act.now)
    assert told(store, cast.ben) == [("occurrence.rescheduled", 2)]
    assert told(store, cast.cleo) == [("occurrence.rescheduled", 2)]

    act.later(days=1, seconds=1)
    assert act.read(cast.ben, my_mutes) == []
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    run_worker(act.now)
    assert told(store, cast.ben) == [("occurrence.rescheduled", 2), ("occurrence.cancelled", 3)]

    for span, words in (("week", "for this meetup until"), ("", ">Muted</summary>")):
        assert post_form(page(cast.dov), f"/mutes/meetup/{meetup}", {"span": span}).status_code == 302
        assert words in page(cast.dov).get(f"/meetups/{meetup}").text
    assert "Walk" in page(cast.dov).get("/notifications/preferences").text
    assert api(cast.dov).delete(f"/mutes/{meetup}").status_code == 204
    assert "For a week" in page(cast.dov).get(f"/meetups/{meetup}").text


def test_a_reminder_is_worth_nothing_once_the_date_has_begun(
    walks: Walks, cast: Cast, store: UnitOfWorkFactory, run_worker: Run
) -> None:  # M13 N12
    date = walks.date()
    walks.answer(cast.ben, date)
    run_worker(START - timedelta(hours=24))
    with store.read_context() as ctx:
        mails = ctx.session.scalars(
            select(Delivery).where(Delivery.kind == "reminder.1440", Delivery.medium == "email")
        )
        assert [mail.expires_at for mail in mails] == [START]
