"""The audit log as admins read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from community.core.audit import AuditEntry
from community.core.db import Page, keyset_page
from community.core.errors import Forbidden
from community.core.unit_of_work import Reading, Role
from community.members.queries.people import handles


@dataclass(frozen=True)
class EntryView:
    """Who did or read what, about whom. `place` is empty until the entry is sealed."""

    id: UUID
    at: datetime
    actor: str | None
    action: str
    subject_id: UUID | None
    member: str | None
    facts: dict[str, Any]
    place: int | None


def entries(look: Reading, *, cursor: str | None, limit: int, about: UUID | None = None) -> Page[EntryView]:
    """All entries, newest first; with `about` those of one case, measure or member. Raises Forbidden."""
    if look.staff.role is not Role.ADMIN:
        raise Forbidden
    query = select(AuditEntry)
    if about is not None:
        query = query.where(or_(AuditEntry.subject_id == about, AuditEntry.member_id == about))
    by = (AuditEntry.at, AuditEntry.id)
    page = keyset_page(look.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    names = handles(look.session, {one for row in page.items for one in (row.actor_id, row.member_id) if one})
    items = [
        EntryView(
            id=row.id,
            at=row.at,
            actor=names.get(row.actor_id),
            action=row.action,
            subject_id=row.subject_id,
            member=names.get(row.member_id),
            facts=dict(sorted(row.facts.items())),
            place=row.place,
        )
        for row in page.items
    ]
    return Page(items, page.next_cursor)
