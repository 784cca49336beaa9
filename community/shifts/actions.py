"""Actions on shifts: plan, remove, offer, take and hand over."""

from datetime import date, time
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.models import Shift
from community.shifts import access, rules
from community.shifts.events import HandoverDue, ShiftChanged, ShiftStarted


class ShiftNotOffered(Conflict):
    """A coordinator wants to take a shift that is not offered."""

    code = "shift_not_offered"
    message = "This shift is no longer offered."


class ShiftOver(Conflict):
    """A shift is offered or taken after its end."""

    code = "shift_over"
    message = "This shift has ended."


def plan_shifts(
    uow: UnitOfWork,
    *,
    day: date,
    starts: time,
    ends: time,
    time_zone: str,
    weeks: int = 1,
    member_id: UUID | None = None,
) -> list[Shift]:
    """Plan a shift in each of `weeks` weeks for the actor or another coordinator, without those that are over.

    Raises Forbidden, NotFound for a member who takes no shifts, ValidationFailed when all of them are over.
    """
    coordinator_id = access.coordinator_to_schedule(uow, member_id or uow.permitted(Permission.TAKE_SHIFTS).id)
    spans = [span for span in rules.weekly_spans(day, starts, ends, time_zone, weeks=weeks) if span.ends_at > uow.now]
    if not spans:
        raise ValidationFailed(errors={"day": ["Choose a time that isn't over yet."]})
    series_id = new_id()
    shifts = [
        Shift(
            id=new_id(),
            member_id=coordinator_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            time_zone=time_zone,
            series_id=series_id,
            created_by=uow.permitted(Permission.TAKE_SHIFTS).id,
            created_at=uow.now,
        )
        for span in spans
    ]
    uow.session.add_all(shifts)
    uow.session.flush()
    for row in shifts:
        _schedule_start_and_handover(uow, row)
    uow.record(ShiftChanged(shift_id=shifts[0].id))
    return shifts


def remove_shift(uow: UnitOfWork, *, shift_id: UUID, following: bool = False) -> int:
    """Remove a shift, and with `following` the later ones of its series. Return the number of removed shifts.

    Raises Forbidden, NotFound.
    """
    row = access.shift_to_change(uow, shift_id)
    removed = [row, *(access.later_in_series(uow, row) if following else [])]
    uow.cancel_scheduled(*(key for one in removed for key in (_start_key(one), _handover_key(one))))
    for one in removed:
        uow.session.delete(one)
    uow.record(ShiftChanged(shift_id=row.id))
    return len(removed)


def offer_shift(uow: UnitOfWork, *, shift_id: UUID) -> None:
    """Offer one of the actor's shifts to others. It stays theirs until it is taken. Raises NotFound, ShiftOver."""
    row = access.own_shift(uow, shift_id)
    if row.ends_at <= uow.now:
        raise ShiftOver
    if row.offered_at is None:
        row.offered_at = uow.now
        uow.record(ShiftChanged(shift_id=row.id, offered=True))


def withdraw_offer(uow: UnitOfWork, *, shift_id: UUID) -> None:
    """Keep a shift that the actor offered. Raises NotFound."""
    row = access.own_shift(uow, shift_id)
    row.offered_at = None


def take_shift(uow: UnitOfWork, *, shift_id: UUID) -> None:
    """Take an offered shift; the first coordinator gets it.

    Raises Forbidden, NotFound, ShiftNotOffered, ShiftOver.
    """
    row = access.shift_to_change(uow, shift_id)
    if row.member_id == uow.permitted(Permission.TAKE_SHIFTS).id:
        return
    if row.ends_at <= uow.now:
        raise ShiftOver
    if row.offered_at is None:
        raise ShiftNotOffered
    previous_id = row.member_id
    row.member_id, row.offered_at = uow.permitted(Permission.TAKE_SHIFTS).id, None
    uow.record(ShiftChanged(shift_id=row.id, taken_from=previous_id))
    if row.starts_at <= uow.now:
        uow.record(ShiftStarted(shift_id=row.id))


def hand_over_shifts(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Give the coming shifts of a coordinator who leaves to another, and return how many. Raises Forbidden."""
    coming = access.coming_shifts_of(uow, from_id, lock=True)
    for row in coming:
        row.member_id, row.offered_at = to_id, None
        uow.record(ShiftChanged(shift_id=row.id))
    return len(coming)


def save_notes(uow: UnitOfWork, *, shift_id: UUID, notes: str) -> None:
    """Save notes for the next coordinator, or delete them when they are empty. Raises Forbidden, NotFound."""
    row = access.own_shift(uow, shift_id)
    if notes:
        uow.cipher.encrypt_column(row, Shift.notes, notes)
    else:
        row.notes = None


def complete_handover(uow: UnitOfWork, event: HandoverDue) -> None:
    """Mark a shift as handed over shortly before its end. Idempotent."""
    row = access.find_shift(uow, event.shift_id, lock=True)
    if row is not None and row.handed_over_at is None:
        row.handed_over_at = uow.now


def _schedule_start_and_handover(uow: UnitOfWork, row: Shift) -> None:
    uow.schedule(row.starts_at, ShiftStarted(shift_id=row.id), key=_start_key(row))
    due_at = max(row.starts_at, row.ends_at - rules.HANDOVER_NOTICE)
    uow.schedule(due_at, HandoverDue(shift_id=row.id), key=_handover_key(row))


def _start_key(row: Shift) -> str:
    return f"shift:{row.id}:start"


def _handover_key(row: Shift) -> str:
    return f"shift:{row.id}:end"
