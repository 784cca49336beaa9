"""Selection of deliveries that are due to be shown or sent.

Each statement uses an index of only what is open, being sent, or tried, one urgency after the other. The hundred
thousand deliveries that wait for the morning, or were sent long ago, are not scanned for the ten that are due.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from community.core.db import UTCDateTime
from community.core.events import Priority
from community.notifications.delivery.retries import FURTHEST
from community.notifications.models import OPEN, TRIED, Delivery
from community.notifications.preferences.delivery_preferences import EMAIL, INAPP, PUSH

DUE = Delivery.state == "due"
_NOW, _FURTHEST = (bindparam(name, type_=UTCDateTime()) for name in ("now", "furthest"))


def clock_parameters(now: datetime) -> dict[str, datetime]:
    """Return the time parameters of the statement that `due_delivery_ids` builds."""
    return {"now": now, "furthest": now + FURTHEST}


def due_delivery_ids(medium: str, *, limit: int) -> Select[UUID]:
    """Select the ids of up to `limit` due deliveries of each urgency, the longest due first.

    Also selects deliveries that were tried and are due later than any back-off allows: the clock was set back.
    """
    first = select(Delivery.id).where(Delivery.medium == medium).order_by(Delivery.due_at).limit(limit)
    parts = [first.where(*_due_of(priority)) for priority in Priority]
    parts.append(first.where(TRIED, Delivery.due_at > _FURTHEST))
    found = union_all(*(select(part.subquery().c.id) for part in parts)).subquery()
    return select(found.c.id)


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Return the due time of the mail or push that has waited longest."""
    found = session.execute(_oldest(), {"now": now}).one()
    return min((moment for moment in found if moment is not None), default=None)


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Return whether there is anything to show, to send, or to settle after a worker that ended while it sent.

    Reads only indexes. After the clock was set back it may miss something, so select the rows now and then too.
    """
    return bool(session.scalar(_anything(), {"now": now}))


@cache
def _anything() -> Select[bool]:
    here = [
        select(Delivery.id)
        .where(Delivery.medium == medium, Delivery.priority == priority)
        .where(OPEN, Delivery.due_at <= _NOW)
        .exists()
        for medium in (INAPP, EMAIL, PUSH)
        for priority in Priority
    ]
    return select(or_(*here))


@cache
def _oldest() -> Select[*tuple[Any, ...]]:
    firsts = [
        select(func.min(Delivery.due_at)).where(Delivery.medium == medium, *_due_of(priority)).scalar_subquery()
        for medium in (EMAIL, PUSH)
        for priority in Priority
    ]
    return select(*firsts)


def _due_of(priority: Priority) -> tuple[ColumnElement[bool], ...]:
    return OPEN, DUE, Delivery.priority == priority, Delivery.due_at <= _NOW  # type: ignore[return-value]  # text is one
