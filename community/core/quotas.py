"""Quotas: how much of something one member may do in a time, counted in the database and therefore for all processes.

They limit what reaches another person. A quota is a token bucket: some at once, then evenly more. A use is part of the
transaction that it allows, so an action that is refused for another reason uses nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.db import Base, insert_into
from community.core.errors import HelpFirst, RateLimited


class QuotaUse(Base):
    """Rest of one quota of a member, as of a moment."""

    __tablename__ = "quota_uses"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    remaining: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Quota:
    """A quota of `at_once` uses at once, then `count` more evenly over `seconds`.

    With `shows_help` a refusal shows the crisis lines.
    """

    name: str
    at_once: int
    count: int
    seconds: float
    shows_help: bool = False

    def take(self, session: Session, member_id: UUID, *, now: datetime) -> None:
        """Use one. Locks the member's row of this quota. Raises RateLimited with the seconds until the next is free."""
        refusal = self.refusal(session, member_id, now=now)
        if refusal is not None:
            raise refusal

    def refusal(self, session: Session, member_id: UUID, *, now: datetime) -> RateLimited | None:
        """Use one, or return why not. Locks the member's row of this quota."""
        row = self.hold(session, member_id, now=now)
        passed = max((now - row.at).total_seconds(), 0.0)
        remaining = min(float(self.at_once), row.remaining + passed * self.count / self.seconds)
        if remaining >= 1:
            row.remaining, row.at = remaining - 1, now
            session.flush()
            return None
        wait = round((1 - remaining) * self.seconds / self.count + 0.05, 1)
        return HelpFirst(retry_after=wait) if self.shows_help else RateLimited(retry_after=wait)

    def hold(self, session: Session, member_id: UUID, *, now: datetime) -> QuotaUse:
        """Lock the member's row of this quota, and create it when there is none."""
        full = {"member_id": member_id, "name": self.name, "remaining": float(self.at_once), "at": now}
        session.execute(insert_into(session, QuotaUse).values(full).on_conflict_do_nothing())
        key = (member_id, self.name)
        return session.get_one(QuotaUse, key, with_for_update=True, populate_existing=True)
