"""Queries of the inbox: a member's list, and what is new for a socket."""

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
    """A notification. `created_at` is when it was shown, `why` the reason that the member got it."""

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
        """Return the name of the kind's icon."""
        return kind_of(self.kind).icon


@dataclass(frozen=True)
class NewNotification:
    """A new notification as a socket announces it. The browser fetches its text."""

    id: UUID
    member_id: UUID
    kind: str
    created_at: datetime


def notifications(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[NotificationView]:
    """Return the actor's notifications, newest first."""
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
    """Group similar notifications into rows of the newest one and their number, read and unread ones separately."""
    rows = []
    for _, some in groupby(items, lambda one: (one.kind, one.title, one.about, one.read_at is None)):
        alike = list(some)
        rows.append((alike[0], len(alike)))
    return rows


def notification(ctx: ReadContext, notification_id: UUID) -> NotificationView:
    """Return one of the actor's notifications. Raises NotFound."""
    row = ctx.session.get(Notification, notification_id)
    if row is None or row.member_id != ctx.actor.id or row.shown_at is None:
        raise NotFound
    return notification_view(row)


def count_unread(ctx: ReadContext) -> int:
    """Return the number of the actor's unread notifications."""
    return count_unread_of(ctx, [ctx.actor.id]).get(ctx.actor.id, 0)


def count_unread_of(ctx: ReadContext, member_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the number of unread notifications of each of these members who has any."""
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


def shown_since(ctx: ReadContext, *, member_ids: Collection[UUID], after: datetime) -> list[NewNotification]:
    """Return what these members were shown after a moment, oldest first, for their sockets.

    Times are taken before commits, so a row may become visible after one with a later time. Ask again from some seconds
    back, and leave out the ids that were pushed already.
    """
    rows = ctx.session.execute(
        select(Notification.id, Notification.member_id, Notification.kind, Notification.shown_at)
        .where(Notification.member_id.in_(member_ids), Notification.shown_at > after)
        .order_by(Notification.shown_at, Notification.id)
    )
    return [NewNotification(one, member_id, kind, at) for one, member_id, kind, at in rows if at is not None]


def notification_view(row: Notification) -> NotificationView:
    """Return a row as its member sees it."""
    shown_at = row.shown_at or row.created_at
    why = row.why or kind_of(row.kind).why
    about = str(row.subject or row.url)
    return NotificationView(row.id, row.kind, row.title, row.url, shown_at, row.read_at, why, about)
