"""Access to members, sessions, invitations and sanctions, with permission checks."""

from uuid import UUID

from sqlalchemy import and_, func, select

from community.core.crypto.cipher import token_hash
from community.core.errors import NotFound, ValidationFailed
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, Role, UnitOfWork
from community.members.models import (
    Block,
    Cohort,
    Invitation,
    Member,
    NoContact,
    PasswordReset,
    Sanction,
    Session,
)
from community.members.queries.active_members import in_force, is_active
from community.members.queries.blocks import blocked_ids
from community.members.rules.handles import handle_key


def own_member(uow: UnitOfWork) -> Member:
    """Load the actor's own row, locked."""
    return uow.session.get_one(Member, uow.actor.id, with_for_update=True)


def visible_member(ctx: ReadContext, member_id: UUID) -> Member:
    """Load an active member whom the actor may see. Raises NotFound."""
    member = ctx.session.scalar(select(Member).where(Member.id == member_id, is_active(ctx.now)))
    if member is None or (
        member_id in blocked_ids(ctx.session, ctx.actor.id) and not ctx.actor.may(Permission.SEE_BLOCKED_MEMBERS)
    ):
        raise NotFound
    return member


def other_member(uow: UnitOfWork, member_id: UUID) -> Member | None:
    """Load another member in any state, as the target of a block. Return None for the actor and for an unknown id."""
    actor_id = uow.actor.id
    return uow.session.get(Member, member_id) if member_id != actor_id else None


def last_known_handle(uow: UnitOfWork, other: Member) -> str:
    """Return another member's handle as the actor may know it: the one from before either blocked the other.

    Empty when a no-contact order separates them, because an order stores no handles.
    """
    theirs = uow.session.get(Block, {"blocker_id": other.id, "blocked_id": uow.actor.id})
    if theirs is not None:
        return theirs.blocker_handle
    return "" if other.id in blocked_ids(uow.session, uow.actor.id) else other.handle


def own_block(uow: UnitOfWork, member_id: UUID) -> Block | None:
    """Load the actor's block of a member, if there is one. Locks the actor, so two requests make one block."""
    own_member(uow)
    return uow.session.get(Block, {"blocker_id": uow.actor.id, "blocked_id": member_id})


def no_contact(uow: UnitOfWork, first_id: UUID, second_id: UUID) -> NoContact | None:
    """Load the no-contact order between two members, ended or not. The smaller id comes first."""
    return uow.session.get(NoContact, {"first_id": first_id, "second_id": second_id}, with_for_update=True)


def manageable_member_by_handle(uow: UnitOfWork, handle: str) -> Member:
    """Load a member by handle for a coordinator's order, if their role is not above the actor's.

    Raises Forbidden, ValidationFailed.
    """
    _ = uow.permitted(Permission.MANAGE_MEMBERS)
    found = member_by_handle(uow, handle_key(handle))
    if found is None or Role(found.role).is_above(uow.permitted(Permission.MANAGE_MEMBERS).role):
        raise ValidationFailed(errors={"handle": ["We can't find anyone with that name."]})
    return found


def no_contact_pair(uow: UnitOfWork, member_id: UUID, other_id: UUID) -> tuple[Member, Member]:
    """Load two members, in any state, for a coordinator's order.

    Raises Forbidden, and NotFound also when one of them has a role above the actor's.
    """
    return member_not_above_actor(uow, member_id), member_not_above_actor(uow, other_id)


def member_not_above_actor(
    ctx: ReadContext, member_id: UUID, *, permission: Permission = Permission.MANAGE_MEMBERS
) -> Member:
    """Load a member whose role is not above that of the staff member who asks. Raises Forbidden, NotFound."""
    member = ctx.session.get(Member, member_id)
    if member is None or Role(member.role).is_above(ctx.permitted(permission).role):
        raise NotFound
    return member


def member_to_manage(uow: UnitOfWork, member_id: UUID, *, permission: Permission = Permission.MANAGE_MEMBERS) -> Member:
    """Load a member, locked, for a decision that needs this permission. Raises Forbidden, NotFound.

    Members whose role has permissions are for MANAGE_STAFF, and none may be above the actor.
    """
    staff = uow.permitted(permission)
    member = uow.session.get(Member, member_id, with_for_update=True)
    if member is None or Role(member.role).is_above(staff.role):
        raise NotFound
    if Role(member.role).has_any_permission and not staff.may(Permission.MANAGE_STAFF):
        raise NotFound
    return member


def suspensions_to_lift(uow: UnitOfWork, member: Member) -> list[Sanction]:
    """Load the suspensions of a member that were not lifted."""
    _ = uow.permitted(Permission.MANAGE_MEMBERS)
    return list(
        uow.session.scalars(
            select(Sanction).where(
                Sanction.member_id == member.id, Sanction.kind == "suspension", Sanction.lifted_at.is_(None)
            )
        )
    )


def member_by_email(ctx: ReadContext, email: str) -> Member | None:
    """Load the member with this address (normal form), in any state."""
    return ctx.session.scalar(select(Member).where(Member.email == email))


def member_by_handle(ctx: ReadContext, key: str) -> Member | None:
    """Load the member with this handle key."""
    return ctx.session.scalar(select(Member).where(Member.handle_key == key))


def active_member_by_email(ctx: ReadContext, email: str) -> Member | None:
    """Load the member with this address (normal form), if they may use the service."""
    return ctx.session.scalar(select(Member).where(Member.email == email, is_active(ctx.now)))


def unclosed_member_by_email(ctx: ReadContext, email: str) -> Member | None:
    """Load the member with this address (normal form) unless their account is closed. They may be suspended."""
    return ctx.session.scalar(select(Member).where(Member.email == email, Member.state == "active"))


def suspension_of(ctx: ReadContext, member_id: UUID) -> Sanction | None:
    """Load the suspension in force of a member, the one that lasts longest when there are several."""
    is_theirs = and_(Sanction.member_id == member_id, Sanction.kind == "suspension")
    held = select(Sanction).where(is_theirs, in_force(ctx.now))
    return ctx.session.scalar(held.order_by(Sanction.ends_at.is_not(None), Sanction.ends_at.desc()).limit(1))


def locked_active_member(uow: UnitOfWork, member_id: UUID) -> Member | None:
    """Load a member, locked, if they may use the service."""
    query = select(Member).where(Member.id == member_id, is_active(uow.now))
    return uow.session.scalar(query.with_for_update(of=Member))


def own_password_hash(ctx: ReadContext) -> str | None:
    """Return the hash of the actor's password."""
    return ctx.session.get_one(Member, ctx.actor.id).password_hash


def names_for_password(ctx: ReadContext, member_id: UUID) -> tuple[str, str]:
    """Return a member's address and handle, which no password may contain."""
    member = ctx.session.get_one(Member, member_id)
    return member.email, member.handle


def own_session(uow: UnitOfWork, session_id: UUID) -> Session:
    """Load one of the actor's sessions. Raises NotFound."""
    session = uow.session.get(Session, session_id)
    if session is None or session.member_id != uow.actor.id:
        raise NotFound
    return session


def live_own_session(uow: UnitOfWork) -> Session | None:
    """Load the session of the request, locked. None when it ended meanwhile, or the actor has none."""
    return uow.session.get(Session, uow.actor.session_id, with_for_update=True) if uow.actor.session_id else None


def session_of_token(ctx: ReadContext, token: str) -> Session | None:
    """Load the session of a token, expired or not."""
    return ctx.session.scalar(select(Session).where(Session.token_hash == token_hash(token)))


def invitation_to_manage(uow: UnitOfWork, invitation_id: UUID) -> Invitation:
    """Load an invitation, locked, for a coordinator.

    Raises Forbidden, and NotFound also when it is for a role above the actor's: its link would give them that role.
    """
    staff = uow.permitted(Permission.INVITE_MEMBERS)
    invitation = uow.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or Role(invitation.role).is_above(staff.role):
        raise NotFound
    return invitation


def pending_invitation(uow: UnitOfWork, email: str) -> Invitation | None:
    """Load the invitation of an address (normal form) that was neither accepted nor revoked, locked.

    The operator at the command line, who is no actor, gets any. Raises NotFound when it is for a role above the
    actor's: to renew it would take the invited person's role away.
    """
    invitation = uow.session.scalar(
        select(Invitation)
        .where(Invitation.email == email, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if invitation is not None and uow.anyone is not None and Role(invitation.role).is_above(uow.anyone.role):
        raise NotFound
    return invitation


def open_invitation(ctx: ReadContext, token: str, *, lock: bool = False) -> Invitation | None:
    """Load the invitation of a link, if it can be accepted now."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = ctx.session.scalar(query.with_for_update() if lock else query)
    if invitation is None or invitation.state_at(ctx.now) in ("accepted", "expired", "revoked"):
        return None
    return invitation


def open_reset(ctx: ReadContext, token: str, *, lock: bool = False) -> PasswordReset | None:
    """Load the password reset of a link, if it can be used now and its member may use the service."""
    query = (
        select(PasswordReset)
        .join(Member, Member.id == PasswordReset.member_id)
        .where(PasswordReset.token_hash == token_hash(token), is_active(ctx.now))
        .execution_options(populate_existing=True)
    )
    reset = ctx.session.scalar(query.with_for_update(of=PasswordReset) if lock else query)
    if reset is None or reset.used_at or reset.expires_at <= ctx.now:
        return None
    return reset


def member_of_reset(uow: UnitOfWork, reset: PasswordReset) -> Member:
    """Load the member whose password a reset changes, locked.

    The member is locked before the reset, as in every other change of a password.
    """
    return uow.session.get_one(Member, reset.member_id, with_for_update=True)


def optional_cohort(uow: UnitOfWork, cohort_id: UUID | None) -> Cohort | None:
    """Load a cohort, if an id is given. Raises NotFound."""
    if cohort_id is None:
        return None
    cohort = uow.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def cohort_by_name(ctx: ReadContext, name: str) -> Cohort | None:
    """Load the cohort of this name, compared without case."""
    return ctx.session.scalar(select(Cohort).where(func.lower(Cohort.name) == name.lower()))
