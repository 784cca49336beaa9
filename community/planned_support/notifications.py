"""Notifications of planned support."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from community.core.events import Priority
from community.core.kind_registries import audiences, still_true
from community.core.outbox.notification_kinds import Kind
from community.core.outbox.notification_texts import NotificationText, StoredNotification, notification_texts
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.planned_support import access
from community.planned_support.events import PlannedSupportStarted

STARTS = "Your plan for a tough time is ready"


@notify.on(
    PlannedSupportStarted,
    kind=Kind(
        label="A tough time I planned for starts",
        staff_label="A tough time that a member planned for starts",
        preview="Your plan for now",
        why="You planned for it.",
        icon="clock",
        priority=Priority.TIMED,
        pushes=True,
        can_wait=False,
        position=380,
        section="care",
        is_requested=True,
        audience="planned_support",
    ),
)
def notify_planned_support(_ctx: ReadContext, event: PlannedSupportStarted) -> NotificationSpec:
    """Notify the member in neutral words when a planned time begins. The notification expires at its end."""
    return NotificationSpec(
        to=[event.member_id],
        title="Your plan for now",
        url=f"/hard-hours/{event.hard_hour_id}",
        subject=event.hard_hour_id,
        subject_version=int(event.starts_at.timestamp()),
        expires_at=event.ends_at,
    )


@still_true.on("planned_support.started")
def is_still_planned(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether the planned time still exists."""
    return subject is not None and access.find_planned_support(ctx, subject) is not None


@notification_texts.on("planned_support.started")
def started_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return that a planned time starts, until it ends. What the member planned is on its own page."""
    return {one.id: NotificationText(STARTS, is_ended=_ends_at(one) <= ctx.now) for one in stored}


def _ends_at(one: StoredNotification) -> datetime:
    ends_at = one.facts.get("ends_at")
    return datetime.fromisoformat(ends_at) if ends_at else one.created_at


@audiences.on("planned_support")
def has_planned_support(ctx: ReadContext) -> bool:
    """Return whether the actor planned for a time."""
    return bool(access.own_planned_supports(ctx))
