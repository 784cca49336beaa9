"""Reads about notifications: my list, what is new for a socket, and what reaches me, how and when."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import Reading
from community.members.models import Session as SignedIn
from community.members.queries.people import address_of, handles
from community.notifications import reach, rules
from community.notifications.kinds import DIGEST, kind_of, switchable
from community.notifications.models import Delivery, Notification, Preference, PushSubscription, ReachSettings
from community.notifications.reach import EMAIL, PUSH
from community.notifications.validity import is_refused


@dataclass(frozen=True)
class NotificationView:
    """Something I was told; `created_at` is when it reached me, `why` says why it did."""

    id: UUID
    kind: str
    title: str
    url: str
    created_at: datetime
    read_at: datetime | None
    why: str
    about: str = field(default="", repr=False)

    @property
    def icon(self) -> str:
        """The drawing that stands beside it."""
        return kind_of(self.kind).icon


@dataclass(frozen=True)
class Told:
    """What a socket says of a new notification; the words are fetched."""

    id: UUID
    member_id: UUID
    kind: str
    created_at: datetime


@dataclass(frozen=True)
class PreferenceView:
    """How one kind of notice reaches me. In the app it always does."""

    kind: str
    title: str
    inapp: bool
    email: bool
    push: bool


@dataclass(frozen=True)
class PreferencesView:
    """What reaches me, how and when. `would_be_sent_at` is when a mail would leave that came now.

    `held` is how much quiet hours hold back, `held_until` when the first of it leaves.
    """

    items: list[PreferenceView]
    quiet_hours: list[dict[str, Any]]
    time_zone: str
    away_zone: str | None
    discreet: bool
    rhythm: str
    daily_at: str
    only_buddy: bool
    held: int
    held_until: datetime | None
    would_be_sent_at: datetime


@dataclass(frozen=True)
class DeviceView:
    """A browser of mine that is pushed to."""

    id: UUID
    label: str
    created_at: datetime
    reached_at: datetime | None
    current: bool


def notifications(look: Reading, *, cursor: str | None, limit: int) -> Page[NotificationView]:
    """What the actor was told, newest first."""
    page = keyset_page(
        look.session,
        select(Notification).where(Notification.member_id == look.actor.id, Notification.shown_at.is_not(None)),
        by=(Notification.shown_at, Notification.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page([notification_view(row) for row in page.items], page.next_cursor)


def grouped(items: Collection[NotificationView]) -> list[tuple[NotificationView, int]]:
    """What says the same of the same as one row: the newest, and how many they are. New and read ones are apart."""
    rows = []
    for _, some in groupby(items, lambda one: (one.kind, one.title, one.about, one.read_at is None)):
        alike = list(some)
        rows.append((alike[0], len(alike)))
    return rows


def notification(look: Reading, notification_id: UUID) -> NotificationView:
    """One thing the actor was told. Raises NotFound."""
    row = look.session.get(Notification, notification_id)
    if row is None or row.member_id != look.actor.id or row.shown_at is None:
        raise NotFound
    return notification_view(row)


def unread(look: Reading) -> int:
    """How many of the actor's notifications are new."""
    return unread_of(look, [look.actor.id]).get(look.actor.id, 0)


def unread_of(look: Reading, member_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many are new to each of these members who have any."""
    rows = look.session.execute(
        select(Notification.member_id, func.count())
        .where(
            Notification.member_id.in_(member_ids),
            Notification.shown_at.is_not(None),
            Notification.read_at.is_(None),
        )
        .group_by(Notification.member_id)
    )
    return dict(rows.all())


def shown_since(look: Reading, *, member_ids: Collection[UUID], after: datetime) -> list[Told]:
    """What these members were told after a moment, oldest first, for their sockets.

    Moments are taken before commits, so one may show up a little behind a later one: ask again from some seconds back
    and leave out the ids that were pushed already.
    """
    rows = look.session.execute(
        select(Notification.id, Notification.member_id, Notification.kind, Notification.shown_at)
        .where(Notification.member_id.in_(member_ids), Notification.shown_at > after)
        .order_by(Notification.shown_at, Notification.id)
    )
    return [Told(one, member_id, kind, at) for one, member_id, kind, at in rows if at is not None]


def my_preferences(look: Reading) -> PreferencesView:
    """What reaches the actor, how and when; the kinds in the table's order, coordinators' kinds for coordinators."""
    mine = reach.reaches(look.session, [look.actor.id])[look.actor.id]
    row = look.session.get(ReachSettings, look.actor.id)
    held, first = look.session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.recipient == look.actor.id, Delivery.state == "due", Delivery.reason == "quiet"
        )
    ).one()
    return PreferencesView(
        items=_kinds(look),
        quiet_hours=list(row.quiet) if row else [],
        time_zone=mine.zone.key,
        away_zone=mine.away_zone,
        discreet=mine.is_discreet,
        rhythm=mine.rhythm,
        daily_at=mine.daily_at,
        only_buddy=mine.only_buddy,
        held=held,
        held_until=first,
        would_be_sent_at=rules.quiet_until(look.now, mine.windows, mine.zone) or look.now,
    )


def _kinds(look: Reading) -> list[PreferenceView]:
    said = {
        (kind, medium): wanted
        for kind, medium, wanted in look.session.execute(
            select(Preference.kind, Preference.medium, Preference.wanted).where(Preference.member_id == look.actor.id)
        )
    }
    return [
        PreferenceView(
            name,
            kind.words,
            inapp=True,
            email=said.get((name, EMAIL), kind.mails),
            push=said.get((name, PUSH), kind.pushes),
        )
        for name, kind in switchable().items()
        if name != DIGEST and (look.actor.is_staff or not kind.for_staff)
    ]


def my_devices(look: Reading) -> list[DeviceView]:
    """The actor's browsers that are pushed to, oldest first."""
    rows = look.session.execute(
        select(PushSubscription, SignedIn.label)
        .join(SignedIn, SignedIn.id == PushSubscription.session_id)
        .where(PushSubscription.member_id == look.actor.id)
        .order_by(PushSubscription.created_at, PushSubscription.id)
    )
    return [
        DeviceView(row.id, label, row.created_at, row.reached_at, row.session_id == look.actor.session_id)
        for row, label in rows
    ]


def my_device(look: Reading, device_id: UUID) -> DeviceView:
    """One of them. Raises NotFound."""
    for device in my_devices(look):
        if device.id == device_id:
            return device
    raise NotFound


def notification_view(row: Notification) -> NotificationView:
    """A row as its member sees it."""
    shown_at = row.shown_at or row.created_at
    why = row.why or kind_of(row.kind).why
    about = str(row.subject or row.url)
    return NotificationView(row.id, row.kind, row.title, row.url, shown_at, row.read_at, why, about)


@dataclass(frozen=True)
class EndedView:
    """A mail or push that is given up (`dead`) or in doubt (`unknown`), for coordinators. `handle` may be gone."""

    id: UUID
    kind: str
    title: str
    medium: str
    state: str
    reason: str
    handle: str | None
    finished_at: datetime


def ended(look: Reading, *, cursor: str | None, limit: int) -> Page[EndedView]:
    """What did not get through, newest first; what is about the coordinator's own account too. Raises Forbidden."""
    _ = look.staff
    page = keyset_page(
        look.session,
        select(Delivery).where(Delivery.state.in_(("dead", "unknown")), Delivery.finished_at.is_not(None)),
        by=(Delivery.finished_at, Delivery.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    names = handles(look.session, [row.recipient for row in page.items])
    return Page([_ended_view(row, names.get(row.recipient)) for row in page.items], page.next_cursor)


def _ended_view(row: Delivery, handle: str | None) -> EndedView:
    kind = kind_of(row.kind)
    at = row.finished_at or row.created_at
    return EndedView(row.id, row.kind, kind.words, row.medium, row.state, row.reason or "", handle, at)


def is_my_address_refused(look: Reading, secret: str) -> bool:
    """Whether mail to the actor's address came back, so that none is tried."""
    address = address_of(look.session, look.actor.id)
    return address is not None and is_refused(look.session, secret, address, now=look.now)
