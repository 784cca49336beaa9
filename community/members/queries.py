"""Reads about members: who is kept apart from whom, lists for coordinators, one's own profile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.sql.elements import ColumnElement

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import Reading
from community.members.models import Block, Cohort, Consent, Invitation, Member, NoContact, Sanction, Session


@dataclass(frozen=True)
class MemberView:
    """A member as coordinators see them."""

    id: UUID
    handle: str
    role: str
    email: str
    state: str
    cohort: str | None
    created_at: datetime


@dataclass(frozen=True)
class SessionView:
    """One of my sessions; `current` is the one that asks."""

    id: UUID
    label: str
    created_at: datetime
    last_used_at: datetime
    current: bool


@dataclass(frozen=True)
class InvitationView:
    """An invitation and how far it has come."""

    id: UUID
    email: str
    role: str
    state: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class CohortView:
    """People who finished together."""

    id: UUID
    name: str
    created_at: datetime


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


def kept_apart(session: DbSession, member_id: UUID) -> frozenset[UUID]:
    """Everybody this member must not meet here: blocked either way, or under a no-contact order."""
    blocks = select(Block.blocked_id).where(Block.blocker_id == member_id)
    blocked = select(Block.blocker_id).where(Block.blocked_id == member_id)
    first = select(NoContact.second_id).where(NoContact.first_id == member_id, NoContact.ended_at.is_(None))
    second = select(NoContact.first_id).where(NoContact.second_id == member_id, NoContact.ended_at.is_(None))
    return frozenset(session.scalars(blocks.union(blocked, first, second)))


def kept_apart_among(session: DbSession, member_ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """All pairs of these members who must not meet, each pair in both orders."""
    ids = set(member_ids)
    pairs: set[tuple[UUID, UUID]] = set()
    blocks = session.execute(select(Block.blocker_id, Block.blocked_id))
    orders = session.execute(select(NoContact.first_id, NoContact.second_id).where(NoContact.ended_at.is_(None)))
    for one, other in [*blocks.tuples(), *orders.tuples()]:
        if one in ids and other in ids:
            pairs |= {(one, other), (other, one)}
    return frozenset(pairs)


def is_suspended(now: datetime) -> ColumnElement[bool]:
    """Condition on `Member`: a suspension holds at `now`."""
    return exists().where(
        Sanction.member_id == Member.id,
        Sanction.kind == "suspension",
        Sanction.lifted_at.is_(None),
        Sanction.starts_at <= now,
        or_(Sanction.ends_at.is_(None), Sanction.ends_at > now),
    )


def is_active(now: datetime) -> ColumnElement[bool]:
    """Condition on `Member`: may use the service at `now`."""
    return and_(Member.state == "active", ~is_suspended(now))


def active_members(session: DbSession, *, now: datetime, roles: Iterable[str] = ()) -> list[UUID]:
    """The ids of everybody who may use the service, of these roles or of all."""
    query = select(Member.id).where(is_active(now))
    wanted = list(roles)
    return list(session.scalars(query.where(Member.role.in_(wanted)) if wanted else query))


def coordinators(session: DbSession, *, now: datetime) -> list[UUID]:
    """The ids of all active coordinators and admins."""
    return active_members(session, now=now, roles=("coordinator", "admin"))


def handles(session: DbSession, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Handles by id."""
    ids = set(member_ids)
    if not ids:
        return {}
    return dict(session.execute(select(Member.id, Member.handle).where(Member.id.in_(ids))).tuples().all())


def address_of(session: DbSession, recipient_id: UUID) -> str | None:
    """Where mail for a member or an invitation goes; nothing when they may not get any."""
    member = session.get(Member, recipient_id)
    if member is not None:
        return member.email if member.state == "active" else None
    invitation = session.get(Invitation, recipient_id)
    if invitation is None or invitation.accepted_at or invitation.revoked_at:
        return None
    return invitation.email


def my_profile(look: Reading) -> Profile:
    """The actor's own profile."""
    member = look.session.get_one(Member, look.actor.id)
    consents = look.session.scalars(
        select(Consent.text_version)
        .where(Consent.member_id == member.id, Consent.revoked_at.is_(None))
        .order_by(Consent.text_version)
    )
    return Profile(
        member.id, member.handle, member.role, member.email, member.time_zone, member.created_at, tuple(consents)
    )


def my_sessions(look: Reading) -> list[SessionView]:
    """The actor's sessions that still hold, the newest use first."""
    rows = look.session.scalars(
        select(Session)
        .where(Session.member_id == look.actor.id, Session.expires_at > look.now)
        .order_by(Session.last_used_at.desc())
    )
    return [
        SessionView(row.id, row.label, row.created_at, row.last_used_at, row.id == look.actor.session_id)
        for row in rows
    ]


def members(look: Reading, *, cursor: str | None, limit: int) -> Page[MemberView]:
    """All members, for coordinators, by when they came."""
    _ = look.staff
    page = keyset_page(look.session, select(Member), by=(Member.created_at, Member.id), cursor=cursor, limit=limit)
    ids = [member.id for member in page.items]
    suspended = set(look.session.scalars(select(Member.id).where(Member.id.in_(ids), is_suspended(look.now))))
    cohorts = dict(look.session.execute(select(Cohort.id, Cohort.name)).tuples().all())
    views = [
        MemberView(
            member.id,
            member.handle,
            member.role,
            member.email,
            "suspended" if member.id in suspended else member.state,
            cohorts.get(member.cohort_id) if member.cohort_id else None,
            member.created_at,
        )
        for member in page.items
    ]
    return Page(views, page.next_cursor)


def invitations(look: Reading, *, cursor: str | None, limit: int) -> Page[InvitationView]:
    """All invitations, for coordinators, newest first."""
    _ = look.staff
    page = keyset_page(
        look.session,
        select(Invitation),
        by=(Invitation.created_at, Invitation.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page([invitation_view(row, now=look.now) for row in page.items], page.next_cursor)


def cohorts(look: Reading, *, cursor: str | None, limit: int) -> Page[CohortView]:
    """All cohorts, for coordinators, the oldest first."""
    _ = look.staff
    by = (Cohort.created_at, Cohort.id)
    page = keyset_page(look.session, select(Cohort), by=by, cursor=cursor, limit=limit)
    return Page([CohortView(row.id, row.name, row.created_at) for row in page.items], page.next_cursor)


def invitation_view(row: Invitation, *, now: datetime) -> InvitationView:
    """An invitation as coordinators see it."""
    return InvitationView(row.id, row.email, row.role, row.state_at(now), row.created_at, row.expires_at)


def my_blocks(look: Reading) -> list[tuple[UUID, str]]:
    """Whom the actor blocked: ids and handles."""
    rows = look.session.execute(
        select(Member.id, Member.handle)
        .join(Block, Block.blocked_id == Member.id)
        .where(Block.blocker_id == look.actor.id)
        .order_by(Member.handle_key)
    )
    return list(rows.tuples())


def visible_handle(look: Reading, member_id: UUID) -> str:
    """A member's handle. Raises NotFound for who is not here or kept apart."""
    handle = look.session.scalar(select(Member.handle).where(Member.id == member_id, is_active(look.now)))
    if handle is None or member_id in kept_apart(look.session, look.actor.id):
        raise NotFound
    return handle
