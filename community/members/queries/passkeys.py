"""Queries of the actor's passkeys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import ReadContext
from community.members.models.passkeys import Passkey


@dataclass(frozen=True)
class PasskeyView:
    """One of the actor's passkeys. `may_be_copied`: it showed an old sign count and signs in no more."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None
    may_be_copied: bool

    @classmethod
    def of(cls, row: Passkey) -> "PasskeyView":
        """Return the view of a row."""
        return cls(row.id, row.name, row.created_at, row.last_used_at, row.copied_at is not None)


def my_passkeys(ctx: ReadContext) -> list[PasskeyView]:
    """Return the actor's passkeys, the oldest first."""
    theirs = select(Passkey).where(Passkey.member_id == ctx.actor.id).order_by(Passkey.created_at, Passkey.id)
    return [PasskeyView.of(row) for row in ctx.session.scalars(theirs)]
