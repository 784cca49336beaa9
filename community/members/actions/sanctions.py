"""Sanctions of members: warning, mute, room ban, suspension.

A sanction is in force while its row says so at the moment of the query (`rooms.access.sanctions.is_sanctioned`,
`queries.is_suspended`). No worker has to run for it to begin or to end. Workers only notify the member.
"""

from datetime import datetime, timedelta
from uuid import UUID

from community.core import audit_log
from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members import access
from community.members.actions.accounts import end_sessions
from community.members.events import MemberSuspended, SanctionEnded, SanctionImposed, SanctionLifted
from community.members.models import Sanction
from community.members.rules.accounts import MAX_MUTE, sanction_permission


def impose(
    uow: UnitOfWork,
    *,
    member_id: UUID,
    kind: str,
    reason: str,
    code: str = "rules",
    room_id: UUID | None = None,
    until: datetime | None = None,
    case_id: UUID | None = None,
) -> Sanction:
    """Impose a sanction on a member, who is notified of it with reason and end, and may appeal.

    `reason` is text for the member and is encrypted. `code` is shown in lists and the audit log. Without `room_id` a
    mute applies everywhere. Raises Forbidden, NotFound, Conflict for oneself, ValidationFailed when kind, room and end
    do not fit together.
    """
    permission = sanction_permission(kind)
    member = access.member_to_manage(uow, member_id, permission=permission)
    if member.id == uow.permitted(permission).id:
        raise Conflict("Someone else has to decide about you.")
    _refuse_misfit(uow.now, kind=kind, room_id=room_id, until=until)
    sanction = Sanction(
        id=new_id(),
        member_id=member.id,
        kind=kind,
        code=code,
        room_id=room_id,
        case_id=case_id,
        imposed_by=uow.permitted(permission).id,
        starts_at=uow.now,
        ends_at=until,
    )
    uow.cipher.encrypt_column(sanction, Sanction.reason, reason)
    uow.session.add(sanction)
    uow.record(SanctionImposed(sanction_id=sanction.id, member_id=member.id))
    if kind == "suspension":
        end_sessions(uow, member.id)
        uow.record(MemberSuspended(member_id=member.id, sanction_id=sanction.id))
    if until is not None:
        uow.schedule(
            until, SanctionEnded(sanction_id=sanction.id, member_id=member.id), key=f"sanction.ended:{sanction.id}"
        )
    uow.notify_member(member.id)
    audit_log.record(
        uow,
        f"sanction.{kind}",
        subject_id=sanction.id,
        member_id=member.id,
        why=code,
        room_id=room_id,
        ends_at=until,
        case_id=case_id,
    )
    return sanction


def lift(uow: UnitOfWork, sanction: Sanction) -> None:
    """End a sanction early. Idempotent. The caller has loaded it with permission."""
    if sanction.lifted_at is not None:
        return
    sanction.lifted_at = uow.now
    sanction.lifted_by = uow.permitted(sanction_permission(sanction.kind)).id
    uow.cancel_scheduled(f"sanction.ended:{sanction.id}")
    uow.record(SanctionLifted(sanction_id=sanction.id, member_id=sanction.member_id))
    uow.notify_member(sanction.member_id)
    audit_log.record(uow, "sanction.lifted", subject_id=sanction.id, member_id=sanction.member_id, kind=sanction.kind)


def lift_suspensions(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Lift all suspensions of a member. Raises NotFound."""
    member = access.member_to_manage(uow, member_id)
    for sanction in access.suspensions_to_lift(uow, member):
        lift(uow, sanction)


def _refuse_misfit(now: datetime, *, kind: str, room_id: UUID | None, until: datetime | None) -> None:
    if until is not None and until <= now:
        raise ValidationFailed(errors={"until": ["Choose a time in the future."]})
    if kind == "mute" and (until is None or until > now + MAX_MUTE + timedelta(hours=1)):
        raise ValidationFailed(errors={"until": ["“Can’t write” needs an end, at most a year from now."]})
    if kind == "room_ban" and room_id is None:
        raise ValidationFailed(errors={"room_id": ["A room ban needs a room."]})
    if kind == "warning" and until is not None:
        raise ValidationFailed(errors={"until": ["A warning has no end."]})
    if kind == "suspension" and room_id is not None:
        raise ValidationFailed(errors={"room_id": ["A suspension applies everywhere, not to one room."]})
