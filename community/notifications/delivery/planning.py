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
    uow: UnitOfWork, notice: NotificationSpec, kind: str, *, members: Collection[UUID]
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
    reaches = delivery_preferences.load_preferences(session, mailed | pushed)
    inside = {one for one, mine in reaches.items() if not mine.allows(kind, from_buddy=notice.from_buddy)}
    kept = [(one, EMAIL) for one in mailed & inside] + [(one, PUSH) for one in pushed & inside]
    mailed, pushed = mailed - inside, pushed - inside
    held = [PlannedDelivery(one, medium, _suppressed(uow, "only_buddy")) for one, medium in kept]
    return [*held, *_mails(uow, notice, kind, mailed, reaches), *_pushes(uow, notice, kind, pushed, reaches)]


def _mails(
    uow: UnitOfWork, notice: NotificationSpec, kind: str, mailed: set[UUID], reaches: dict[UUID, DeliveryPreferences]
) -> Iterator[PlannedDelivery]:
    wanted = notice.due_at or uow.now
    daily = {one for one in mailed if reaches[one].rhythm == delivery_preferences.DAILY}
    if daily:
        daily = delivery_preferences.with_kind_enabled(uow.session, kind=DIGEST, medium=EMAIL, member_ids=daily)
    for member_id in mailed:
        mine = reaches[member_id]
        if notice.worthless_at is None and delivery_preferences.joins_daily_digest(
            kind, mine, wants_daily=member_id in daily
        ):
            at = quiet_hours.next_at(wanted, mine.daily_time, mine.zone)
            more = {"gather": DIGEST, "kind": DIGEST, "urgency": kind_of(DIGEST).priority, **_NO_SUBJECT}
            yield _planned(uow, notice, DIGEST, mine, EMAIL, at, more)
        elif kind_of(kind).is_batched:
            more = {"gather": MESSAGES, **_NO_SUBJECT}
            yield _planned(uow, notice, kind, mine, EMAIL, wanted + quiet_hours.GATHERED_FOR, more)
        else:
            yield _planned(uow, notice, kind, mine, EMAIL, wanted, {})


def _pushes(
    uow: UnitOfWork, notice: NotificationSpec, kind: str, pushed: set[UUID], reaches: dict[UUID, DeliveryPreferences]
) -> Iterator[PlannedDelivery]:
    wanted = notice.due_at or uow.now
    gather = f"{kind}:{notice.subject}" if kind_of(kind).is_batched else None
    earlier = _last_pushed(uow.session, pushed, gather) if gather else {}
    had_theirs = _had_the_days_push(uow, kind, pushed, reaches)
    for member_id in pushed:
        if member_id in had_theirs:
            yield PlannedDelivery(member_id, PUSH, _suppressed(uow, "first_week"))
            continue
        last = earlier.get(member_id)
        at = max(wanted, last + quiet_hours.BETWEEN_PUSHES) if last else wanted
        more = {"gather": gather, "subject_version": None} if gather else {}
        yield _planned(uow, notice, kind, reaches[member_id], PUSH, at, more)


def _suppressed(uow: UnitOfWork, reason: str) -> dict[str, Any]:
    return {"state": "suppressed", "reason": reason, "finished_at": uow.now}


def _planned(
    uow: UnitOfWork,
    notice: NotificationSpec,
    kind: str,
    mine: DeliveryPreferences,
    medium: str,
    wanted: datetime,
    more: dict[str, Any],
) -> PlannedDelivery:
    seed = quiet_hours.jitter_seed(mine.member_id, notice.subject, otherwise=new_id())
    found = mine.plan(kind, wanted, now=uow.now, seed=seed, worthless_at=notice.worthless_at)
    fields = {"due_at": found.at, "reason": "quiet" if found.held else None, **more}
    if found.too_late:
        fields |= {**_suppressed(uow, "too_late"), "gather": None}
    return PlannedDelivery(mine.member_id, medium, fields)


def _last_pushed(session: Session, members: Collection[UUID], gather: str) -> dict[UUID, datetime]:
    """Return the time of the last push to each of these members under this `gather` key."""
    rows = session.execute(
        select(Delivery.recipient, func.max(Delivery.finished_at))
        .where(
            Delivery.recipient.in_(members),
            Delivery.medium == PUSH,
            Delivery.gather == gather,
            Delivery.state == "sent",
        )
        .group_by(Delivery.recipient)
    )
    return {member_id: at for member_id, at in rows if at is not None}


def _had_the_days_push(
    uow: UnitOfWork, kind: str, members: Collection[UUID], reaches: dict[UUID, DeliveryPreferences]
) -> set[UUID]:
    """Return those in their first week who had their one push of the day. Personal messages do not count."""
    kind_ = kind_of(kind)
    if kind_.is_personal or kind_.ignores_quiet_hours:
        return set()
    new = [one for one in members if reaches[one].joined_at > uow.now - quiet_hours.FIRST_WEEK]
    if not new:
        return set()
    personal = [name for name, one in all_kinds().items() if one.is_personal or one.ignores_quiet_hours]
    return set(
        uow.session.scalars(
            select(Delivery.recipient).where(
                Delivery.recipient.in_(new),
                Delivery.medium == PUSH,
                Delivery.state.in_(UNDER_WAY),
                Delivery.kind.not_in(personal),
                Delivery.created_at > uow.now - quiet_hours.ONE_PUSH_A,
            )
        )
    )


_NO_SUBJECT = {"subject": None, "subject_version": None}
