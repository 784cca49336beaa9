"""Notification of a colleague who takes over the work of someone who left."""

from collections.abc import Sequence
from uuid import UUID

from community.core.outbox.notification_kinds import StaffKind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    texts_about,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.events import WorkHandedOver
from community.members.queries.people import handles_for_staff

HANDED_OVER = {
    "cases": "reports",
    "conversations": "conversations",
    "tasks": "tasks",
    "shifts": "shifts",
    "meetups": "meetups",
    "notes": "notes",
    "invitations": "invitations",
}


@notify.on(
    WorkHandedOver,
    kind=StaffKind(
        label="A colleague’s work is mine now",
        icon="repeat",
        mails=True,
        position=515,
        preview="Work was handed to you",
    ),
)
def notify_successor(ctx: ReadContext, event: WorkHandedOver) -> NotificationSpec:
    """Notify a colleague that the work of someone who left is theirs now."""
    return NotificationSpec(to=[event.to_id], title="Work was handed to you", url="/console/today")


@notification_texts.on("work.handed_over")
def handed_over_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return whose work it was, and how much of what."""
    names = handles_for_staff(ctx, fact_ids(stored, "from_id"))

    def say(one: StoredNotification, name: str) -> NotificationText:
        what = ", ".join(f"{label}: {one.facts[kind]}" for kind, label in HANDED_OVER.items() if one.facts.get(kind))
        return NotificationText(f"{named(name)} left. Their work is yours now", what)

    return texts_about(stored, "from_id", names, say)
