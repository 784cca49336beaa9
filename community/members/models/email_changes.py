"""Table of changes of e-mail addresses that wait for their confirmation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base
from community.core.ids import new_id, random_id


class EmailChange(Base):
    """A change of a member's address. It happens when the link to the new address is used, unless it was stopped.

    Both links are stored as hashes. The mail to the old address is addressed to `notice_id`, and the one to the new
    address to `id`, so each reaches its own address whenever it is sent.
    """

    __tablename__ = "email_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=random_id)
    notice_id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254), index=True)
    confirm_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stop_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
