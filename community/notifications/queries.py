"""Reads about notifications: my list, what is new for a socket, how many wait, and how each kind reaches me."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community.core.db import Page, keyset_page
from community.core.errors import NotFound
from community.core.unit_of_work import Reading
from community.notifications.kinds import kind_of, switchable
from community.notifications.models import Notification, Preference

EMAIL = "email"


@dataclass(frozen=True)
class NotificationView:
    """Something I was told; `created_at` is when it reached me."""

    id: UUID
    kind: str
    title: str
    url: str
    created_at: datetime
    read_at: datetime | None

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


def notification(look: Reading, notification_id: UUID) -> NotificationView:
    """One thing the actor was told. Raises NotFound."""
    row = look.session.get(Notification, notification_id)
    if row is None or row.member_id != look.actor.id or row.shown_at is None:
        raise NotFound
    return notification_view(row)


def unread(look: Reading) -> int:
    """How many of the actor's notifications are new."""
    return (
        look.session.scalar(
            select(func.count()).where(
                Notification.member_id == look.actor.id,
                Notification.shown_at.is_not(None),
                Notification.read_at.is_(None),
            )
        )
        or 0
    )


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


def who_wants_mail(session: Session, *, kind: str, member_ids: Collection[UUID]) -> set[UUID]:
    """Those of these members who get this kind by e-mail too."""
    kind_ = kind_of(kind)
    if kind_.is_security:
        return set(member_ids)
    said = dict(
        session.execute(
            select(Preference.member_id, Preference.wanted).where(
                Preference.kind == kind, Preference.medium == EMAIL, Preference.member_id.in_(member_ids)
            )
        ).all()
    )
    return {member_id for member_id in member_ids if said.get(member_id, kind_.mails)}


def my_preferences(look: Reading) -> list[PreferenceView]:
    """How each kind reaches the actor, in the table's order."""
    said = dict(
        look.session.execute(
            select(Preference.kind, Preference.wanted).where(
                Preference.member_id == look.actor.id, Preference.medium == EMAIL
            )
        ).all()
    )
    return [
        PreferenceView(name, kind.words, inapp=True, email=said.get(name, kind.mails))
        for name, kind in switchable().items()
    ]


def notification_view(row: Notification) -> NotificationView:
    """A row as its member sees it."""
    return NotificationView(row.id, row.kind, row.title, row.url, row.shown_at or row.created_at, row.read_at)
