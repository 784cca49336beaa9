"""Queries of preferences: kinds, quiet hours, devices, and whether the member's address is suppressed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from community.core.errors import NotFound
from community.core.kind_registries import audiences
from community.core.outbox.notification_kinds import kind_of, switchable_kinds
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Session as SignedIn
from community.members.queries.people import address_of
from community.notifications.delivery.send_checks import is_refused
from community.notifications.models import Delivery, DeliverySettings, Preference, PushSubscription
from community.notifications.preferences import delivery_preferences, levels
from community.notifications.preferences.delivery_preferences import DIGEST, EMAIL, PUSH
from community.notifications.queries.previews import CAREFUL
from community.notifications.rules import quiet_hours as quiet_hours_rules

SECTION_TITLES = {
    "messages": "Messages",
    "meetups": "Meetups",
    "buddy": "Buddy",
    "care": "Check-ins and calls for help",
    "account": "Account",
    "staff": "For coordinators",
}


@dataclass(frozen=True)
class PreferenceView:
    """The channels of a kind. In-app is always on."""

    kind: str
    title: str
    inapp: bool
    email: bool
    push: bool


@dataclass(frozen=True)
class PreferencesView:
    """A member's preferences. `would_be_sent_at` is when a mail would be sent that came now. `level` is None for a mix
    of their own.

    `held` is the number of deliveries that quiet hours hold back, `held_until` when the first of them is sent.
    """

    items: list[PreferenceView]
    quiet_hours: list[dict[str, Any]]
    time_zone: str
    away_zone: str | None
    discreet: bool
    frequency: str
    daily_at: str
    buddy_only: bool
    previews: str
    level: str | None
    held: int
    held_until: datetime | None
    would_be_sent_at: datetime


@dataclass(frozen=True)
class DeviceView:
    """A browser that receives pushes."""

    id: UUID
    label: str
    created_at: datetime
    reached_at: datetime | None
    current: bool


def my_preferences(ctx: ReadContext) -> PreferencesView:
    """Return the actor's preferences, the kinds by position. Kinds for staff are listed only for coordinators."""
    mine = delivery_preferences.load_preferences(ctx.session, [ctx.actor.id])[ctx.actor.id]
    row = ctx.session.get(DeliverySettings, ctx.actor.id)
    items = _kinds(ctx)
    choices = {(one.kind, EMAIL): one.email for one in items} | {(one.kind, PUSH): one.push for one in items}
    held, first = ctx.session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.recipient == ctx.actor.id, Delivery.state == "due", Delivery.reason == "quiet"
        )
    ).one()
    return PreferencesView(
        items=items,
        quiet_hours=list(row.quiet_hours) if row else [],
        time_zone=mine.zone.key,
        away_zone=mine.away_zone,
        discreet=mine.hide_details,
        frequency=mine.frequency,
        daily_at=mine.daily_at,
        buddy_only=mine.buddy_only,
        previews=row.previews if row else CAREFUL,
        level=None if mine.buddy_only else levels.level_of(choices),
        held=held,
        held_until=first,
        would_be_sent_at=quiet_hours_rules.quiet_until(ctx.now, mine.windows, mine.zone) or ctx.now,
    )


def _kinds(ctx: ReadContext) -> list[PreferenceView]:
    said = {
        (kind, medium): wanted
        for kind, medium, wanted in ctx.session.execute(
            select(Preference.kind, Preference.medium, Preference.wanted).where(Preference.member_id == ctx.actor.id)
        )
    }
    return [
        PreferenceView(
            name,
            kind.label,
            inapp=True,
            email=said.get((name, EMAIL), kind.mails),
            push=said.get((name, PUSH), kind.pushes),
        )
        for name, kind in switchable_kinds().items()
        if name != DIGEST and (ctx.actor.may(Permission.GET_STAFF_NOTICES) or not kind.for_staff)
    ]


@dataclass(frozen=True)
class PreferenceSection:
    """A section of the notification settings, with the kinds that the actor can get."""

    name: str
    title: str
    kinds: tuple[PreferenceView, ...]


def sections(
    ctx: ReadContext, items: Collection[PreferenceView], *, always: Collection[str] = ()
) -> list[PreferenceSection]:
    """Return the sections with those of these kinds that the actor can get, without sections that would be empty.

    Those in `always` are returned even then: they hold a choice that the actor has to be able to take back.
    """
    reached = audiences.of(ctx, (kind_of(one.kind).audience for one in items))
    by_section: dict[str, list[PreferenceView]] = defaultdict(list)
    for one in items:
        if kind_of(one.kind).audience in reached:
            by_section[kind_of(one.kind).section].append(one)
    return [
        PreferenceSection(name, title, tuple(by_section[name]))
        for name, title in SECTION_TITLES.items()
        if by_section[name] or name in always
    ]


def my_devices(ctx: ReadContext) -> list[DeviceView]:
    """Return the actor's browsers that receive pushes, oldest first."""
    rows = ctx.session.execute(
        select(PushSubscription, SignedIn.label)
        .join(SignedIn, SignedIn.id == PushSubscription.session_id)
        .where(PushSubscription.member_id == ctx.actor.id)
        .order_by(PushSubscription.created_at, PushSubscription.id)
    )
    return [
        DeviceView(row.id, label, row.created_at, row.last_delivered_at, row.session_id == ctx.actor.session_id)
        for row, label in rows
    ]


def my_device(ctx: ReadContext, device_id: UUID) -> DeviceView:
    """Return one of the actor's devices. Raises NotFound."""
    for device in my_devices(ctx):
        if device.id == device_id:
            return device
    raise NotFound


def is_my_address_refused(ctx: ReadContext, secret: str) -> bool:
    """Return whether the actor's address is suppressed because mail to it came back."""
    address = address_of(ctx.session, ctx.actor.id)
    return address is not None and is_refused(ctx.session, secret, address, now=ctx.now)
