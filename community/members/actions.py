"""What is done with membership: change one's profile, block, suspend, deactivate. Joining has a module of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from community.core.errors import Conflict, Invalid
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork
from community.members import access, rules
from community.members.events import MemberBlocked, MemberDeactivated, MemberSuspended
from community.members.models import Block, Cohort, Member, NoContact, Sanction, Session


class HandleTaken(Conflict):
    """Somebody here already goes by that name."""

    code = "handle_taken"

    def __init__(self) -> None:
        super().__init__(errors={"handle": ["Somebody here already goes by that name."]})


class CohortExists(Conflict):
    """There is a cohort of that name already."""

    code = "cohort_exists"

    def __init__(self) -> None:
        super().__init__(errors={"name": ["There is a cohort of that name already."]})


def change_profile(uow: UnitOfWork, *, handle: str | None = None, time_zone: str | None = None) -> Member:
    """Change the actor's handle or time zone. Raises HandleTaken."""
    member = access.oneself(uow)
    if handle is not None and handle != member.handle:
        holder = access.member_by_handle(uow, rules.handle_key(handle))
        if holder is not None and holder.id != member.id:
            raise HandleTaken
        member.handle = handle
        member.handle_key = rules.handle_key(handle)
    if time_zone is not None:
        member.time_zone = time_zone
    flush_handle(uow)
    return member


def flush_handle(uow: UnitOfWork) -> None:
    """Write a handle now. Raises HandleTaken when somebody took it a moment ago."""
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise HandleTaken from error


def block(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Be kept apart from a member, both ways and silently. Raises NotFound."""
    other = access.somebody_else(uow, member_id)
    if access.own_block(uow, other.id) is not None:
        return
    uow.session.add(Block(blocker_id=uow.actor.id, blocked_id=other.id, created_at=uow.now))
    uow.record(MemberBlocked(blocker_id=uow.actor.id, blocked_id=other.id))
    uow.ring_member(uow.actor.id, other.id)


def unblock(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Take a block of one's own back. Raises NotFound for who never was here."""
    other = access.somebody_else(uow, member_id)
    uow.session.execute(delete(Block).where(Block.blocker_id == uow.actor.id, Block.blocked_id == other.id))
    uow.ring_member(uow.actor.id, other.id)


def keep_apart(uow: UnitOfWork, *, one: UUID, other: UUID, source: str) -> None:
    """Never bring these two together again. For features that have decided already: no permission is asked."""
    first, second = sorted((one, other))
    order = access.no_contact(uow, first, second)
    if order is None:
        uow.session.add(NoContact(first_id=first, second_id=second, source=source, created_at=uow.now))
    else:
        order.ended_at = None
    uow.session.flush()
    uow.ring_member(one, other)


def suspend(uow: UnitOfWork, *, member_id: UUID, reason: str, until: datetime | None = None) -> Sanction:
    """Keep a member out until a moment, or until lifted; their sessions end at once.

    Raises NotFound, Invalid for a moment that has passed, Conflict for oneself.
    """
    member = access.member_to_manage(uow, member_id)
    if member.id == uow.staff.id:
        raise Conflict("Somebody else has to suspend your account.")
    if until is not None and until <= uow.now:
        raise Invalid(errors={"until": ["Choose a time to come."]})
    sanction = Sanction(
        id=new_id(),
        member_id=member.id,
        kind="suspension",
        reason=reason,
        imposed_by=uow.staff.id,
        starts_at=uow.now,
        ends_at=until,
    )
    uow.session.add(sanction)
    end_sessions(uow, member.id)
    uow.record(MemberSuspended(member_id=member.id, sanction_id=sanction.id))
    return sanction


def lift_suspensions(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Let a suspended member back in. Raises NotFound."""
    member = access.member_to_manage(uow, member_id)
    for sanction in access.suspensions_to_lift(uow, member):
        sanction.lifted_at = uow.now


def deactivate(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Close an account; nothing they wrote is removed. Raises NotFound, Conflict for one's own."""
    member = access.member_to_manage(uow, member_id)
    if member.id == uow.staff.id:
        raise Conflict("Somebody else has to close your account.")
    if member.state == "deactivated":
        return
    member.state = "deactivated"
    end_sessions(uow, member.id)
    uow.record(MemberDeactivated(member_id=member.id))


def reactivate(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Open a closed account again. Raises NotFound."""
    access.member_to_manage(uow, member_id).state = "active"


def end_sessions(uow: UnitOfWork, member_id: UUID, *, but: UUID | None = None) -> None:
    """End a member's sessions, but for one that may go on; their sockets close at the ring."""
    ending = delete(Session).where(Session.member_id == member_id)
    uow.session.execute(ending if but is None else ending.where(Session.id != but))
    uow.ring_member(member_id)


def create_cohort(uow: UnitOfWork, *, name: str) -> Cohort:
    """A cohort that people can be invited into. Raises CohortExists."""
    _ = uow.staff
    if access.cohort_by_name(uow, name) is not None:
        raise CohortExists
    cohort = Cohort(id=new_id(), name=name, created_at=uow.now)
    uow.session.add(cohort)
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise CohortExists from error
    return cohort
