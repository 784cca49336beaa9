"""Actions on milestones and lapses.

A lapse is a row and nothing more. It records no event, changes no other row and notifies no one. What follows from it
is up to the member.
"""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.milestones import access
from community.milestones.models import Lapse, Milestone
from community.milestones.rules import MAX_DAYS_SINCE, LapseDetails, MilestoneDetails

MAX_MILESTONES = 20


class TooManyMilestones(Conflict):
    """A member creates more than twenty milestones."""

    code = "too_many_milestones"
    message = "You already have 20 milestones. Remove one first."


def create_milestone(uow: UnitOfWork, *, kind: str, title: str, since: date | None, per_week: int | None) -> Milestone:
    """Create a milestone from today or a day in the past. Only the actor sees it until they share it.

    Raises ValidationFailed, TooManyMilestones.
    """
    today = _today(uow)
    since = since or today
    if not today - MAX_DAYS_SINCE <= since <= today:
        raise ValidationFailed(errors={"since": ["Choose today or an earlier day."]})
    if (kind == "less") != (per_week is not None):
        raise ValidationFailed(errors={"per_week": ["Enter the most days a week. Only “Using less” has this."]})
    if len(access.own_milestones(uow)) >= MAX_MILESTONES:
        raise TooManyMilestones
    row = Milestone(
        id=new_id(), member_id=uow.actor.id, kind=kind, details="", shared_with="nobody", created_at=uow.now
    )
    uow.cipher.encrypt_column(row, Milestone.details, MilestoneDetails(title, since, per_week).as_text())
    uow.session.add(row)
    uow.session.flush()
    return row


def share_milestone(uow: UnitOfWork, *, milestone_id: UUID, shared_with: str) -> Milestone:
    """Share a milestone with the actor's buddy, or end the sharing. Raises NotFound."""
    row = access.own_milestone(uow, milestone_id, lock=True)
    row.shared_with = shared_with
    return row


def archive_milestone(uow: UnitOfWork, *, milestone_id: UUID) -> None:
    """Archive a milestone. It is not shown to anyone any more. Raises NotFound."""
    row = access.own_milestone(uow, milestone_id, lock=True)
    row.archived_at = row.archived_at or uow.now


def record_lapse(uow: UnitOfWork, *, on: date | None, note: str, milestone_id: UUID | None) -> Lapse:
    """Record a lapse for the actor alone. Raises ValidationFailed, NotFound."""
    today = _today(uow)
    on = on or today
    if not today - MAX_DAYS_SINCE <= on <= today:
        raise ValidationFailed(errors={"on": ["Choose today or an earlier day."]})
    if milestone_id is not None:
        access.own_milestone(uow, milestone_id)
    row = Lapse(id=new_id(), member_id=uow.actor.id, made_at=uow.now, details="")
    uow.cipher.encrypt_column(row, Lapse.details, LapseDetails(on, note, milestone_id).as_text())
    uow.session.add(row)
    uow.session.flush()
    return row


def delete_lapse(uow: UnitOfWork, *, lapse_id: UUID) -> None:
    """Delete a lapse. Raises NotFound."""
    uow.session.delete(access.own_lapse(uow, lapse_id, lock=True))


def _today(uow: UnitOfWork) -> date:
    return uow.now.astimezone(ZoneInfo(uow.actor.time_zone)).date()
