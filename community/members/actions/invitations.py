"""Actions on invitations: invite, resend, revoke, open and accept."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from community.core import audit_log
from community.core.crypto.cipher import token_hash
from community.core.errors import Conflict, Forbidden, Gone, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import Role, UnitOfWork
from community.members import access
from community.members.actions import handle_claims, identity
from community.members.actions.handles import HandleTaken, flush_handle
from community.members.events import MemberInvited, MemberJoined
from community.members.models import Consent, Invitation, Member
from community.members.queries.invitations import InvitationView, invitation_view
from community.members.rules import accounts, handles
from community.members.rules.consent_texts import by_version
from community.members.rules.identity import IdentityDetails


class AlreadyMember(Conflict):
    """The address belongs to a member."""

    code = "already_member"
    message = "This person already has an account."


class InvitationEnded(Gone):
    """The invitation was accepted, revoked or replaced, or has expired."""

    code = "invitation_ended"
    message = "This link no longer works. Ask the person who invited you to send a new one."


class AdminsOnly(Forbidden):
    """Only an admin may invite an admin."""

    message = "Only an admin can invite an admin."


@dataclass(frozen=True)
class Invited:
    """An invitation, and the token of its link for those who may see it.

    The token of a staff role's link is for admins and the operator. Coordinators get an empty one: it is only in the
    mail.
    """

    invitation: InvitationView
    token: str


def invite(
    uow: UnitOfWork,
    *,
    email: str,
    role: Role,
    secret: str,
    cohort_id: UUID | None = None,
    note: str = "",
    details: IdentityDetails | None = None,
) -> Invited:
    """Invite an address, or renew its open invitation. The note is a line of the actor's own in the mail.

    `details` become the identity record of whoever accepts it.

    Raises AlreadyMember, AdminsOnly, and NotFound for an unknown cohort and for an address that has an invitation to a
    role above the actor's.
    """
    staff = uow.permitted(Permission.INVITE_MEMBERS)
    if Role(role).is_above(staff.role):
        raise AdminsOnly
    access.optional_cohort(uow, cohort_id)
    made = create_or_renew_invitation(
        uow, email=email, role=role, secret=secret, cohort_id=cohort_id, invited_by=staff.id, note=note
    )
    if details is not None:
        identity.save_for_invitation(uow, invitation_id=made.invitation.id, details=details)
    _record(uow, "invitation.made", made.invitation)
    return made


def create_or_renew_invitation(
    uow: UnitOfWork,
    *,
    email: str,
    role: Role,
    secret: str,
    cohort_id: UUID | None,
    invited_by: UUID | None,
    note: str = "",
) -> Invited:
    """Create or renew an invitation. The command line calls it for the first admin, who has no inviter."""
    email = accounts.normal_email(email)
    invitation = access.pending_invitation(uow, email) or _fresh_invitation(uow, email)
    # Checked only here, because the invitation may have been accepted while we waited for its lock.
    if access.member_by_email(uow, email) is not None:
        raise AlreadyMember
    invitation.role = role
    invitation.cohort_id = cohort_id
    invitation.invited_by = invited_by
    invitation.note = None
    if note:
        uow.cipher.encrypt_column(invitation, Invitation.note, note)
    return _renew(uow, invitation, secret=secret)


def resend_invitation(uow: UnitOfWork, *, invitation_id: UUID, secret: str) -> Invited:
    """Make a new link, valid for another week, and end the old one.

    Raises NotFound, and InvitationEnded when it was accepted.
    """
    invitation = access.invitation_to_manage(uow, invitation_id)
    if invitation.state_at(uow.now) in ("accepted", "revoked"):
        raise InvitationEnded("This invitation has ended. Invite the address again.")
    made = _renew(uow, invitation, secret=secret)
    _record(uow, "invitation.resent", made.invitation)
    return made


def revoke_invitation(uow: UnitOfWork, *, invitation_id: UUID) -> None:
    """End an invitation. Raises NotFound, and InvitationEnded when it was accepted."""
    invitation = access.invitation_to_manage(uow, invitation_id)
    if invitation.accepted_at:
        raise InvitationEnded("This invitation was already accepted.")
    if invitation.revoked_at is not None:
        return
    invitation.revoked_at = uow.now
    invitation.note = None
    identity.delete_for_invitation(uow, invitation_id=invitation.id)
    _record(uow, "invitation.revoked", invitation_view(invitation, now=uow.now))


def _record(uow: UnitOfWork, action: str, invitation: InvitationView) -> None:
    audit_log.record(uow, action, subject_id=invitation.id, role=str(invitation.role))


def open_invitation(uow: UnitOfWork, *, token: str) -> InvitationView:
    """Mark an invitation opened: its form is being filled in. Raises InvitationEnded."""
    invitation = access.open_invitation(uow, token, lock=True)
    if invitation is None:
        raise InvitationEnded
    invitation.opened_at = invitation.opened_at or uow.now
    return invitation_view(invitation, now=uow.now)


def accept_invitation(
    uow: UnitOfWork,
    *,
    token: str,
    handle: str,
    password_hash: str,
    time_zone: str,
    consents: dict[str, bool],
) -> Member:
    """Create the member of an invitation, once. Raises InvitationEnded, HandleTaken, ValidationFailed for missing
    consents.
    """
    invitation = access.open_invitation(uow, token, lock=True)
    if invitation is None or access.member_by_email(uow, invitation.email) is not None:
        raise InvitationEnded
    problems = consent_problems(consents)
    if problems:
        raise ValidationFailed(errors=problems)
    if handle_claims.is_taken(uow, handle=handle):
        raise HandleTaken
    member = Member(
        email=invitation.email,
        handle=handle,
        handle_key=handles.handle_key(handle),
        handle_skeleton=handles.skeleton(handle),
        role=invitation.role,
        password_hash=password_hash,
        time_zone=time_zone,
        cohort_id=invitation.cohort_id,
        created_at=uow.now,
    )
    uow.session.add(member)
    flush_handle(uow)
    invitation.accepted_at = uow.now
    invitation.note = None
    invitation.member_id = member.id
    identity.move_to_member(uow, invitation_id=invitation.id, member_id=member.id)
    _keep_consents(uow, member, consents)
    uow.record(MemberJoined(member_id=member.id, cohort_id=member.cohort_id))
    return member


def consent_problems(consents: dict[str, bool]) -> dict[str, list[str]]:
    """Return what is wrong with these consents: a required text that is not accepted, or one that is unknown."""
    texts = by_version()
    if any(version not in texts for version in consents):
        return {"consents": ["We don't know this text."]}
    missing = [text.title for version, text in texts.items() if text.required and not consents.get(version)]
    return {"consents": [f"To join, please agree to: {' · '.join(missing)}."]} if missing else {}


def handle_problems(uow: UnitOfWork, *, handle: str) -> dict[str, list[str]]:
    """Return the problem that a handle is taken, for someone who is about to join. Locks the choosing of handles."""
    return {"handle": [HandleTaken.field_message]} if handle_claims.is_taken(uow, handle=handle) else {}


def _keep_consents(uow: UnitOfWork, member: Member, consents: dict[str, bool]) -> None:
    for version, text in by_version().items():
        if consents.get(version):
            uow.session.add(
                Consent(member_id=member.id, text_version=version, text_hash=text.text_hash, accepted_at=uow.now)
            )


def _fresh_invitation(uow: UnitOfWork, email: str) -> Invitation:
    """Insert a new row, or load the one that another coordinator has just inserted."""
    invitation = Invitation(id=new_id(), email=email, role=Role.ALUMNUS, created_at=uow.now, link_version=0)
    invitation.token_hash = str(invitation.id)
    invitation.expires_at = uow.now
    try:
        with uow.session.begin_nested():
            uow.session.add(invitation)
    except IntegrityError:
        made = access.pending_invitation(uow, email)
        if made is None:
            raise
        return made
    return invitation


def _renew(uow: UnitOfWork, invitation: Invitation, *, secret: str) -> Invited:
    invitation.link_version += 1
    token = accounts.invitation_token(secret, invitation.id, invitation.link_version)
    invitation.token_hash = token_hash(token)
    invitation.expires_at = uow.now + accounts.INVITATION_LASTS
    invitation.opened_at = None
    invitation.sent_at = None
    invitation.undelivered_at = None
    uow.session.flush()
    uow.record(MemberInvited(invitation_id=invitation.id, link_version=invitation.link_version))
    is_shown = (
        uow.anyone is None or uow.anyone.may(Permission.MANAGE_STAFF) or not Role(invitation.role).has_any_permission
    )
    return Invited(invitation_view(invitation, now=uow.now), token if is_shown else "")
