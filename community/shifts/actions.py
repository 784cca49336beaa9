"""Who is on shift when: plan, take back, offer and take a shift, and hand over at its end."""

from datetime import date, time
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.models import Shift
from community.shifts import access, rules
from community.shifts.events import HandoverDue, ShiftChanged


class ShiftNotOffered(Conflict):
    """This shift is not offered any more."""

    code = "shift_not_offered"
    message = "This shift is not offered any more."


class ShiftOver(Conflict):
    """This shift is over."""

    code = "shift_over"
    message = "This shift is over."


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
    """Plan the same shift in each of some weeks, for oneself or another coordinator; what is past is left out.

    Raises Forbidden, NotFound for who is no coordinator, Invalid when all of it is past.
    """
    somebody = access.coordinator_to_schedule(uow, member_id or uow.permitted(Permission.TAKE_SHIFTS).id)
    spans = [span for span in rules.weekly_spans(day, starts, ends, time_zone, weeks=weeks) if span.ends_at > uow.now]
    if not spans:
        raise ValidationFailed(errors={"day": ["All of this is past."]})
    series_id = new_id()
    made = [
        Shift(
            id=new_id(),
            member_id=somebody,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            time_zone=time_zone,
            series_id=series_id,
            created_by=uow.permitted(Permission.TAKE_SHIFTS).id,
            created_at=uow.now,
        )
        for span in spans
    ]
    uow.session.add_all(made)
    uow.session.flush()
    for row in made:
        _schedule_handover(uow, row)
    uow.record(ShiftChanged(shift_id=made[0].id))
    return made


def remove_shift(uow: UnitOfWork, *, shift_id: UUID, following: bool = False) -> int:
    """Take a shift out of the rota, or it and those after it of its series. How many went.

    Raises Forbidden, NotFound.
    """
    row = access.shift_to_change(uow, shift_id)
    gone = [row, *(access.later_in_series(uow, row) if following else [])]
    uow.cancel_scheduled(*(_handover_key(one) for one in gone))
    for one in gone:
        uow.session.delete(one)
    uow.record(ShiftChanged(shift_id=row.id))
    return len(gone)


def offer_shift(uow: UnitOfWork, *, shift_id: UUID) -> Shift:
    """Say that somebody else may have one's shift; until they do it stays one's own. Raises NotFound, ShiftOver."""
    row = access.own_shift(uow, shift_id)
    if row.ends_at <= uow.now:
        raise ShiftOver
    if row.offered_at is None:
        row.offered_at = uow.now
        uow.record(ShiftChanged(shift_id=row.id, offered=True))
    return row


def withdraw_offer(uow: UnitOfWork, *, shift_id: UUID) -> Shift:
    """Keep a shift that one offered. Raises NotFound."""
    row = access.own_shift(uow, shift_id)
    row.offered_at = None
    return row


def take_shift(uow: UnitOfWork, *, shift_id: UUID) -> Shift:
    """Take an offered shift; the first who does has it. Raises Forbidden, NotFound, ShiftNotOffered, ShiftOver."""
    row = access.shift_to_change(uow, shift_id)
    if row.member_id == uow.permitted(Permission.TAKE_SHIFTS).id:
        return row
    if row.ends_at <= uow.now:
        raise ShiftOver
    if row.offered_at is None:
        raise ShiftNotOffered
    before = row.member_id
    row.member_id, row.offered_at = uow.permitted(Permission.TAKE_SHIFTS).id, None
    uow.record(ShiftChanged(shift_id=row.id, taken_from=before))
    return row


def save_notes(uow: UnitOfWork, *, shift_id: UUID, notes: str) -> Shift:
    """What one leaves for who comes next; empty takes it back. Raises Forbidden, NotFound."""
    row = access.own_shift(uow, shift_id)
    if notes:
        uow.cipher.encrypt_column(row, Shift.notes, notes)
    else:
        row.notes = None
    return row


def complete_handover(uow: UnitOfWork, *, shift_id: UUID) -> Shift | None:
    """A shift is about to end: whoever has it and whoever comes next get what is still open. Once."""
    row = access.find_shift(uow, shift_id)
    if row is None or row.handed_over_at is not None:
        return None
    row.handed_over_at = uow.now
    return row


def _schedule_handover(uow: UnitOfWork, row: Shift) -> None:
    due_at = max(row.starts_at, row.ends_at - rules.HANDOVER_NOTICE)
    uow.schedule(due_at, HandoverDue(shift_id=row.id), key=_handover_key(row))


def _handover_key(row: Shift) -> str:
    return f"shift:{row.id}:end"
