"""Queries of invitations and cohorts, for coordinators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select

from community.core.db import Page, keyset_page
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext, Role
from community.members import access
from community.members.models import Cohort, Invitation, Member


@dataclass(frozen=True)
class InvitationView:
    """An invitation and its state."""

    id: UUID
    email: str
    role: str
    state: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class ShownInvitation:
    """An invitation as the invited person sees it: their address, and who invited them with which note, if known."""

    email: str
    inviter: str | None
    note: str


@dataclass(frozen=True)
class CohortView:
    """A group of people who finished the program together."""

    id: UUID
    name: str
    created_at: datetime


def shown_invitation(ctx: ReadContext, token: str) -> ShownInvitation | None:
    """Return the invitation of a link for the invited person; None when it can't be accepted now."""
    row = access.open_invitation(ctx, token)
    if row is None:
        return None
    inviter = ctx.session.get(Member, row.invited_by) if row.invited_by else None
    note = ctx.cipher.show_column_as(row, Invitation.note, str, default="") if row.note else ""
    return ShownInvitation(row.email, inviter.handle if inviter else None, note)


def known_addresses(ctx: ReadContext, emails: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return which of these addresses (normal form) are members', and which need no invitation from the actor.

    Those are the ones with an invitation that still works, and the ones invited to a role above the actor's.
    """
    above = [role for role in Role if role.is_above(ctx.permitted(Permission.INVITE_MEMBERS).role)]
    wanted = sorted(set(emails))
    members: set[str] = set()
    invited: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = [email for email in wanted[start : start + 500] if "\0" not in email]
        members |= set(ctx.session.scalars(select(Member.email).where(Member.email.in_(some))))
        waiting = select(Invitation.email).where(
            Invitation.email.in_(some),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            or_(Invitation.expires_at > ctx.now, Invitation.role.in_(above)),
        )
        invited |= set(ctx.session.scalars(waiting))
    return members, invited


def cohort_ids(ctx: ReadContext) -> dict[str, UUID]:
    """Return the ids of cohorts by name in lower case, for coordinators."""
    _ = ctx.permitted(Permission.INVITE_MEMBERS)
    return {row.name.lower(): row.id for row in ctx.session.execute(select(Cohort.name, Cohort.id))}


def all_invitations(ctx: ReadContext) -> list[InvitationView]:
    """Return every invitation to a role that is not above the actor's, for coordinators, newest first."""
    rows = ctx.session.scalars(_to_see(ctx).order_by(Invitation.created_at.desc(), Invitation.id))
    return [invitation_view(row, now=ctx.now) for row in rows]


def invitations(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[InvitationView]:
    """Return a page of the invitations to roles that are not above the actor's, for coordinators, newest first."""
    page = keyset_page(
        ctx.session,
        _to_see(ctx),
        by=(Invitation.created_at, Invitation.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page([invitation_view(row, now=ctx.now) for row in page.items], page.next_cursor)


def _to_see(ctx: ReadContext) -> Select[Invitation]:
    return select(Invitation).where(Invitation.role.in_(ctx.permitted(Permission.INVITE_MEMBERS).role.up_to_own))


def cohorts(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[CohortView]:
    """Return a page of all cohorts, for coordinators, oldest first."""
    _ = ctx.permitted(Permission.INVITE_MEMBERS)
    by = (Cohort.created_at, Cohort.id)
    page = keyset_page(ctx.session, select(Cohort), by=by, cursor=cursor, limit=limit)
    return Page([CohortView(row.id, row.name, row.created_at) for row in page.items], page.next_cursor)


def invitation_view(row: Invitation, *, now: datetime) -> InvitationView:
    """Return an invitation as coordinators see it."""
    return InvitationView(row.id, row.email, row.role, row.state_at(now), row.created_at, row.expires_at)
