"""What changes somebody's own seat reaches them: past a mute, only while it is true, and in order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.unit_of_work import Actor
from community.meetups.actions import edit_occurrence
from community.notifications.actions import mute, update_preferences
from community.notifications.models import Delivery, Notification
from tests.meetups.conftest import Walks

ALWAYS = [{"weekday": day, "from": "22:00", "to": "07:00"} for day in range(7)]
NIGHT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # midnight in New York
MORNING = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.fixture
def notified_kinds(act: Any) -> Callable[[Actor], list[str]]:
    """The kinds of all that somebody was told in the app, oldest first."""

    def read(member: Actor) -> list[str]:
        query = select(Notification).where(Notification.member_id == member.id)
        rows = act.read(None, lambda ctx: list(ctx.session.scalars(query)))
        return [row.kind for row in sorted(rows, key=lambda row: (row.created_at, row.id.bytes))]

    return read


@pytest.fixture
def mails(act: Any) -> Callable[[Actor], list[tuple[str, str, str | None]]]:
    """Kind, state and reason of somebody's mails, in the order they were done."""

    def read(member: Actor) -> list[tuple[str, str, str | None]]:
        query = select(Delivery).where(Delivery.recipient == member.id, Delivery.medium == "email")
        rows = act.read(None, lambda ctx: list(ctx.session.scalars(query)))
        done = sorted(rows, key=lambda row: (row.finished_at or MORNING, row.created_at))
        return [(row.kind, row.state, row.reason) for row in done if not row.kind.startswith("meetup.")]

    return read


def waits(walks: Walks, act: Any, cast: Any, **wanted: Any) -> tuple[UUID, UUID]:
    """Cleo has the one seat of a walk and Ben waits; the walk and its date."""
    walk = walks.post(capacity=1, **wanted)
    date = walks.dates(walk)[0].id
    walks.answer(cast.cleo, date)
    assert walks.answer(cast.ben, date) == "waitlisted"
    return walk, date


def test_ben_hears_of_his_seat_though_he_muted_the_meetup(
    walks: Walks, act: Any, cast: Any, run_worker: Any, notified_kinds: Any
) -> None:
    """X7: a seat given, a date moved and a date cancelled."""
    walk, date = waits(walks, act, cast)
    run_worker(act.now)
    act(cast.ben, mute, sort="meetup", subject_id=walk)
    walks.answer(cast.cleo, date, "declined")
    run_worker(act.now)
    assert notified_kinds(cast.ben)[-1] == "rsvp.promoted"
    act(
        cast.ada,
        edit_occurrence.change_occurrence,
        occurrence_id=date,
        changes={"starts_at_local": datetime(2026, 11, 26, 20)},
    )
    run_worker(act.now)
    assert notified_kinds(cast.ben)[-1] == "occurrence.rescheduled"
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    run_worker(act.now)
    assert notified_kinds(cast.ben)[-1] == "occurrence.cancelled"


def test_ben_hears_of_an_offer_though_he_muted_the_meetup(
    walks: Walks, act: Any, cast: Any, run_worker: Any, notified_kinds: Any
) -> None:
    """X7: an offer, and that it went on."""
    walk, date = waits(walks, act, cast)
    act(cast.ben, mute, sort="meetup", subject_id=walk)
    act.now = walks.dates(walk)[0].starts_at - timedelta(hours=10)
    walks.answer(cast.cleo, date, "declined")
    run_worker(act.now)
    assert notified_kinds(cast.ben)[-1] == "rsvp.offered"
    act.later(hours=3)
    run_worker(act.now)
    assert notified_kinds(cast.ben)[-1] == "rsvp.lapsed"


def test_a_reminder_stays_muted(walks: Walks, act: Any, cast: Any, run_worker: Any, notified_kinds: Any) -> None:
    """X7: a mute still silences what changes nothing; without it the reminder comes."""
    walk = walks.post()
    date = walks.dates(walk)[0]
    for member in (cast.ben, cast.cleo):
        walks.answer(member, date.id)
    act(cast.ben, mute, sort="meetup", subject_id=walk)
    run_worker(date.starts_at - timedelta(minutes=1439))
    assert "reminder.1440" in notified_kinds(cast.cleo)
    assert "reminder.1440" not in notified_kinds(cast.ben)


def test_a_seat_of_a_date_that_was_cancelled_meanwhile_is_not_told(
    walks: Walks, act: Any, cast: Any, run_worker: Any, mails: Any
) -> None:
    """X8 a: quiet hours end; only what is true goes out."""
    _, date = waits(walks, act, cast)
    act(cast.ben, update_preferences, quiet=ALWAYS)
    act.now = NIGHT
    walks.answer(cast.cleo, date, "declined")
    run_worker(act.now)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    run_worker(act.now)
    run_worker(MORNING)
    assert sorted(mails(cast.ben)) == [
        ("occurrence.cancelled", "sent", None),
        ("rsvp.promoted", "suppressed", "cancelled"),
    ]


def test_a_date_that_moved_twice_and_was_cancelled_is_one_mail(
    walks: Walks, act: Any, cast: Any, run_worker: Any, mails: Any
) -> None:
    """X8 b: the last word only."""
    date = walks.date()
    walks.answer(cast.ben, date)
    act(cast.ben, update_preferences, quiet=ALWAYS)
    act.now = NIGHT
    for hour in (20, 21):
        changes = {"starts_at_local": datetime(2026, 11, 26, hour)}
        act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes=changes)
        run_worker(act.now)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date)
    run_worker(act.now)
    run_worker(MORNING)
    assert [one[0] for one in mails(cast.ben) if one[1] == "sent"] == ["occurrence.cancelled"]


def test_a_date_that_moved_once_is_told_when_quiet_ends(
    walks: Walks, act: Any, cast: Any, run_worker: Any, mails: Any
) -> None:
    """X8: what still holds is sent; what its member declined meanwhile is not."""
    date = walks.date()
    for member in (cast.ben, cast.cleo):
        walks.answer(member, date)
        act(member, update_preferences, quiet=ALWAYS)
    act.now = NIGHT
    act(
        cast.ada,
        edit_occurrence.change_occurrence,
        occurrence_id=date,
        changes={"starts_at_local": datetime(2026, 11, 26, 20)},
    )
    run_worker(act.now)
    walks.answer(cast.cleo, date, "declined")
    run_worker(MORNING)
    assert ("occurrence.rescheduled", "sent", None) in mails(cast.ben)
    assert ("occurrence.rescheduled", "suppressed", "outdated") in mails(cast.cleo)


def test_an_offer_that_lapsed_is_not_mailed(walks: Walks, act: Any, cast: Any, run_worker: Any, mails: Any) -> None:
    """X8 c: an offer is worth nothing after its time."""
    walk, date = waits(walks, act, cast, starts_at_local=datetime(2026, 11, 24, 7, 15))
    act(cast.ben, update_preferences, quiet=ALWAYS)
    act.now = walks.dates(walk)[0].starts_at - timedelta(hours=7)
    walks.answer(cast.cleo, date, "declined")
    run_worker(act.now)
    run_worker(act.now + timedelta(hours=3))
    run_worker(datetime(2026, 11, 24, 12, 11, tzinfo=UTC))
    assert [one for one in mails(cast.ben) if one[1] == "sent"] == []


def test_all_that_is_held_of_one_date_comes_out_together(walks: Walks, act: Any, cast: Any, run_worker: Any) -> None:
    """X8: the jitter is of the member and the date, so that no later word overtakes an earlier one."""
    _, date = waits(walks, act, cast)
    act(cast.ben, update_preferences, quiet=ALWAYS)
    act.now = NIGHT
    walks.answer(cast.cleo, date, "declined")
    run_worker(act.now)
    act(
        cast.ada,
        edit_occurrence.change_occurrence,
        occurrence_id=date,
        changes={"starts_at_local": datetime(2026, 11, 26, 20)},
    )
    run_worker(act.now)
    query = select(Delivery.due_at).where(
        Delivery.recipient == cast.ben.id, Delivery.medium == "email", Delivery.state == "due"
    )
    due = act.read(None, lambda ctx: list(ctx.session.scalars(query)))
    assert len(due) == 2
    assert len(set(due)) == 1
