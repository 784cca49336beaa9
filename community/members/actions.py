"""What is done with membership: invite, join, leave, block, suspend, deactivate."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from community.core.crypto import derived, token_hash
from community.core.errors import Conflict, Gone, Invalid, NotFound
from community.core.ids import new_id
from community.core.unit_of_work import Role, UnitOfWork
from community.members import access, rules
from community.members.consents import by_version
from community.members.events import (
    MemberBlocked,
    MemberDeactivated,
    MemberInvited,
    MemberJoined,
    MemberSuspended,
)
from community.members.models import Block, Consent, Invitation, Member, Sanction, Session
from community.members.queries import InvitationView, invitation_view


class AlreadyMember(Conflict):
    """This person has an account already."""

    code = "already_member"


class InvitationEnded(Gone):
    """This link no longer works. Ask the person who invited you for a new one."""

    code = "invitation_ended"


class HandleTaken(Conflict):
    """Somebody here already goes by that name."""

    code = "handle_taken"

    def __init__(self) -> None:
        super().__init__(errors={"handle": ["Somebody here already goes by that name."]})


@dataclass(frozen=True)
class Invited:
    """An invitation and the link that accepts it; only whoever made it gets to see the link."""

    invitation: InvitationView
    token: str


def invite(uow: UnitOfWork, *, email: str, role: Role, secret: str, cohort_id: UUID | None = None) -> Invited:
    """Invite an address. An open invitation of the same address is renewed. Raises AlreadyMember, NotFound."""
    staff = uow.staff
    if role is not Role.ALUMNUS and staff.role is not Role.ADMIN:
        raise NotFound
    access.cohort_for(uow, cohort_id)
    return open_door(uow, email=email, role=role, secret=secret, cohort_id=cohort_id, invited_by=staff.id)


def open_door(
    uow: UnitOfWork, *, email: str, role: Role, secret: str, cohort_id: UUID | None, invited_by: UUID | None
) -> Invited:
    """Make or renew the invitation; the command line uses it for the first admin, whom nobody invites."""
    email = rules.normal_email(email)
    if uow.session.scalar(select(Member.id).where(Member.email == email)):
        raise AlreadyMember
    invitation = uow.session.scalar(
        select(Invitation)
        .where(Invitation.email == email, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .with_for_update()
    )
    if invitation is None:
        invitation = Invitation(id=new_id(), email=email, created_at=uow.now, link_version=0, token_hash="")
    invitation.role = role
    invitation.cohort_id = cohort_id
    invitation.invited_by = invited_by
    return _renew(uow, invitation, secret=secret)


def resend_invitation(uow: UnitOfWork, *, invitation_id: UUID, secret: str) -> Invited:
    """A new link and another week; the old link ends. Raises NotFound, InvitationEnded when it was accepted."""
    invitation = access.invitation_to_manage(uow, invitation_id)
    if invitation.state_at(uow.now) in ("accepted", "revoked"):
        raise InvitationEnded
    return _renew(uow, invitation, secret=secret)


def revoke_invitation(uow: UnitOfWork, *, invitation_id: UUID) -> None:
    """End an invitation. Raises NotFound, InvitationEnded when it was accepted."""
    invitation = access.invitation_to_manage(uow, invitation_id)
    if invitation.accepted_at:
        raise InvitationEnded
    invitation.revoked_at = invitation.revoked_at or uow.now


def open_invitation(uow: UnitOfWork, *, token: str) -> tuple[str, Role]:
    """Somebody follows the link: the invited address and role. Raises InvitationEnded."""
    invitation = access.open_invitation(uow, token, lock=True)
    if invitation is None:
        raise InvitationEnded
    invitation.opened_at = invitation.opened_at or uow.now
    return invitation.email, Role(invitation.role)


def accept_invitation(
    uow: UnitOfWork,
    *,
    token: str,
    handle: str,
    password_hash: str,
    time_zone: str,
    consents: dict[str, bool],
) -> Member:
    """Become a member, once per invitation. Raises InvitationEnded, HandleTaken, Invalid for missing consents."""
    invitation = access.open_invitation(uow, token, lock=True)
    if invitation is None:
        raise InvitationEnded
    check_consents(consents)
    member = Member(
        email=invitation.email,
        handle=handle,
        handle_key=rules.handle_key(handle),
        role=invitation.role,
        password_hash=password_hash,
        time_zone=time_zone,
        cohort_id=invitation.cohort_id,
        created_at=uow.now,
    )
    uow.session.add(member)
    _flush_handle(uow)
    invitation.accepted_at = uow.now
    invitation.member_id = member.id
    for version, text in by_version().items():
        if consents.get(version):
            uow.session.add(
                Consent(
                    member_id=member.id, text_version=version, text_hash=text.text_hash, accepted_at=uow.now
                )
            )
    uow.record(MemberJoined(member_id=member.id, cohort_id=member.cohort_id))
    return member


def check_consents(consents: dict[str, bool]) -> None:
    """Every required text accepted, none unknown. Raises Invalid."""
    texts = by_version()
    unknown = [version for version in consents if version not in texts]
    missing = [version for version, text in texts.items() if text.required and not consents.get(version)]
    if unknown or missing:
        wanted = ", ".join(missing or texts)
        raise Invalid(errors={"consents": [f"Accept each of these to join: {wanted}."]})


def change_profile(uow: UnitOfWork, *, handle: str | None = None, time_zone: str | None = None) -> Member:
    """Change the actor's handle or time zone. Raises HandleTaken."""
    member = access.oneself(uow)
    if handle is not None and handle != member.handle:
        member.handle = handle
        member.handle_key = rules.handle_key(handle)
        _flush_handle(uow)
    if time_zone is not None:
        member.time_zone = time_zone
    return member


def block(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Be kept apart from a member, both ways and silently. Raises NotFound."""
    if member_id == uow.actor.id or uow.session.get(Member, member_id) is None:
        raise NotFound
    access.oneself(uow)
    key = {"blocker_id": uow.actor.id, "blocked_id": member_id}
    if uow.session.get(Block, key) is not None:
        return
    uow.session.add(Block(**key, created_at=uow.now))
    uow.record(MemberBlocked(blocker_id=uow.actor.id, blocked_id=member_id))
    uow.ring_member(uow.actor.id, member_id)


def unblock(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Take a block of one's own back."""
    uow.session.execute(delete(Block).where(Block.blocker_id == uow.actor.id, Block.blocked_id == member_id))
    uow.ring_member(uow.actor.id, member_id)


def suspend(uow: UnitOfWork, *, member_id: UUID, reason: str, until: datetime | None = None) -> Sanction:
    """Keep a member out until a moment, or until lifted; their sessions end at once. Raises NotFound."""
    member = access.member_to_manage(uow, member_id)
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
    for sanction in uow.session.scalars(
        select(Sanction).where(
            Sanction.member_id == member.id, Sanction.kind == "suspension", Sanction.lifted_at.is_(None)
        )
    ):
        sanction.lifted_at = uow.now


def deactivate(uow: UnitOfWork, *, member_id: UUID) -> None:
    """Close an account; nothing they wrote is removed. Raises NotFound, Conflict for one's own or the last admin's."""
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


def _renew(uow: UnitOfWork, invitation: Invitation, *, secret: str) -> Invited:
    invitation.link_version += 1
    token = invitation_token(secret, invitation.id, invitation.link_version)
    invitation.token_hash = token_hash(token)
    invitation.expires_at = uow.now + rules.INVITATION_LASTS
    invitation.opened_at = None
    uow.session.add(invitation)
    uow.session.flush()
    uow.record(MemberInvited(invitation_id=invitation.id, link_version=invitation.link_version))
    return Invited(invitation_view(invitation, now=uow.now), token)


def invitation_token(secret: str, invitation_id: UUID, link_version: int) -> str:
    """The token of an invitation's link. Derived, so that the worker that mails it needs no stored secret."""
    return derived(secret, "invitation", f"{invitation_id}:{link_version}")


def reset_token(secret: str, reset_id: UUID) -> str:
    """The token of a password reset's link, derived likewise."""
    return derived(secret, "password-reset", str(reset_id))


def device_token(secret: str, member_id: UUID) -> str:
    """What a browser keeps after a sign-in, to be known again while the account is under attack."""
    return derived(secret, "device", str(member_id))


def is_known_device(secret: str, member_id: UUID, shown: str) -> bool:
    """Whether a browser showed what we gave it."""
    return hmac.compare_digest(device_token(secret, member_id).encode(), shown.encode("utf-8", "replace"))


def _flush_handle(uow: UnitOfWork) -> None:
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise HandleTaken from error
