"""Occurrences of a meetup: created from its rule, moved, cancelled. The caller locks the meetup and the occurrences."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from community.core.ids import new_id
from community.core.local_time import to_local, to_utc
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, rsvps
from community.meetups.actions import waitlist
from community.meetups.events import (
    OccurrenceCancelled,
    OccurrenceEnded,
    OccurrenceReminderDue,
    OccurrenceRescheduled,
    SeriesExtensionDue,
)
from community.meetups.models import Meetup, Occurrence, Rsvp
from community.meetups.rules import capacity, reminders
from community.meetups.rules.recurrence import Recurrence, from_json, wall_times
from community.meetups.rules.rrule_parser import MAX_OCCURRENCES
from community.meetups.rules.rsvps import RsvpAnswer, RsvpState, state_after


def create_occurrences(uow: UnitOfWork, meetup: Meetup, wanted: Iterable[datetime]) -> list[Occurrence]:
    """Create the occurrences at these wall times, and apply the standing RSVPs to them."""
    made = []
    for wall_time in wanted:
        starts_at = to_utc(wall_time, meetup.time_zone)
        made.append(
            Occurrence(
                id=new_id(),
                meetup_id=meetup.id,
                starts_at_local=wall_time,
                recurrence_id=wall_time,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=meetup.duration_minutes),
                capacity=meetup.capacity,
                changed_at=uow.now,
            )
        )
    uow.session.add_all(made)
    uow.session.flush()
    for occurrence in made:
        schedule_next_step(uow, occurrence)
    standing = rsvps.standing_rsvps(uow, meetup.id) if made else []
    for occurrence in made:
        for one in standing:
            apply_standing_rsvp(uow, occurrence, one.member_id, RsvpAnswer(one.answer), None)
    return made


def apply_standing_rsvp(
    uow: UnitOfWork, occurrence: Occurrence, member_id: UUID, answer: RsvpAnswer, rsvp: Rsvp | None
) -> None:
    """Apply a standing RSVP to an occurrence that the member has not answered."""
    before = rsvp.state if rsvp else None
    state = state_after(answer, before=before, left=waitlist.free_seats(occurrence))
    if rsvp is None:
        rsvp = waitlist.new_rsvp(uow, occurrence, member_id)
    rsvp.is_standing = True
    if state != before and not (before == RsvpState.WAITLISTED and answer is RsvpAnswer.GOING):
        waitlist.set_state(uow, occurrence, rsvp, state)
        waitlist.promote_waitlist(uow, occurrence)


def horizon(uow: UnitOfWork, repeats: Recurrence, zone: str) -> datetime | None:
    """Return the wall time until which an endless series has occurrences; None for a series that ends."""
    return to_local(uow.now + capacity.WEEKS_AHEAD, zone) if repeats.is_endless else None


def upcoming_wall_times(uow: UnitOfWork, meetup: Meetup, repeats: Recurrence) -> list[datetime]:
    """Return the rule's wall times from now until the horizon, at most MAX_OCCURRENCES.

    An endless rule without one in that time gives its next one.
    """
    until = horizon(uow, repeats, meetup.time_zone)
    since = to_local(uow.now, meetup.time_zone) - timedelta(days=1)
    found = [one for one in wall_times(repeats, until=until, since=since) if _is_to_come(uow, meetup, one)]
    if not found and repeats.is_endless:
        found = [one for one in wall_times(repeats, since=since) if _is_to_come(uow, meetup, one)][:1]
    return found[:MAX_OCCURRENCES]


def _is_to_come(uow: UnitOfWork, meetup: Meetup, wall_time: datetime) -> bool:
    return to_utc(wall_time, meetup.time_zone) > uow.now


def extend_series(uow: UnitOfWork, meetup: Meetup) -> list[Occurrence]:
    """Create the occurrences of an endless series that came within the horizon since the last time."""
    repeats = from_json(meetup.recurrence)
    if repeats is None or not repeats.is_endless or meetup.paused_at is not None:
        return []
    since = meetup.occurrences_created_until or uow.now
    known = occurrences.recurrence_ids(uow, meetup)
    coming = upcoming_wall_times(uow, meetup, repeats)
    wanted = [one for one in coming if one not in known and to_utc(one, meetup.time_zone) > since]
    made = create_occurrences(uow, meetup, wanted)
    set_horizon(uow, meetup, repeats)
    return made


def set_horizon(uow: UnitOfWork, meetup: Meetup, repeats: Recurrence | None) -> None:
    """Store how far the occurrences are created, and schedule the next extension."""
    if repeats is None or not repeats.is_endless:
        meetup.occurrences_created_until = None
        return
    meetup.occurrences_created_until = uow.now + capacity.WEEKS_AHEAD
    coming = upcoming_wall_times(uow, meetup, repeats)
    if len(coming) == MAX_OCCURRENCES:
        meetup.occurrences_created_until = min(meetup.occurrences_created_until, to_utc(coming[-1], meetup.time_zone))
    uow.schedule(uow.now + timedelta(days=7), SeriesExtensionDue(meetup_id=meetup.id), key=f"dates:{meetup.id}")


def reschedule(uow: UnitOfWork, meetup: Meetup, occurrence: Occurrence, wall_time: datetime) -> None:
    """Move an occurrence to another wall time.

    After a large move attendees are asked again and keep their seat meanwhile.
    """
    before = occurrence.starts_at_local
    set_times(occurrence, meetup, wall_time)
    record_rescheduled(uow, occurrence)
    if capacity.needs_new_rsvp(before, wall_time):
        uow.session.execute(
            update(Rsvp)
            .where(Rsvp.occurrence_id == occurrence.id, Rsvp.state == RsvpState.GOING)
            .values(reconfirm_version=occurrence.version)
            .execution_options(synchronize_session="fetch")
        )
    uow.session.flush()
    # More time may be left now: members who were passed over get a seat that no one else wanted.
    waitlist.promote_waitlist(uow, occurrence)


def correct_times(uow: UnitOfWork, meetup: Meetup, occurrence: Occurrence) -> None:
    """Set an occurrence to the moment that its wall time means now, and schedule its reminders again.

    No one is notified: by the clock on the wall it did not move.
    """
    set_times(occurrence, meetup, occurrence.starts_at_local)
    occurrence.version += 1
    occurrence.changed_at = uow.now
    schedule_next_step(uow, occurrence)
    uow.session.flush()
    waitlist.promote_waitlist(uow, occurrence)


def set_times(occurrence: Occurrence, meetup: Meetup, wall_time: datetime) -> None:
    """Derive an occurrence's moments from its wall time, the meetup's zone and its length."""
    minutes = (occurrence.overrides or {}).get("duration_minutes", meetup.duration_minutes)
    occurrence.starts_at_local = wall_time
    occurrence.starts_at = to_utc(wall_time, meetup.time_zone)
    occurrence.ends_at = occurrence.starts_at + timedelta(minutes=minutes)


def record_rescheduled(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """Give an occurrence that has another time, length or place its next version, and record the event."""
    occurrence.version += 1
    occurrence.changed_at = uow.now
    schedule_next_step(uow, occurrence)
    uow.record(OccurrenceRescheduled(occurrence_id=occurrence.id, version=occurrence.version))


def schedule_next_step(
    uow: UnitOfWork, occurrence: Occurrence, *, after: int | None = None, resumed_at: datetime | None = None
) -> None:
    """Schedule the next step of an occurrence: one outbox row at a time, each for one version.

    `after`: the step that many minutes before the start is done. `resumed_at`: when a paused series was resumed.
    """
    of_it = f"{occurrence.id}:{occurrence.version}" + (f":{resumed_at.isoformat()}" if resumed_at else "")
    minutes = reminders.next_step(starts_at=occurrence.starts_at, now=uow.now, after=after)
    if minutes is not None:
        moment = occurrence.starts_at - timedelta(minutes=minutes)
        step = OccurrenceReminderDue(occurrence_id=occurrence.id, version=occurrence.version, minutes=minutes)
        uow.schedule(moment, step, key=f"date:{of_it}:{minutes}")
        return
    moment = occurrence.ends_at + reminders.ATTENDANCE_ASKED_AFTER
    uow.schedule(moment, OccurrenceEnded(occurrence_id=occurrence.id, version=occurrence.version), key=f"over:{of_it}")


def cancel(uow: UnitOfWork, occurrence: Occurrence, reason: str | None) -> None:
    """Cancel an occurrence. The waitlist is not promoted."""
    occurrence.state = "cancelled"
    occurrence.cancel_reason = reason or None
    occurrence.version += 1
    occurrence.changed_at = uow.now
    uow.record(OccurrenceCancelled(occurrence_id=occurrence.id, version=occurrence.version))
