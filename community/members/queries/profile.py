"""Queries of the actor's own account: profile, sessions, blocks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.members.models import Block, Consent, Member, Session


@dataclass(frozen=True)
class SessionView:
    """One of the actor's sessions. `current` marks the session of the request."""

    id: UUID
    label: str
    created_at: datetime
    last_used_at: datetime
    current: bool


@dataclass(frozen=True)
class Profile:
    """A member's own profile."""

    id: UUID
    handle: str
    role: str
    email: str
    time_zone: str
    created_at: datetime
    consents: tuple[str, ...]


def my_profile(ctx: ReadContext) -> Profile:
    """Return the actor's own profile."""
    member = ctx.session.get_one(Member, ctx.actor.id)
    consents = ctx.session.scalars(
        select(Consent.text_version)
        .where(Consent.member_id == member.id, Consent.revoked_at.is_(None))
        .order_by(Consent.text_version)
    )
    return Profile(
        member.id, member.handle, member.role, member.email, member.time_zone, member.created_at, tuple(consents)
    )


def my_sessions(ctx: ReadContext) -> list[SessionView]:
    """Return the actor's valid sessions, the most recently used first."""
    rows = ctx.session.scalars(
        select(Session)
        .where(Session.member_id == ctx.actor.id, Session.expires_at > ctx.now)
        .order_by(Session.last_used_at.desc())
    )
    return [
        SessionView(row.id, row.label, row.created_at, row.last_used_at, row.id == ctx.actor.session_id) for row in rows
    ]


def my_blocks(ctx: ReadContext) -> list[tuple[UUID, str]]:
    """Return the actor's blocks by id and handle: the handle as it was known then, "A member" without one."""
    rows = ctx.session.execute(
        select(Block.blocked_id, Block.blocked_handle)
        .where(Block.blocker_id == ctx.actor.id)
        .order_by(Block.blocked_handle, Block.blocked_id)
    )
    return [(member_id, handle or "A member") for member_id, handle in rows]
