"""A country changes its clock rules: the wall clock of a date is the truth, its moment follows."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from community.core.outbox.store import OutboxEvent
from community.doctor.database import check_dates
from community.meetups.actions import edit_occurrence, scheduled_jobs
from community.meetups.events import OccurrenceReminderDue, OccurrenceRescheduled
from community.meetups.models import Occurrence
from tests.meetups.conftest import Walks


def drift(act: Any, hours: int = 1) -> None:
    """Put every date at the moment that older rules gave it."""

    def shift(uow: Any) -> None:
        for date in uow.session.scalars(select(Occurrence)):
            moved = {"starts_at": date.starts_at - timedelta(hours=hours), "ends_at": date.ends_at}
            uow.session.execute(update(Occurrence).where(Occurrence.id == date.id).values(moved))

    act(None, shift)


def test_a_date_comes_back_to_its_wall_clock(walks: Walks, act: Any, cast: Any, recorded: Any) -> None:
    """X13: the moment and the reminders follow, and nobody is told that it moved."""
    date = walks.date()
    walks.answer(cast.ben, date)
    meant = act.read(None, lambda ctx: ctx.session.get(Occurrence, date).starts_at)
    drift(act)
    act(None, scheduled_jobs.correct_drifted_times)

    kept = act.read(None, lambda ctx: ctx.session.get(Occurrence, date))
    assert (kept.starts_at, kept.version) == (meant, 2)
    planned = [one for one in recorded() if isinstance(one, OccurrenceReminderDue) and one.version == 2]
    assert len(planned) == 1
    assert not [one for one in recorded() if isinstance(one, OccurrenceRescheduled)]
    act(None, scheduled_jobs.correct_drifted_times)
    assert act.read(None, lambda ctx: ctx.session.get(Occurrence, date).version) == 2


def test_a_past_or_cancelled_meetup_stays_as_it_was(walks: Walks, act: Any, cast: Any) -> None:
    """X13: only dates to come are derived anew."""
    first, second = walks.date(), walks.date()
    act(cast.ada, edit_occurrence.cancel, occurrence_id=second)
    drift(act)
    act.later(days=4)
    act(None, scheduled_jobs.correct_drifted_times)
    versions = [
        act.read(None, lambda ctx, one=one: ctx.session.get(Occurrence, one).version) for one in (first, second)
    ]
    assert versions == [1, 2]


def test_the_doctor_says_that_dates_have_drifted(walks: Walks, act: Any, database: Any) -> None:
    """X13: and how it is mended."""
    walks.post(starts_at_local=datetime(2090, 5, 4, 19))
    assert check_dates(database).verdict == "ok"
    drift(act)
    assert check_dates(database).verdict == "warn"


def test_the_worker_corrects_dates_every_hour(walks: Walks, act: Any, run_worker: Any, store: Any) -> None:
    """X13: the timer is there."""
    date = walks.date()
    drift(act)
    run_worker(act.now)
    run_worker(act.now + timedelta(hours=2))
    assert act.read(None, lambda ctx: ctx.session.get(Occurrence, date).version) == 2
    with store.read_context() as ctx:
        keys = ctx.session.scalars(select(OutboxEvent.dedupe_key)).all()
    assert any("correct_drifted_times" in str(key) for key in keys)
