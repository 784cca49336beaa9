"""Queries of members: the coordinators' lists, and handles and addresses for all features."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session as DbSession

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.permissions import ORDER, Permission, Role
from community.core.unit_of_work import ReadContext
from community.members.models import Cohort, Invitation, Member
from community.members.queries.active_members import is_suspended
from community.members.queries.email_changes import address_of_change


@dataclass(frozen=True)
class MemberView:
    """A member as coordinators see them. Lists leave the address out: it is on the audited page of one member."""

    id: UUID
    handle: str
    role: str
    email: str | None
    state: str
    cohort: str | None
    cohort_id: UUID | None
    created_at: datetime


def handles(session: DbSession, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return handles by id."""
    ids = set(member_ids)
    if not ids:
        return {}
    return dict(session.execute(select(Member.id, Member.handle).where(Member.id.in_(ids))).all())


def handles_for_staff(ctx: ReadContext, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return handles by id for an actor who gets staff notifications, and nothing for others."""
    return handles(ctx.session, member_ids) if ctx.actor.may(Permission.GET_STAFF_NOTICES) else {}


def address_of(session: DbSession, recipient_id: UUID) -> str | None:
    """Return the address for mail to a member, an invitation or a change of address. None when they may not get any."""
    member = session.get(Member, recipient_id)
    if member is not None:
        return member.email if member.state == "active" else None
    invitation = session.get(Invitation, recipient_id)
    if invitation is None:
        return address_of_change(session, recipient_id)
    return None if invitation.accepted_at or invitation.revoked_at else invitation.email


def members(ctx: ReadContext, *, cursor: str | None, limit: int, search: str = "") -> Page[MemberView]:
    """Return a page of members for coordinators in the order they joined. `search` matches a handle or an address.

    The views hold no address.
    """
    _ = ctx.permitted(Permission.SEE_MEMBERS)
    query = select(Member)
    if search.strip():
        wanted = f"%{_escaped(search.strip().lower())}%"
        query = query.where(
            or_(func.lower(Member.handle).like(wanted, escape="\\"), Member.email.like(wanted, escape="\\"))
        )
    page = keyset_page(ctx.session, query, by=(Member.created_at, Member.id), cursor=cursor, limit=limit)
    return Page([replace(one, email=None) for one in _member_views(ctx, page.items)], page.next_cursor)


def member(ctx: ReadContext, member_id: UUID) -> MemberView:
    """Return one member, for coordinators. Raises Forbidden, NotFound."""
    _ = ctx.permitted(Permission.SEE_MEMBERS)
    row = ctx.session.get(Member, member_id)
    if row is None:
        raise NotFound
    return _member_views(ctx, [row])[0]


def roles_to_give(ctx: ReadContext, member: MemberView) -> list[str]:
    """Return the roles that the actor may choose from for a member; none when they may not change it."""
    is_fixed = member.role == Role.AUDITOR or member.id == ctx.actor.id or member.state == "deactivated"
    if is_fixed or not ctx.actor.may(Permission.MANAGE_STAFF):
        return []
    return [role.value for role in ORDER]


def _member_views(ctx: ReadContext, rows: list[Member]) -> list[MemberView]:
    ids = [row.id for row in rows]
    suspended = set(ctx.session.scalars(select(Member.id).where(Member.id.in_(ids), is_suspended(ctx.now))))
    names: dict[UUID, str] = {row.id: row.name for row in ctx.session.execute(select(Cohort.id, Cohort.name))}
    return [
        MemberView(
            row.id,
            row.handle,
            row.role,
            row.email,
            "suspended" if row.id in suspended and row.state == "active" else row.state,
            names.get(row.cohort_id) if row.cohort_id else None,
            row.cohort_id,
            row.created_at,
        )
        for row in rows
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")
