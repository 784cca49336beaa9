"""Attendance marks by hosts, possibly late and repeated over a bad connection. They are never a punishment."""

from datetime import datetime
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, people, rsvps
from community.meetups.events import AttendanceNoShow
from community.meetups.models import Attendance, AttendanceMark
from community.meetups.rules import reminders
from community.meetups.rules.rsvps import RsvpState


class TooEarly(Conflict):
    """Attendance was marked more than an hour before the start."""

    code = "too_early"
    message = "You can mark attendance from one hour before the start."


def mark(
    uow: UnitOfWork,
    *,
    occurrence_id: UUID,
    state: str,
    nonce: str,
    handle: str | None = None,
    member_id: UUID | None = None,
    at: datetime | None = None,
) -> Attendance:
    """Mark a member as attended, not attended or excused, for a host. Idempotent for the same nonce.

    `at` is when it was marked on the host's device. Of two marks the later one counts; an equal mark keeps the first
    time. Every third missed occurrence creates a task for coordinators. Raises Forbidden, NotFound, TooEarly, Conflict
    for a cancelled occurrence, ValidationFailed for a member who is unknown or was not going.
    """
    occurrence = occurrences.occurrence_to_host(uow, occurrence_id)
    if occurrence.state == "cancelled":
        raise Conflict("This meetup is canceled.")
    if uow.now < occurrence.starts_at - reminders.MARKED_FROM:
        raise TooEarly
    member = member_id or (people.member_by_handle(uow, handle) if handle else None)
    rsvp = rsvps.rsvp_of(uow, occurrence, member) if member else None
    if member is None or not people.is_member(uow, member) or people.is_hidden_from_host(uow, member):
        raise ValidationFailed(errors={"handle": ["We don’t know anyone with that name."]})
    if state != "attended" and (rsvp is None or rsvp.state != RsvpState.GOING):
        raise ValidationFailed(errors={"state": ["They weren’t going, so they can’t be marked as missed."]})
    found = people.attendance_of(uow, occurrence.id, member)
    if people.has_mark(uow, occurrence.id, nonce) and found is not None:
        return found
    uow.session.add(AttendanceMark(occurrence_id=occurrence.id, idempotency_key=nonce, recorded_at=uow.now))
    moment = max(min(at or uow.now, uow.now), occurrence.starts_at - reminders.MARKED_FROM)
    before = found.state if found else None
    if found is None:
        found = Attendance(occurrence_id=occurrence.id, member_id=member, state=state, marked_at=moment)
        uow.session.add(found)
    elif found.state == state:
        found.marked_at = min(found.marked_at, moment)
    elif moment >= found.marked_at:
        found.state, found.marked_at = state, moment
    found.marked_by = uow.actor.id
    occurrence.confirmed_at = occurrence.confirmed_at or uow.now
    uow.session.flush()
    if found.state == "no_show" and before != "no_show":
        missed = people.count_missed(uow, member)
        if reminders.is_care_due(missed):
            uow.record(AttendanceNoShow(member_id=member, occurrence_id=occurrence.id))
    return found
