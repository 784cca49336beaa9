"""Actions on accounts: profile, blocks, no-contact orders, deactivation, cohorts."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from community.core import audit_log
from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members import access
from community.members.actions import handle_claims
from community.members.actions.handles import change_handle, flush_handle
from community.members.events import MemberBlocked, MemberDeactivated, NoContactCreated
from community.members.models import Block, Cohort, Member, NoContact, PasswordReset, Session
from community.members.queries import people
from community.members.queries.people import MemberView


class CohortExists(Conflict):
    """A cohort with this name exists already."""

    code = "cohort_exists"
    message = "There's already a cohort with that name."

    def __init__(self) -> None:
        super().__init__(errors={"name": ["There's already a cohort with that name."]})


def change_profile(uow: UnitOfWork, *, handle: str | None = None, time_zone: str | None = None) -> Member:
    """Change the actor's handle or time zone. Raises HandleTaken."""
    if handle is not None:
        handle_claims.lock_handles(uow)  # before the member's row, which another member's choice may write
    member = access.own_member(uow)
    if handle is not None and handle != member.handle:
        change_handle(uow, member, handle=handle)
    if time_zone is not None:
        member.time_zone = time_zone
    flush_handle(uow)
    return member


def block(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Block a member, both ways and silently. Idempotent.

    An unknown id and the actor's own change nothing and get the same answer, so ids cannot be probed.
    """
    other = access.other_member(uow, member_id)
    if other is None or access.own_block(uow, other.id) is not None:
        return
    uow.session.add(
        Block(
            blocker_id=uow.actor.id,
            blocked_id=other.id,
            created_at=uow.now,
            blocked_handle=access.last_known_handle(uow, other),
            blocker_handle=access.own_member(uow).handle,
        )
    )
    uow.record(MemberBlocked(blocker_id=uow.actor.id, blocked_id=other.id))
    uow.notify_member(uow.actor.id, other.id)


def unblock(uow: UnitOfWork, *, member_id: UUID) -> None:
    """End one of the actor's blocks. Idempotent. An unknown id gets the same answer."""
    other = access.other_member(uow, member_id)
    if other is None:
        return
    uow.session.execute(delete(Block).where(Block.blocker_id == uow.actor.id, Block.blocked_id == other.id))
    uow.notify_member(uow.actor.id, other.id)


def ensure_no_contact(uow: UnitOfWork, *, one: UUID, other: UUID, source: str) -> None:
    """Separate two members for good. It checks no permission: the calling feature has decided."""
    first, second = sorted((one, other))
    order = access.no_contact(uow, first, second)
    if order is not None and order.ended_at is None:
        return
    if order is None:
        uow.session.add(NoContact(first_id=first, second_id=second, source=source, created_at=uow.now))
    else:
        order.source, order.ended_at = source, None
    uow.session.flush()
    uow.record(NoContactCreated(one_id=first, other_id=second))
    uow.notify_member(one, other)


def create_no_contact_order(uow: UnitOfWork, *, member_id: UUID, other_id: UUID, source: str) -> None:
    """Order, as a coordinator, that two members never meet here. Neither is notified. Idempotent.

    Raises Forbidden, NotFound, and ValidationFailed for one member twice.
    """
    one, other = access.no_contact_pair(uow, member_id, other_id)
    if one.id == other.id:
        raise ValidationFailed(errors={"other_id": ["Choose someone else."]})
    ensure_no_contact(uow, one=one.id, other=other.id, source=source)
    audit_log.record(uow, "contact.forbidden", subject_id=other.id, member_id=one.id, why=source)


def end_no_contact_order(uow: UnitOfWork, *, member_id: UUID, other_id: UUID) -> None:
    """End a no-contact order. Blocks between the two stay. Idempotent. Raises Forbidden, NotFound."""
    one, other = access.no_contact_pair(uow, member_id, other_id)
    order = access.no_contact(uow, *sorted((one.id, other.id)))
    if order is None or order.ended_at is not None:
        return
    order.ended_at = uow.now
    uow.notify_member(one.id, other.id)
    audit_log.record(uow, "contact.allowed", subject_id=other.id, member_id=one.id, before=order.source)


def view_account_audited(uow: UnitOfWork, *, member_id: UUID) -> MemberView:
    """Return an account with its address for a coordinator, and write the access to the audit log.

    Raises Forbidden, NotFound.
    """
    shown = people.member(uow, member_id)
    audit_log.record(uow, "account.read", subject_id=member_id, member_id=member_id)
    return shown


def deactivate(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Close an account. Nothing that the member wrote is removed. Raises NotFound, and Conflict for one's own."""
    member = access.member_to_manage(uow, member_id)
    if member.id == uow.permitted(Permission.MANAGE_MEMBERS).id:
        raise Conflict("Someone else has to close your account.")
    if member.state == "deactivated":
        return
    member.state = "deactivated"
    end_sessions(uow, member.id)
    end_resets(uow, member.id)
    uow.record(MemberDeactivated(member_id=member.id))
    audit_log.record(uow, "member.deactivated", subject_id=member.id, member_id=member.id)


def reactivate(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Open a closed account again. Raises NotFound."""
    member = access.member_to_manage(uow, member_id)
    before, member.state = member.state, "active"
    audit_log.record(uow, "member.reactivated", subject_id=member.id, member_id=member.id, before=before)


def end_sessions(uow: UnitOfWork, member_id: UUID, *, but: UUID | None = None) -> None:
    """End a member's sessions except `but`. Their sockets close when the change is published."""
    ending = delete(Session).where(Session.member_id == member_id)
    uow.session.execute(ending if but is None else ending.where(Session.id != but))
    uow.notify_member(member_id)


def end_resets(uow: UnitOfWork, member_id: UUID) -> None:
    """End every open password reset of a member."""
    is_open = (PasswordReset.used_at.is_(None), PasswordReset.expires_at > uow.now)
    ending = update(PasswordReset).where(PasswordReset.member_id == member_id, *is_open)
    uow.session.execute(ending.values(used_at=uow.now))


def create_cohort(uow: UnitOfWork, *, name: str) -> Cohort:
    """Create a cohort that people can be invited into. Raises CohortExists."""
    _ = uow.permitted(Permission.INVITE_MEMBERS)
    if access.cohort_by_name(uow, name) is not None:
        raise CohortExists
    cohort = Cohort(id=new_id(), name=name, created_at=uow.now)
    uow.session.add(cohort)
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise CohortExists from error
    return cohort
