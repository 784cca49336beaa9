"""What a member was told: their list, and what is new for a socket."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.outbox.notification_kinds import kind_of
from community.core.unit_of_work import ReadContext
from community.notifications.models import Notification


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
class Inbox:
    """What a socket says of a new notification; the words are fetched."""

    id: UUID
    member_id: UUID
    kind: str
    created_at: datetime


def notifications(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[NotificationView]:
    """What the actor was told, newest first."""
    page = keyset_page(
        ctx.session,
        select(Notification).where(Notification.member_id == ctx.actor.id, Notification.shown_at.is_not(None)),
        by=(Notification.shown_at, Notification.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page([notification_view(row) for row in page.items], page.next_cursor)


def group_by_target(items: Collection[NotificationView]) -> list[tuple[NotificationView, int]]:
    """What says the same of the same as one row: the newest, and how many they are. New and read ones are apart."""
    rows = []
    for _, some in groupby(items, lambda one: (one.kind, one.title, one.about, one.read_at is None)):
        alike = list(some)
        rows.append((alike[0], len(alike)))
    return rows


def notification(ctx: ReadContext, notification_id: UUID) -> NotificationView:
    """One thing the actor was told. Raises NotFound."""
    row = ctx.session.get(Notification, notification_id)
    if row is None or row.member_id != ctx.actor.id or row.shown_at is None:
        raise NotFound
    return notification_view(row)


def count_unread(ctx: ReadContext) -> int:
    """How many of the actor's notifications are new."""
    return count_unread_of(ctx, [ctx.actor.id]).get(ctx.actor.id, 0)


def count_unread_of(ctx: ReadContext, member_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many are new to each of these members who have any."""
    rows = ctx.session.execute(
        select(Notification.member_id, func.count())
        .where(
            Notification.member_id.in_(member_ids),
            Notification.shown_at.is_not(None),
            Notification.read_at.is_(None),
        )
        .group_by(Notification.member_id)
    )
    return dict(rows.all())


def shown_since(ctx: ReadContext, *, member_ids: Collection[UUID], after: datetime) -> list[Inbox]:
    """What these members were told after a moment, oldest first, for their sockets.

    Moments are taken before commits, so one may show up a little behind a later one: ask again from some seconds back
    and leave out the ids that were pushed already.
    """
    rows = ctx.session.execute(
        select(Notification.id, Notification.member_id, Notification.kind, Notification.shown_at)
        .where(Notification.member_id.in_(member_ids), Notification.shown_at > after)
        .order_by(Notification.shown_at, Notification.id)
    )
    return [Inbox(one, member_id, kind, at) for one, member_id, kind, at in rows if at is not None]


def notification_view(row: Notification) -> NotificationView:
    """A row as its member sees it."""
    shown_at = row.shown_at or row.created_at
    why = row.why or kind_of(row.kind).why
    about = str(row.subject or row.url)
    return NotificationView(row.id, row.kind, row.title, row.url, shown_at, row.read_at, why, about)
