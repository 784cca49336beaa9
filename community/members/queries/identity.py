"""Queries of identity records: the actor's own, and whether a member has given one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.models.identity_records import IdentityRecord
from community.members.rules.identity import IdentityDetails


@dataclass(frozen=True)
class IdentityView:
    """An identity record, who wrote it last (the member or staff), and when."""

    details: IdentityDetails
    is_own: bool
    changed_at: datetime


def my_identity(ctx: ReadContext) -> IdentityView | None:
    """Return what the actor or staff gave as their identity, for their own page."""
    row = ctx.session.scalar(select(IdentityRecord).where(IdentityRecord.member_id == ctx.actor.id))
    return identity_view(ctx, row) if row is not None else None


def has_identity(ctx: ReadContext, member_id: UUID) -> bool:
    """Return whether there is an identity record of a member that the actor may open. Raises Forbidden."""
    roles = [role.value for role in ctx.permitted(Permission.SEE_IDENTITY).role.up_to_own]
    query = select(IdentityRecord.id).join(Member, Member.id == IdentityRecord.member_id)
    return ctx.session.scalar(query.where(Member.id == member_id, Member.role.in_(roles))) is not None


def locked_identity(
    uow: UnitOfWork, *, member_id: UUID | None = None, invitation_id: UUID | None = None
) -> IdentityRecord | None:
    """Load the record of a member or an invitation, locked. Checks no permission: the action has."""
    is_theirs = IdentityRecord.member_id == member_id if member_id else IdentityRecord.invitation_id == invitation_id
    return uow.session.scalar(select(IdentityRecord).where(is_theirs).with_for_update())


def identity_view(ctx: ReadContext, row: IdentityRecord) -> IdentityView:
    """Return a record with its words. A value that does not decrypt shows as empty, and the log names the row."""
    details = ctx.cipher.show_column_as(
        row, IdentityRecord.details, IdentityDetails.from_text, default=IdentityDetails()
    )
    return IdentityView(details, row.is_own, row.changed_at)
