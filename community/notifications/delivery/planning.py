"""Planning of mails and pushes: recipients, channels and times by preferences, quiet hours and the first-week limit."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community.core.ids import new_id
from community.core.outbox.notification_kinds import all_kinds, kind_of
from community.core.outbox.subscriptions import NotificationSpec
from community.core.unit_of_work import UnitOfWork
from community.notifications.models import Delivery
from community.notifications.preferences import delivery_preferences
from community.notifications.preferences.delivery_preferences import DIGEST, EMAIL, PUSH, DeliveryPreferences
from community.notifications.rules import quiet_hours

MESSAGES = "messages"
UNDER_WAY = ("due", "sending", "sent")


@dataclass(frozen=True)
class PlannedDelivery:
    """A mail or push for one member. `fields` are the delivery's fields that differ from the notification's."""

    member_id: UUID
    medium: str
    fields: dict[str, Any]


def plan_deliveries(
    uow: UnitOfWork, spec: NotificationSpec, kind: str, *, members: Collection[UUID]
) -> list[PlannedDelivery]:
    """Return the mails and pushes for members who have just been notified."""
    if not members:
        return []
    session = uow.session
    mailed = delivery_preferences.with_kind_enabled(session, kind=kind, medium=EMAIL, member_ids=members)
    pushed = delivery_preferences.with_kind_enabled(session, kind=kind, medium=PUSH, member_ids=members)
    pushed = delivery_preferences.with_push_devices(session, pushed, now=uow.now) if pushed else set()
    if not mailed | pushed:
        return []
    preferences = delivery_preferences.load_preferences(session, mailed | pushed)
    in_app_only = {one for one, mine in preferences.items() if not mine.allows(kind, from_buddy=spec.from_buddy)}
    withheld = [(one, EMAIL) for one in mailed & in_app_only] + [(one, PUSH) for one in pushed & in_app_only]
    mailed, pushed = mailed - in_app_only, pushed - in_app_only
    suppressed = [PlannedDelivery(one, medium, _suppressed(uow, "only_buddy")) for one, medium in withheld]
    return [*suppressed, *_mails(uow, spec, kind, mailed, preferences), *_pushes(uow, spec, kind, pushed, preferences)]


def _mails(
    uow: UnitOfWork, spec: NotificationSpec, kind: str, mailed: set[UUID], preferences: dict[UUID, DeliveryPreferences]
) -> Iterator[PlannedDelivery]:
    wanted = spec.due_at or uow.now
    daily = {one for one in mailed if preferences[one].frequency == delivery_preferences.DAILY}
    if daily:
        daily = delivery_preferences.with_kind_enabled(uow.session, kind=DIGEST, medium=EMAIL, member_ids=daily)
    for member_id in mailed:
        mine = preferences[member_id]
        if spec.expires_at is None and delivery_preferences.joins_daily_digest(
            kind, mine, wants_daily=member_id in daily
        ):
            at = quiet_hours.next_at(wanted, mine.daily_time, mine.zone)
            overrides = {"batch_key": DIGEST, "kind": DIGEST, "priority": kind_of(DIGEST).priority, **_NO_SUBJECT}
            yield _planned(uow, spec, DIGEST, mine, EMAIL, at, overrides)
        elif kind_of(kind).is_batched:
            overrides = {"batch_key": MESSAGES, **_NO_SUBJECT}
            yield _planned(uow, spec, kind, mine, EMAIL, wanted + quiet_hours.MAIL_DIGEST_DELAY, overrides)
        else:
            yield _planned(uow, spec, kind, mine, EMAIL, wanted, {})


def _pushes(
    uow: UnitOfWork, spec: NotificationSpec, kind: str, pushed: set[UUID], preferences: dict[UUID, DeliveryPreferences]
) -> Iterator[PlannedDelivery]:
    wanted = spec.due_at or uow.now
    gather = f"{kind}:{spec.subject}" if kind_of(kind).is_batched else None
    earlier = _last_pushed(uow.session, pushed, gather) if gather else {}
    limited = _had_daily_push(uow, kind, pushed, preferences)
    for member_id in pushed:
        if member_id in limited:
            yield PlannedDelivery(member_id, PUSH, _suppressed(uow, "first_week"))
            continue
        last = earlier.get(member_id)
        at = max(wanted, last + quiet_hours.MIN_PUSH_INTERVAL) if last else wanted
        overrides = {"batch_key": gather, "subject_version": None} if gather else {}
        yield _planned(uow, spec, kind, preferences[member_id], PUSH, at, overrides)


def _suppressed(uow: UnitOfWork, reason: str) -> dict[str, Any]:
    return {"state": "suppressed", "reason": reason, "finished_at": uow.now}


def _planned(
    uow: UnitOfWork,
    spec: NotificationSpec,
    kind: str,
    mine: DeliveryPreferences,
    medium: str,
    wanted: datetime,
    overrides: dict[str, Any],
) -> PlannedDelivery:
    seed = quiet_hours.jitter_seed(mine.member_id, spec.subject, otherwise=new_id())
    planned = mine.plan(kind, wanted, now=uow.now, seed=seed, expires_at=spec.expires_at)
    fields = {"due_at": planned.at, "reason": "quiet" if planned.held else None, **overrides}
    if planned.too_late:
        fields |= {**_suppressed(uow, "too_late"), "batch_key": None}
    return PlannedDelivery(mine.member_id, medium, fields)


def _last_pushed(session: Session, members: Collection[UUID], gather: str) -> dict[UUID, datetime]:
    """Return the time of the last push to each of these members under this `gather` key."""
    rows = session.execute(
        select(Delivery.recipient, func.max(Delivery.finished_at))
        .where(
            Delivery.recipient.in_(members),
            Delivery.medium == PUSH,
            Delivery.batch_key == gather,
            Delivery.state == "sent",
        )
        .group_by(Delivery.recipient)
    )
    return {member_id: at for member_id, at in rows if at is not None}


def _had_daily_push(
    uow: UnitOfWork, kind: str, members: Collection[UUID], preferences: dict[UUID, DeliveryPreferences]
) -> set[UUID]:
    """Return those in their first week who had their one push of the day. Personal messages do not count."""
    kind_ = kind_of(kind)
    if kind_.is_personal or kind_.ignores_quiet_hours:
        return set()
    newcomers = [one for one in members if preferences[one].joined_at > uow.now - quiet_hours.NEWCOMER_PERIOD]
    if not newcomers:
        return set()
    personal = [name for name, one in all_kinds().items() if one.is_personal or one.ignores_quiet_hours]
    return set(
        uow.session.scalars(
            select(Delivery.recipient).where(
                Delivery.recipient.in_(newcomers),
                Delivery.medium == PUSH,
                Delivery.state.in_(UNDER_WAY),
                Delivery.kind.not_in(personal),
                Delivery.created_at > uow.now - quiet_hours.NEWCOMER_PUSH_INTERVAL,
            )
        )
    )


_NO_SUBJECT = {"subject": None, "subject_version": None}
