"""Actions on identity records: give one's own, keep an imported one, open a member's with an audit entry."""

from uuid import UUID

from community.core import audit_log
from community.core.errors import NotFound
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members import access
from community.members.models.identity_records import IdentityRecord
from community.members.queries.identity import IdentityView, identity_view, locked_identity
from community.members.rules.identity import IdentityDetails


def save_my_identity(uow: UnitOfWork, **given: str) -> None:
    """Replace the actor's identity record, or delete it when every field is empty. Idempotent. Locks the member."""
    member = access.own_member(uow)
    _save(uow, IdentityDetails(**given), member_id=member.id, is_own=True)


def save_for_invitation(uow: UnitOfWork, *, invitation_id: UUID, details: IdentityDetails) -> None:
    """Keep what an imported list says of an invited person until they accept. Raises Forbidden."""
    _ = uow.permitted(Permission.INVITE_MEMBERS)
    _save(uow, details, invitation_id=invitation_id, is_own=False)


def move_to_member(uow: UnitOfWork, *, invitation_id: UUID, member_id: UUID) -> None:
    """Give the record of an accepted invitation to its new member."""
    row = locked_identity(uow, invitation_id=invitation_id)
    if row is not None:
        row.member_id, row.invitation_id = member_id, None


def delete_for_invitation(uow: UnitOfWork, *, invitation_id: UUID) -> None:
    """Delete the record of an invitation that will not be accepted. Idempotent."""
    row = locked_identity(uow, invitation_id=invitation_id)
    if row is not None:
        uow.session.delete(row)


def open_identity_audited(uow: UnitOfWork, *, member_id: UUID, reason: str) -> IdentityView:
    """Return a member's identity record for staff, and write the look to the audit log, which the member can read.

    Raises Forbidden, and NotFound for a member above the actor and one without a record.
    """
    _ = uow.permitted(Permission.SEE_IDENTITY)
    access.member_not_above_actor(uow, member_id)
    row = locked_identity(uow, member_id=member_id)
    if row is None:
        raise NotFound
    audit_log.record(uow, "identity.read", subject_id=member_id, member_id=member_id, why=reason)
    return identity_view(uow, row)


def _save(
    uow: UnitOfWork,
    details: IdentityDetails,
    *,
    is_own: bool,
    member_id: UUID | None = None,
    invitation_id: UUID | None = None,
) -> None:
    row = locked_identity(uow, member_id=member_id, invitation_id=invitation_id)
    if details.is_empty:
        if row is not None:
            uow.session.delete(row)
        return
    if row is None:
        row = IdentityRecord(id=new_id(), member_id=member_id, invitation_id=invitation_id)
        uow.session.add(row)
    uow.cipher.encrypt_column(row, IdentityRecord.details, details.as_text())
    row.is_own, row.changed_at = is_own, uow.now
    uow.session.flush()
