"""Tables of onboarding: first days and greeters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Onboarding(Base):
    """A member's onboarding, from when they joined.

    `greeter_id` greets them (in `hello_room_id`, from `greeted_at` on); `room_id` is the room to begin in.
    `occurrence_id` is where they want a companion, and `companion_id` who it is. At `ends_at` the done steps are
    counted (`completed_steps`). `hidden_at` is when they hid it.
    """

    __tablename__ = "onboarding"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    greeter_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), index=True)
    hello_room_id: Mapped[UUID | None]
    greeted_at: Mapped[datetime | None]
    room_id: Mapped[UUID | None]
    occurrence_id: Mapped[UUID | None] = mapped_column(index=True)
    companion_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), index=True)
    companion_assigned_at: Mapped[datetime | None]
    completed_steps: Mapped[int | None]
    hidden_at: Mapped[datetime | None]


class NewcomerRoom(Base):
    """The open room in which newcomers begin, chosen by a coordinator. At most one row."""

    __tablename__ = "newcomer_rooms"

    room_id: Mapped[UUID] = mapped_column(primary_key=True)
    chosen_at: Mapped[datetime]


class Greeter(Base):
    """A member who offered to greet newcomers."""

    __tablename__ = "greeters"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
