"""What is due to be shown or sent: the statements that workers look by.

Each goes by an index that has only what is open, or being sent, or was tried, one urgency after the other: the
hundred thousand that wait for the morning, or that went long ago, are not walked through for the ten that are due.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from community.core.db import UTCDateTime
from community.core.events import Priority
from community.notifications.delivery.outcomes import FURTHEST
from community.notifications.models import OPEN, TRIED, Delivery
from community.notifications.preferences.delivery_preferences import EMAIL, INAPP, PUSH

DUE = Delivery.state == "due"
_NOW, _FURTHEST = (bindparam(name, type_=UTCDateTime()) for name in ("now", "furthest"))


def clock_parameters(now: datetime) -> dict[str, datetime]:
    """What `first` wants to know of the clock."""
    return {"now": now, "furthest": now + FURTHEST}


def due_delivery_ids(medium: str, *, limit: int) -> Select[UUID]:
    """The ids of up to `limit` of each urgency that are due, the longest due first, and of what was tried and cannot
    honestly be due so late: the clock was set back.
    """
    first = select(Delivery.id).where(Delivery.medium == medium).order_by(Delivery.due_at).limit(limit)
    parts = [first.where(*_due_of(urgency)) for urgency in Priority]
    parts.append(first.where(TRIED, Delivery.due_at > _FURTHEST))
    found = union_all(*(select(part.subquery().c.id) for part in parts)).subquery()
    return select(found.c.id)


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Since when the mail or push that waits longest has been due."""
    found = session.execute(_oldest(), {"now": now}).one()
    return min((moment for moment in found if moment is not None), default=None)


def is_anything_due(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to show, to send, or to settle after a worker that ended while it sent.

    A look at the index alone. After the clock was set back it may miss something: look at the rows now and then too.
    """
    return bool(session.scalar(_anything(), {"now": now}))


@cache
def _anything() -> Select[bool]:
    here = [
        select(Delivery.id)
        .where(Delivery.medium == medium, Delivery.urgency == urgency)
        .where(OPEN, Delivery.due_at <= _NOW)
        .exists()
        for medium in (INAPP, EMAIL, PUSH)
        for urgency in Priority
    ]
    return select(or_(*here))


@cache
def _oldest() -> Select[*tuple[Any, ...]]:
    firsts = [
        select(func.min(Delivery.due_at)).where(Delivery.medium == medium, *_due_of(urgency)).scalar_subquery()
        for medium in (EMAIL, PUSH)
        for urgency in Priority
    ]
    return select(*firsts)


def _due_of(urgency: Priority) -> tuple[ColumnElement[bool], ...]:
    return OPEN, DUE, Delivery.urgency == urgency, Delivery.due_at <= _NOW  # type: ignore[return-value]  # text is one
