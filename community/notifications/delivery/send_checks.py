"""Checks in the moment before sending: the recipient may still get it, still wants it, and it is still true."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.crypto.cipher import keyed_digest
from community.core.kind_registries import still_new, still_true
from community.core.outbox.notification_kinds import kind_of
from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.active_members import is_active
from community.members.queries.people import address_of
from community.notifications.models import Delivery, Notification, SuppressedAddress
from community.notifications.preferences.delivery_preferences import (
    EMAIL,
    OUTSIDE,
    load_preferences,
    with_kind_enabled,
    without_mutes,
)

REFUSAL_LASTS = timedelta(days=30)


def skip_reason(ctx: ReadContext, delivery: Delivery, notification: Notification | None) -> str | None:
    """Return why this must not be sent now, in one word, or None. A digest's notifications are checked one by one
    elsewhere.
    """
    session, now = ctx.session, ctx.now
    is_member = session.get(Member, delivery.recipient) is not None
    is_shut_out = is_member and _is_shut_out(session, delivery.recipient, now=now)
    if is_shut_out and not kind_of(delivery.kind).sent_to_suspended:
        return "inactive"
    if delivery.expires_at is not None and delivery.expires_at <= now:
        return "too_late"
    if delivery.batch_key is None:
        if notification is not None and notification.read_at is not None:
            return "read"
        reason = _no_longer_true(ctx, delivery)
        if reason or _was_overtaken(session, delivery):
            return reason or "outdated"
    elif delivery.medium != EMAIL and not _has_news(ctx, delivery):
        return "read"
    return _unwanted(session, delivery, notification, now=now) if delivery.medium in OUTSIDE else None


def _is_shut_out(session: Session, member_id: UUID, *, now: datetime) -> bool:
    return session.scalar(select(Member.id).where(Member.id == member_id, is_active(now))) is None


def address_key(secret: str, address: str) -> str:
    """Return the keyed digest under which an address is suppressed."""
    return keyed_digest(secret, "refused-address", address.casefold())


def is_refused(session: Session, secret: str, address: str, *, now: datetime) -> bool:
    """Return whether a mail server refused this address for good within REFUSAL_LASTS."""
    row = session.get(SuppressedAddress, address_key(secret, address))
    return row is not None and row.refused_at > now - REFUSAL_LASTS


def _unwanted(session: Session, delivery: Delivery, notification: Notification | None, *, now: datetime) -> str | None:
    """Return why it is not wanted outside the app: no address, switched off since, muted, or not from the buddy.

    A digest's notifications are checked one by one instead.
    """
    if delivery.medium == EMAIL and address_of(session, delivery.recipient) is None:
        return "no_address"
    if kind_of(delivery.kind).is_security or delivery.notification_id is None:
        return None
    if not with_kind_enabled(session, kind=delivery.kind, medium=delivery.medium, member_ids=[delivery.recipient]):
        return "switched_off"
    if delivery.batch_key is not None and delivery.medium == EMAIL:
        return None
    if notification is not None and not may_send(session, delivery.kind, notification):
        return "only_buddy"
    concerns = mutable_ids(notification, subject=delivery.subject, is_one=delivery.batch_key is None)
    if concerns and not kind_of(delivery.kind).ignores_quiet_hours:
        return None if without_mutes(session, [delivery.recipient], concerns=concerns, now=now) else "muted"
    return None


def may_send(session: Session, kind: str, notification: Notification) -> bool:
    """Return whether the member's settings allow a notification like this one outside the app."""
    mine = load_preferences(session, [notification.member_id]).get(notification.member_id)
    return mine is None or mine.allows(kind, from_buddy=notification.from_buddy)


def mutable_ids(notification: Notification | None, *, subject: UUID | None, is_one: bool = True) -> list[UUID]:
    """Return the ids that a member may have muted to stop this notification. One of a batch has only its subject."""
    sources = [UUID(one) for one in (notification.concerns or ())] if notification is not None and is_one else []
    return [*sources, *([subject] if subject else [])]


def _has_news(ctx: ReadContext, delivery: Delivery) -> bool:
    """Return whether anything that a push collects is still new."""
    new = still_new.count_unread(ctx, kind=delivery.kind, recipient_id=delivery.recipient, subject=delivery.subject)
    return new is None or new > 0


def _no_longer_true(ctx: ReadContext, delivery: Delivery) -> str | None:
    return still_true.skip_reason(
        ctx,
        kind=delivery.kind,
        recipient_id=delivery.recipient,
        subject=delivery.subject,
        subject_version=delivery.subject_version,
    )


def _was_overtaken(session: Session, delivery: Delivery) -> bool:
    """Return whether the recipient has a delivery of a newer version of the subject."""
    if delivery.subject is None or delivery.subject_version is None:
        return False
    newer = select(Delivery.id).where(
        Delivery.recipient == delivery.recipient,
        Delivery.medium == delivery.medium,
        Delivery.kind == delivery.kind,
        Delivery.subject == delivery.subject,
        Delivery.subject_version > delivery.subject_version,
    )
    return session.scalar(newer.limit(1)) is not None
