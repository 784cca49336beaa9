"""Queries of changes of e-mail addresses: what waits for the actor, the rows of links, and where their mails go."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session as DbSession

from community.core.crypto.cipher import token_hash
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.models.email_changes import EmailChange
from community.members.rules.email_changes import KEPT, MAX_PER_ADDRESS, MAX_PER_MEMBER, WINDOW


def my_waiting_address(ctx: ReadContext) -> str | None:
    """Return the address that the actor's account changes to when it is confirmed, if one waits."""
    is_theirs = (EmailChange.member_id == ctx.actor.id, *_is_open(ctx))
    query = select(EmailChange.new_email).where(*is_theirs).order_by(EmailChange.created_at.desc()).limit(1)
    return ctx.session.scalar(query)


def open_change(ctx: ReadContext, token: str) -> EmailChange | None:
    """Load the change of a confirmation link, if it can be confirmed now."""
    return ctx.session.scalar(select(EmailChange).where(EmailChange.confirm_hash == token_hash(token), *_is_open(ctx)))


def stoppable_change(ctx: ReadContext, token: str) -> EmailChange | None:
    """Load the change of a link to the old address, in any state but past its time."""
    is_it = (EmailChange.stop_hash == token_hash(token), EmailChange.created_at > ctx.now - KEPT)
    return ctx.session.scalar(select(EmailChange).where(*is_it))


def locked_change(uow: UnitOfWork, change: EmailChange) -> tuple[Member, EmailChange]:
    """Load a change and its member, both locked, the member first as in every change of an account."""
    member = uow.session.get_one(Member, change.member_id, with_for_update=True, populate_existing=True)
    return member, uow.session.get_one(EmailChange, change.id, with_for_update=True, populate_existing=True)


def open_changes_of(uow: UnitOfWork, member_id: UUID) -> list[EmailChange]:
    """Load the changes of a member that still wait, locked."""
    query = select(EmailChange).where(EmailChange.member_id == member_id, *_is_open(uow))
    return list(uow.session.scalars(query.with_for_update()))


def past_changes(uow: UnitOfWork) -> list[EmailChange]:
    """Load changes whose links are long over, locked, a hundred at most."""
    query = select(EmailChange).where(EmailChange.created_at <= uow.now - KEPT).order_by(EmailChange.id).limit(100)
    return list(uow.session.scalars(query.with_for_update(skip_locked=True)))


def is_too_often(uow: UnitOfWork, *, member_id: UUID) -> bool:
    """Return whether a member's address was to change too often within a day. The caller has locked the member."""
    return _count(uow, EmailChange.member_id == member_id) >= MAX_PER_MEMBER


def is_address_asked_too_often(uow: UnitOfWork, email: str) -> bool:
    """Return whether an address got as many of our mails as it may within a day."""
    return _count(uow, EmailChange.new_email == email) >= MAX_PER_ADDRESS


def address_of_change(session: DbSession, recipient_id: UUID) -> str | None:
    """Return the address of a mail about a change: the new one for its id, the old one for the id of its notice.

    None when the new address belongs to a member: nothing tells then whose it is.
    """
    query = select(EmailChange).where(or_(EmailChange.id == recipient_id, EmailChange.notice_id == recipient_id))
    change = session.scalar(query)
    if change is None or change.stopped_at is not None:
        return None
    if change.notice_id == recipient_id:
        return change.old_email
    is_taken = session.scalar(select(Member.id).where(Member.email == change.new_email)) is not None
    return None if is_taken or change.confirmed_at is not None else change.new_email


def _is_open(ctx: ReadContext) -> tuple[ColumnElement[bool], ...]:
    return (EmailChange.confirmed_at.is_(None), EmailChange.stopped_at.is_(None), EmailChange.expires_at > ctx.now)


def _count(uow: UnitOfWork, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(EmailChange).where(condition, EmailChange.created_at > uow.now - WINDOW)
    return uow.session.scalars(query).one()
