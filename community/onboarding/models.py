"""Somebody's first seven days here: who welcomes them, where to begin, and who waits for them at a door."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class FirstWeek(Base):
    """The first days of a member, from when they joined.

    `greeter_id` welcomes them (in `hello_room_id`, from `greeted_at` on); `room_id` is the room to begin in.
    `occurrence_id` is the date at which they want to be met, and `companion_id` who waits for them there. At `ends_at`
    it is counted how many of the four there were (`steps_done`); `hidden_at` says that they do not want to see it.
    """

    __tablename__ = "first_weeks"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    greeter_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), index=True)
    hello_room_id: Mapped[UUID | None]
    greeted_at: Mapped[datetime | None]
    room_id: Mapped[UUID | None]
    occurrence_id: Mapped[UUID | None] = mapped_column(index=True)
    companion_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), index=True)
    met_at: Mapped[datetime | None]
    steps_done: Mapped[int | None]
    hidden_at: Mapped[datetime | None]


class Greeter(Base):
    """A member who offered to welcome those who are new."""

    __tablename__ = "greeters"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
