"""Tables of rooms: rooms, memberships, messages and what belongs to a message."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Room(Base):
    """A chat room. `head_seq` counts its posts, `head_rev` its posts and changes. Both change under this row's lock.

    `audience_version` changes whenever a member joins, leaves or is banned: a broadcaster that reads it with the
    messages knows whether the audience in memory is still right. Retention has deleted the messages up to
    `purged_through_seq`.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("kind IN ('open', 'cohort', 'private', 'pairing', 'meetup', 'conversation')", name="kind"),
        Index("ix_rooms_created_at_id", "created_at", "id"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(300), default="")
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    head_seq: Mapped[int] = mapped_column(default=0)
    head_rev: Mapped[int] = mapped_column(default=0)
    audience_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    rules: Mapped[str] = mapped_column(Text, default="", server_default="")
    retention_days: Mapped[int | None]
    slow_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    purged_through_seq: Mapped[int] = mapped_column(default=0, server_default="0")


class ConversationRoom(Base):
    """The member whose conversation with the coordinators a room is. Everyone else in that room is a coordinator."""

    __tablename__ = "conversation_rooms"

    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)


class RoomMembership(Base):
    """A member's membership of a room, read up to `last_read_seq`. Leaving deletes the row.

    Until `muted_until` the room sends them no notifications. `shows_presence`: others may see them present and typing.
    """

    __tablename__ = "room_memberships"

    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
    last_read_seq: Mapped[int] = mapped_column(default=0)
    muted_until: Mapped[datetime | None]
    shows_presence: Mapped[bool] = mapped_column(default=False, server_default=false())


class Message(Base):
    """A post. `seq` is its place for ever; `rev` is the room's count at its latest change; `author_seq` is how many
    messages its author had written in the room with it.

    `request_hash` is of the original request (room, text, reply), so that a repeat is recognized after edits and after
    the text is deleted. A removed message keeps its place and loses its text.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "rev"),
        UniqueConstraint("author_id", "client_msg_id"),
        # One for the message rate: what an author posted lately, in any room.
        Index("ix_messages_author_id_created_at", "author_id", "created_at"),
        # Three for counting and purging without reading other messages: those of an author after a place,
        Index("ix_messages_room_id_author_id_seq", "room_id", "author_id", "seq"),
        # those removed after a place,
        Index(
            "ix_messages_room_id_seq_removed",
            "room_id",
            "seq",
            postgresql_where=text("removed_at IS NOT NULL"),
            sqlite_where=text("removed_at IS NOT NULL"),
        ),
        # and the replies to a message that is deleted.
        Index(
            "ix_messages_reply_to",
            "reply_to",
            postgresql_where=text("reply_to IS NOT NULL"),
            sqlite_where=text("reply_to IS NOT NULL"),
        ),
        Index(
            "ix_messages_room_id_pinned",
            "room_id",
            "pinned_at",
            postgresql_where=text("pinned_at IS NOT NULL"),
            sqlite_where=text("pinned_at IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    seq: Mapped[int]
    author_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    rev: Mapped[int]
    client_msg_id: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(String(64))
    reply_to: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    pinned_at: Mapped[datetime | None]


class MessageEdit(Base):
    """A text that a message had before an edit, kept for cases as long as the message.

    `rev` is the room's count from which this text was shown, `until` the moment it was replaced.
    """

    __tablename__ = "message_edits"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class MessageMention(Base):
    """A member whom a message names with an `@`, resolved when it was posted or edited.

    `place` is their place among those it names. A member whom only an edit names is shown as a mention, but not
    notified.
    """

    __tablename__ = "message_mentions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    place: Mapped[int]
    is_notified: Mapped[bool]


class MessageBackfill(Base):
    """An unfinished backfill of stored messages. Messages with ids from `before` on are done."""

    __tablename__ = "message_backfills"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[UUID]


class MessageReaction(Base):
    """One member's emoji reaction to a message. `emoji` is its fully-qualified form."""

    __tablename__ = "message_reactions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(16), primary_key=True)
    created_at: Mapped[datetime]
