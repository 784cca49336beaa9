"""Actions for a staff member who leaves: what they hold here goes to colleagues, and their role ends."""

from uuid import UUID

from community.core import audit_log
from community.core.errors import Conflict
from community.core.permissions import Permission
from community.core.unit_of_work import Role, UnitOfWork
from community.members.actions import identity
from community.members.actions.accounts import end_resets, end_sessions
from community.members.events import MemberDeactivated
from community.members.models import Member
from community.members.queries import email_changes, offboarding
from community.members.queries.staff_notes import locked_notes_of


def hand_over_notes(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Give the staff notes of one colleague to another, and return how many. Raises Forbidden.

    A note on the new owner, or on a role above theirs, goes to the actor. One on the actor stays as it is.
    """
    role, count = offboarding.role_of(uow, to_id), 0
    for note, about in locked_notes_of(uow, from_id):
        if note.member_id != to_id and not about.is_above(role):
            note.owner_id, count = to_id, count + 1
        elif note.member_id != uow.actor.id:
            note.owner_id = uow.actor.id
    return count


def hand_over_invitations(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Give the open invitations of one colleague to another, and return how many. Raises Forbidden.

    Those for a staff role are revoked instead: the one who leaves may know where their mails went.
    """
    count = 0
    for invitation in offboarding.locked_open_invitations(uow, from_id):
        invitation.note = None
        if Role(invitation.role).has_any_permission:
            invitation.revoked_at = uow.now
            identity.delete_for_invitation(uow, invitation_id=invitation.id)
            audit_log.record(uow, "invitation.revoked", subject_id=invitation.id, role=str(invitation.role))
        else:
            invitation.invited_by, count = to_id, count + 1
    return count


def end_staff_role(uow: UnitOfWork, member: Member, *, then: str) -> None:
    """Make a locked staff member an alumnus, or close their account. Their sessions, sockets and links end.

    A closed account that is opened again has the role of an alumnus. Raises Forbidden, and Conflict for an auditor who
    would stay: they have read what members may not.
    """
    _ = uow.permitted(Permission.MANAGE_STAFF)
    if then == "alumnus" and member.role == Role.AUDITOR:
        raise Conflict("An auditor can't become a member. Close the account instead.")
    before, member.role = member.role, Role.ALUMNUS.value
    if then == "closed":
        member.state = "deactivated"
        uow.record(MemberDeactivated(member_id=member.id))
    for change in email_changes.open_changes_of(uow, member.id):
        change.stopped_at = uow.now
    end_sessions(uow, member.id)
    end_resets(uow, member.id)
    audit_log.record(uow, "role.ended", subject_id=member.id, member_id=member.id, before=before, after=then)
