"""Tables of notifications: inbox, deliveries, attempts, preferences, mutes and push subscriptions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.crypto.encrypted_columns import EncryptedText
from community.core.db import Base
from community.core.ids import new_id

_VERSIONED = text("subject_version IS NOT NULL")
# Written as text, because neither database matches a partial index to a bound parameter.
OPEN = text("state IN ('due', 'sending')")
SENDING = text("state = 'sending'")
TRIED = text("state = 'due' AND attempts > 0")
_UNREAD = text("read_at IS NULL")
_GATHERING = text("batch_key IS NOT NULL AND state = 'due' AND attempts = 0")
_IN_A_DIGEST = text("digest_id IS NOT NULL")


class Notification(Base):
    """A notification of one member in the app. A timed one has an empty `shown_at` until it is due.

    `digest_id` is the delivery that mails it together with others, if there is one. `concerns` holds, as text, the ids
    that a member may mute to stop it. `from_buddy`: a message in a room for two. `facts` are the ids and plain values
    that its sentence is written from when it is read; `title` is shown when there is nothing to say from them.
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
    facts: Mapped[dict[str, Any] | None]
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
    """A delivery on one channel to a member or an invitation. `due_at` is also the end of the lease.

    A collecting delivery is found by its `gather` key until it is first tried: later notifications join it. One that
    quiet hours hold back is due at their end, with the reason `quiet`.
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
        Index("ix_deliveries_open", "medium", "priority", "due_at", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_deliveries_sending", "medium", "due_at", postgresql_where=SENDING, sqlite_where=SENDING),
        Index("ix_deliveries_tried", "medium", "due_at", postgresql_where=TRIED, sqlite_where=TRIED),
        Index(
            "uq_deliveries_gather",
            "recipient",
            "medium",
            "batch_key",
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
    expires_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(SmallInteger, default=1)
    batch_key: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(60))
    finished_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """An attempt to send and its result. `detail` is a code, never text from the other side. `target` is the pushed
    device.
    """

    __tablename__ = "delivery_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    target: Mapped[UUID | None]
    at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(12))
    detail: Mapped[str] = mapped_column(String(60))


class Preference(Base):
    """A member's own choice of whether a kind of notification also comes by a channel."""

    __tablename__ = "notification_preferences"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    medium: Mapped[str] = mapped_column(String(10), primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime]


class SuppressedAddress(Base):
    """An address, as a keyed digest, that a mail server refused for good. Only security mail is tried for it."""

    __tablename__ = "suppressed_addresses"

    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    detail: Mapped[str] = mapped_column(String(60))
    refused_at: Mapped[datetime]


class DeliverySettings(Base):
    """A member's settings of notifications: when they come and how much they show. Members without a row use the
    defaults.

    `quiet` is a list of `{weekday, from, to}`. `time_zone` is where they are now, when that is not their own zone. With
    `buddy_only` they get only messages of their buddy, and what ignores quiet hours. `previews` says of which messages
    the app shows the first words outside their rooms: all, those that are not sensitive, or none.
    """

    __tablename__ = "delivery_settings"
    __table_args__ = (
        CheckConstraint("frequency IN ('as_it_comes', 'daily')", name="rhythm"),
        CheckConstraint("previews IN ('all', 'careful', 'none')", name="previews"),
    )

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    quiet_hours: Mapped[list[Any]]
    time_zone: Mapped[str | None] = mapped_column(String(64))
    hide_details: Mapped[bool] = mapped_column(default=True)
    frequency: Mapped[str] = mapped_column(String(12), default="as_it_comes")
    daily_at: Mapped[str] = mapped_column(String(5), default="08:00")
    buddy_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    previews: Mapped[str] = mapped_column(String(8), default="careful", server_default="careful")
    changed_at: Mapped[datetime]


class Mute(Base):
    """A meetup or a member that a member muted, until `until` or until unmuted. Memberships hold the mutes of rooms."""

    __tablename__ = "notification_mutes"
    __table_args__ = (CheckConstraint("subject_type IN ('meetup', 'member')", name="sort"),)

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    until: Mapped[datetime | None]


class PushSubscription(Base):
    """A browser that receives pushes. It ends with the session it was made in.

    `endpoint` is a keyed digest. `sealed` holds the endpoint and its keys as encrypted JSON.
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(64), unique=True)
    keys_encrypted: Mapped[str] = mapped_column(EncryptedText("push_subscriptions:{id}:sealed"))
    created_at: Mapped[datetime]
    last_delivered_at: Mapped[datetime | None]
