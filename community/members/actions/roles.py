"""Changes of a member's role and cohort. Each is audited, and the member is told."""

from uuid import UUID

from community.core import audit_log
from community.core.errors import Conflict
from community.core.permissions import Permission, Role
from community.core.unit_of_work import UnitOfWork
from community.members import access
from community.members.access.admins import locked_admins
from community.members.actions.accounts import end_sessions
from community.members.events import MemberCohortChanged, MemberRoleChanged


class OwnRole(Conflict):
    """A change of the actor's own role."""

    code = "own_role"
    message = "Someone else has to change your role."


class LastAdmin(Conflict):
    """A change that would leave no admin."""

    code = "last_admin"
    message = "This is the last admin. Make someone else an admin first."


class AuditorAccount(Conflict):
    """A change from or to the role of an auditor, whose account is for auditing only."""

    code = "auditor_account"
    message = "An auditor needs a separate account. Invite them as an auditor."


class AccountClosed(Conflict):
    """A change of the role of a closed account."""

    code = "account_closed"
    message = "This account is closed. Reopen it first."


def change_role(uow: UnitOfWork, *, member_id: UUID, role: Role | str) -> None:
    """Change a member's role, as an admin. Their sessions and sockets end, and they sign in with the new one.

    Idempotent. Locks every admin, so two admins cannot remove each other. Raises Forbidden, NotFound, OwnRole,
    LastAdmin, AuditorAccount, AccountClosed.
    """
    staff, role = uow.permitted(Permission.MANAGE_STAFF), Role(role)
    admins = locked_admins(uow)
    member = access.member_to_manage(uow, member_id, permission=Permission.MANAGE_STAFF)
    before = Role(member.role)
    if role is before:
        return
    if member.id == staff.id:
        raise OwnRole
    if Role.AUDITOR in (role, before):
        raise AuditorAccount
    if member.state != "active":
        raise AccountClosed
    if not admins - {member.id}:
        raise LastAdmin
    member.role = role.value
    end_sessions(uow, member.id)
    uow.record(MemberRoleChanged(member_id=member.id, role=role.value))
    audit_log.record(
        uow, "member.role_changed", subject_id=member.id, member_id=member.id, before=before.value, after=role.value
    )


def change_cohort(uow: UnitOfWork, *, member_id: UUID, cohort_id: UUID | None) -> None:
    """Move a member to another cohort, or to none, as a coordinator. Its rooms follow.

    Idempotent. Raises Forbidden, NotFound also for an unknown cohort, AuditorAccount.
    """
    member = access.member_to_manage(uow, member_id)
    cohort = access.optional_cohort(uow, cohort_id)
    before, after = member.cohort_id, cohort.id if cohort else None
    if before == after:
        return
    if not Role(member.role).may(Permission.TAKE_PART):
        raise AuditorAccount("An auditor is in no cohort.")
    member.cohort_id = after
    uow.record(MemberCohortChanged(member_id=member.id, before_id=before, cohort_id=after))
    uow.notify_member(member.id)
    audit_log.record(
        uow, "member.cohort_changed", subject_id=member.id, member_id=member.id, before=before, after=after
    )


def change_member(uow: UnitOfWork, *, member_id: UUID, **changes: str | UUID | None) -> None:
    """Change a member's role (`role`), cohort (`cohort_id`) or both. Nothing changes when one of them is refused.

    Raises what `change_role` and `change_cohort` raise.
    """
    if changes.get("role") is not None:
        change_role(uow, member_id=member_id, role=str(changes["role"]))
    if "cohort_id" in changes:
        cohort_id = changes["cohort_id"]
        change_cohort(uow, member_id=member_id, cohort_id=UUID(str(cohort_id)) if cohort_id else None)
