"""Messages of a delivery: one mail, or one push for each of the member's browsers."""

import json
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import select

from community.core.crypto.cipher import keyed_digest
from community.core.events import Priority
from community.core.kind_registries import links, mail_texts
from community.core.outbox.notification_kinds import SUBJECT, kind_of
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork
from community.members.models import Session as SignedIn
from community.notifications.channels.email import URGENCIES, EmailContent, compose
from community.notifications.channels.web_push import PushMessage
from community.notifications.delivery.digests import Digest
from community.notifications.delivery.unsubscribe_tokens import unsubscribe_token
from community.notifications.models import Delivery, DeliveryAttempt, PushSubscription
from community.notifications.preferences.delivery_preferences import DeliveryPreferences

TTL = {
    Priority.CRISIS: timedelta(hours=1),
    Priority.PERSON: timedelta(days=1),
    Priority.TIMED: timedelta(hours=6),
    Priority.DIGEST: timedelta(days=1),
}


@dataclass(frozen=True)
class DevicePush:
    """A push and the browser that it is for."""

    id: UUID
    message: PushMessage


def build_email(
    uow: UnitOfWork,
    delivery: Delivery,
    settings: Settings,
    *,
    address: str,
    preferences: DeliveryPreferences | None,
    digest: Digest | None,
) -> EmailMessage | None:
    """Return the mail of a delivery, or None when its address is invalid."""
    kind = kind_of(delivery.kind)
    secret_path = links.path_for(
        uow.session,
        kind=delivery.kind,
        secret=settings.secret_key,
        recipient_id=delivery.recipient,
        subject=delivery.subject,
    )
    can_unsubscribe = not kind.is_security and delivery.notification_id is not None
    token = (
        unsubscribe_token(settings.secret_key, member_id=delivery.recipient, kind=delivery.kind)
        if can_unsubscribe
        else ""
    )
    is_detailed = preferences is not None and not preferences.hide_details and not kind.is_security
    lines = digest.labels if digest and is_detailed else ()
    own = mail_texts.write(uow, kind=delivery.kind, recipient_id=delivery.recipient)
    subject = lines[0] if len(lines) == 1 else kind.headline(is_detailed=is_detailed and digest is None)
    content = EmailContent(
        delivery_id=delivery.id,
        address=address,
        path=secret_path or _open_path(delivery, digest),
        subject=own.subject if own else subject,
        text=own.text if own else kind.mail_text or URGENCIES.get(kind.neutral_subject, ""),
        quoted=own.quoted if own else "",
        quote=own.quote if own else "",
        action=kind.action,
        unsubscribe_path=f"/unsubscribe/{token}" if token else "",
        count=digest.total if digest else 1,
        lines=lines,
    )
    try:
        return compose(content, settings, now=uow.now)
    except ValueError:
        return None


def build_pushes(
    uow: UnitOfWork, delivery: Delivery, settings: Settings, *, preferences: DeliveryPreferences
) -> tuple[DevicePush, ...]:
    """Return the pushes for the browsers that have not received this delivery yet."""
    reached = select(DeliveryAttempt.target).where(
        DeliveryAttempt.delivery_id == delivery.id,
        DeliveryAttempt.result == "sent",
        DeliveryAttempt.target.is_not(None),
    )
    rows = uow.session.scalars(
        select(PushSubscription)
        .join(SignedIn, SignedIn.id == PushSubscription.session_id)
        .where(
            PushSubscription.member_id == delivery.recipient,
            SignedIn.expires_at > uow.now,
            PushSubscription.id.not_in(reached),
        )
        .order_by(PushSubscription.created_at)
    )
    kind = kind_of(delivery.kind)
    ttl = TTL[kind.priority]
    if delivery.expires_at is not None:
        ttl = min(ttl, delivery.expires_at - uow.now)
    headline = kind.headline(is_detailed=not preferences.hide_details)
    topic = delivery.batch_key or f"{delivery.kind}:{delivery.subject or delivery.id}"
    return tuple(
        DevicePush(
            row.id,
            PushMessage(
                **json.loads(uow.cipher.decrypt_column(row, PushSubscription.keys_encrypted)),
                path=_open_path(delivery, None),
                topic=keyed_digest(settings.secret_key, "push-topic", f"{delivery.recipient}:{topic}")[:32],
                urgency="high" if kind.priority is Priority.CRISIS else "normal",
                ttl=ttl,
                text="" if preferences.hide_details and kind.neutral_subject == SUBJECT else headline,
            ),
        )
        for row in rows
    )


def _open_path(delivery: Delivery, digest: Digest | None) -> str:
    """Return a neutral path: the target is revealed only after sign-in."""
    if digest is not None:
        return f"/notifications/{digest.only}/open" if digest.only else "/notifications"
    return f"/notifications/{delivery.notification_id}/open" if delivery.notification_id else delivery.path
