"""Loading members, sessions and invitations with permission."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from community.core.crypto import token_hash
from community.core.errors import NotFound
from community.core.unit_of_work import Actor, Reading, Role, Store, UnitOfWork, utc_now
from community.members.models import Cohort, Invitation, Member, PasswordReset, Session
from community.members.queries import is_active, kept_apart

TOUCH_EVERY = timedelta(minutes=1)


def identify(store: Store, token: str) -> Actor | None:
    """Who holds this session token now: nobody when it ended, idled out, or its member may not use the service."""
    now = utc_now()
    with store.reading() as look:
        row = look.session.execute(
            select(Session, Member)
            .join(Member, Member.id == Session.member_id)
            .where(Session.token_hash == token_hash(token), is_active(now))
        ).one_or_none()
        if row is None or not _holds(row[0], now):
            return None
        session, member = row
        actor = actor_for(member, session_id=session.id)
        stale = now - session.last_used_at > TOUCH_EVERY
    if stale:
        with store.unit_of_work(actor, now=now) as uow:
            touched = uow.session.get(Session, session.id)
            if touched is not None:
                touched.last_used_at = now
    return actor


def _holds(session: Session, now: datetime) -> bool:
    return session.expires_at > now and session.last_used_at + timedelta(seconds=session.idle_seconds) > now


def live_sessions(session: DbSession, session_ids: set[UUID], *, now: datetime) -> set[UUID]:
    """Which of these sessions still hold and belong to members who may use the service."""
    rows = session.scalars(
        select(Session)
        .join(Member, Member.id == Session.member_id)
        .where(Session.id.in_(session_ids), is_active(now))
    )
    return {row.id for row in rows if _holds(row, now)}


def actor_for(member: Member, *, session_id: UUID | None = None) -> Actor:
    """The member as somebody who acts."""
    return Actor(
        id=member.id,
        handle=member.handle,
        role=Role(member.role),
        time_zone=member.time_zone,
        session_id=session_id,
    )


def oneself(uow: UnitOfWork) -> Member:
    """The actor's own row, locked."""
    return uow.session.get_one(Member, uow.actor.id, with_for_update=True)


def somebody(look: Reading, member_id: UUID) -> Member:
    """An active member the actor may know of. Raises NotFound."""
    member = look.session.scalar(select(Member).where(Member.id == member_id, is_active(look.now)))
    if member is None or (member_id in kept_apart(look.session, look.actor.id) and not look.actor.is_staff):
        raise NotFound
    return member


def member_to_manage(uow: UnitOfWork, member_id: UUID) -> Member:
    """A member, locked, for a coordinator's decision; an admin only for an admin. Raises NotFound."""
    staff = uow.staff
    member = uow.session.get(Member, member_id, with_for_update=True)
    if member is None or (member.role != Role.ALUMNUS and staff.role is not Role.ADMIN):
        raise NotFound
    return member


def own_session(uow: UnitOfWork, session_id: UUID) -> Session:
    """One of the actor's sessions. Raises NotFound."""
    session = uow.session.get(Session, session_id)
    if session is None or session.member_id != uow.actor.id:
        raise NotFound
    return session


def invitation_to_manage(uow: UnitOfWork, invitation_id: UUID) -> Invitation:
    """An invitation, locked, for a coordinator. Raises NotFound."""
    _ = uow.staff
    invitation = uow.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound
    return invitation


def open_invitation(look: Reading, token: str, *, lock: bool = False) -> Invitation | None:
    """The invitation behind a link, while it can be accepted."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = look.session.scalar(query.with_for_update() if lock else query)
    if invitation is None or invitation.state_at(look.now) in ("accepted", "expired", "revoked"):
        return None
    return invitation


def open_reset(uow: UnitOfWork, token: str) -> PasswordReset | None:
    """The reset behind a link, locked, while it can be used."""
    reset = uow.session.scalar(
        select(PasswordReset).where(PasswordReset.token_hash == token_hash(token)).with_for_update()
    )
    if reset is None or reset.used_at or reset.expires_at <= uow.now:
        return None
    return reset


def cohort_for(uow: UnitOfWork, cohort_id: UUID | None) -> Cohort | None:
    """The cohort, if one is named. Raises NotFound."""
    if cohort_id is None:
        return None
    cohort = uow.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort
