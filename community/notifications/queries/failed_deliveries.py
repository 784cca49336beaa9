"""Mails and pushes that failed, for coordinators."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from community.core.db import Page, keyset_page
from community.core.outbox.notification_kinds import kind_of
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.models import Invitation
from community.members.queries.people import handles
from community.notifications.models import Delivery


@dataclass(frozen=True)
class FailedDeliveryView:
    """A mail or push that is given up (`dead`) or in doubt (`unknown`), for coordinators.

    `handle` is empty when the member is gone. `invited` is the address of the invitation that a mail was for.
    """

    id: UUID
    kind: str
    title: str
    medium: str
    state: str
    reason: str
    handle: str | None
    invited: str | None
    finished_at: datetime


def failed_deliveries(ctx: ReadContext, *, cursor: str | None, limit: int) -> Page[FailedDeliveryView]:
    """Return failed deliveries, newest first, including those to the coordinator's own account. Raises Forbidden."""
    _ = ctx.permitted(Permission.MEND_DELIVERY)
    page = keyset_page(
        ctx.session,
        select(Delivery).where(Delivery.state.in_(("dead", "unknown")), Delivery.finished_at.is_not(None)),
        by=(Delivery.finished_at, Delivery.id),
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    recipients = [row.recipient for row in page.items]
    names = handles(ctx.session, recipients)
    invited = dict(
        ctx.session.execute(select(Invitation.id, Invitation.email).where(Invitation.id.in_(recipients))).all()
    )
    views = [_ended_view(row, names.get(row.recipient), invited.get(row.recipient)) for row in page.items]
    return Page(views, page.next_cursor)


def _ended_view(row: Delivery, handle: str | None, invited: str | None) -> FailedDeliveryView:
    kind = kind_of(row.kind)
    at = row.finished_at or row.created_at
    return FailedDeliveryView(
        row.id, row.kind, kind.staff_label or kind.label, row.medium, row.state, row.reason or "", handle, invited, at
    )
