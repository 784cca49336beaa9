"""Timed in-app notifications, which become visible when they are due. All others are visible at the worker's commit."""

from functools import cache

from sqlalchemy import Select, select

from community.core.metrics import DELIVERIES
from community.core.unit_of_work import UnitOfWork
from community.notifications.delivery import due
from community.notifications.delivery.send_checks import skip_reason
from community.notifications.models import Delivery, Notification

BATCH_SIZE = 200


def show_due(uow: UnitOfWork) -> int:
    """Show the timed notifications that are due and still true, and drop the others. Return how many were processed."""
    found = uow.session.execute(_first(), due.clock_parameters(uow.now)).all()
    for delivery, notification in found:
        reason = skip_reason(uow, delivery, notification)
        delivery.state, delivery.reason, delivery.finished_at = "suppressed" if reason else "sent", reason, uow.now
        if not reason:
            notification.shown_at = uow.now
            uow.notify_member(notification.member_id)
    ended = [(delivery.kind, delivery.state) for delivery, _ in found]

    def count() -> None:
        for kind, state in ended:
            DELIVERIES.labels(kind, "inapp", state).inc()

    uow.after_commit(count)
    return len(found)


@cache
def _first() -> Select[Delivery, Notification]:
    return (
        select(Delivery, Notification)
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.id.in_(due.due_delivery_ids("inapp", limit=BATCH_SIZE)), due.DUE)
        .order_by(Delivery.due_at)
        .limit(BATCH_SIZE)
        .with_for_update(skip_locked=True, of=Delivery)
    )
