"""Rooms, who is in them, what was said there, and the small answers to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id


class Room(Base):
    """A place to talk. `head_seq` counts its posts, `head_rev` its posts and changes, both taken under this row's lock.

    `audience_version` moves whenever somebody comes, goes or is shut out: who shows the room to sockets reads it with
    the rows and then knows whether the audience in memory still is the audience.
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


class RoomMembership(Base):
    """Somebody is in a room, and has read it up to `last_read_seq`. Who leaves has no row any more."""

    __tablename__ = "room_memberships"

    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    joined_at: Mapped[datetime]
    last_read_seq: Mapped[int] = mapped_column(default=0)


class Message(Base):
    """A post. `seq` is its place for ever; `rev` is the room's count at its latest change.

    `request_hash` is of what was first asked for (room, words, reply), so that a repeat is known after edits and after
    the words are gone. A removed message keeps its place and loses its words.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("room_id", "rev"),
        UniqueConstraint("author_id", "client_msg_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    seq: Mapped[int]
    rev: Mapped[int]
    client_msg_id: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(String(64))
    reply_to: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))


class MessageReaction(Base):
    """One member's answer to a message in one sign."""

    __tablename__ = "message_reactions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    emoji: Mapped[str] = mapped_column(String(16), primary_key=True)
    created_at: Mapped[datetime]
