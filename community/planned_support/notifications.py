"""Notifications of planned support."""

from uuid import UUID

from community.core.events import Priority
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.planned_support import access
from community.planned_support.events import PlannedSupportStarted


@notify.on(
    PlannedSupportStarted,
    kind=Kind(
        label="Something I planned for begins",
        preview="Something you planned for now",
        why="You planned for it.",
        icon="clock",
        priority=Priority.TIMED,
        pushes=True,
        can_wait=False,
        position=380,
    ),
)
def notify_planned_support(_ctx: ReadContext, event: PlannedSupportStarted) -> NotificationSpec:
    """Notify the member in neutral words when a planned time begins. The notification expires at its end."""
    return NotificationSpec(
        to=[event.member_id],
        title="Something you planned for now",
        url=f"/hard-hours/{event.hard_hour_id}",
        subject=event.hard_hour_id,
        subject_version=int(event.starts_at.timestamp()),
        expires_at=event.ends_at,
    )


@still_true.on("planned_support.started")
def is_still_planned(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether the planned time still exists."""
    return subject is not None and access.find_planned_support(ctx, subject) is not None
