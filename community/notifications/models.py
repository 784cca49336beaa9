"""Tables of notifications: what members are told, each way it goes to them, every try, and what they switched off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id

_VERSIONED = text("subject_version IS NOT NULL")
# As text: neither database finds a partial index by a parameter's value.
OPEN = text("state IN ('due', 'sending')")
SENDING = text("state = 'sending'")
TRIED = text("state = 'due' AND attempts > 0")
_UNREAD = text("read_at IS NULL")
_GATHERING = text("gather IS NOT NULL AND state = 'due' AND attempts = 0")
_IN_A_DIGEST = text("digest_id IS NOT NULL")


class Notification(Base):
    """Something one member is told in the app. A timed one waits with `shown_at` empty until its moment comes.

    `digest_id` is the delivery that mails it together with others, if one does. `concerns` holds, as text, the ids of
    what it comes from; `from_buddy`: it is a word from somebody in a room for two.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("event_id", "kind", "member_id"),
        Index(
            "uq_notifications_version",
            "member_id",
            "kind",
            "subject",
            "subject_version",
            unique=True,
            postgresql_where=_VERSIONED,
            sqlite_where=_VERSIONED,
        ),
        Index("ix_notifications_member_id_shown_at_id", "member_id", "shown_at", "id"),
        Index("ix_notifications_unread", "member_id", postgresql_where=_UNREAD, sqlite_where=_UNREAD),
        Index("ix_notifications_digest_id", "digest_id", postgresql_where=_IN_A_DIGEST, sqlite_where=_IN_A_DIGEST),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(300))
    why: Mapped[str] = mapped_column(String(120), default="")
    concerns: Mapped[list[Any] | None]
    from_buddy: Mapped[bool] = mapped_column(default=False, server_default=false())
    digest_id: Mapped[UUID | None]
    event_id: Mapped[UUID]
    subject: Mapped[UUID | None]
    subject_version: Mapped[int | None]
    created_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Delivery(Base):
    """One way to one recipient: a member, or for an invitation the invitation. `due_at` is also the lease's end.

    One that gathers is found by its `gather` until it is first tried: what follows joins it. Held back by quiet hours
    it is due at their end, with the reason `quiet`.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("medium IN ('inapp', 'email', 'push')", name="medium"),
        CheckConstraint("state IN ('due', 'sending', 'sent', 'suppressed', 'dead', 'unknown')", name="state"),
        UniqueConstraint("event_id", "kind", "recipient", "medium"),
        Index(
            "uq_deliveries_version",
            "recipient",
            "medium",
            "kind",
            "subject",
            "subject_version",
            unique=True,
            postgresql_where=_VERSIONED,
            sqlite_where=_VERSIONED,
        ),
        Index("ix_deliveries_open", "medium", "urgency", "due_at", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_deliveries_sending", "medium", "due_at", postgresql_where=SENDING, sqlite_where=SENDING),
        Index("ix_deliveries_tried", "medium", "due_at", postgresql_where=TRIED, sqlite_where=TRIED),
        Index(
            "uq_deliveries_gather",
            "recipient",
            "medium",
            "gather",
            unique=True,
            postgresql_where=_GATHERING,
            sqlite_where=_GATHERING,
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    notification_id: Mapped[UUID | None] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[UUID] = mapped_column(index=True)
    medium: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(300))
    subject: Mapped[UUID | None]
    subject_version: Mapped[int | None]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="due")
    due_at: Mapped[datetime]
    worthless_at: Mapped[datetime | None]
    urgency: Mapped[int] = mapped_column(SmallInteger, default=1)
    gather: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    finished_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One try at sending and what came of it; `detail` is a code, never the other side's words.

    `target` is the device that was pushed to.
    """

    __tablename__ = "delivery_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    target: Mapped[UUID | None]
    at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(12))
    detail: Mapped[str] = mapped_column(String(60))


class Preference(Base):
    """A member's own choice of whether a kind of notice also comes by a medium."""

    __tablename__ = "notification_preferences"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    medium: Mapped[str] = mapped_column(String(10), primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime]


class SuppressedAddress(Base):
    """An address, as a keyed digest, that a mail server refused for good; nothing but security mail is tried for it."""

    __tablename__ = "refused_addresses"

    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    detail: Mapped[str] = mapped_column(String(60))
    refused_at: Mapped[datetime]


class DeliverySettings(Base):
    """When and in which words notices may leave the house for a member. Who has no row has the defaults.

    `quiet` is a list of `{weekday, from, to}`. `time_zone` is where they are now, when that is not their own zone. With
    `only_buddy` nothing leaves the house but what their buddy writes, and what passes quiet hours.
    """

    __tablename__ = "reach_settings"
    __table_args__ = (CheckConstraint("rhythm IN ('as_it_comes', 'daily')", name="rhythm"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    quiet: Mapped[list[Any]]
    time_zone: Mapped[str | None] = mapped_column(String(64))
    is_discreet: Mapped[bool] = mapped_column(default=True)
    rhythm: Mapped[str] = mapped_column(String(12), default="as_it_comes")
    daily_at: Mapped[str] = mapped_column(String(5), default="08:00")
    only_buddy: Mapped[bool] = mapped_column(default=False, server_default=false())
    changed_at: Mapped[datetime]


class Mute(Base):
    """A meetup or a person that a member does not want to hear of, until then or for good.

    Rooms are muted by their memberships.
    """

    __tablename__ = "notification_mutes"
    __table_args__ = (CheckConstraint("sort IN ('meetup', 'member')", name="sort"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    sort: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    until: Mapped[datetime | None]


class PushSubscription(Base):
    """A browser that asked to be pushed to; it ends with the session it was made in.

    `endpoint` is a keyed digest, `sealed` the endpoint and its keys as JSON, sealed.
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[str] = mapped_column(EncryptedText("push_subscriptions:{id}:sealed"))
    created_at: Mapped[datetime]
    reached_at: Mapped[datetime | None]
