"""The last look before something is sent: is it still for this person, still wanted, still true?"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.crypto import derived
from community.core.subscribers import still_true
from community.members.models import Member
from community.members.queries import address_of, is_active
from community.notifications.kinds import kind_of
from community.notifications.models import Delivery, Notification, RefusedAddress
from community.notifications.queries import who_wants_mail

REFUSAL_LASTS = timedelta(days=30)


def why_not(session: Session, delivery: Delivery, notification: Notification | None, *, now: datetime) -> str | None:
    """Why this must not be sent any more, in one word, or nothing."""
    is_member = session.get(Member, delivery.recipient) is not None
    if is_member and session.scalar(select(Member.id).where(Member.id == delivery.recipient, is_active(now))) is None:
        return "inactive"
    if notification is not None and notification.read_at is not None:
        return "read"
    if not _still_holds(session, delivery) or _was_overtaken(session, delivery):
        return "outdated"
    return _why_not_by_mail(session, delivery, now=now) if delivery.medium == "email" else None


def address_key(secret: str, address: str) -> str:
    """An address as it stands among the refused ones."""
    return derived(secret, "refused-address", address.casefold())


def is_refused(session: Session, secret: str, address: str, *, now: datetime) -> bool:
    """Whether a mail server refused this address for good, not long ago."""
    row = session.get(RefusedAddress, address_key(secret, address))
    return row is not None and row.refused_at > now - REFUSAL_LASTS


def _why_not_by_mail(session: Session, delivery: Delivery, *, now: datetime) -> str | None:
    if address_of(session, delivery.recipient) is None:
        return "no_address"
    if kind_of(delivery.kind).is_security or delivery.notification_id is None:
        return None
    wanted = who_wants_mail(session, kind=delivery.kind, member_ids=[delivery.recipient])
    return None if wanted else "switched_off"


def _still_holds(session: Session, delivery: Delivery) -> bool:
    return still_true.hold(
        session,
        kind=delivery.kind,
        recipient_id=delivery.recipient,
        subject=delivery.subject,
        subject_version=delivery.subject_version,
    )


def _was_overtaken(session: Session, delivery: Delivery) -> bool:
    """Whether the same person was told a newer version of the same thing."""
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
