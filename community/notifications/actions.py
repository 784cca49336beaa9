"""Actions of members on notifications: read, mute, set preferences, register devices; and of coordinators on
deliveries.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from community.core.crypto.cipher import keyed_digest
from community.core.errors import Conflict, NotFound, ValidationFailed
from community.core.ids import new_id
from community.core.kind_registries import mutable
from community.core.unit_of_work import UnitOfWork
from community.notifications import access
from community.notifications.channels.push_endpoints import Endpoints, RefusedEndpoint
from community.notifications.delivery.send_checks import address_key
from community.notifications.delivery.unsubscribe_tokens import read_unsubscribe_token
from community.notifications.events import EmailRetryRequested
from community.notifications.models import Mute, PushSubscription
from community.notifications.preferences import delivery_preferences, levels
from community.notifications.preferences.delivery_preferences import DIGEST, EMAIL
from community.notifications.queries import inbox, preferences
from community.notifications.queries.inbox import NotificationView
from community.notifications.queries.preferences import DeviceView, PreferencesView
from community.notifications.rules import quiet_hours

QUIET = "quiet"
MAX_DEVICES = 20
MAX_MUTES = 500


class TooManyMutes(Conflict):
    """The actor has MAX_MUTES mutes already."""

    code = "too_many_mutes"
    message = "You’ve muted as much as you can. Unmute something first."


class TooManyDevices(Conflict):
    """The actor has MAX_DEVICES devices already."""

    code = "too_many_devices"
    message = "You can’t add more devices. Turn one off first."


class NeedsSession(Conflict):
    """A device was registered without a session, to which it would belong."""

    code = "needs_session"
    message = "Sign in on a device to turn it on."


def open_notification(uow: UnitOfWork, *, notification_id: UUID) -> NotificationView:
    """Mark a notification read, with the older ones that the list shows as one row with it. Raises NotFound."""
    row = access.own_notification(uow, notification_id)
    if access.mark_similar_read(uow, row):
        row.read_at = row.read_at or uow.now
        uow.notify_member(uow.actor.id)
    return inbox.notification_views(uow, [row])[0]


def mark_read(uow: UnitOfWork, *, up_to_id: UUID | None = None) -> int:
    """Mark the actor's notifications read, up to and including one or all. Return the unread count. Raises NotFound."""
    last = access.own_notification(uow, up_to_id) if up_to_id else None
    if access.mark_own_read(uow, up_to=last):
        uow.notify_member(uow.actor.id)
    return inbox.count_unread(uow)


def update_preferences(
    uow: UnitOfWork,
    *,
    wanted: Mapping[tuple[str, str], bool] | None = None,
    quiet: Sequence[Mapping[str, Any]] | None = None,
    level: str | None = None,
    **settings: Any,
) -> PreferencesView:
    """Change which kinds use which channel, quiet hours, and settings. What is not named stays as it is.

    A level sets all kinds but those of coordinators; what is wanted beside it is changed after that.

    Deliveries that quiet hours or the daily digest hold back are planned again: none is lost, none comes early.
    """
    row = access.get_or_create_settings(uow)
    if level is not None:
        wanted = {**levels.choices_of(level), **(wanted or {})}
        settings = {"buddy_only": False, **settings}
    access.set_own_preferences(uow, wanted or {})
    if quiet is not None:
        row.quiet_hours = [dict(one) for one in quiet]
    for name, value in settings.items():
        setattr(row, name, value)
    if settings.get("frequency") == delivery_preferences.DAILY:
        access.set_own_preferences(uow, {(DIGEST, EMAIL): True})
    row.changed_at = uow.now
    uow.session.flush()
    _plan_anew(uow)
    return preferences.my_preferences(uow)


def _plan_anew(uow: UnitOfWork) -> None:
    mine = delivery_preferences.load_preferences(uow.session, [uow.actor.id])[uow.actor.id]
    for delivery in access.waiting_deliveries(uow, gather=DIGEST):
        is_daily = mine.frequency == delivery_preferences.DAILY
        delivery.due_at = quiet_hours.next_at(uow.now, mine.daily_time, mine.zone) if is_daily else uow.now
        delivery.reason = None
    for delivery in access.waiting_deliveries(uow, reason=QUIET):
        plan = mine.plan(delivery.kind, uow.now, now=uow.now, seed=delivery.id, expires_at=delivery.expires_at)
        delivery.due_at, delivery.reason = plan.at, QUIET if plan.held else None
    uow.session.flush()


def unsubscribe(uow: UnitOfWork, *, token: str, secret: str) -> str:
    """Switch the mails of a kind off for the member whose token this is, and return the kind.

    Idempotent. Raises NotFound.
    """
    member_id, kind = read_unsubscribe_token(secret, token)
    row = access.get_or_create_preference(uow, member_id=member_id, kind=kind, medium=EMAIL)
    row.wanted = False
    row.changed_at = uow.now
    return kind


def register_device(
    uow: UnitOfWork, *, endpoint: str, keys: Mapping[str, str], secret: str, services: Sequence[str]
) -> DeviceView:
    """Push to this browser for as long as the actor's session lasts. A browser of another member becomes the actor's.

    Raises NeedsSession, TooManyDevices, and ValidationFailed for an address of an unknown push service.
    """
    if uow.actor.session_id is None:
        raise NeedsSession
    try:
        Endpoints(services).check(endpoint)
    except RefusedEndpoint as error:
        raise ValidationFailed(errors={"endpoint": ["We don’t know this push service."]}) from error
    digest = keyed_digest(secret, "push-endpoint", endpoint)
    row = access.subscription_at(uow, digest)
    if row is None:
        if access.count_devices(uow) >= MAX_DEVICES:
            raise TooManyDevices
        row = PushSubscription(id=new_id(), endpoint=digest, created_at=uow.now)
        uow.session.add(row)
    row.member_id, row.session_id = uow.actor.id, uow.actor.session_id
    uow.cipher.encrypt_column(row, PushSubscription.keys_encrypted, json.dumps({"endpoint": endpoint, **keys}))
    uow.session.flush()
    return preferences.my_device(uow, row.id)


def move_devices(uow: UnitOfWork, old_session_id: UUID, new_session_id: UUID) -> None:
    """Push to the browsers of a session for as long as the session that replaces it lasts."""
    uow.session.execute(
        update(PushSubscription)
        .where(PushSubscription.session_id == old_session_id)
        .values(session_id=new_session_id)
        .execution_options(synchronize_session=False)
    )


def remove_device(uow: UnitOfWork, *, device_id: UUID) -> None:
    """Stop pushing to one of the actor's browsers. Raises NotFound."""
    uow.session.delete(access.own_subscription(uow, device_id))


def retry_own_address(uow: UnitOfWork, *, secret: str) -> None:
    """Send mail to the actor's address again, after it was suppressed."""
    if access.unsuppress_address(uow, address_key(secret, access.own_address(uow))):
        uow.record(EmailRetryRequested(member_id=uow.actor.id))


def retry_delivery(uow: UnitOfWork, *, delivery_id: UUID) -> None:
    """Send a delivery that is dead or in doubt again, with all attempts but one. Raises Forbidden, NotFound."""
    row = access.ended_delivery(uow, delivery_id)
    row.state, row.reason, row.attempts, row.due_at, row.finished_at = "due", "again", 1, uow.now, None


def dismiss_delivery(uow: UnitOfWork, *, delivery_id: UUID) -> None:
    """Close a delivery that is dead or in doubt without sending it. Raises Forbidden, NotFound."""
    row = access.ended_delivery(uow, delivery_id)
    row.state, row.reason = "suppressed", "let_be"


def mute(uow: UnitOfWork, *, sort: str, subject_id: UUID, until: datetime | None = None) -> None:
    """Mute a meetup or a member, until a moment or until unmuted. Muting again sets the new end.

    Raises NotFound, TooManyMutes, and ValidationFailed for a moment in the past.
    """
    if subject_id not in mutable.seen(uow, sort=sort, ids=[subject_id]):
        raise NotFound
    if until is not None and until <= uow.now:
        raise ValidationFailed(errors={"until": ["Choose a time in the future."]})
    row = access.own_mute(uow, subject_id)
    if row is not None:
        row.until = until
        return
    uow.session.execute(delete(Mute).where(Mute.member_id == uow.actor.id, Mute.until <= uow.now))
    if access.count_mutes(uow) >= MAX_MUTES:
        raise TooManyMutes
    uow.session.add(
        Mute(member_id=uow.actor.id, subject_id=subject_id, subject_type=sort, created_at=uow.now, until=until)
    )


def unmute(uow: UnitOfWork, *, subject_id: UUID) -> None:
    """End the actor's mute of a subject. Idempotent."""
    row = access.own_mute(uow, subject_id)
    if row is not None:
        uow.session.delete(row)
