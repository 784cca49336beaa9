"""The table of conversations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Conversation(Base):
    """The conversation of a member with the coordinators, in a room of its own. There is one per member.

    `owner_id` is the coordinator who answers; any other may take over. A closed conversation can still be read and
    written in. `waiting_since` is when the member wrote what no coordinator has answered yet.
    """

    __tablename__ = "conversations"

    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), unique=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
