"""Authentication of session tokens, before every request and for every socket, in units of work of their own."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as DbSession

from community.core.crypto.cipher import token_hash
from community.core.db import UTCDateTime
from community.core.permissions import Permission
from community.core.unit_of_work import Actor, Role, UnitOfWork, UnitOfWorkFactory
from community.members.models import Member, Session
from community.members.queries.active_members import is_active
from community.members.rules.accounts import is_session_valid

TOUCH_EVERY = timedelta(minutes=1)


def authenticate(store: UnitOfWorkFactory, token: str) -> Actor | None:
    """Return the actor of a session token; None when it expired, idled out, or its member may not use the service.

    Counts as use of the session: its idle time begins again.
    """
    now = store.clock()
    held = _held(store, [token], now)
    if not held:
        return None
    if is_use_noted(held[0].last_used_at, now):
        return _actor(held[0])
    with store.unit_of_work(now=now) as uow:
        note_use(uow, [held[0].id])
    return _actor(held[0])


def authenticate_in_background(store: UnitOfWorkFactory, token: str) -> Actor | None:
    """Return the actor of a session token for a request that a page makes by itself, which does not count as use."""
    held = _held(store, [token], store.clock())
    return _actor(held[0]) if held else None


def authenticate_all(store: UnitOfWorkFactory, tokens: Collection[str]) -> dict[str, Actor]:
    """Return the actors of these session tokens, for sockets, with one query. Auditors, who take no part, have none.

    A page connects by itself, and again after each interruption, so this does not count as use. What a member sends
    over the socket does: see `note_use`.
    """
    by_hash = {token_hash(token): token for token in tokens}
    actors = {by_hash[row.token_hash]: _actor(row) for row in _held(store, tokens, store.clock())}
    return {token: actor for token, actor in actors.items() if actor.may(Permission.TAKE_PART)}


def is_use_noted(last_used_at: datetime, now: datetime) -> bool:
    """Return whether a session's use was noted less than a minute ago, so that most requests write nothing."""
    return now - last_used_at <= TOUCH_EVERY


def note_use(uow: UnitOfWork, session_ids: Collection[UUID]) -> None:
    """Begin the idle time of these sessions again, because their members did something."""
    uow.session.execute(
        update(Session)
        .where(Session.id.in_(session_ids))
        .values(last_used_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def _held(store: UnitOfWorkFactory, tokens: Collection[str], now: datetime) -> list[Any]:
    with store.read_context() as ctx:
        hashes = [token_hash(token) for token in tokens]
        rows = ctx.session.connection().execute(HELD, {"hashes": hashes, "now": now}).all()
    return [row for row in rows if _holds(row, now)]


def _actor(row: Any) -> Actor:
    role = Role(row.role)
    return Actor(
        id=row.member_id,
        handle=row.handle,
        role=role,
        time_zone=row.time_zone,
        session_id=row.id,
        second_factor_at=row.second_factor_at,
        stepped_up_at=row.stepped_up_at,
        may_enroll_factor=row.may_enroll_factor,
    )


def live_sessions(session: DbSession, session_ids: set[UUID], *, now: datetime) -> set[UUID]:
    """Return which of these sessions are valid and belong to members who may use the service."""
    rows = session.connection().execute(LIVE_SESSIONS, {"sessions": list(session_ids), "now": now})
    return {row.id for row in rows if _holds(row, now)}


def _holds(row: Any, now: datetime) -> bool:
    return is_session_valid(
        now, expires_at=row.expires_at, last_used_at=row.last_used_at, idle_seconds=row.idle_seconds
    )


# Prepared once, because every request and every socket begins with the first of them.
HELD = (
    select(
        Session.id,
        Session.token_hash,
        Session.expires_at,
        Session.last_used_at,
        Session.idle_seconds,
        Session.second_factor_at,
        Session.stepped_up_at,
        Session.may_enroll_factor,
        Session.member_id,
        Member.handle,
        Member.role,
        Member.time_zone,
    )
    .join(Member, Member.id == Session.member_id)
    .where(
        Session.token_hash.in_(bindparam("hashes", expanding=True)), is_active(bindparam("now", type_=UTCDateTime()))
    )
)
LIVE_SESSIONS = (
    select(Session.id, Session.expires_at, Session.last_used_at, Session.idle_seconds)
    .join(Member, Member.id == Session.member_id)
    .where(Session.id.in_(bindparam("sessions", expanding=True)), is_active(bindparam("now", type_=UTCDateTime())))
)


def actor_for(member: Member, *, session_id: UUID | None = None) -> Actor:
    """Return a member as an actor."""
    return Actor(
        id=member.id,
        handle=member.handle,
        role=Role(member.role),
        time_zone=member.time_zone,
        session_id=session_id,
    )


def actor_of_session(actor: Actor, session: Session) -> Actor:
    """Return the actor with another of their sessions."""
    return replace(
        actor,
        session_id=session.id,
        second_factor_at=session.second_factor_at,
        stepped_up_at=session.stepped_up_at,
        may_enroll_factor=session.may_enroll_factor,
    )
