"""Audit log: every staff read of private content and every staff action, appended, never changed, chained by hash.

An entry is written in the transaction of what it records (`record`): neither exists without the other, and no entry
waits for another. A worker adds it to the chain moments later (`audit_chain.append_to_chain`). One writer at a time,
under the lock of the head row, gives it its place, a hash over itself and the hash before it, and a MAC over that hash
under a key that is not in the database (`audit_keys`). Nothing is appended to a head that no key of ours made.

The database refuses any other change (triggers). Its owner could drop them, and rebuild the hashes, but not the MACs:
`audit_verification.verify` names the first invalid row. No key can show a log that was cut short together with its
head. For that the head goes to the workers' log once an hour, outside the database.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from community.core.audit_keys import KEY_ID_LENGTH
from community.core.db import Base
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork

UNSEALED = "place IS NULL"


class AuditEntry(Base):
    """An action or read of a staff member. `member_id` is whom it is about; `facts` hold ids and codes.

    No foreign keys: an entry outlives what it records. `place`, `hash`, `key_id` and `mac` are set once, by
    `append_to_chain`.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at_id", "at", "id"),
        Index("ix_audit_entries_unsealed", "at", postgresql_where=text(UNSEALED), sqlite_where=text(UNSEALED)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    place: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(String(64))
    key_id: Mapped[str | None] = mapped_column(String(KEY_ID_LENGTH))
    mac: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """End of the chain: one row, whose lock makes its holder the one writer.

    `keyless` is how many entries were sealed before there were keys.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    keyless: Mapped[int] = mapped_column(default=0)


def record(
    uow: UnitOfWork,
    action: str,
    *,
    subject_id: UUID | None = None,
    member_id: UUID | None = None,
    **facts: str | int | bool | UUID | datetime | None,
) -> None:
    """Append an action or read of the actor. `facts` are ids, codes and moments (`before`, `after`, `why`), no text."""
    actor_id = uow.anyone.id if uow.anyone else None
    uow.is_audited = True
    uow.session.add(
        AuditEntry(
            id=new_id(),
            at=uow.now,
            actor_id=actor_id,
            action=action,
            subject_id=subject_id,
            member_id=member_id,
            facts={name: plain_value(value) for name, value in facts.items()},
        )
    )


def was_recorded(
    session: Session,
    action: str,
    *,
    actor_id: UUID,
    since: datetime,
    query: str = "",
    subject_id: UUID | None = None,
    member_id: UUID | None = None,
) -> bool:
    """Return whether the actor has an entry of this action, subject and query since then."""
    facts = session.scalars(
        select(AuditEntry.facts).where(
            AuditEntry.at > since,
            AuditEntry.actor_id == actor_id,
            AuditEntry.action == action,
            AuditEntry.subject_id.is_not_distinct_from(subject_id),
            AuditEntry.member_id.is_not_distinct_from(member_id),
        )
    )
    return any(one.get("query", "") == query for one in facts)


def plain_value(value: object) -> Any:
    """Return a value as the JSON of an entry holds it: moments in UTC with microseconds, ids as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
