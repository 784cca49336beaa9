"""Views of the audit log: all of it for admins, and each member's own access log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from community.core.audit_log import AuditEntry
from community.core.db import Page, keyset_page
from community.core.kind_registries import ways
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.members.rules.identity import reason_for_member
from community.rooms.queries.rooms import my_rooms
from community.safety.access import cases

CONVERSATION = ("conversation.opened", "conversation.read")
OF_MINE = {
    "checkin.read": "check_in",
    "appeal.read": "appeal",
    "identity.read": "identity",
    **dict.fromkeys(CONVERSATION, "conversation"),
}
OPENED = "evidence.opened"


@dataclass(frozen=True)
class EntryView:
    """An entry: who did or read what, about whom. `place` is empty until the entry is chained."""

    id: UUID
    at: datetime
    actor: str | None
    action: str
    subject_id: UUID | None
    member: str | None
    facts: dict[str, Any]
    place: int | None


@dataclass(frozen=True)
class AccessView:
    """An access of staff to something of mine: a `check_in`, an `appeal`, my `identity`, my `conversation`, or messages
    of a private `room` I am in.

    `who` is their handle where I had shared it with them, and in my conversation; otherwise the name of the coordinator
    is not shown. `made_at` is when I made the check-in; `url` leads to the subject as long as I can see it. `why` is
    the reason of a look at my identity: `asked`, `safety`, `identify` or `paperwork`.
    """

    id: UUID
    at: datetime
    what: str
    who: str | None
    made_at: datetime | None
    url: str | None
    why: str | None = None


def audit_entries(ctx: ReadContext, *, cursor: str | None, limit: int, about: UUID | None = None) -> Page[EntryView]:
    """Return all entries, newest first; with `about` those of one case, sanction or member. Raises Forbidden."""
    _ = ctx.permitted(Permission.READ_AUDIT)
    query = select(AuditEntry)
    if about is not None:
        query = query.where(or_(AuditEntry.subject_id == about, AuditEntry.member_id == about))
    by = (AuditEntry.at, AuditEntry.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    names = handles(ctx.session, {one for row in page.items for one in (row.actor_id, row.member_id) if one})
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


def access_log(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[AccessView]:
    """Return the accesses of staff to what is the actor's, newest first.

    Reports are left out: no one learns here that there is one, or whom it is about.
    """
    opened = cases.evidence_accesses_around_actor(ctx)
    own = and_(AuditEntry.member_id == ctx.actor.id, AuditEntry.action.in_(OF_MINE))
    around = and_(
        AuditEntry.member_id.in_({member_id for _, member_id in opened}),
        AuditEntry.subject_id.in_({case_id for case_id, _ in opened}),
        AuditEntry.action == OPENED,
    )
    query = select(AuditEntry).where(or_(own, around) if opened else own)
    by = (AuditEntry.at, AuditEntry.id)
    page = keyset_page(ctx.session, query, by=by, cursor=cursor, limit=limit, descending=True)
    return Page(_access_views(ctx, page.items), page.next_cursor)


def _moment(fact: object) -> datetime | None:
    return datetime.fromisoformat(fact) if isinstance(fact, str) else None


def _access_views(ctx: ReadContext, rows: Sequence[AuditEntry]) -> list[AccessView]:
    shared = [row for row in rows if row.action in ("checkin.read", "identity.read", *CONVERSATION)]
    names = handles(ctx.session, {row.actor_id for row in shared if row.actor_id})
    there = ways.to(
        ctx,
        action="checkin.read",
        ids={row.subject_id for row in shared if row.subject_id and row.action == "checkin.read"},
    )
    rooms = {str(room.id) for room in my_rooms(ctx)} if any(row.action == OPENED for row in rows) else set()
    views = []
    for row in rows:
        at, who, url, why = None, None, None, None
        if row.action == "checkin.read":
            at, who = _moment(row.facts.get("made_at")), names.get(row.actor_id) if row.actor_id else None
            url = there.get(row.subject_id) if row.subject_id else None
        elif row.action == "identity.read":
            who, why = names.get(row.actor_id) if row.actor_id else None, reason_for_member(row.facts.get("why"))
        elif row.action == "appeal.read":
            url = f"/measures/{row.facts['sanction_id']}"
        elif row.action in CONVERSATION:
            who, url = names.get(row.actor_id) if row.actor_id else None, f"/rooms/{row.subject_id}"
        elif row.facts["room_id"] in rooms:
            url = f"/rooms/{row.facts['room_id']}/openings"
        views.append(AccessView(row.id, row.at, OF_MINE.get(row.action, "room"), who, at, url, why))
    return views
