"""Rooms, who is in them, what was said there, and the small answers to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Room(Base):
    """A place to talk. `head_seq` counts its posts, `head_rev` its posts and changes, both taken under this row's lock.

    `audience_version` moves whenever somebody comes, goes or is shut out: who shows the room to sockets reads it with
    the rows and then knows whether the audience in memory still is the audience. What was said up to `cut_seq` is over:
    retention took it.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("kind IN ('open', 'cohort', 'private', 'pairing', 'meetup')", name="kind"),
        Index("ix_rooms_created_at_id", "created_at", "id"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
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
    cut_seq: Mapped[int] = mapped_column(default=0, server_default="0")


class RoomMembership(Base):
    """Somebody is in a room, and has read it up to `last_read_seq`. Who leaves has no row any more.

    Until `muted_until` nothing from the room rings for them; `shows_presence` says whether others may see them here and
    writing.
    """

    __tablename__ = "room_memberships"

    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
    last_read_seq: Mapped[int] = mapped_column(default=0)
    muted_until: Mapped[datetime | None]
    shows_presence: Mapped[bool] = mapped_column(default=False, server_default=false())


class Message(Base):
    """A post. `seq` is its place for ever; `rev` is the room's count at its latest change; `author_seq` is how many its
    author had written in the room with it.

    `request_hash` is of what was first asked for (room, words, reply), so that a repeat is known after edits and after
    the words are gone. A removed message keeps its place and loses its words.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "rev"),
        UniqueConstraint("author_id", "client_msg_id"),
        # One for the message rate: what an author posted lately, in whatever room.
        Index("ix_messages_author_id_created_at", "author_id", "created_at"),
        # Three for counting and cutting without reading what does not count: what an author wrote after a place,
        Index("ix_messages_room_id_author_id_seq", "room_id", "author_id", "seq"),
        # what was removed after a place,
        Index(
            "ix_messages_room_id_seq_removed",
            "room_id",
            "seq",
            postgresql_where=text("removed_at IS NOT NULL"),
            sqlite_where=text("removed_at IS NOT NULL"),
        ),
        # and who answers a message that goes.
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
    """Words that a message had before they were changed, kept for cases as long as the message stands.

    `rev` is the room's count from which these words stood, `until` the moment they were replaced.
    """

    __tablename__ = "message_edits"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime]


class MessageMention(Base):
    """A member whom a message names with an `@`, resolved when it was posted or edited.

    `place` is their place among those it names. A name that an edit added is drawn, and not told to its member.
    """

    __tablename__ = "message_mentions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    place: Mapped[int]
    is_told: Mapped[bool]


class MessageBackfill(Base):
    """A work that is not done yet for all messages from before it began; those with ids from `before` on are done."""

    __tablename__ = "message_backfills"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[UUID]


class MessageReaction(Base):
    """One member's answer to a message in one sign; `emoji` is its fully-qualified form."""

    __tablename__ = "message_reactions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(16), primary_key=True)
    created_at: Mapped[datetime]
