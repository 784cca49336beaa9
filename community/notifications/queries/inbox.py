"""Queries of the inbox: a member's list, and what is new for a socket."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.outbox.notification_kinds import kind_of
from community.core.outbox.notification_texts import StoredNotification, notification_texts
from community.core.unit_of_work import ReadContext
from community.notifications.models import Notification


@dataclass(frozen=True)
class NotificationView:
    """A notification as its member may read it now. `created_at` is when it was shown.

    `title` says what happened, `detail` has the time or the first words, `why` the reason that the member got it.
    `is_ended`: what it asked for is over. Those of one `group` are alike.
    """

    id: UUID
    kind: str
    title: str
    url: str
    created_at: datetime
    read_at: datetime | None
    why: str
    detail: str = field(default="", repr=False)
    is_ended: bool = False
    group: str | None = None
    group_title: str = ""

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
    return Page(notification_views(ctx, page.items), page.next_cursor)


@dataclass(frozen=True)
class NotificationRow:
    """A row of the list: the newest of some notifications that are alike, and all of them."""

    newest: NotificationView
    notifications: tuple[NotificationView, ...]

    @property
    def title(self) -> str:
        """Return the sentence of one notification, or how many of which there are."""
        if len(self.notifications) == 1 or not self.newest.group_title:
            return self.newest.title
        return self.newest.group_title.replace("{count}", str(len(self.notifications)))

    @property
    def has_differences(self) -> bool:
        """Return whether its notifications say different things, and are worth listing."""
        return len({(one.title, one.detail, one.url) for one in self.notifications}) > 1


def group_alike(items: Iterable[NotificationView]) -> list[NotificationRow]:
    """Group the notifications of a day that are alike into rows, by their newest, read and unread ones separately."""
    rows: dict[tuple[object, ...], list[NotificationView]] = {}
    for one in items:
        alike = one.group or (one.kind, one.title, one.detail, one.url, one.is_ended)
        rows.setdefault((alike, one.read_at is None), []).append(one)
    return [NotificationRow(some[0], tuple(some)) for some in rows.values()]


def notification(ctx: ReadContext, notification_id: UUID) -> NotificationView:
    """Return one of the actor's notifications. Raises NotFound."""
    row = ctx.session.get(Notification, notification_id)
    if row is None or row.member_id != ctx.actor.id or row.shown_at is None:
        raise NotFound
    return notification_views(ctx, [row])[0]


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


def notification_views(ctx: ReadContext, rows: Sequence[Notification]) -> list[NotificationView]:
    """Return rows as the actor may read them now. The number of queries depends on the features, not on the rows."""
    texts = notification_texts.write(ctx, [_stored(row) for row in rows])
    return [
        NotificationView(
            id=row.id,
            kind=row.kind,
            title=texts[row.id].title,
            url=row.url,
            created_at=row.shown_at or row.created_at,
            read_at=row.read_at,
            why=row.why or kind_of(row.kind).why,
            detail=texts[row.id].detail,
            is_ended=texts[row.id].is_ended,
            group=texts[row.id].group or None,
            group_title=texts[row.id].group_title,
        )
        for row in rows
    ]


def _stored(row: Notification) -> StoredNotification:
    return StoredNotification(
        row.id, row.kind, row.title, row.facts or {}, row.subject, row.subject_version, row.created_at
    )
