"""Table of the devices on which members have signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class KnownDevice(Base):
    """A kind of device on which a member has signed in, by the label of its sessions, such as `Chrome on Android`.

    It outlives sessions and cookies, so that a member who signs out each evening is not warned each morning.
    """

    __tablename__ = "known_devices"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    seen_at: Mapped[datetime]
