"""Fan-out of an event to rows: one notification for each member, one delivery for each channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from community.core.db import insert_into
from community.core.ids import new_id
from community.core.metrics import DELIVERIES
from community.core.outbox.notification_kinds import kind_of
from community.core.outbox.subscriptions import NotificationSpec
from community.core.unit_of_work import UnitOfWork
from community.members.models import Invitation, Member
from community.notifications.delivery import planning
from community.notifications.models import Delivery, Notification
from community.notifications.preferences.delivery_preferences import EMAIL, INAPP, without_mutes

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class CreatedNotifications:
    """The notifications just created from a specification: their ids by member."""

    spec: NotificationSpec
    kind: str
    event_id: UUID
    ids: dict[UUID, UUID]


def fan_out(
    uow: UnitOfWork,
    *,
    event_id: UUID,
    event_type: str,
    specs: Iterable[NotificationSpec],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Create the notifications and deliveries of an event, whose fields are `facts`.

    Idempotent: rows that exist stay as they are.
    """
    for spec in specs:
        kind = spec.kind or event_type
        recipient_ids = list(dict.fromkeys(spec.to))
        for start in range(0, len(recipient_ids), ROWS_AT_ONCE):
            recipients = recipient_ids[start : start + ROWS_AT_ONCE]
            if spec.mail_only:
                _mail_only(uow, spec, kind, event_id, recipients)
            else:
                _notify(uow, spec, kind, event_id, recipients, facts={**(facts or {}), **spec.facts})


def _notify(
    uow: UnitOfWork,
    spec: NotificationSpec,
    kind: str,
    event_id: UUID,
    recipients: Sequence[UUID],
    *,
    facts: Mapping[str, Any],
) -> None:
    """Create in-app notifications, and mails and pushes by each member's choice. What is worthless by now is only
    counted.
    """
    if spec.expires_at is not None and spec.expires_at <= uow.now:
        uow.after_commit(lambda: DELIVERIES.labels(kind, INAPP, "too_late").inc(len(recipients)))
        return
    is_now = spec.due_at is None or spec.due_at <= uow.now
    members = _members_among(uow.session, recipients)
    if not kind_of(kind).ignores_quiet_hours:
        count = len(members)
        members = without_mutes(uow.session, members, concerns=spec.concerns, now=uow.now)
        if muted := count - len(members):
            uow.after_commit(lambda: DELIVERIES.labels(kind, INAPP, "muted").inc(muted))
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "member_id": member_id,
            "kind": kind,
            "title": spec.title[:200],
            "url": spec.url[:300],
            "why": spec.why[:120],
            "facts": dict(facts),
            "concerns": [str(one) for one in spec.concerns] or None,
            "from_buddy": spec.from_buddy,
            "event_id": event_id,
            "subject": spec.subject,
            "subject_version": spec.subject_version,
            "created_at": uow.now,
            "shown_at": uow.now if is_now else None,
        }
        for member_id in members
    ]
    made = insert_new(uow.session, Notification, rows)
    created = CreatedNotifications(
        spec, kind, event_id, {row["member_id"]: row["id"] for row in rows if row["id"] in made}
    )
    common = delivery_fields(uow, spec, kind, event_id)
    state = {"state": "sent", "finished_at": uow.now} if is_now else {"state": "due", "finished_at": None}
    inapp = [
        {**common, **state, "id": new_id(), "medium": INAPP, "recipient": member_id, "notification_id": notification_id}
        for member_id, notification_id in created.ids.items()
    ]
    insert_new(uow.session, Delivery, inapp)
    _outside(uow, created, common)
    if is_now:
        uow.notify_member(*created.ids)
        uow.after_commit(lambda: DELIVERIES.labels(kind, INAPP, "sent").inc(len(created.ids)))


def _outside(uow: UnitOfWork, created: CreatedNotifications, common: dict[str, Any]) -> None:
    """Create the mails and pushes. What is batched joins the delivery that waits, or opens one."""
    planned = planning.plan_deliveries(uow, created.spec, created.kind, members=created.ids)
    rows = []
    for one in planned:
        row = {**common, **one.fields, "id": new_id(), "medium": one.medium, "recipient": one.member_id}
        rows.append({**row, "notification_id": created.ids[one.member_id]})
    insert_new(uow.session, Delivery, [row for row in rows if row["batch_key"] is None])
    joined = join_open_digests(uow.session, [row for row in rows if row["batch_key"] is not None])
    links = [
        {"id": created.ids[member_id], "digest_id": delivery_id}
        for (member_id, medium), delivery_id in joined.items()
        if medium == EMAIL
    ]
    if links:
        uow.session.execute(update(Notification), links)


def _mail_only(uow: UnitOfWork, spec: NotificationSpec, kind: str, event_id: UUID, recipients: Sequence[UUID]) -> None:
    """Create mails alone: the address may belong to an invitation, or the mail holds a secret that must not be in the
    app.
    """
    known = set(_members_among(uow.session, recipients))
    known |= set(uow.session.scalars(select(Invitation.id).where(Invitation.id.in_(recipients))))
    common = delivery_fields(uow, spec, kind, event_id)
    rows = [
        {**common, "id": new_id(), "medium": EMAIL, "recipient": recipient, "notification_id": None}
        for recipient in recipients
        if recipient in known
    ]
    insert_new(uow.session, Delivery, rows)


def delivery_fields(uow: UnitOfWork, spec: NotificationSpec, kind: str, event_id: UUID) -> dict[str, Any]:
    """Return the fields that all deliveries of a notification have in common."""
    return {
        "event_id": event_id,
        "kind": kind,
        "path": spec.url[:300],
        "subject": spec.subject,
        "subject_version": spec.subject_version,
        "created_at": uow.now,
        "due_at": spec.due_at or uow.now,
        "expires_at": spec.expires_at,
        "priority": kind_of(kind).priority,
        "batch_key": None,
        "state": "due",
        "reason": None,
        "attempts": 0,
        "finished_at": None,
    }


def join_open_digests(session: Session, rows: Sequence[dict[str, Any]]) -> dict[tuple[UUID, str], UUID]:
    """Return, for each row's recipient and channel, the id of the delivery that collects: an open one, or this new one.

    Open deliveries stay locked until the commit. When a worker has just claimed one, a new one is opened.
    """
    joined: dict[tuple[UUID, str], UUID] = {}
    missing = list(rows)
    while missing:
        waiting = session.execute(
            select(Delivery.recipient, Delivery.medium, Delivery.batch_key, Delivery.id)
            .where(
                Delivery.recipient.in_({row["recipient"] for row in missing}),
                Delivery.batch_key.in_({row["batch_key"] for row in missing}),
                Delivery.state == "due",
                Delivery.attempts == 0,
            )
            .order_by(Delivery.id)
            .with_for_update()
        )
        found = {(recipient, medium, gather): one for recipient, medium, gather, one in waiting}
        fresh = [row for row in missing if (row["recipient"], row["medium"], row["batch_key"]) not in found]
        made = insert_new(session, Delivery, fresh)
        for row in missing:
            delivery_id = found.get((row["recipient"], row["medium"], row["batch_key"]))
            delivery_id = delivery_id or (row["id"] if row["id"] in made else None)
            if delivery_id is not None:
                joined[row["recipient"], row["medium"]] = delivery_id
        missing = [{**row, "event_id": new_id()} for row in missing if (row["recipient"], row["medium"]) not in joined]
    return joined


def _members_among(session: Session, ids: Sequence[UUID]) -> list[UUID]:
    """Return the active members among these ids, in the order given. Others are skipped without an error."""
    here = set(session.scalars(select(Member.id).where(Member.id.in_(ids), Member.state == "active")))
    return [one for one in ids if one in here]


def insert_new(
    session: Session, table: type[Notification] | type[Delivery], rows: Sequence[dict[str, Any]]
) -> set[UUID]:
    """Insert the rows that no unique key forbids, and return their ids."""
    if not rows:
        return set()
    return set(session.scalars(insert_into(session, table).on_conflict_do_nothing().returning(table.id), rows))
