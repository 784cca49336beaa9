"""From an event's notices to rows: one notification a person, one delivery for each way it goes to them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from community.core.ids import new_id
from community.core.metrics import DELIVERIES
from community.core.subscribers import Notice
from community.core.unit_of_work import UnitOfWork
from community.members.models import Invitation, Member
from community.notifications.models import Delivery, Notification
from community.notifications.queries import who_wants_mail

INAPP = "inapp"
EMAIL = "email"
ROWS_AT_ONCE = 1000


def fan_out(uow: UnitOfWork, *, event_id: UUID, event_type: str, told: Iterable[Notice]) -> None:
    """Write the rows of an event's notices. Rows that stand already stay as they are, so a repeat adds nothing."""
    for notice in told:
        kind = notice.kind or event_type
        everybody = list(dict.fromkeys(notice.to))
        for start in range(0, len(everybody), ROWS_AT_ONCE):
            recipients = everybody[start : start + ROWS_AT_ONCE]
            if notice.mail_only:
                _mail_only(uow, notice, kind, event_id, recipients)
            else:
                _tell(uow, notice, kind, event_id, recipients)


def _tell(uow: UnitOfWork, notice: Notice, kind: str, event_id: UUID, recipients: Sequence[UUID]) -> None:
    """In the app, and by mail to those who want this kind by mail."""
    is_now = notice.due_at is None or notice.due_at <= uow.now
    members = _members_among(uow.session, recipients)
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "member_id": member_id,
            "kind": kind,
            "title": notice.title[:200],
            "url": notice.url[:300],
            "event_id": event_id,
            "subject": notice.subject,
            "subject_version": notice.subject_version,
            "created_at": uow.now,
            "shown_at": uow.now if is_now else None,
        }
        for member_id in members
    ]
    made = _insert_new(uow.session, Notification, rows)
    told = {row["member_id"]: row["id"] for row in rows if row["id"] in made}
    common = _delivery_fields(uow, notice, kind, event_id)
    state = {"state": "sent", "finished_at": uow.now} if is_now else {"state": "due", "finished_at": None}
    inapp = [
        {**common, **state, "id": new_id(), "medium": INAPP, "recipient": member_id, "notification_id": notification_id}
        for member_id, notification_id in told.items()
    ]
    wanted = who_wants_mail(uow.session, kind=kind, member_ids=list(told))
    mails = [
        {**common, "id": new_id(), "medium": EMAIL, "recipient": member_id, "notification_id": told[member_id]}
        for member_id in told
        if member_id in wanted
    ]
    _insert_new(uow.session, Delivery, inapp)
    _insert_new(uow.session, Delivery, mails)
    if is_now:
        uow.ring_member(*told)
        uow.afterwards(lambda: DELIVERIES.labels(kind, INAPP, "sent").inc(len(told)))


def _mail_only(uow: UnitOfWork, notice: Notice, kind: str, event_id: UUID, recipients: Sequence[UUID]) -> None:
    """To an address alone: it may belong to an invitation, or hold a secret that must not stand in the app."""
    known = set(_members_among(uow.session, recipients))
    known |= set(uow.session.scalars(select(Invitation.id).where(Invitation.id.in_(recipients))))
    common = _delivery_fields(uow, notice, kind, event_id)
    rows = [
        {**common, "id": new_id(), "medium": EMAIL, "recipient": recipient, "notification_id": None}
        for recipient in recipients
        if recipient in known
    ]
    _insert_new(uow.session, Delivery, rows)


def _delivery_fields(uow: UnitOfWork, notice: Notice, kind: str, event_id: UUID) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "kind": kind,
        "path": notice.url[:300],
        "subject": notice.subject,
        "subject_version": notice.subject_version,
        "created_at": uow.now,
        "due_at": notice.due_at or uow.now,
        "state": "due",
        "attempts": 0,
    }


def _members_among(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    """Those who are members now, in the order given: who left meanwhile is told nothing and stops nobody's news."""
    here = set(session.scalars(select(Member.id).where(Member.id.in_(ids), Member.state == "active")))
    return [one for one in ids if one in here]


def _insert_new(
    session: Session, table: type[Notification] | type[Delivery], rows: Sequence[dict[str, Any]]
) -> set[UUID]:
    """Insert the rows that no unique key forbids; the ids of those."""
    if not rows:
        return set()
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(table) if is_postgres else sqlite.insert(table)
    return set(session.scalars(insert.on_conflict_do_nothing().returning(table.id), rows))
