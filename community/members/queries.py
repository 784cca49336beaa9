"""Reads about members: who is kept apart from whom, lists for coordinators, one's own profile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.sql.elements import ColumnElement

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import Reading
from community.members.models import Block, Cohort, Consent, Invitation, Member, NoContact, Sanction, Session

Moment = datetime | ColumnElement[datetime]
"""A moment, or the place of one in a prepared statement."""


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
class NoContactView:
    """Whom a member is kept apart from by an order: `source` is member, coordinator or court."""

    id: UUID
    handle: str
    source: str
    created_at: datetime


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


def may_meet(session: DbSession, one: UUID, other: UUID) -> bool:
    """Whether two members may be brought together: neither blocked the other, and no order keeps them apart.

    The one question everybody asks before two people share a pairing, a list of names, an answer or a notice: meetups,
    buddies, rooms and whatever comes. For one person and many use `kept_apart`, for pairs among many
    `kept_apart_among`: all three read the same rows, so a block or an order holds everywhere from its commit on.
    Never answer "you may not": what is kept from somebody is not there (NotFound, or left out).
    """
    blocked = exists().where(
        or_(
            and_(Block.blocker_id == one, Block.blocked_id == other),
            and_(Block.blocker_id == other, Block.blocked_id == one),
        )
    )
    first, second = sorted((one, other))
    ordered = exists().where(NoContact.first_id == first, NoContact.second_id == second, NoContact.ended_at.is_(None))
    return not session.scalar(select(or_(blocked, ordered)))


def kept_apart_among(session: DbSession, member_ids: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """All pairs of these members who must not meet, each pair in both orders."""
    ids = set(member_ids)
    pairs: set[tuple[UUID, UUID]] = set()
    blocks = session.execute(select(Block.blocker_id, Block.blocked_id))
    orders = session.execute(select(NoContact.first_id, NoContact.second_id).where(NoContact.ended_at.is_(None)))
    for one, other in [*blocks, *orders]:
        if one in ids and other in ids:
            pairs |= {(one, other), (other, one)}
    return frozenset(pairs)


def no_contacts(look: Reading, member_id: UUID) -> list[NoContactView]:
    """The orders that keep a member apart from others, for coordinators, newest first. Raises Forbidden, NotFound."""
    _ = look.staff
    if look.session.get(Member, member_id) is None:
        raise NotFound
    rows = look.session.execute(
        select(NoContact, Member.id, Member.handle)
        .join(
            Member,
            or_(
                and_(NoContact.first_id == member_id, Member.id == NoContact.second_id),
                and_(NoContact.second_id == member_id, Member.id == NoContact.first_id),
            ),
        )
        .where(NoContact.ended_at.is_(None))
        .order_by(NoContact.created_at.desc(), Member.id)
    )
    return [NoContactView(other_id, handle, row.source, row.created_at) for row, other_id, handle in rows]


def is_suspended(now: Moment, who: type[Member] = Member) -> ColumnElement[bool]:
    """Condition on `Member`, or an alias of it: a suspension holds at `now`."""
    return exists().where(
        Sanction.member_id == who.id,
        Sanction.kind == "suspension",
        Sanction.lifted_at.is_(None),
        Sanction.starts_at <= now,
        or_(Sanction.ends_at.is_(None), Sanction.ends_at > now),
    )


def is_active(now: Moment, who: type[Member] = Member) -> ColumnElement[bool]:
    """Condition on `Member`, or an alias of it: may use the service at `now`."""
    return and_(who.state == "active", ~is_suspended(now, who))


def active_members(
    session: DbSession, *, now: datetime, roles: Iterable[str] = (), among: Iterable[UUID] | None = None
) -> list[UUID]:
    """The ids of everybody who may use the service, of these roles or of all; only `among` these, if given."""
    query = select(Member.id).where(is_active(now))
    if among is not None:
        query = query.where(Member.id.in_(list(among)))
    wanted = list(roles)
    return list(session.scalars(query.where(Member.role.in_(wanted)) if wanted else query))


def is_plain_member(session: DbSession, member_id: UUID) -> bool:
    """Whether this is a member who coordinates nothing."""
    return session.scalar(select(Member.role).where(Member.id == member_id)) == "alumnus"


def coordinators(session: DbSession, *, now: datetime) -> list[UUID]:
    """The ids of all active coordinators and admins."""
    return active_members(session, now=now, roles=("coordinator", "admin"))


def handles(session: DbSession, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Handles by id."""
    ids = set(member_ids)
    if not ids:
        return {}
    return dict(session.execute(select(Member.id, Member.handle).where(Member.id.in_(ids))).all())


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


def members(look: Reading, *, cursor: str | None, limit: int, search: str = "") -> Page[MemberView]:
    """All members, for coordinators, by when they came; with `search` those whose handle or address holds it."""
    _ = look.staff
    query = select(Member)
    if search.strip():
        wanted = f"%{_escaped(search.strip().lower())}%"
        query = query.where(
            or_(func.lower(Member.handle).like(wanted, escape="\\"), Member.email.like(wanted, escape="\\"))
        )
    page = keyset_page(look.session, query, by=(Member.created_at, Member.id), cursor=cursor, limit=limit)
    return Page(_member_views(look, page.items), page.next_cursor)


def member(look: Reading, member_id: UUID) -> MemberView:
    """One member, for coordinators. Raises Forbidden, NotFound."""
    _ = look.staff
    row = look.session.get(Member, member_id)
    if row is None:
        raise NotFound
    return _member_views(look, [row])[0]


def _member_views(look: Reading, rows: list[Member]) -> list[MemberView]:
    ids = [row.id for row in rows]
    suspended = set(look.session.scalars(select(Member.id).where(Member.id.in_(ids), is_suspended(look.now))))
    names: dict[UUID, str] = {row.id: row.name for row in look.session.execute(select(Cohort.id, Cohort.name))}
    return [
        MemberView(
            row.id,
            row.handle,
            row.role,
            row.email,
            "suspended" if row.id in suspended and row.state == "active" else row.state,
            names.get(row.cohort_id) if row.cohort_id else None,
            row.created_at,
        )
        for row in rows
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\0", "")


def known_addresses(look: Reading, emails: Iterable[str]) -> tuple[set[str], set[str]]:
    """Which of these addresses (normal form) are members', and which have an invitation that still works."""
    _ = look.staff
    wanted = sorted(set(emails))
    members: set[str] = set()
    invited: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = [email for email in wanted[start : start + 500] if "\0" not in email]
        members |= set(look.session.scalars(select(Member.email).where(Member.email.in_(some))))
        waiting = select(Invitation.email).where(
            Invitation.email.in_(some),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > look.now,
        )
        invited |= set(look.session.scalars(waiting))
    return members, invited


def cohort_ids(look: Reading) -> dict[str, UUID]:
    """Cohorts by name in lower case, for coordinators."""
    _ = look.staff
    return {row.name.lower(): row.id for row in look.session.execute(select(Cohort.name, Cohort.id))}


def all_invitations(look: Reading) -> list[InvitationView]:
    """Every invitation, for coordinators, newest first."""
    _ = look.staff
    rows = look.session.scalars(select(Invitation).order_by(Invitation.created_at.desc(), Invitation.id))
    return [invitation_view(row, now=look.now) for row in rows]


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
    return list(rows)


def visible_handle(look: Reading, member_id: UUID) -> str:
    """A member's handle. Raises NotFound for who is not here or kept apart."""
    handle = look.session.scalar(select(Member.handle).where(Member.id == member_id, is_active(look.now)))
    if handle is None or member_id in kept_apart(look.session, look.actor.id):
        raise NotFound
    return handle
