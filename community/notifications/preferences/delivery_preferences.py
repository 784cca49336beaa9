"""Delivery preferences of members: channels, quiet hours, discretion and digest, loaded for many members at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from community.core.outbox.notification_kinds import kind_of
from community.members.models import Member
from community.members.models import Session as SignedIn
from community.notifications.models import Delivery, DeliverySettings, Mute, Notification, Preference, PushSubscription
from community.notifications.rules.quiet_hours import Plan, QuietWindow, plan_send, quiet_until

INAPP = "inapp"
EMAIL = "email"
PUSH = "push"
OUTSIDE = (EMAIL, PUSH)
DIGEST = "digest"  # the kind of the daily mail
DAILY = "daily"
AS_IT_COMES = "as_it_comes"
DEFAULT_DAILY_AT = "08:00"


@dataclass(frozen=True)
class DeliveryPreferences:
    """A member's choices, or the defaults."""

    member_id: UUID
    joined_at: datetime
    home_zone: str
    away_zone: str | None = None
    windows: tuple[QuietWindow, ...] = ()
    hide_details: bool = True
    frequency: str = AS_IT_COMES
    daily_at: str = DEFAULT_DAILY_AT
    buddy_only: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.away_zone or self.home_zone)

    @property
    def daily_time(self) -> time:
        return time.fromisoformat(self.daily_at)

    def allows(self, kind: str, *, from_buddy: bool) -> bool:
        """Return whether this kind may be mailed or pushed. Members who chose their buddy alone get little else."""
        kind_ = kind_of(kind)
        return not self.buddy_only or from_buddy or kind_.ignores_quiet_hours or kind_.for_staff

    def plan(
        self, kind: str, wanted: datetime, *, now: datetime, seed: UUID, expires_at: datetime | None = None
    ) -> Plan:
        """Return when a notification of this kind that is due at `wanted` is sent to them."""
        windows = () if kind_of(kind).ignores_quiet_hours else self.windows
        return plan_send(wanted, now=now, windows=windows, zone=self.zone, seed=seed, expires_at=expires_at)


def load_preferences(session: Session, member_ids: Collection[UUID]) -> dict[UUID, DeliveryPreferences]:
    """Return the preferences of these members by id."""
    rows = session.execute(
        select(Member.id, Member.created_at, Member.time_zone, DeliverySettings)
        .outerjoin(DeliverySettings, DeliverySettings.member_id == Member.id)
        .where(Member.id.in_(member_ids))
    )
    return {one: _from_row(one, joined_at, zone, row) for one, joined_at, zone, row in rows}


def quiet_now(session: Session, member_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Return those of these members who have quiet hours now."""
    return {
        one
        for one, reach in load_preferences(session, member_ids).items()
        if quiet_until(now, reach.windows, reach.zone)
    }


def with_kind_enabled(session: Session, *, kind: str, medium: str, member_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these members who get this kind by a channel, by their own choice or the kind's default."""
    kind_ = kind_of(kind)
    if kind_.is_security:
        return set(member_ids) if medium == EMAIL else set()
    chosen = dict(
        session.execute(
            select(Preference.member_id, Preference.wanted).where(
                Preference.kind == kind, Preference.medium == medium, Preference.member_id.in_(member_ids)
            )
        ).all()
    )
    default = kind_.mails if medium == EMAIL else kind_.pushes
    return {one for one in member_ids if chosen.get(one, default)}


def with_push_devices(session: Session, member_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Return those of these members who have a device to push to."""
    return set(
        session.scalars(
            select(PushSubscription.member_id)
            .join(SignedIn, SignedIn.id == PushSubscription.session_id)
            .where(PushSubscription.member_id.in_(member_ids), SignedIn.expires_at > now)
        )
    )


def without_mutes(
    session: Session, member_ids: Collection[UUID], *, concerns: Collection[UUID], now: datetime
) -> list[UUID]:
    """Return those of these members who mute none of `concerns` now, in the order given."""
    if not concerns:
        return list(member_ids)
    muted = set(
        session.scalars(
            select(Mute.member_id).where(
                Mute.member_id.in_(member_ids),
                Mute.subject_id.in_(concerns),
                or_(Mute.until.is_(None), Mute.until > now),
            )
        )
    )
    return [one for one in member_ids if one not in muted]


def muted_by(session: Session, member_id: UUID, *, now: datetime) -> frozenset[UUID]:
    """Return the ids of meetups and members that a member mutes now."""
    lasting = or_(Mute.until.is_(None), Mute.until > now)
    return frozenset(session.scalars(select(Mute.subject_id).where(Mute.member_id == member_id, lasting)))


def joins_daily_digest(kind: str, preferences: DeliveryPreferences, *, wants_daily: bool) -> bool:
    """Return whether a mail of this kind waits for the daily digest."""
    kind_ = kind_of(kind)
    return (
        preferences.frequency == DAILY
        and wants_daily
        and kind_.can_wait
        and not kind_.ignores_quiet_hours
        and kind != DIGEST
    )


def parse_windows(quiet: Collection[Mapping[str, Any]]) -> tuple[QuietWindow, ...]:
    """Return stored quiet hours as windows."""
    return tuple(
        QuietWindow(int(one["weekday"]), time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
        for one in quiet
    )


def _from_row(member_id: UUID, joined_at: datetime, zone: str, row: DeliverySettings | None) -> DeliveryPreferences:
    if row is None:
        return DeliveryPreferences(member_id, joined_at, zone)
    return DeliveryPreferences(
        member_id,
        joined_at,
        zone,
        row.time_zone,
        parse_windows(row.quiet_hours),
        row.hide_details,
        row.frequency,
        row.daily_at,
        row.buddy_only,
    )


def members_notified_of(
    session: Session, kinds: Collection[str], subjects: Collection[UUID], *, among: Collection[UUID]
) -> set[tuple[UUID, UUID]]:
    """Return which of these members were notified of which of these subjects by these kinds, as (member, subject).

    A notification whose mails and pushes were all withheld does not count, unless the member has read it.
    """
    outside = exists().where(Delivery.notification_id == Notification.id, Delivery.medium.in_(OUTSIDE))
    has_left = outside.where(Delivery.state.in_(("sending", "sent", "unknown")))
    rows = session.execute(
        select(Notification.member_id, Notification.subject).where(
            Notification.member_id.in_(among),
            Notification.subject.in_(subjects),
            Notification.kind.in_(kinds),
            or_(Notification.read_at.is_not(None), has_left, ~outside),
        )
    )
    return {(member_id, subject) for member_id, subject in rows if subject is not None}
