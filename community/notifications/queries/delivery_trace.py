"""Trace of an event's deliveries with every attempt, and the deliveries sent in each hour."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from community.core.ids import first_id_at
from community.core.outbox.dead_letters import hourly_counts
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.notifications.models import Delivery, DeliveryAttempt

MAX_SHOWN = 200


@dataclass(frozen=True)
class AttemptView:
    """An attempt and its result, as a code."""

    at: datetime
    result: str
    detail: str


@dataclass(frozen=True)
class DeliveryView:
    """A delivery. The recipient is shown only by id."""

    id: UUID
    recipient: UUID
    kind: str
    medium: str
    state: str
    reason: str | None
    due_at: datetime
    finished_at: datetime | None
    attempts: tuple[AttemptView, ...]


def deliveries_of(ctx: ReadContext, event_id: UUID) -> list[DeliveryView]:
    """Return the deliveries of an event, at most MAX_SHOWN, with every attempt. Raises Forbidden."""
    _ = ctx.permitted(Permission.MEND_DELIVERY)
    rows = ctx.session.scalars(
        select(Delivery)
        .where(Delivery.event_id == event_id)
        .order_by(Delivery.created_at, Delivery.id)
        .limit(MAX_SHOWN)
    ).all()
    tried = defaultdict(list)
    for one in ctx.session.scalars(
        select(DeliveryAttempt)
        .where(DeliveryAttempt.delivery_id.in_([row.id for row in rows]))
        .order_by(DeliveryAttempt.at, DeliveryAttempt.id)
    ):
        tried[one.delivery_id].append(AttemptView(one.at, one.result, one.detail))
    return [
        DeliveryView(
            row.id,
            row.recipient,
            row.kind,
            row.medium,
            row.state,
            row.reason,
            row.due_at,
            row.finished_at,
            tuple(tried[row.id]),
        )
        for row in rows
    ]


def sent_by_hour(ctx: ReadContext) -> list[tuple[datetime, int]]:
    """Return the number of deliveries sent in each of the last 24 hours. Raises Forbidden."""
    _ = ctx.permitted(Permission.MEND_DELIVERY)
    recent = Delivery.id >= first_id_at(ctx.now - timedelta(days=8))
    return hourly_counts(ctx.session, Delivery.finished_at, (Delivery.state == "sent") & recent, now=ctx.now)
